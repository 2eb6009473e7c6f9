import { type OpenConnection, openConnection, syncConnection } from '../../src/app.ts';
import type { Credentials } from '../../src/config/credentials.ts';
import { type ConnectionConfig, configSchema } from '../../src/config/file.ts';
import { importCrosswalk } from '../../src/crosswalk/edit.ts';
import type { RunEnding } from '../../src/jobs/execute-run.ts';
import type { Cin7Company } from '../../src/simulators/cin7/company.ts';
import { type Cin7Simulator, startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import type { CrosswalkRow } from '../../src/simulators/dataset/index.ts';
import { type JdeSimulator, startJdeSimulator } from '../../src/simulators/jde/index.ts';
import type { JdeTables } from '../../src/simulators/jde/rows.ts';
import type { Database } from '../../src/store/database.ts';
import { openTestStore } from '../../src/store/store.testkit.ts';
import type { RunSummary } from '../../src/sync/summary.ts';

const REQUESTER = { actor: 'test', origin: 'test' };
const ALLOWANCE = { calls: 600_000, windowMs: 60_000 };

interface CompanyOptions {
  readonly tables: JdeTables;
  readonly company: Cin7Company;
  readonly crosswalk?: readonly CrosswalkRow[];
  /** Settings of the connection, as they stand in ml-connector.yaml, besides the two addresses. */
  readonly settings?: Record<string, unknown>;
  readonly jde?: Partial<Parameters<typeof startJdeSimulator>[0]>;
  readonly cin7?: Partial<Parameters<typeof startCin7Simulator>[0]>;
  /** Default: those that the simulators accept. */
  readonly credentials?: { readonly jde?: Credentials['jde']; readonly cin7?: Credentials['cin7'] };
}

type JoinOptions = Pick<CompanyOptions, 'crosswalk' | 'settings' | 'credentials'>;

/** A JDE environment and a Cin7 company, joined by a connection, all real but for what is behind the two URLs. */
export interface TestCompany {
  readonly jde: JdeSimulator;
  readonly cin7: Cin7Simulator;
  readonly database: Database;
  readonly config: ConnectionConfig;
  open(settings?: Record<string, unknown>): Promise<OpenConnection>;
  /** Runs a sync with a connection of its own, as a command would. */
  sync(settings?: Record<string, unknown>): Promise<RunEnding<RunSummary>>;
  stop(): Promise<void>;
}

export async function startCompany(options: CompanyOptions): Promise<TestCompany> {
  const jde = await startJdeSimulator({ tables: options.tables, ...options.jde });
  const cin7 = await startCin7Simulator({ company: options.company, allowance: ALLOWANCE, ...options.cin7 });
  return joinCompany({ jde, cin7 }, options);
}

/** Joins two simulators that run already, with a fresh store: as after the store was lost. */
export async function joinCompany(
  simulators: { readonly jde: JdeSimulator; readonly cin7: Cin7Simulator },
  options: JoinOptions,
): Promise<TestCompany> {
  const { jde, cin7 } = simulators;
  const loadedWith = (settings: Record<string, unknown> = {}) => {
    const connection = merge(
      {
        name: 'main',
        outbound: { allowHosts: [new URL(jde.url).host, new URL(cin7.url).host] },
        // An outage ends a run of the tests at once; waiting for its end is tested where it is meant.
        run: { offlineMinutes: 0 },
        jde: { url: jde.url, environment: 'JDV920', role: '*ALL', retryDelaySecondsMax: 0.05 },
        cin7: { url: cin7.url, callsPerMinute: ALLOWANCE.calls, listLagSeconds: 0, writesAtOnce: 4 },
      },
      merge(options.settings ?? {}, settings),
    );
    return {
      config: configSchema.parse({ version: 1, store: { sqlite: ':memory:' }, connections: [connection] }),
      folder: '/',
    };
  };
  const loaded = loadedWith();
  const database = await openTestStore();
  const credentials = {
    jde: { user: 'JDE', password: 'JDE' },
    cin7: { accountId: cin7.accountId, applicationKey: cin7.applicationKey },
    ...options.credentials,
  };
  const open = async (settings?: Record<string, unknown>): Promise<OpenConnection> => {
    const changed = settings === undefined ? loaded : loadedWith(settings);
    const [config] = changed.config.connections;
    if (config === undefined) throw new Error('No connection.');
    return openConnection({ loaded: changed, config, database, requester: REQUESTER, credentials });
  };
  const first = await open();
  await importCrosswalk(database.db, first.stored, options.crosswalk ?? [], REQUESTER);
  await first.close();
  return {
    jde,
    cin7,
    database,
    config: first.config,
    open,
    async sync(settings) {
      const connection = await open(settings);
      try {
        return await syncConnection(connection, {
          requester: REQUESTER,
          signal: new AbortController().signal,
          report: () => undefined,
        });
      } finally {
        await connection.close();
      }
    },
    async stop() {
      await Promise.all([jde.stop(), cin7.stop()]);
      await database.close();
    },
  };
}

function merge(base: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    const before = merged[name];
    merged[name] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
