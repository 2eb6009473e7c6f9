import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { Fault } from '../faults/fault.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { type PostgresAddress, readPostgresUrl } from './postgres-address.ts';
import { isConnectionLoss, orUnavailable, unusable } from './postgres-errors.ts';
import type { Schema } from './schema.ts';

const SERVER_VERSION_MIN = 14;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
/** The longest statement puts all records of a flow on the stage; of a million it takes seconds. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** A process that hangs in the middle of a transaction holds others up no longer than this. */
const IDLE_TRANSACTION_TIMEOUT_MS = 15_000;
/** A network that swallows packets says nothing: by then the server has given the statement up as well. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;

export interface PostgresOptions {
  /** Connections that this process opens at most. */
  readonly poolMax: number;
  /** The setting that the URL came from, for messages. */
  readonly field: string;
  /** Opened to be copied into: whether an earlier copy was broken off does not matter. */
  readonly isCopied?: boolean;
  /** Opened to be looked at: it is not migrated, and nothing in it can be changed. */
  readonly isLookedAt?: boolean;
}

/**
 * Opens a store in PostgreSQL 14 or later, migrating it; several processes may do so at once.
 *
 * Transactions run at READ COMMITTED; what must not run beside each other takes a lock (`locks.ts`). A commit is on the disk of the
 * server before it returns, which invariants 1 to 3 rest on.
 *
 * @param url see `readPostgresUrl`.
 * @throws Fault `store.unusable` with what is to be put right; later, when the server goes away, `store.unavailable`.
 */
export async function openPostgres(url: string, options: PostgresOptions): Promise<Database> {
  const address = readPostgresUrl(url, options.field);
  const config = {
    ...poolConfig(address, options.poolMax),
    ...(options.isLookedAt === true && { options: '-c default_transaction_read_only=on' }),
  };
  const pool = new pg.Pool(config);
  // An idle connection that the server closed: the pool opens another one when it is needed.
  pool.on('error', () => undefined);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: watched(pool, address.shown) }) });
  try {
    await checkServer(config, address.shown, options);
    if (options.isLookedAt !== true) await migrate(db, 'postgres');
    return { db, dialect: 'postgres', close: () => db.destroy() };
  } catch (error) {
    await pool.end();
    throw unusable(error, { shown: address.shown, field: options.field });
  }
}

/** How to connect; also for those who share the database with the store. */
export function poolConfig(address: PostgresAddress, poolMax: number): pg.PoolConfig {
  const { host, port, user, password, database, ssl, applicationName } = address;
  return {
    host,
    port,
    user,
    database,
    ssl,
    ...(password === undefined ? {} : { password }),
    application_name: applicationName ?? 'ml-connector',
    max: poolMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: typeParser },
    // The pool waits for it before it hands the connection out; its types do not know.
    onConnect: prepareSession as (client: pg.ClientBase) => void,
  };
}

/** Sent as a statement, since a pooler in between may refuse settings at sign-in. */
async function prepareSession(client: pg.ClientBase): Promise<void> {
  // Lost between two statements of a transaction; the next one reports it.
  client.on('error', () => undefined);
  await client.query(
    `select set_config('default_transaction_isolation', 'read committed', false),
      set_config('statement_timeout', $1, false),
      set_config('idle_in_transaction_session_timeout', $2, false),
      set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on'
        else current_setting('synchronous_commit') end, false)`,
    [String(STATEMENT_TIMEOUT_MS), String(IDLE_TRANSACTION_TIMEOUT_MS)],
  );
}

const INT8 = 20;
const NUMERIC = 1700;

/** Both databases give the same for the same: counts, sums and moments are numbers. */
function typeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === INT8) return safeInteger;
  // A sum of integers; no column has the type, since amounts are decimal text.
  if (oid === NUMERIC) return (text) => (/^-?\d+$/.test(text) ? safeInteger(text) : Number(text));
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new Fault(
    'store.unusable',
    `The store holds the number ${text}, which is beyond what it ever writes.`,
  );
}

/** Over a connection of its own: one that fails half-way through signing in is then closed, which the pool forgets. */
async function checkServer(config: pg.PoolConfig, shown: string, options: PostgresOptions): Promise<void> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<ServerFacts>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
        pg_is_in_recovery() as standby, to_regclass('store_copy') is not null as copying`,
    );
    const [facts] = rows;
    if (facts === undefined) throw new Error('PostgreSQL answered a select of constants with no row.');
    const problem = serverProblem({ ...facts, copying: facts.copying && options.isCopied !== true });
    if (problem === undefined) return;
    throw new Fault('store.unusable', `The ${shown} cannot be used: ${problem}.`, { field: options.field });
  } finally {
    // Of a server that never answered the end is not waited for.
    void client.end().catch(() => undefined);
  }
}

interface ServerFacts {
  /** 140005 is 14.5. */
  readonly version: number;
  readonly encoding: string;
  readonly standby: boolean;
  /** A copy of an embedded store into it has not come to its end. */
  readonly copying: boolean;
}

/** Why a server cannot hold the store; `undefined` when it can. */
export function serverProblem(facts: ServerFacts): string | undefined {
  const { version, encoding, standby, copying } = facts;
  if (version < SERVER_VERSION_MIN * 10_000)
    return `the server is PostgreSQL ${Math.floor(version / 10_000)}; ${SERVER_VERSION_MIN} or later is needed`;
  if (encoding !== 'UTF8') return `its encoding is ${encoding}; create it with encoding 'UTF8'`;
  if (standby) return 'the server is a standby that takes no writes; name the primary';
  return copying
    ? 'a copy of an embedded store into it has not come to its end; run migrate-store again'
    : undefined;
}

/** The pool as Kysely wants it: failures of the connection become faults, and a broken connection is not used again. */
function watched(pool: pg.Pool, shown: string): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: {},
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw orUnavailable(error, shown);
      });
      const watchedClient = known.get(client) ?? watchedOne(client, shown);
      known.set(client, watchedClient);
      return watchedClient;
    },
  };
}

function watchedOne(client: pg.PoolClient, shown: string): PostgresPoolClient {
  let broken = false;
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    // A roll-back would wait behind a statement that is never answered.
    if (broken) throw new Fault('store.unavailable', `The connection to the ${shown} was lost.`);
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      broken ||= isConnectionLoss(error);
      throw orUnavailable(error, shown);
    }
  };
  return {
    // Kysely streams through a cursor only where it is given one; here every call is a statement.
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || broken),
  };
}
