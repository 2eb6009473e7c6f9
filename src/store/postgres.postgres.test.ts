import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../faults/fault.ts';
import { registerConnection } from './connections.ts';
import { type Database, inTransaction } from './database.ts';
import { openPostgres, serverProblem } from './postgres.ts';
import { administer, createDatabase, testServer, urlOf } from './postgres-server.testkit.ts';
import { freshDatabase, freshStore, NOW_MS, startedRun } from './store.testkit.ts';

const run = promisify(execFile);

function server() {
  const found = testServer();
  if (found === undefined) throw new Error('These tests need PostgreSQL.');
  return found;
}

/** A database with a store or, of `template0`, with nothing. */
async function freshUrl(template?: string): Promise<string> {
  const { url, drop } = await createDatabase(server(), template);
  onTestFinished(drop);
  return url;
}

async function opened(url: string): Promise<Database> {
  const database = await openPostgres(url, { poolMax: 3, field: 'store.postgres' });
  onTestFinished(() => database.close());
  return database;
}

async function refusalOf(url: string): Promise<Fault> {
  return openPostgres(url, { poolMax: 3, field: 'store.postgres' }).then(
    () => Promise.reject(new Error('It was opened.')),
    // Checked by each caller.
    (error: Fault) => error,
  );
}

const setting = async (database: Database, name: string): Promise<string | undefined> =>
  (await sql<{ value: string }>`select current_setting(${name}) as value`.execute(database.db)).rows[0]
    ?.value;

describe('opening a store in PostgreSQL', () => {
  test('makes the schema, and what was stored is there when it is opened again', async () => {
    const url = await freshUrl('template0');
    const first = await openPostgres(url, { poolMax: 2, field: 'store.postgres' });
    await registerConnection(first.db, { name: 'main', settings: { a: 1 }, nowMs: NOW_MS });
    await first.close();
    const { db } = await opened(url);
    expect(await db.selectFrom('connections').select('name').execute()).toEqual([{ name: 'main' }]);
  });

  test('by several processes at once gives all of them the same schema', async () => {
    const url = await freshUrl('template0');
    const program = `import { openPostgres } from ${JSON.stringify(import.meta.resolve('./postgres.ts'))};
      await (await openPostgres(${JSON.stringify(url)}, { poolMax: 2, field: 'test' })).close();`;
    const open = () => run(process.execPath, ['--input-type=module', '--eval', program]);
    await Promise.all([open(), open(), open()]);
    const { db } = await opened(url);
    const applied = await sql<{
      number: number;
    }>`select number from schema_migrations order by number`.execute(db);
    const numbers = applied.rows.map((each) => each.number);
    expect(numbers).toContain(1);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('refuses a store of a newer program instead of damaging it', async () => {
    const url = await freshUrl();
    const { db } = await opened(url);
    await sql`insert into schema_migrations (number, name, applied_at) values (9999, 'later', 0)`.execute(db);
    expect(await refusalOf(url)).toMatchObject({ code: 'store.unusable' });
  });

  test('bounds how long a statement and an idle transaction last, and lets no commit return early', async () => {
    const database = await freshDatabase();
    expect(await setting(database, 'statement_timeout')).toBe('2min');
    expect(await setting(database, 'idle_in_transaction_session_timeout')).toBe('15s');
    expect(await setting(database, 'default_transaction_isolation')).toBe('read committed');
    expect(await setting(database, 'synchronous_commit')).toBe('on');
    expect(await setting(database, 'application_name')).toBe('ml-connector');
  });

  test('makes commits durable also where the server does not by itself', async () => {
    const url = await freshUrl();
    const name = new URL(url).pathname.slice(1);
    await administer(server(), `alter database ${name} set synchronous_commit = off`);
    expect(await setting(await opened(url), 'synchronous_commit')).toBe('on');
  });
});

describe('a PostgreSQL database that cannot be used is named, with the reason:', () => {
  test('nothing listens there', async () => {
    const fault = await refusalOf('postgres://anna:s3cret@127.0.0.1:1/connector');
    expect(fault).toMatchObject({ code: 'store.unusable', field: 'store.postgres' });
    expect(fault.message).toBe(
      'The database "connector" on 127.0.0.1:1 as user "anna" cannot be used: nothing listens there.',
    );
  });

  test('no such host', async () => {
    const fault = await refusalOf('postgres://anna:s3cret@nowhere.invalid/connector');
    expect(fault).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('no such host is known'),
    });
  });

  test('a wrong password, which is not told', async () => {
    const { port } = server();
    await administer(
      server(),
      `do $$ begin create role guarded login password 'right'; exception when duplicate_object then null; end $$`,
    );
    const fault = await refusalOf(`postgres://guarded:wr0ng@127.0.0.1:${port}/postgres`);
    expect(fault).toMatchObject({ code: 'store.unusable' });
    expect(fault.message).toMatch(/refuses the user or the password/);
    expect(JSON.stringify([fault.message, fault.stack, String(fault.cause)])).not.toContain('wr0ng');
  });

  test('no password where one is asked for', async () => {
    const fault = await refusalOf(`postgres://postgres@127.0.0.1:${server().port}/postgres`);
    expect(fault).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('asks for a password'),
    });
  });

  test('no database of that name', async () => {
    const fault = await refusalOf(urlOf(server(), 'nowhere'));
    expect(fault).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('create it first'),
    });
  });

  test('a user who may not create tables', async () => {
    const url = new URL(await freshUrl('template0'));
    await administer(
      server(),
      `do $$ begin create role reader login; exception when duplicate_object then null; end $$`,
    );
    url.username = 'reader';
    expect(await refusalOf(url.href)).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('may not create tables'),
    });
  });

  test('a server without encryption where it is asked for', async () => {
    const fault = await refusalOf(`postgres://anna@127.0.0.1:${server().port}/postgres?sslmode=require`);
    expect(fault).toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('no encryption'),
    });
  });

  test.each([
    [{ version: 130_012, encoding: 'UTF8', standby: false, copying: false }, /PostgreSQL 13; 14 or later/],
    [{ version: 160_001, encoding: 'LATIN1', standby: false, copying: false }, /encoding is LATIN1/],
    [{ version: 160_001, encoding: 'UTF8', standby: true, copying: false }, /standby/],
  ])('a server of %o', (facts, reason) => {
    expect(serverProblem(facts)).toMatch(reason);
  });

  test('and one that fits is not refused', () => {
    expect(
      serverProblem({ version: 140_000, encoding: 'UTF8', standby: false, copying: false }),
    ).toBeUndefined();
  });
});

