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
import { type Incarnation, NEVER } from './incarnation.ts';

/**
 * The connector's file, which outlives its processes. It lies in memory: only processes die in the simulation, no machines, so
 * what a process had committed is there for the next one and nothing else is.
 */
export class SimulatedFile {
  readonly sqlite: BetterSqlite.Database;
  readonly #statements = new Map<string, BetterSqlite.Statement>();
  readonly #lock = new Lock();

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

  /** @param by each statement passes the gate of this process. */
  open(by: Incarnation): Database {
    const driver = new GatedDriver((sql) => this.#prepare(sql), by, this.#lock);
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

  /** What the end of a process does to its file: whatever it had not committed is gone. */
  kill(by: Incarnation): void {
    if (!by.holdsStore) return;
    if (this.sqlite.inTransaction) this.sqlite.exec('rollback');
    this.#lock.leave(by);
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

/** One statement or transaction at a time, whichever process it is of. */
class Lock {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  async enter(by: Incarnation): Promise<void> {
    for (;;) {
      await by.awake();
      await this.#take();
      if (!by.isDead && !by.isFrozen) break;
      // Its turn came too late, or while it stood still.
      this.#pass();
      if (by.isDead) return NEVER;
    }
    by.holdsStore = true;
  }

  leave(by: Incarnation): void {
    if (!by.holdsStore) return;
    by.holdsStore = false;
    this.#pass();
  }

  #take(): Promise<void> {
    if (this.#isTaken)
      return new Promise((resolve) => {
        this.#waiting.push(resolve);
      });
    this.#isTaken = true;
    return Promise.resolve();
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}

class GatedDriver implements Driver {
  readonly #connection: DatabaseConnection;
  readonly #by: Incarnation;
  readonly #lock: Lock;

  constructor(prepare: (sql: string) => BetterSqlite.Statement, by: Incarnation, lock: Lock) {
    this.#by = by;
    this.#lock = lock;
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
        await by.gate();
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

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#lock.enter(this.#by);
    return this.#connection;
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

  async releaseConnection(): Promise<void> {
    this.#lock.leave(this.#by);
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }
}
