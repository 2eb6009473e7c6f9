import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { backUpSqlite } from './backup.ts';
import { type Db, inTransaction, openSqlite } from './database.ts';
import { loadMark, saveMark } from './marks.ts';
import { noteProcess } from './processes.ts';
import { restoreSqlite } from './restore.ts';
import { NOW_MS, openUntilEnd, startedRun, storePath } from './store.testkit.ts';
import { tamper, trailEvent, wholeTrail } from './trail.testkit.ts';
import { appendTrail } from './trail.ts';
import { verifyStoredTrail } from './trail-source.ts';

const LATER_MS = NOW_MS + 3_600_000;
const MARK = { name: 'look', value: 'due' };

/** A store that says `then`, a backup of it, and what came later; closed, as after a stop. */
async function place(later: (db: Db, connectionId: string) => Promise<unknown> = async () => undefined) {
  const path = storePath();
  const store = await openSqlite(path);
  const { db } = store;
  const { connectionId } = await startedRun(db);
  await note(db, connectionId, 'then');
  const backup = `${path}.backup`;
  await backUpSqlite({
    path,
    file: backup,
    nowMs: NOW_MS,
    event: trailEvent({ action: 'store.backed_up' }),
    signal: new AbortController().signal,
  });
  await note(db, connectionId, 'later');
  await later(db, connectionId);
  await store.close();
  return { path, backup, connectionId };
}

async function note(db: Db, connectionId: string, value: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    await saveMark(tx, connectionId, { name: 'said', value, nowMs: NOW_MS });
    await appendTrail(tx, connectionId, [trailEvent({ action: value })]);
  });
}

const restore = (
  { path, backup }: { path: string; backup: string },
  own: Partial<Parameters<typeof restoreSqlite>[0]> = {},
) =>
  restoreSqlite({
    file: backup,
    path,
    nowMs: LATER_MS,
    isDead: () => true,
    marks: [MARK],
    event: ({ takenAtMs }) => trailEvent({ action: 'store.restored', data: { takenAtMs } }),
    isRehearsal: false,
    ...own,
  });

/** Names of all files beside the store. */
const files = (path: string): readonly string[] => readdirSync(dirname(path)).toSorted();

