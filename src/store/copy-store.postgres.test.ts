import { sql } from 'kysely';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { TrailEvent } from '../trail/chain.ts';
import { copyStore, previewCopy } from './copy-store.ts';
import type { Database, Db } from './database.ts';
import { saveSentIntents } from './intents.ts';
import { saveMark } from './marks.ts';
import { openPostgres } from './postgres.ts';
import { createDatabase, testServer } from './postgres-server.testkit.ts';
import { releaseLease } from './runs.ts';
import { NOW_MS, openUntilEnd, startedRun, storePath } from './store.testkit.ts';
import { appendTrail, listTrail } from './trail.ts';

const EVENT: TrailEvent = {
  at: NOW_MS,
  actor: 'cli:anna',
  origin: 'desk',
  action: 'store.copied',
  flow: null,
  recordKey: null,
  runId: null,
  settingsVersion: null,
  cin7Id: null,
  data: { from: 'store.db' },
};

let path: string;
let source: Database;
let url: string;
let target: Database;

const openTarget = async (isCopied = true): Promise<Database> => {
  const database = await openPostgres(url, { poolMax: 3, field: '--to', isCopied });
  onTestFinished(() => database.close());
  return database;
};

beforeEach(async () => {
  path = storePath();
  source = await openUntilEnd(path);
  const server = testServer();
  if (server === undefined) throw new Error('These tests need PostgreSQL.');
  const made = await createDatabase(server);
  url = made.url;
  onTestFinished(made.drop);
  target = await openTarget();
});

const options = () => ({ source, target, nowMs: NOW_MS + 3_600_000, isDead: () => false, event: EVENT });
const copy = () => copyStore(options());

/** Puts rows into every table there is, whatever it is for: those that are made later as well. */
async function fillEveryTable(db: Db): Promise<readonly string[]> {
  await sql`pragma foreign_keys = off`.execute(db);
  const tables = (await db.introspection.getTables()).filter(({ name }) => name !== 'schema_migrations');
  for (const { name, columns } of tables) {
    for (const number of [1, 2, 3]) {
      const values = columns.map((column) =>
        /text/i.test(column.dataType) ? sql`${`row ${number} \u{1F600} é`}` : sql`${number}`,
      );
      const names = columns.map((column) => sql.ref(column.name));
      await sql`insert into ${sql.table(name)} (${sql.join(names)}) values (${sql.join(values)})`.execute(db);
    }
  }
  expect((await sql`pragma foreign_key_check`.execute(db)).rows).toEqual([]);
  return tables.map(({ name }) => name);
}

async function rowsOf(db: Db, table: string): Promise<readonly string[]> {
  const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(db);
  return rows
    .map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .toSorted();
}

async function tablesOf(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{
    tablename: string;
  }>`select tablename from pg_tables where schemaname = 'public'`.execute(db);
  return rows.map(({ tablename }) => tablename).filter((name) => name !== 'schema_migrations');
}

describe('a copy of an embedded store', () => {
  test('has every row of every table that either database knows', async () => {
    const filled = await fillEveryTable(source.db);
    const before = new Map<string, readonly string[]>();
    for (const table of filled) before.set(table, await rowsOf(source.db, table));
    const { tables } = await copy();
    expect(tables.map(({ table }) => table).toSorted()).toEqual((await tablesOf(target.db)).toSorted());
    for (const [table, rows] of before) {
      expect([table, rows.length]).toEqual([table, 3]);
      // The end of the copy is told in the trail.
      const own = (await rowsOf(target.db, table)).filter((row) => !row.includes('"system"'));
      expect([table, own]).toEqual([table, rows]);
      expect([table, await rowsOf(source.db, table)]).toEqual([table, rows]);
    }
  });

  test('is told in its trail, whose chains are verified', async () => {
    await startedRun(source.db).then((run) => releaseLease(source.db, run));
    await appendTrail(source.db, 'system', [EVENT, EVENT]);
    const { chains } = await copy();
    expect(chains).toMatchObject([{ chain: 'system', verdict: { flaw: undefined, entries: 2 } }]);
    const trail = await listTrail(target.db, { chain: 'system', afterSeq: 0, limit: 10 });
    expect(trail.map((entry) => entry.action)).toEqual(['store.copied', 'store.copied', 'store.copied']);
  });

  test('tells of a trail that was damaged before', async () => {
    await appendTrail(source.db, 'system', [EVENT, EVENT]);
    await source.db.updateTable('trail').set({ actor: 'forger' }).where('seq', '=', 2).execute();
    const { chains } = await copy();
    expect(chains).toMatchObject([{ chain: 'system', verdict: { flaw: { seq: 2, problem: 'changed' } } }]);
  });

  test('goes on counting where the embedded store stood, also where its last rows are gone', async () => {
    const run = await startedRun(source.db);
    const intent = (recordKey: string) => ({
      recordKey,
      action: 'create' as const,
      state: 'sent' as const,
      label: '',
      fingerprint: '',
      payload: '{}',
      cin7Id: null,
      cin7Number: null,
      sentAtMs: NOW_MS,
    });
    await saveSentIntents(source.db, run, 'suppliers', ['1', '2', '3'].map(intent));
    await source.db.deleteFrom('intents').where('record_key', '<>', '1').execute();
    await copy();
    await saveSentIntents(target.db, run, 'suppliers', [intent('4')]);
    const ids = await target.db.selectFrom('intents').select('id').orderBy('id').execute();
    expect(ids).toEqual([{ id: 1 }, { id: 4 }]);
  });

  test('can be looked at before, without a word written', async () => {
    await saveMark(source.db, 'c', { name: 'a', value: '1', nowMs: NOW_MS });
    const counted = await previewCopy(options());
    expect(counted).toContainEqual({ table: 'marks', rows: 1 });
    expect(await target.db.selectFrom('marks').selectAll().execute()).toEqual([]);
    await expect(openTarget(false)).resolves.toBeDefined();
  });

  test('holds everybody off who would write to the embedded store meanwhile', async () => {
    const second = await openUntilEnd(path);
    await sql`pragma busy_timeout = 0`.execute(second.db);
    const write = () => saveMark(second.db, 'c', { name: 'a', value: '1', nowMs: NOW_MS });
    const attempts: Promise<string>[] = [];
    const attempt = (): Promise<string> =>
      write().then(
        () => 'written',
        (error: unknown) => String(error),
      );
    await copyStore({ ...options(), report: () => void attempts.push(attempt()) });
    const refused = await Promise.all(attempts);
    expect(refused.length).toBeGreaterThan(10);
    expect(refused.filter((each) => !each.includes('locked'))).toEqual([]);
    await write();
  });
});

