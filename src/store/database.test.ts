import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { registerConnection } from './connections.ts';
import { inTransaction, openSqlite } from './database.ts';
import { freshStore, NOW_MS, openUntilEnd, storePath } from './store.testkit.ts';

const run = promisify(execFile);

describe('opening the store', () => {
  test('makes the folder and the file, and what was stored is there when it is opened again', async () => {
    const path = storePath();
    const first = await openSqlite(path);
    await registerConnection(first.db, { name: 'main', settings: { a: 1 }, nowMs: NOW_MS });
    await first.close();
    expect(existsSync(path)).toBe(true);
    const second = await openUntilEnd(path);
    const rows = await second.db.selectFrom('connections').select('name').execute();
    expect(rows).toEqual([{ name: 'main' }]);
  });

  test('writes each commit to disk before it returns', async () => {
    const { db } = await openUntilEnd(storePath());
    const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(db);
    const synchronous = await sql<{ synchronous: number }>`pragma synchronous`.execute(db);
    expect(mode.rows).toEqual([{ journal_mode: 'wal' }]);
    expect(synchronous.rows).toEqual([{ synchronous: 2 }]);
  });

  test('names the path when it cannot be opened', async () => {
    const path = storePath();
    mkdirSync(path, { recursive: true });
    await expect(openSqlite(path)).rejects.toMatchObject({ code: 'store.unusable', field: 'store.sqlite' });
    await expect(openSqlite(path)).rejects.toThrow(path);
  });

  test('refuses a store of a newer program instead of damaging it', async () => {
    const path = storePath();
    const first = await openSqlite(path);
    await sql`insert into schema_migrations (number, name, applied_at) values (99, 'later', 0)`.execute(
      first.db,
    );
    await first.close();
    await expect(openSqlite(path)).rejects.toMatchObject({ code: 'store.unusable' });
  });

  test('two processes that open a new store at once both get the same schema', async () => {
    const path = storePath();
    const program = `import { openSqlite } from ${JSON.stringify(import.meta.resolve('./database.ts'))};
      await (await openSqlite(${JSON.stringify(path)})).close();`;
    const open = () => run(process.execPath, ['--input-type=module', '--eval', program]);
    await Promise.all([open(), open()]);
    const { db } = await openUntilEnd(path);
    const applied = await sql<{ number: number }>`select number from schema_migrations`.execute(db);
    const { rows: expected } = await sql<{ number: number }>`select number from schema_migrations`.execute(
      await freshStore(),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(applied.rows).toEqual(expected);
  });
});

describe('a transaction', () => {
  test('that throws leaves nothing behind', async () => {
    const db = await freshStore();
    const work = inTransaction(db, async (tx) => {
      await registerConnection(tx, { name: 'main', settings: {}, nowMs: NOW_MS });
      throw new Error('in the middle');
    });
    await expect(work).rejects.toThrow('in the middle');
    expect(await db.selectFrom('connections').selectAll().execute()).toEqual([]);
  });

  test('waits for another handle that writes, instead of failing with what it read before', async () => {
    const path = storePath();
    const [one, two] = [await openUntilEnd(path), await openUntilEnd(path)];
    const add = (db: typeof one.db, name: string) =>
      inTransaction(db, async (tx) => {
        const count = await tx.selectFrom('connections').select('id').execute();
        await registerConnection(tx, { name, settings: {}, nowMs: NOW_MS });
        return count.length;
      });
    const counts = [];
    for (let round = 0; round < 5; round += 1) {
      counts.push(await add(one.db, `one-${round}`), await add(two.db, `two-${round}`));
    }
    expect(counts).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('settings of a connection', () => {
  test('are a new version only when they change', async () => {
    const db = await freshStore();
    const register = (settings: unknown) => registerConnection(db, { name: 'main', settings, nowMs: NOW_MS });
    const first = await register({ a: 1 });
    const same = await register({ a: 1 });
    const changed = await register({ a: 2 });
    expect(first).toMatchObject({ settingsVersion: 1, changed: true, previousSettings: undefined });
    expect(same).toMatchObject({ id: first.id, settingsVersion: 1, changed: false });
    expect(changed).toMatchObject({
      id: first.id,
      settingsVersion: 2,
      changed: true,
      previousSettings: '{"a":1}',
    });
  });
});
