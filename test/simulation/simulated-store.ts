import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { type Database, openSqlite } from '../../src/store/database.ts';
import type { Schema } from '../../src/store/schema.ts';

/**
 * The connector's file, which outlives its processes. It lies in memory: only processes die in the simulation, no machines, so
 * what a process had committed is there for the next one and nothing else is.
 */
export class SimulatedFile {
  readonly sqlite: BetterSqlite.Database;
  readonly #statements = new Map<string, BetterSqlite.Statement>();

  private constructor(sqlite: BetterSqlite.Database) {
    this.sqlite = sqlite;
  }

  /** An empty store with all its tables. */
  static async create(): Promise<SimulatedFile> {
    empty ??= makeEmpty();
    const sqlite = new BetterSqlite(await empty);
    sqlite.pragma('foreign_keys = ON');
    return new SimulatedFile(sqlite);
  }

  /** @param gate lets one statement pass, or never returns when the process that asks is dead. */
  open(gate: () => Promise<void>): Database {
    const driver = new GatedDriver((sql) => this.#prepare(sql), gate);
    const db = new Kysely<Schema>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => driver,
        createIntrospector: (of) => new SqliteIntrospector(of),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    });
    return { db, dialect: 'sqlite', close: () => db.destroy() };
  }

  /** What the end of a process does to its file: whatever was not committed is gone. */
  kill(): void {
    if (this.sqlite.inTransaction) this.sqlite.exec('rollback');
  }

  #prepare(sql: string): BetterSqlite.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Made once in a process: migrating takes longer than copying. */
let empty: Promise<Buffer> | undefined;

async function makeEmpty(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-simulation-'));
  try {
    const path = join(folder, 'empty.db');
    const database = await openSqlite(path);
    await database.close();
    const sqlite = new BetterSqlite(path);
    // A store in memory has no log beside it.
    sqlite.pragma('journal_mode = DELETE');
    const image = sqlite.serialize();
    sqlite.close();
    return image;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class GatedDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(prepare: (sql: string) => BetterSqlite.Statement, gate: () => Promise<void>) {
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
        await gate();
        const statement = prepare(sql);
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

  destroy(): Promise<void> {
    return Promise.resolve();
  }
}
