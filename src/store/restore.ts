import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../faults/fault.ts';
import type { TrailEvent } from '../trail/chain.ts';
import { flawText } from '../trail/checker.ts';
import { integrityFlaws, listHeads, type NamedHead, STORE, TAKEN } from './backup-facts.ts';
import { type Db, inTransaction, openSqlite, openSqliteAsIs } from './database.ts';
import { filesOf, syncFile } from './durable-files.ts';
import { holdFormerStore } from './former-store.ts';
import { loadMark, saveMark } from './marks.ts';
import { schemaState } from './migrate.ts';
import { appendTrail } from './trail.ts';
import { verifyStoredTrail } from './trail-source.ts';

interface RestoreOptions {
  /** The backup. It is read only. */
  readonly file: string;
  /** Where the embedded store goes. */
  readonly path: string;
  readonly nowMs: number;
  /** Whether the holder of a lease is known to be gone. */
  readonly isDead: (holder: string) => boolean;
  /** Noted for every connection: what its next run has to look for. */
  readonly marks: readonly { readonly name: string; readonly value: string }[];
  /** What the trail is told, with what is known of the backup. */
  readonly event: (backup: CheckedBackup) => TrailEvent;
  /** Only checks the backup; the store may be in use. */
  readonly isRehearsal: boolean;
}

/** A backup that is whole. */
export interface CheckedBackup {
  /** When it was taken; of a plain copy of the files, when its trail was last written. */
  readonly takenAtMs: number;
  /** As it is in the backup; a restore brings it to the newest. */
  readonly schema: number;
  readonly heads: readonly NamedHead[];
  readonly connections: number;
}

export interface Restored extends CheckedBackup {
  /** The former files, under the names that they have now. */
  readonly keptAside: readonly string[];
  /** The former store could not be read, so that nothing says whether somebody uses it. */
  readonly wasUnreadable: boolean;
}

/**
 * Puts a backup in the place of the embedded store. The former files stay beside it. The backup is checked in a copy, and the copy
 * that was checked is what is put there, in one step.
 *
 * @throws Fault `store.in_use`; `store.backup_unusable`; `input.invalid`. Nothing has been changed then.
 */
export async function restoreSqlite(options: RestoreOptions): Promise<Restored> {
  const { path, nowMs, isDead, isRehearsal } = options;
  const draft = `${path}.${randomUUID()}.tmp`;
  const former = isRehearsal ? undefined : await holdFormerStore({ path, nowMs, isDead });
  try {
    await copyIn(resolve(options.file), draft);
    const checked = await prepare(draft, options);
    syncFile(draft);
    const keptAside = (await former?.replaceBy(draft, nowMs)) ?? [];
    return { ...checked, keptAside, wasUnreadable: former?.wasUnreadable ?? false };
  } finally {
    await former?.release();
    for (const left of filesOf(draft)) rmSync(left, { force: true });
  }
}

/** A file that was put aside may have commits in the log beside it. */
async function copyIn(file: string, draft: string): Promise<void> {
  try {
    for (const suffix of ['', '-wal'])
      if (suffix === '' || existsSync(`${file}${suffix}`))
        await pipeline(
          createReadStream(`${file}${suffix}`),
          createWriteStream(`${draft}${suffix}`, { flags: 'wx', mode: 0o600 }),
        );
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new Fault('input.invalid', `${file} cannot be copied to ${draft} (${why}).`, {
      cause,
      field: 'file',
    });
  }
}

async function prepare(draft: string, options: RestoreOptions): Promise<CheckedBackup> {
  try {
    const schema = await checkFile(draft);
    const store = await openSqlite(draft);
    try {
      await checkTrails(store.db);
      return await adapt(store.db, schema, options);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const because = error instanceof Unusable ? error.message : `it cannot be read (${error.message})`;
    throw new Fault('store.backup_unusable', `${options.file} cannot be restored: ${because}.`, {
      cause: error,
      field: 'file',
    });
  }
}

/** Why a file is no backup that can be used, as the end of a sentence. */
class Unusable extends Error {}

/** @returns its schema. */
async function checkFile(draft: string): Promise<number> {
  const store = openSqliteAsIs(draft, 'change');
  try {
    const flaws = await integrityFlaws(store.db);
    if (flaws.length > 0) throw new Unusable(`it is damaged: ${flaws.join('; ')}`);
    const { applied, newest } = await schemaState(store.db).catch((cause: unknown) => {
      throw new Unusable('it holds no store of ml-connector', { cause });
    });
    if (applied > newest)
      throw new Unusable(`it has schema ${applied}, made by a newer program; this one knows ${newest}`);
    return applied;
  } finally {
    await store.close();
  }
}

async function checkTrails(db: Db): Promise<void> {
  for (const head of await listHeads(db)) {
    const { flaw } = await verifyStoredTrail(db, head.chain);
    if (flaw !== undefined)
      throw new Unusable(`the trail of ${head.connection} is damaged. ${flawText(flaw).replace(/\.$/, '')}`);
  }
}

/** What was true of that time alone is taken out, and what has to be looked for is noted. */
async function adapt(
  db: Db,
  schema: number,
  { marks, event, nowMs }: RestoreOptions,
): Promise<CheckedBackup> {
  const heads = await listHeads(db);
  const ids = (await db.selectFrom('connections').select('id').execute()).map(({ id }) => id);
  const taken = await loadMark(db, STORE, TAKEN);
  const takenAtMs = taken === undefined ? await lastWrittenMs(db) : Number(taken);
  const checked = { takenAtMs, schema, heads, connections: ids.length };
  await inTransaction(db, async (tx) => {
    for (const table of ['processes', 'sessions', 'sign_in_tickets', 'oidc_flows'] as const)
      await tx.deleteFrom(table).execute();
    await tx.deleteFrom('marks').where('connection_id', '=', STORE).where('name', '=', TAKEN).execute();
    for (const id of ids) for (const mark of marks) await saveMark(tx, id, { ...mark, nowMs });
    await appendTrail(tx, 'system', [event(checked)]);
  });
  return checked;
}

async function lastWrittenMs(db: Db): Promise<number> {
  const { at } = await db
    .selectFrom('trail_heads')
    .select((eb) => eb.fn.max('latest_at').as('at'))
    .executeTakeFirstOrThrow();
  return Number(at ?? 0);
}
