import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { Kysely, SqliteDialect, type Transaction } from 'kysely';
import { Fault } from '../faults/fault.ts';
import { migrate } from './migrate.ts';
import { isConflict } from './postgres-errors.ts';
import type { Schema } from './schema.ts';

export type Dialect = 'sqlite' | 'postgres';

/** A query handle: the database itself or a transaction of it. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

export interface Database {
  readonly db: Db;
  readonly dialect: Dialect;
  close(): Promise<void>;
}

/**
 * Opens the embedded store, creating or migrating it. `:memory:` gives a throw-away one.
 *
 * WAL with `synchronous=FULL`: a commit is on disk before the statement returns, which invariants 1 to 3 rest on. A store that is made
 * here may be read by its owner alone; the files that SQLite keeps beside it get the rights of the store.
 */
export async function openSqlite(path: string): Promise<Database> {
  const sqlite = openFile(path);
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('busy_timeout = 15000');
  sqlite.pragma('foreign_keys = ON');
  // Of the 16 MB that better-sqlite3 would take, 12 make no difference: the files are in the memory of the system anyway.
  sqlite.pragma('cache_size = -4000');
  const database = databaseOn(sqlite);
  await migrate(database.db, 'sqlite');
  return database;
}

/**
 * Opens an embedded store as it stands: nothing is made, migrated or set, and with `query` nothing can be changed.
 *
 * @param access `change`: to a store that is put aside, or to a copy.
 */
export function openSqliteAsIs(path: string, access: 'query' | 'change'): Database {
  const sqlite = opened(path, () => new BetterSqlite(path, { fileMustExist: true }));
  sqlite.pragma('busy_timeout = 2000');
  if (access === 'query') sqlite.pragma('query_only = ON');
  return databaseOn(sqlite);
}

function databaseOn(sqlite: BetterSqlite.Database): Database {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: cachingStatements(sqlite) }) });
  return { db, dialect: 'sqlite', close: () => db.destroy() };
}

function openFile(path: string): BetterSqlite.Database {
  return opened(path, () => {
    if (path !== ':memory:') {
      mkdirSync(dirname(path), { recursive: true });
      closeSync(openSync(path, 'a', 0o600));
    }
    return new BetterSqlite(path);
  });
}

function opened(path: string, open: () => BetterSqlite.Database): BetterSqlite.Database {
  try {
    return open();
  } catch (cause) {
    throw new Fault('store.unusable', `The store ${path} cannot be opened: ${(cause as Error).message}`, {
      cause,
      field: 'store.sqlite',
    });
  }
}

const STATEMENTS_MAX = 500;

/**
 * Compiling a statement costs more than running it, and Kysely prepares anew each time; so prepared statements are kept.
 * A transaction begins as `immediate`: one that read first and then had to wait for another writer would fail with a stale
 * snapshot instead of waiting.
 */
function cachingStatements(sqlite: BetterSqlite.Database) {
  const statements = new Map<string, BetterSqlite.Statement>();
  return {
    close: () => void sqlite.close(),
    prepare(sql: string): BetterSqlite.Statement {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = sqlite.prepare(sql === 'begin' ? 'begin immediate' : sql);
      if (statements.size >= STATEMENTS_MAX) statements.clear();
      statements.set(sql, statement);
      return statement;
    },
  };
}

const TRIES_MAX = 5;

/**
 * Runs the work in one transaction; whatever it throws rolls back all of it. Where PostgreSQL breaks two transactions up that wait for
 * each other, the work is done once more from its beginning: so it changes nothing but the store.
 *
 * @throws Fault `store.unavailable` when the database went away. Whether a commit that was under way is stored is then unknown, as
 *   after a crash.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (tries < TRIES_MAX) continue;
      throw new Fault('store.unavailable', `The database broke a transaction up ${tries} times in a row.`, {
        cause: error,
      });
    }
  }
}
