import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { Fault } from '../faults/fault.ts';
import { makeAnchor } from '../trail/anchor.ts';
import type { TrailEvent } from '../trail/chain.ts';
import { integrityFlaws, listHeads, type NamedHead, STORE, TAKEN } from './backup-facts.ts';
import { inTransaction, openSqliteAsIs } from './database.ts';
import { filesOf, giveName, syncFile } from './durable-files.ts';
import { saveMark } from './marks.ts';
import { schemaState } from './migrate.ts';
import { appendTrail } from './trail.ts';

/** Pages of 4 KiB that are copied in one go; between two of them a signal is heard. */
const PAGES = 5_000;

interface BackUpOptions {
  /** The embedded store. It may be in use. */
  readonly path: string;
  /** Where the backup goes; must not exist. */
  readonly file: string;
  readonly nowMs: number;
  /** What the trail of the store is told. */
  readonly event: TrailEvent;
  readonly signal: AbortSignal;
}

export interface BackedUp {
  readonly file: string;
  /** The ends of the trail as they are in the backup, one anchor a line. */
  readonly anchorFile: string;
  readonly bytes: number;
  readonly schema: number;
  readonly heads: readonly NamedHead[];
  /** False: the store has an older schema than this program, so its trail was left alone. */
  readonly isNoted: boolean;
}

/**
 * Copies the embedded store as it is at one moment, while others read and write it. The copy gets its name when it has been checked
 * whole and is on disk. The master key is not in it.
 *
 * @throws Fault `input.invalid` where the file exists or cannot be written; `store.unusable` where the store is damaged.
 */
export async function backUpSqlite(options: BackUpOptions): Promise<BackedUp> {
  const { path, nowMs } = options;
  const file = resolve(options.file);
  const anchorFile = `${file}.anchor.jsonl`;
  refuseTaken(file);
  refuseTaken(anchorFile);
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    takeName(draft, file);
    await copyAtOneMoment(path, draft, options.signal);
    const facts = await finish(draft, options);
    syncFile(draft);
    giveName(draft, file);
    const at = new Date(nowMs).toISOString();
    const anchors = facts.heads.map((head) => JSON.stringify(makeAnchor({ ...head, at }, undefined)));
    writeFileSync(anchorFile, `${anchors.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
    const isNoted = await note(options);
    return { file, anchorFile, bytes: statSync(file).size, ...facts, isNoted };
  } catch (cause) {
    if (!(cause instanceof BetterSqlite.SqliteError)) throw cause;
    throw damaged(path, cause.message, cause);
  } finally {
    for (const left of filesOf(draft)) rmSync(left, { force: true });
  }
}

function refuseTaken(file: string): void {
  if (!existsSync(file)) return;
  throw new Fault('input.invalid', `${file} exists already, and a backup never overwrites anything.`, {
    field: 'file',
  });
}

/** With the rights of the backup from its first byte on. */
function takeName(draft: string, file: string): void {
  try {
    closeSync(openSync(draft, 'wx', 0o600));
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new Fault('input.invalid', `${file} cannot be written (${why}).`, { cause, field: 'file' });
  }
}

async function copyAtOneMoment(path: string, draft: string, signal: AbortSignal): Promise<void> {
  const source = new BetterSqlite(path, { fileMustExist: true });
  try {
    source.pragma('busy_timeout = 15000');
    // A read that lasts keeps this moment for the whole copy. Without it the copy would begin anew with every commit of the others.
    source.exec('begin');
    source.prepare('select count(*) from sqlite_master').get();
    await source.backup(draft, {
      progress: () => {
        signal.throwIfAborted();
        return PAGES;
      },
    });
  } finally {
    source.close();
  }
}

/** Makes one file of the copy, checks all of it, and notes in it when it was taken. */
async function finish(
  draft: string,
  { path, nowMs }: BackUpOptions,
): Promise<Pick<BackedUp, 'schema' | 'heads'>> {
  const copy = openSqliteAsIs(draft, 'change');
  try {
    const { db } = copy;
    await sql`pragma journal_mode = delete`.execute(db);
    const flaws = await integrityFlaws(db);
    if (flaws.length > 0) throw damaged(path, flaws.join('; '));
    await saveMark(db, STORE, { name: TAKEN, value: String(nowMs), nowMs });
    return { schema: (await schemaState(db)).applied, heads: await listHeads(db) };
  } finally {
    await copy.close();
  }
}

/** Who took a copy of everything out of the house stands in the trail. */
async function note({ path, event }: BackUpOptions): Promise<boolean> {
  const store = openSqliteAsIs(path, 'change');
  try {
    const { applied, newest } = await schemaState(store.db);
    if (applied !== newest) return false;
    await inTransaction(store.db, (tx) => appendTrail(tx, 'system', [event]));
    return true;
  } finally {
    await store.close();
  }
}

function damaged(path: string, why: string, cause?: unknown): Fault {
  return new Fault(
    'store.unusable',
    `No backup was made, since the store ${path} cannot be copied whole: ${why}.`,
    {
      cause,
      field: 'store.sqlite',
    },
  );
}
