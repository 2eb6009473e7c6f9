import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify as stringifyCsv } from 'csv-stringify/sync';
import { stringify } from 'yaml';
import {
  localRequester,
  type OpenConnection,
  openConnection,
  openStore,
  syncConnection,
} from '../../src/app.ts';
import { findConnectionConfig, loadConfig } from '../../src/config/load.ts';
import { type CrosswalkChoice, importCrosswalk } from '../../src/crosswalk/edit.ts';
import { type Cin7Simulator, startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import { type JdeSimulator, startJdeSimulator } from '../../src/simulators/jde/index.ts';
import type { Variant } from './variants.ts';
import type { Workload } from './workload.ts';
import { programPath, SOURCE_PROGRAM } from '../support/program.ts';

const BOUNDARIES = resolve(import.meta.dirname, 'boundaries.ts');
const REWRITE = resolve(import.meta.dirname, 'rewrite.ts');
const CALLS_PER_MINUTE = 600;
/** The clock of JDE stands still, so that rows are stamped the same in every course. */
const JDE_NOW_MS = Date.UTC(2026, 10, 20, 12);
/** A process that has not ended by then hangs. */
const PROCESS_MS_MAX = 120_000;

/** A moment before or after a call or a commit. */
export interface Boundary {
  readonly n: number;
  readonly kind: string;
  readonly what: string;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly killed: boolean;
  readonly endedAtMs: number;
  /** The boundaries that it came to, the one at which it died included. */
  readonly boundaries: readonly Boundary[];
  readonly said: string;
}

export type Command = readonly [string, ...string[]];
export const SYNC: Command = ['sync', '--json'];
const CROSSWALK_FILE = 'crosswalk.csv';
export const IMPORT: Command = ['crosswalk', 'import', CROSSWALK_FILE, '--json'];

interface ProcessOptions {
  /** Boundary at which the process kills itself. */
  readonly killAt?: number | undefined;
  /** Boundary, in words, at which it stands still when it comes there first. */
  readonly freezeAt?: string | undefined;
  /** Source that is changed as it is loaded. */
  readonly rewrite?: Rewrite | undefined;
  /** A program that the process is started by, with its arguments. */
  readonly under?: readonly string[] | undefined;
  readonly onStart?: (pid: number) => void;
}

/** A deliberate mistake: the file, and what to write in place of which text. */
export interface Rewrite {
  readonly file: string;
  readonly replacements: readonly { readonly from: string; readonly to: string }[];
}

/** Both systems, which outlive every crash, and a folder with the configuration and the store of the connector. */
export interface World {
  readonly jde: JdeSimulator;
  readonly cin7: Cin7Simulator;
  readonly folder: string;
  readonly store: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Runs a command of the product in a process of its own. */
  run(command: Command, options?: ProcessOptions): Promise<ProcessEnd>;
  /** The same without a process: for what is not disturbed. */
  runHere(command: Command): Promise<void>;
  /** Opens the connection, as somebody at the command line does. */
  within<T>(work: (connection: OpenConnection) => Promise<T>): Promise<T>;
  map(choices: readonly CrosswalkChoice[]): Promise<void>;
  /** Copies the store, while nothing runs, and puts the copy back. */
  backUp(): void;
  restore(): void;
  stop(): Promise<void>;
}

export async function openWorld(variant: Variant, work: Workload): Promise<World> {
  const jde = await startJdeSimulator({ tables: work.tables, clock: { now: () => JDE_NOW_MS } });
  const cin7 = await startCin7Simulator({
    company: work.company,
    allowance: { calls: 600_000, windowMs: 60_000 },
    ...(variant.switches === undefined ? {} : { switches: variant.switches }),
  });
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-crash-'));
  const path = join(folder, 'ml-connector.yaml');
  const store = join(folder, 'data/ml-connector.db');
  writeFileSync(path, stringify({ version: 1, connections: [connectionOf(variant, jde, cin7)] }));
  writeFileSync(join(folder, CROSSWALK_FILE), csvOf(work.crosswalk));
  const credentials = {
    jde: { user: 'JDE', password: 'JDE' },
    cin7: { accountId: cin7.accountId, applicationKey: cin7.applicationKey },
  };
  const environment = {
    ...process.env,
    NODE_COMPILE_CACHE: join(tmpdir(), 'ml-connector-crash-compiled'),
    NO_COLOR: '1',
    TZ: 'UTC',
    ML_CONNECTOR_MAIN_JDE_USER: credentials.jde.user,
    ML_CONNECTOR_MAIN_JDE_PASSWORD: credentials.jde.password,
    ML_CONNECTOR_MAIN_CIN7_ACCOUNT_ID: credentials.cin7.accountId,
    ML_CONNECTOR_MAIN_CIN7_APPLICATION_KEY: credentials.cin7.applicationKey,
  };
  const within: World['within'] = async (task) => {
    const loaded = loadConfig(path);
    const config = findConnectionConfig(loaded.config, 'main');
    const database = await openStore(loaded);
    try {
      const connection = await openConnection({
        loaded,
        config,
        database,
        requester: localRequester('sync'),
        credentials,
      });
      try {
        return await task(connection);
      } finally {
        await connection.close();
      }
    } finally {
      await database.close();
    }
  };
  const map: World['map'] = (choices) =>
    within(async ({ database, stored }) => {
      await importCrosswalk(database.db, stored, choices, localRequester('crosswalk import'));
    });
  return {
    jde,
    cin7,
    folder,
    store,
    environment,
    run: (command, options = {}) => runProcess(command, { folder, environment, ...options }),
    runHere: async (command) => {
      if (command !== SYNC) return map(work.crosswalk.map((choice) => ({ ...choice, imported: true })));
      const ending = await within((connection) =>
        syncConnection(connection, {
          requester: localRequester('sync'),
          signal: new AbortController().signal,
          report: () => undefined,
        }),
      );
      if (ending.fault !== undefined) throw new Error(`An undisturbed run failed: ${ending.fault.message}`);
    },
    within,
    map,
    // The last one to close the store has left no log of it behind.
    backUp: () => copyFileSync(store, `${store}.backup`),
    restore: () => copyFileSync(`${store}.backup`, store),
    async stop() {
      await Promise.all([jde.stop(), cin7.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function connectionOf(variant: Variant, jde: JdeSimulator, cin7: Cin7Simulator): Record<string, unknown> {
  const { cin7: cin7Settings, ...mapping } = variant.settings;
  return {
    name: 'main',
    jde: { url: jde.url, environment: 'JDV920', role: '*ALL', retryDelaySecondsMax: 0.05 },
    cin7: {
      url: cin7.url,
      callsPerMinute: CALLS_PER_MINUTE,
      listLagSeconds: 0,
      writesAtOnce: 4,
      ...cin7Settings,
    },
    outbound: { allowHosts: [new URL(jde.url).host, new URL(cin7.url).host] },
    ...mapping,
  };
}

function csvOf(choices: readonly CrosswalkChoice[]): string {
  return stringifyCsv(
    choices.map(({ kind, code, target }) => ({ kind, code, target })),
    { header: true, columns: ['kind', 'code', 'target'] },
  );
}

interface Place extends ProcessOptions {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

let processes = 0;

function runProcess(command: Command, place: Place): Promise<ProcessEnd> {
  processes += 1;
  const log = join(place.folder, `boundaries-${processes}.jsonl`);
  const { killAt, freezeAt, rewrite, under = [], onStart } = place;
  const preloads = [...(rewrite === undefined ? [] : ['--import', REWRITE]), '--import', BOUNDARIES];
  const main = rewrite === undefined ? programPath() : SOURCE_PROGRAM;
  const [program = '', ...args] = [...under, process.execPath, ...preloads, main, ...command];
  const child = spawn(program, args, {
    cwd: place.folder,
    env: {
      ...place.environment,
      ML_CONNECTOR_CRASH_LOG: log,
      ...(killAt === undefined ? {} : { ML_CONNECTOR_CRASH_AT: String(killAt) }),
      ...(freezeAt === undefined
        ? {}
        : {
            ML_CONNECTOR_CRASH_AT: '1',
            ML_CONNECTOR_CRASH_SIGNAL: 'SIGSTOP',
            ML_CONNECTOR_CRASH_PASSES: freezeAt,
          }),
      ...(rewrite === undefined ? {} : { ML_CONNECTOR_CRASH_REWRITE: JSON.stringify(rewrite) }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) onStart?.(child.pid);
  const hanging = setTimeout(() => child.kill('SIGTERM'), PROCESS_MS_MAX);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(hanging);
      done({ code, killed: signal === 'SIGKILL', endedAtMs: Date.now(), boundaries: readLog(log), said });
      rmSync(log, { force: true });
    });
  });
}

function readLog(path: string): readonly Boundary[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Boundary); // Written by boundaries.ts.
}