describe('a PostgreSQL store that goes away', () => {
  /** Ends all connections of the store but the one that asks. */
  const cutOff = (database: Database) =>
    administer(
      server(),
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ml-connector'
        and datname = '${databaseOf(database)}'`,
    );
  const names = new Map<Database, string>();
  const databaseOf = (database: Database): string => names.get(database) ?? '';
  const openNamed = async (): Promise<Database> => {
    const url = await freshUrl();
    const database = await opened(url);
    names.set(database, new URL(url).pathname.slice(1));
    return database;
  };

  test('between two uses is connected to again', async () => {
    const database = await openNamed();
    await database.db.selectFrom('connections').selectAll().execute();
    await cutOff(database);
    await expect
      .poll(() =>
        database.db
          .selectFrom('connections')
          .selectAll()
          .execute()
          .catch(() => undefined),
      )
      .toEqual([]);
  });

  test('in the middle of a transaction stores nothing of it, says so, and does not end the process', async () => {
    const database = await openNamed();
    const work = inTransaction(database.db, async (tx) => {
      await registerConnection(tx, { name: 'main', settings: {}, nowMs: NOW_MS });
      await cutOff(database);
      await registerConnection(tx, { name: 'second', settings: {}, nowMs: NOW_MS });
    });
    await expect(work).rejects.toMatchObject({ code: 'store.unavailable', kind: 'retry' });
    expect(await database.db.selectFrom('connections').selectAll().execute()).toEqual([]);
  });
});

describe('transactions in PostgreSQL', () => {
  test('that wait for each other in a circle are done one after the other', async () => {
    const db = await freshStore();
    await startedRun(db, { name: 'a', runId: 'a' });
    await startedRun(db, { name: 'b', runId: 'b' });
    const reached = new Set<string>();
    const touch = (first: string, second: string) =>
      inTransaction(db, async (tx) => {
        const add = (id: string) =>
          tx
            .updateTable('runs')
            .set((eb) => ({ settings_version: eb('settings_version', '+', 1) }))
            .where('id', '=', id)
            .execute();
        await add(first);
        reached.add(first);
        await expect.poll(() => reached.size).toBe(2);
        await add(second);
      });
    await Promise.all([touch('a', 'b'), touch('b', 'a')]);
    const rows = await db.selectFrom('runs').select('settings_version').execute();
    expect(rows).toEqual([{ settings_version: 3 }, { settings_version: 3 }]);
  });

  test('that are broken up again and again give up', async () => {
    const db = await freshStore();
    let tries = 0;
    const work = inTransaction(db, async (tx) => {
      tries += 1;
      await sql`do $$ begin raise exception 'no' using errcode = '40001'; end $$`.execute(tx);
    });
    await expect(work).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(tries).toBe(5);
  });
});

describe('numbers in PostgreSQL', () => {
  test('are numbers where they are whole and safe', async () => {
    const db = await freshStore();
    const { rows } =
      await sql`select 9007199254740991::bigint as large, count(*) as count, sum(2::bigint) as sum`.execute(
        db,
      );
    expect(rows).toEqual([{ large: Number.MAX_SAFE_INTEGER, count: 1, sum: 2 }]);
  });

  test('that a number of JavaScript cannot hold are refused, never rounded', async () => {
    const db = await freshStore();
    const read = sql`select 9007199254740993::bigint as large`.execute(db);
    await expect(read).rejects.toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('9007199254740993'),
    });
    // The connection is as good as before.
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  });
});
