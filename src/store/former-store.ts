import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { sql } from 'kysely';
import { Fault } from '../faults/fault.ts';
import { findAtWork } from './at-work.ts';
import { type Database, type Db, openSqliteAsIs } from './database.ts';
import { filesOf, syncFolderOf } from './durable-files.ts';

interface HoldOptions {
  readonly path: string;
  readonly nowMs: number;
  /** Whether the holder of a lease is known to be gone. */
  readonly isDead: (holder: string) => boolean;
}

/** The embedded store that is about to be replaced, kept from everybody else. */
export interface FormerStore {
  /** It could not be read, so that nothing says whether somebody uses it. */
  readonly wasUnreadable: boolean;
  /** Puts the former files aside and another file in their place. @returns the names of those put aside. */
  replaceBy(draft: string, nowMs: number): Promise<readonly string[]>;
  release(): Promise<void>;
}

/**
 * Takes the store for itself, if nobody else uses it: no run and no process that told of itself lately, on whatever machine, and no
 * handle on this one.
 *
 * @throws Fault `store.in_use`
 */
export async function holdFormerStore(options: HoldOptions): Promise<FormerStore> {
  const { path } = options;
  let store: Database | undefined;
  let wasUnreadable = false;
  if (existsSync(path)) {
    try {
      store = openSqliteAsIs(path, 'change');
      await shutOthersOut(store.db, path);
      await refuseActive(store.db, options);
    } catch (error) {
      if (error instanceof Fault && error.code === 'store.in_use') {
        await store?.close();
        throw error;
      }
      // It may be the very reason for the restore. Its files are put aside as they are.
      wasUnreadable = true;
    }
  }
  const release = async (): Promise<void> => {
    const held = store;
    store = undefined;
    await held?.close();
  };
  return {
    wasUnreadable,
    release,
    async replaceBy(draft, nowMs) {
      // There an open file cannot be renamed.
      if (process.platform === 'win32') await release();
      const stamp = new Date(nowMs).toISOString().replaceAll(':', '-');
      const aside = putAside(path, `${path}.before-restore-${stamp}`);
      renameSync(draft, path);
      syncFolderOf(path);
      return aside;
    },
  };
}

/**
 * Leaving the write-ahead log needs the store alone: it fails while any other handle is open. Who opens the former file from now on
 * waits, and fails when he wants to write to it, since it has another name by then.
 */
async function shutOthersOut(db: Db, path: string): Promise<void> {
  try {
    await sql`pragma journal_mode = delete`.execute(db);
    await sql`begin exclusive`.execute(db);
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))
      throw inUse(`Another process has ${path} open`);
    throw error;
  }
}

async function refuseActive(db: Db, query: HoldOptions): Promise<void> {
  const found = await findAtWork(db, query);
  if (found?.what === 'run') throw inUse(`A run is at work (${found.holder})`);
  if (found !== undefined) throw inUse(`A ${found.what} uses the store (${found.holder})`);
}

function inUse(who: string): Fault {
  return new Fault('store.in_use', `${who}. What it writes would be lost.`);
}

/** The log goes first: beside another store it would be taken for that one's. The store itself keeps both names until it is replaced. */
function putAside(path: string, aside: string): readonly string[] {
  const kept: string[] = [];
  for (const file of filesOf(path).toReversed()) {
    const name = `${aside}${file.slice(path.length)}`;
    if (existsSync(name)) throw new Fault('input.invalid', `${name} exists already.`, { field: 'file' });
    if (file.endsWith('-shm')) {
      // An index of the log, which is made anew from it.
      rmSync(file);
      continue;
    }
    if (file === path) keepBothNames(file, name);
    else renameSync(file, name);
    kept.unshift(name);
  }
  return kept;
}

function keepBothNames(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch {
    // A file system without hard links: for an instant there is no store.
    renameSync(file, name);
  }
}
