import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../src/store/database.ts';

const MEMORY = '/dev/shm';

/** Where the files of this process lie, and the empty store that each seed begins with. Made once: migrating takes longer than copying. */
let prepared: Promise<{ readonly folder: string; readonly empty: string }> | undefined;
let files = 0;

/** A fresh store, in memory where the system has a folder there. */
export async function newStoreFile(): Promise<string> {
  prepared ??= prepare();
  const { folder, empty } = await prepared;
  files += 1;
  const path = join(folder, `${files}.db`);
  copyFileSync(empty, path);
  return path;
}

export function removeStoreFile(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
}

async function prepare(): Promise<{ readonly folder: string; readonly empty: string }> {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'ml-connector-simulation-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const empty = join(folder, 'empty.db');
  const database = await openSqlite(empty);
  await database.close();
  return { folder, empty };
}
