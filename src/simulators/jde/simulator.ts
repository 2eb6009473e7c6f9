import type { AddressInfo } from 'node:net';
import { localDate, localTime, type ServerClock } from './clock.ts';
import { Cursors } from './cursors.ts';
import { restartServer } from './fault-effects.ts';
import { Faults, type JdeFault } from './faults.ts';
import { createHttpServer, type JdeCall } from './http-server.ts';
import type { OrchestrationDefinition } from './orchestrator.ts';
import type { JdeRow, JdeTables } from './rows.ts';
import type { ScenarioEvent } from './scenario.ts';
import { ScenarioEvents } from './scenario-events.ts';
import type { Server } from './service.ts';
import { Sessions } from './sessions.ts';
import { Database, type TableStore } from './store.ts';
import { defaultSwitches, type JdeSwitches, switchProblem } from './switches.ts';
import type { JdeUser } from './users.ts';
import { Views } from './views.ts';

export interface JdeSimulatorOptions {
  /** The rows of the environment. The simulator keeps these arrays' rows, but never changes them. */
  tables: JdeTables;
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  /** Default: one user JDE with password JDE. */
  users?: JdeUser[];
  environments?: string[];
  switches?: Partial<JdeSwitches>;
  faults?: JdeFault[];
  events?: ScenarioEvent[];
  orchestrations?: Record<string, OrchestrationDefinition>;
  /** Decides faults that have a rate. */
  seed?: number;
  /** Epoch milliseconds. */
  clock?: { now(): number };
}

/** Who changed a row, and when, in the server's wall time. */
export interface Stamp {
  /** ISO day. */
  date?: string;
  /** HHmmss as a number. */
  time?: number;
  user?: string;
}

/** A running simulator of an AIS server. */
export interface JdeSimulator {
  /** `http://127.0.0.1:port`, without /jderest. */
  readonly url: string;
  readonly switches: JdeSwitches;
  readonly users: JdeUser[];
  readonly calls: readonly JdeCall[];
  readonly callCount: number;
  /** Sessions signed in and not yet logged out or expired. */
  readonly openSessions: number;
  readonly openCursors: number;
  now(): number;
  rows(table: string): readonly JdeRow[];
  /** Adds a row or changes the one with the same key, and stamps its audit columns. */
  upsert(table: string, row: JdeRow, options?: { stamp?: Stamp }): void;
  /** @returns whether there was such a row. */
  remove(table: string, keyOfRow: JdeRow): boolean;
  addFault(fault: JdeFault): void;
  clearFaults(): void;
  /** All tokens and result sets die. */
  restart(): void;
  stop(): Promise<void>;
}

export async function startJdeSimulator(options: JdeSimulatorOptions): Promise<JdeSimulator> {
  const server = buildServer(options);
  const faults = new Faults(options.faults ?? [], options.seed ?? 1);
  const calls: JdeCall[] = [];
  const change = changes(server);
  const events = new ScenarioEvents(options.events ?? [], { server, faults, ...change });
  const http = createHttpServer({
    server,
    faults,
    calls,
    beforeCall: () => events.atTime(),
    afterCall: (number) => events.afterCall(number),
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  // A TCP server that listens on a port has an AddressInfo.
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    switches: server.switches,
    users: server.users,
    calls,
    get callCount() {
      return calls.length;
    },
    get openSessions() {
      return server.sessions.count;
    },
    get openCursors() {
      return server.cursors.count;
    },
    now: () => server.clock.now(),
    rows: (table) => storeOf(server, table).primary.freeze(),
    ...change,
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    restart: () => restartServer(server),
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function buildServer(options: JdeSimulatorOptions): Server {
  const switches = { ...defaultSwitches(), ...options.switches };
  for (const [name, value] of Object.entries(switches)) {
    const problem = switchProblem(name, value);
    if (problem !== undefined) throw new Error(`switch ${name}: ${problem}`);
  }
  const outer = options.clock ?? Date;
  const clock: ServerClock = {
    now: () => outer.now(),
    utcOffsetMinutes: () => switches.utcOffsetMinutes,
  };
  const database = new Database(options.tables);
  return {
    clock,
    switches,
    users: options.users ?? [{ user: 'JDE', password: 'JDE' }],
    environments: options.environments ?? ['JDV920', 'JPD920'],
    sessions: new Sessions(clock, switches),
    cursors: new Cursors(clock, switches),
    database,
    views: new Views(database),
    orchestrations: options.orchestrations ?? {},
  };
}

function changes(server: Server): Pick<JdeSimulator, 'upsert' | 'remove'> {
  return {
    upsert: (table, row, options) => {
      const store = storeOf(server, table);
      refuseStrangeColumns(store, row);
      store.upsert({ ...row, ...auditColumns(store, server.clock, options?.stamp ?? {}) });
    },
    remove: (table, keyOfRow) => storeOf(server, table).remove(keyOfRow),
  };
}

function storeOf(server: Server, table: string): TableStore {
  const store = server.database.table(table);
  if (!store) throw new Error(`no table ${table} in the simulator`);
  return store;
}

function refuseStrangeColumns(store: TableStore, row: JdeRow): void {
  const { name, columns, key } = store.definition;
  const known = new Set(columns.map((column) => column.alias));
  const strange = Object.keys(row).find((alias) => !known.has(alias));
  if (strange !== undefined) throw new Error(`table ${name} has no column ${strange}`);
  const missing = key.find((alias) => row[alias] === undefined);
  if (missing !== undefined) throw new Error(`a row of ${name} needs its key column ${missing}`);
}

function auditColumns(store: TableStore, clock: ServerClock, stamp: Stamp): JdeRow {
  const { date, time, user } = store.definition.audit;
  return {
    ...(date ? { [date]: stamp.date ?? localDate(clock) } : {}),
    ...(time ? { [time]: stamp.time ?? localTime(clock) } : {}),
    ...(user && stamp.user !== undefined ? { [user]: stamp.user } : {}),
  };
}
