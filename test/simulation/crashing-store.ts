import BetterSqlite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Database } from '../../src/store/database.ts';
import type { Schema } from '../../src/store/schema.ts';

export interface CrashingStore extends Database {
  /** What the end of a process does to its file: whatever was not committed is gone. */
  kill(): void;
}

/**
 * The embedded store with a gate in front of every statement, `begin` and `commit` included.
 *
 * @param gate lets one statement pass, or never returns when the process that asks is dead.
 */
export function openCrashingStore(path: string, gate: () => Promise<void>): CrashingStore {
  const sqlite = new BetterSqlite(path);
  // The file lies in memory and only processes die here, no machines.
  sqlite.pragma('locking_mode = EXCLUSIVE');
  sqlite.pragma('journal_mode = MEMORY');
  sqlite.pragma('synchronous = OFF');
  sqlite.pragma('foreign_keys = ON');
  const driver = new GatedDriver(sqlite, gate);
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => driver,
      createIntrospector: (of) => new SqliteIntrospector(of),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return { db, dialect: 'sqlite', close: () => db.destroy(), kill: () => void sqlite.close() };
}

class GatedDriver implements Driver {
  readonly #sqlite: BetterSqlite.Database;
  readonly #connection: DatabaseConnection;

  constructor(sqlite: BetterSqlite.Database, gate: () => Promise<void>) {
    this.#sqlite = sqlite;
    const statements = new Map<string, BetterSqlite.Statement>();
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
        await gate();
        let statement = statements.get(sql);
        if (statement === undefined) {
          statement = sqlite.prepare(sql === 'begin' ? 'begin immediate' : sql);
          statements.set(sql, statement);
        }
        // Kysely knows the form of the rows it asks for.
        if (statement.reader) return { rows: statement.all(...parameters) as R[] };
        const { changes, lastInsertRowid } = statement.run(...parameters);
        return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] };
      },
      streamQuery: () => {
        throw new Error('The simulated store streams nothing.');
      },
    };
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    this.#sqlite.close();
  }
}
