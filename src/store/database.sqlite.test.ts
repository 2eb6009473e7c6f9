import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { registerConnection } from './connections.ts';
import { openSqlite } from './database.ts';
import { NOW_MS, openUntilEnd, storePath } from './store.testkit.ts';

const run = promisify(execFile);

describe('opening the embedded store', () => {
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
      (await openUntilEnd(':memory:')).db,
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(applied.rows).toEqual(expected);
  });
});