describe('a copy is refused', () => {
  test('while a run is at work', async () => {
    await startedRun(source.db, { nowMs: NOW_MS + 3_599_000 });
    await expect(copy()).rejects.toMatchObject({
      code: 'run.busy',
      message: expect.stringContaining('here:1'),
    });
    expect((await copyStore({ ...options(), isDead: () => true })).tables.length).toBeGreaterThan(10);
  });

  test('while a server uses the embedded store', async () => {
    const process = { id: 'p', role: 'serve', host: 'here', pid: 7, version: '1', started_at: NOW_MS };
    await source.db
      .insertInto('processes')
      .values({ ...process, seen_at: NOW_MS + 3_590_000 })
      .execute();
    await expect(copy()).rejects.toMatchObject({
      code: 'run.busy',
      message: expect.stringContaining('here:7'),
    });
  });

  test('into a database that holds a store, which stays as it was', async () => {
    await saveMark(target.db, 'c', { name: 'a', value: '1', nowMs: NOW_MS });
    await expect(copy()).rejects.toMatchObject({
      code: 'store.not_empty',
      message: expect.stringContaining('marks'),
    });
    await expect(openTarget(false)).resolves.toBeDefined();
  });

  test('twice', async () => {
    await saveMark(source.db, 'c', { name: 'a', value: '1', nowMs: NOW_MS });
    await copy();
    await expect(copy()).rejects.toMatchObject({ code: 'store.not_empty' });
  });

  test('beside another copy', async () => {
    const second = copyStore({
      ...options(),
      target: await openTarget(),
      source: await openUntilEnd(storePath()),
    });
    const [one, two] = await Promise.allSettled([copy(), second]);
    expect([one.status, two.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('where a text holds what PostgreSQL does not store, naming the row', async () => {
    await saveMark(source.db, 'c', { name: 'bad', value: 'a\0b', nowMs: NOW_MS });
    await expect(copy()).rejects.toThrow(
      'Column value of marks holds the character U+0000, which PostgreSQL does not store (row "c", "bad").',
    );
  });
});

describe('a copy that is broken off', () => {
  const breakOff = async () => {
    await saveMark(source.db, 'c', { name: 'a', value: '1', nowMs: NOW_MS });
    await sql`create function garble() returns trigger language plpgsql as $$ begin new.value := 'x'; return new; end $$`.execute(
      target.db,
    );
    await sql`create trigger garble before insert on marks for each row execute function garble()`.execute(
      target.db,
    );
    await expect(copy()).rejects.toMatchObject({
      code: 'store.copy_differs',
      message: expect.stringContaining('marks'),
    });
    await sql`drop trigger garble on marks`.execute(target.db);
  };

  test('because a row came back changed leaves a database that nobody opens by mistake', async () => {
    await breakOff();
    await expect(openTarget(false)).rejects.toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('run migrate-store again'),
    });
  });

  test('is done anew, and can be opened then', async () => {
    await breakOff();
    await copy();
    const { db } = await openTarget(false);
    expect(await db.selectFrom('marks').select('value').execute()).toEqual([{ value: '1' }]);
  });
});