describe('a restore', () => {
  test('brings back what was then, keeps the former store beside it, and notes what to look for', async () => {
    const there = await place((db) => noteProcess(db, { ...PROCESS, pid: 1 }, LATER_MS));
    const { path, connectionId } = there;
    const done = await restore(there);
    expect(done).toMatchObject({ takenAtMs: NOW_MS, connections: 1, wasUnreadable: false });
    const { db } = await openUntilEnd(path);
    expect(await loadMark(db, connectionId, 'said')).toBe('then');
    expect(await loadMark(db, connectionId, MARK.name)).toBe(MARK.value);
    const [told] = await wholeTrail(db, 'system');
    expect(told).toMatchObject({ action: 'store.restored', data: `{"takenAtMs":${NOW_MS}}` });
    for (const chain of [connectionId, 'system'])
      expect((await verifyStoredTrail(db, chain)).flaw).toBeUndefined();
    const [aside = ''] = done.keptAside;
    expect(done.keptAside).toHaveLength(1);
    expect(basename(aside)).toMatch(/^store\.db\.before-restore-2027-01-15T/);
    const former = await openUntilEnd(aside);
    expect(await loadMark(former.db, connectionId, 'said')).toBe('later');
    for (const file of [path, aside]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('of the store that was put aside takes the restore back', async () => {
    const there = await place();
    const { keptAside } = await restore(there);
    await restore({ path: there.path, backup: keptAside[0] ?? '' }, { nowMs: LATER_MS + 1 });
    const { db } = await openUntilEnd(there.path);
    expect(await loadMark(db, there.connectionId, 'said')).toBe('later');
  });

  test('ends sessions and forgets processes of that time', async () => {
    const there = await place();
    const copy = await openSqlite(there.backup);
    await noteProcess(copy.db, PROCESS, NOW_MS);
    const session = {
      id: 's1',
      token_hash: 'h',
      user_id: 'u1',
      method: 'password',
      created_at: NOW_MS,
      last_seen_at: NOW_MS,
      expires_at: LATER_MS * 2,
      reauthenticated_at: NOW_MS,
      address: '',
      agent: '',
    };
    await sql`pragma foreign_keys = off`.execute(copy.db);
    await copy.db.insertInto('sessions').values(session).execute();
    await copy.close();
    await restore(there);
    const { db } = await openUntilEnd(there.path);
    expect(await db.selectFrom('sessions').select('id').execute()).toEqual([]);
    expect(await db.selectFrom('processes').select('id').execute()).toEqual([]);
  });

  test('that is rehearsed checks the backup beside a server at work, and changes nothing', async () => {
    const there = await place();
    await openUntilEnd(there.path);
    const before = files(there.path);
    expect(await restore(there, { isRehearsal: true })).toMatchObject({ takenAtMs: NOW_MS, keptAside: [] });
    expect(files(there.path)).toEqual(before);
  });

  test('puts a store that cannot be read aside with its log, and says so', async () => {
    const there = await place();
    writeFileSync(there.path, 'no database any more');
    writeFileSync(`${there.path}-wal`, 'log');
    const { keptAside, wasUnreadable } = await restore(there);
    expect(wasUnreadable).toBe(true);
    expect(keptAside.map((file) => readFileSync(file, 'utf8'))).toEqual(['no database any more', 'log']);
    const { db } = await openUntilEnd(there.path);
    expect(await loadMark(db, there.connectionId, 'said')).toBe('then');
  });
});

const PROCESS = {
  id: 'p1',
  role: 'serve',
  host: 'elsewhere',
  pid: 7,
  version: '1',
  startedAtMs: NOW_MS,
} as const;

describe('a restore is refused', () => {
  test('while a handle on the store is open', async () => {
    const there = await place();
    const server = await openUntilEnd(there.path);
    await expect(restore(there)).rejects.toMatchObject({ code: 'store.in_use' });
    expect(await loadMark(server.db, there.connectionId, 'said')).toBe('later');
    await note(server.db, there.connectionId, 'still at work');
  });

  test('while a run elsewhere holds its lease, or a process elsewhere told of itself lately', async () => {
    const leased = await place();
    const lives = { isDead: () => false, nowMs: NOW_MS + 1_000 };
    await expect(restore(leased, lives)).rejects.toThrow('A run is at work (here:1)');
    const served = await place((db) => noteProcess(db, PROCESS, LATER_MS));
    await expect(restore(served, { isDead: () => false })).rejects.toThrow(
      'A serve uses the store (elsewhere:7)',
    );
    expect(await restore(served, { isDead: () => false, nowMs: LATER_MS + 61_000 })).toMatchObject({
      wasUnreadable: false,
    });
  });

  test.each<[string, (backup: string) => Promise<void>, RegExp]>([
    ['that is no database', async (file) => writeFileSync(file, 'x'.repeat(9_000)), /cannot be read/],
    ['that is empty', async (file) => writeFileSync(file, ''), /holds no store of ml-connector/],
    [
      'whose end is missing',
      async (file) => writeFileSync(file, readFileSync(file).subarray(0, 200_000)),
      /damaged|cannot be read/,
    ],
    [
      'of a newer program',
      (file) =>
        changed(file, async (db) => {
          await sql`insert into schema_migrations (number, name, applied_at) values (99, 'later', 0)`.execute(
            db,
          );
        }),
      /schema 99, made by a newer program/,
    ],
    [
      'whose trail was changed',
      (file) =>
        changed(file, async (db) => {
          const { id } = await db.selectFrom('connections').select('id').executeTakeFirstOrThrow();
          await tamper(db, id, (rows) => rows.map((row) => ({ ...row, actor: 'nobody' })));
        }),
      /the trail of main is damaged/,
    ],
  ])('with a backup %s, and the store stays as it is', async (_, damage, says) => {
    const there = await place();
    await damage(there.backup);
    const before = files(there.path);
    await expect(restore(there)).rejects.toMatchObject({
      code: 'store.backup_unusable',
      message: expect.stringMatching(says),
    });
    expect(files(there.path)).toEqual(before);
    const { db } = await openUntilEnd(there.path);
    expect(await loadMark(db, there.connectionId, 'said')).toBe('later');
  });
});

async function changed(file: string, change: (db: Db) => Promise<void>): Promise<void> {
  const store = await openSqlite(file);
  await change(store.db);
  await store.close();
}

test.skipIf(process.platform === 'win32')(
  'a process that opens the store in the very moment of a restore writes nothing to the former one',
  async () => {
    const there = await place();
    let late: BetterSqlite.Database | undefined;
    const isDead = (): boolean => {
      // Asked while the store is held.
      late ??= new BetterSqlite(there.path);
      return true;
    };
    await restore(there, { isDead, nowMs: NOW_MS + 1_000 });
    expect(() => late?.pragma('journal_mode = WAL')).toThrow(/readonly/);
    late?.close();
  },
);
