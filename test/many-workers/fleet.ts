import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { openConnection, openStore } from '../../src/app.ts';
import { findConnectionConfig, loadConfig } from '../../src/config/load.ts';
import { importCrosswalk } from '../../src/crosswalk/edit.ts';
import { type Cin7Simulator, startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import { toCin7Company, toCrosswalk, toJdeTables } from '../../src/simulators/dataset/index.ts';
import { line, order, smallDataset, supplier } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { type JdeSimulator, startJdeSimulator } from '../../src/simulators/jde/index.ts';
import type { Database } from '../../src/store/database.ts';
import { listProcesses } from '../../src/store/processes.ts';
import { listLeasedRuns } from '../../src/store/run-handover.ts';
import { enqueueRun } from '../../src/store/run-queue.ts';
import { listRuns, type StoredRun } from '../../src/store/runs.ts';
import { type Cable, layCable } from './cable.ts';
import { programPath } from '../support/program.ts';

const OTHER_MACHINE = resolve(import.meta.dirname, 'other-machine.ts');
const REQUESTER = { actor: 'test', origin: 'test' };
const ALLOWANCE = { calls: 600_000, windowMs: 60_000 };
/** Long enough for a run to be caught in the middle. */
const ANSWER_MS = 120;

/** A database that the workers of a fleet share. */
export interface FleetDatabase {
  readonly url: string;
  /** On 127.0.0.1, with a password. */
  readonly port: number;
}

type Role = 'serve' | 'worker';

interface FleetOptions {
  /** Without one the store is embedded, which is for one server. */
  readonly database?: FleetDatabase;
  readonly workers?: number;
  readonly servers?: number;
  /** Default: each worker on a machine of its own. */
  readonly onOneMachine?: boolean;
  readonly suppliers?: number;
  readonly ordersEach?: number;
  readonly connections?: readonly string[];
  /** Sections of ml-connector.yaml. */
  readonly config?: Record<string, unknown>;
}

/** A process of the real program, with its own way to the database. */
export interface Worker {
  readonly pid: number;
  readonly cable: Cable | undefined;
  readonly said: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

/** Workers on one database between both simulators. */
export interface Fleet {
  readonly jde: JdeSimulator;
  readonly cin7: Cin7Simulator;
  readonly store: Database;
  readonly workers: readonly Worker[];
  /** Ids of the connections, by name. */
  readonly connections: Readonly<Record<string, string>>;
  add(role: Role): Promise<Worker>;
  /** Queues a run as a process that died before it told anybody. */
  queue(connection?: string, own?: { kind?: StoredRun['kind']; waitedMs?: number }): Promise<string>;
  runs(): Promise<readonly StoredRun[]>;
  /** The worker that has a run at work now. */
  holder(): Promise<Worker | undefined>;
  stop(): Promise<void>;
}

export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const dataset = datasetOf(options.suppliers ?? 12, options.ordersEach ?? 2);
  const jde = await startJdeSimulator({ tables: toJdeTables(dataset) });
  const cin7 = await startCin7Simulator({ company: toCin7Company(dataset), allowance: ALLOWANCE });
  cin7.addFault({ on: {}, do: { kind: 'slow', ms: ANSWER_MS } });
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-fleet-'));
  const names = options.connections ?? ['main'];
  const env = environment(options.database, names, cin7);
  const path = join(folder, 'ml-connector.yaml');
  const connections = names.map((name) => connectionOf(name, jde, cin7));
  writeFileSync(path, stringify({ version: 1, server: { port: 0 }, ...options.config, connections }));
  const loaded = loadConfig(path);
  const store = await openStore(loaded, env);
  const ids: Record<string, string> = {};
  for (const name of names) {
    const config = findConnectionConfig(loaded.config, name);
    const connection = await openConnection({ loaded, config, database: store, requester: REQUESTER, env });
    await importCrosswalk(store.db, connection.stored, toCrosswalk(dataset), REQUESTER);
    ids[name] = connection.stored.id;
    await connection.close();
  }
  const workers: Worker[] = [];
  let machines = 0;
  const add = async (role: Role): Promise<Worker> => {
    const machine = options.onOneMachine === true ? '' : `machine-${(machines += 1)}`;
    const own = { ...env, ML_CONNECTOR_TEST_MACHINE: machine };
    const worker = await startProcess(role, { folder, env: own, database: options.database });
    workers.push(worker);
    return worker;
  };
  const fleet: Fleet = {
    jde,
    cin7,
    store,
    workers,
    connections: ids,
    add,
    async queue(name = 'main', { kind = 'sync', waitedMs = 0 } = {}) {
      const id = randomUUID();
      await enqueueRun(store.db, {
        id,
        connectionId: ids[name] ?? '',
        kind,
        trigger: 'person',
        options: '{}',
        settingsVersion: 1,
        requestedBy: 'test',
        requestedFrom: 'test',
        nowMs: Date.now() - waitedMs,
      });
      return id;
    },
    runs: async () => (await listRuns(store.db, { limit: 1_000 })).toReversed(),
    async holder() {
      const [leased] = await listLeasedRuns(store.db);
      const pid = Number(leased?.holder?.split(':').at(-1));
      return workers.find((worker) => worker.pid === pid);
    },
    async stop() {
      for (const worker of workers) worker.kill('SIGKILL');
      await Promise.all(workers.map((worker) => worker.ended));
      for (const { cable } of workers) await cable?.close();
      await store.close();
      await Promise.all([jde.stop(), cin7.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    const { workers: workerCount = 0, servers = 0 } = options;
    const roles = [...Array<Role>(servers).fill('serve'), ...Array<Role>(workerCount).fill('worker')];
    await Promise.all(roles.map(add));
  } catch (error) {
    await fleet.stop();
    throw error;
  }
  return fleet;
}

/** How many suppliers and orders Cin7 is to hold in the end. */
export function datasetOf(suppliers: number, ordersEach: number): ReturnType<typeof smallDataset> {
  const ids = Array.from({ length: suppliers }, (_, n) => String(4343 + n));
  const orders = ids.flatMap((id, n) =>
    Array.from({ length: ordersEach }, (_, m) => ({ supplier: id, number: 1001 + n * ordersEach + m })),
  );
  return smallDataset({
    suppliers: ids.map((id) => supplier({ supplier_id: id, name: `Supplier ${id}` })),
    purchaseOrders: orders.map(({ supplier: id, number }) =>
      order({
        order_id: `O${number}`,
        order_seq: String(number),
        order_number: `PO-${number}`,
        supplier_id: id,
      }),
    ),
    purchaseOrderLines: orders.map(({ number }) => line({ order_id: `O${number}` })),
  });
}

export function connectionOf(name: string, jde: JdeSimulator, cin7: Cin7Simulator): Record<string, unknown> {
  return {
    name,
    jde: { url: jde.url, environment: 'JDV920', role: '*ALL', retryDelaySecondsMax: 0.05 },
    cin7: { url: cin7.url, callsPerMinute: ALLOWANCE.calls, listLagSeconds: 0, writesAtOnce: 2 },
    outbound: { allowHosts: [new URL(jde.url).host, new URL(cin7.url).host] },
  };
}

function environment(
  database: FleetDatabase | undefined,
  names: readonly string[],
  cin7: Cin7Simulator,
): NodeJS.ProcessEnv {
  const secrets = names.flatMap((name) => {
    const prefix = `ML_CONNECTOR_${name.toUpperCase()}`;
    return [
      [`${prefix}_JDE_USER`, 'JDE'],
      [`${prefix}_JDE_PASSWORD`, 'JDE'],
      [`${prefix}_CIN7_ACCOUNT_ID`, cin7.accountId],
      [`${prefix}_CIN7_APPLICATION_KEY`, cin7.applicationKey],
    ];
  });
  return {
    ...process.env,
    NO_COLOR: '1',
    NODE_COMPILE_CACHE: join(tmpdir(), 'ml-connector-fleet-compiled'),
    ML_CONNECTOR_MASTER_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: database?.url ?? '',
    ...Object.fromEntries(secrets),
  };
}

async function startProcess(
  role: Role,
  of: {
    readonly folder: string;
    readonly env: NodeJS.ProcessEnv;
    readonly database: FleetDatabase | undefined;
  },
): Promise<Worker> {
  const { folder, env, database } = of;
  const cable = database && (await layCable(database.port));
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', OTHER_MACHINE, programPath(), role, '--json'],
    {
      cwd: folder,
      env: { ...env, DATABASE_URL: database && cable ? through(cable, database) : '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<Awaited<Worker['ended']>>((done) =>
    child.on('close', (code, signal) => done({ code, signal })),
  );
  await new Promise<void>((ready, fail) => {
    child.stdout?.on('data', () => /"working":|"listening":/.test(said) && ready());
    void ended.then(() => fail(new Error(`A process ended at once:\n${said}`)));
  });
  return {
    pid: child.pid ?? 0,
    cable,
    said: () => said,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

function through(cable: Cable, database: FleetDatabase): string {
  const url = new URL(database.url);
  url.host = `127.0.0.1:${cable.port}`;
  return url.href;
}

/** When a worker was last heard of, by its own entry in the list of processes. */
export async function seenAtMs(fleet: Fleet, worker: Worker): Promise<number> {
  const entries = await listProcesses(fleet.store.db);
  return entries.find(({ pid }) => pid === worker.pid)?.seenAtMs ?? 0;
}
