import { hostname, userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { readCertificateAuthority } from './config/certificates.ts';
import { type Credentials, readCredentials } from './config/credentials.ts';
import { type ConnectionConfig, mappingSettings } from './config/file.ts';
import { type LoadedConfig } from './config/load.ts';
import type { MappingSettings } from './config/settings.ts';
import { storePlace } from './config/store-place.ts';
import { settingsToStore, withoutCredentials } from './config/stored.ts';
import { type Cin7Target, cin7BudgetTerms, openCin7Target } from './connectors/cin7/index.ts';
import type { Checkable, Source } from './connectors/connector.ts';
import { openCallBudget } from './connectors/http/budget.ts';
import { refuseUncheckedTls } from './connectors/http/outbound.ts';
import { budgetKeyHash } from './connectors/http/slot-reserve.ts';
import { openJdeSource } from './connectors/jde/index.ts';
import { accountTables } from './flows/accounts/tables.ts';
import type { FlowName } from './flows/flow.ts';
import { purchaseTables } from './flows/purchases/tables.ts';
import { supplierTables } from './flows/suppliers/tables.ts';
import { executeRun, type RunEnding } from './jobs/execute-run.ts';
import type { HandOn } from './jobs/hand-on.ts';
import { RunWatch } from './jobs/run-watch.ts';
import { watchOutages } from './notices/outages.ts';
import { cin7Call, jdeCall } from './observe/calls.ts';
import type { Observatory } from './observe/observatory.ts';
import type { RunWatcher } from './observe/run-watcher.ts';
import { storedBudgetLedger } from './store/budget.ts';
import { registerConnection, type StoredConnection } from './store/connections.ts';
import { forgetAutomaticMatches } from './store/crosswalk.ts';
import { type Database, inTransaction, openSqlite, type Tx } from './store/database.ts';
import { makeLookDue } from './store/marks.ts';
import type { RunHandle, RunKind } from './store/runs.ts';
import { stageAllFromOutside } from './store/stage.ts';
import { appendTrail } from './store/trail.ts';
import { type BackfillOrder, runBackfill } from './sync/backfill.ts';
import { planBackfill } from './sync/backfill-plan.ts';
import type { BackfillScope } from './sync/backfill-scope.ts';
import type { PlannedChange, PlanSummary } from './sync/plan.ts';
import type { Progress, Requester, RunPorts, WritePermit } from './sync/ports.ts';
import { type ReconcileOptions, runReconcile } from './sync/reconcile.ts';
import type { ReconcileSummary } from './sync/reconcile-summary.ts';
import { planReplay, type Replay, type ReplayOf, stageReplay } from './sync/replay.ts';
import { runPlan, runSync } from './sync/run.ts';
import type { RunSummary } from './sync/summary.ts';

/** Tables that bring the records of a flow into being; used to map all of them anew when settings change. */
const DRIVERS = { accounts: 'F0901', suppliers: 'F0401', purchases: 'F4311' } as const;

/** Which tables a flow reads. */
export const FLOW_TABLES: Readonly<Record<FlowName, readonly string[]>> = {
  accounts: accountTables.map(({ spec }) => spec.table),
  suppliers: supplierTables.map(({ spec }) => spec.table),
  purchases: purchaseTables.map(({ spec }) => spec.table),
};

/** A connection that is ready to read and write. */
export interface OpenConnection {
  readonly config: ConnectionConfig;
  readonly stored: StoredConnection;
  readonly database: Database;
  readonly source: Source;
  readonly target: Cin7Target;
  readonly surroundings: Surroundings;
  close(): Promise<void>;
}

/** Opens the store that the configuration and the environment choose. */
export async function openStore(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Database> {
  const place = storePlace(loaded, env);
  if (place.dialect === 'sqlite') return openSqlite(place.path);
  // Its driver is loaded only where it is used.
  const { openPostgres } = await import('./store/postgres.ts');
  return openPostgres(place.url, place);
}

/** Who runs a command on this machine, for the trail. */
export function localRequester(command: string): Requester {
  return { actor: `cli:${userInfo().username}`, origin: `${hostname()} ${command}` };
}

/** Clock, chance and connections of a process; tests bring their own. */
export interface Surroundings {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random: () => number;
  /** Hears what happens, for log, figures and traces. */
  readonly observe?: Observatory;
}

/** Those of a program that is at work. */
export const REAL_SURROUNDINGS: Surroundings = {
  now: Date.now,
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
  random: Math.random,
};

interface OpenOptions {
  readonly loaded: LoadedConfig;
  readonly config: ConnectionConfig;
  readonly database: Database;
  readonly requester: Requester;
  readonly env?: NodeJS.ProcessEnv;
  readonly credentials?: Credentials;
  /** PEM text; default: what the settings give in jde.ca or jde.caFile. */
  readonly certificateAuthority?: string;
  readonly surroundings?: Surroundings;
}

/** Registers a connection in the store and opens both of its ends. Nothing is called yet. */
export async function openConnection(options: OpenOptions): Promise<OpenConnection> {
  const { config, database } = options;
  const env = options.env ?? process.env;
  refuseUncheckedTls(env);
  const { folder } = options.loaded;
  const credentials = options.credentials ?? readCredentials(config, { env, folder });
  const certificateAuthority = options.certificateAuthority ?? readCertificateAuthority(config, folder);
  const { allowHosts } = config.outbound;
  const surroundings = options.surroundings ?? REAL_SURROUNDINGS;
  const { now, sleep, random, observe } = surroundings;
  const stored = await inTransaction(database.db, (tx) =>
    registerSettings(tx, config, options.requester, now()),
  );
  const checkTables = [...accountTables, ...supplierTables, ...purchaseTables].map((table) => table.spec);
  const source = openJdeSource({
    settings: withoutCredentials(config.jde),
    credentials: credentials.jde,
    allowHosts,
    ...(certificateAuthority !== undefined && { certificateAuthority }),
    checkTables: unique(checkTables),
    onCall: (report) => observe?.call(config.name, jdeCall(report)),
    now,
    sleep,
    random,
  });
  const settings = withoutCredentials(config.cin7);
  const terms = cin7BudgetTerms(settings, credentials.cin7);
  observe?.metrics.budgetLimit(budgetKeyHash(terms.key), terms.limit);
  const budget = openCallBudget({ ledger: storedBudgetLedger(database.db), ...terms, now, sleep });
  const target = openCin7Target({
    settings,
    credentials: credentials.cin7,
    budget,
    allowHosts,
    onCall: (report) => observe?.call(config.name, cin7Call(report)),
    now,
    sleep,
    random,
  });
  return {
    config,
    stored,
    database,
    source,
    target,
    surroundings,
    async close() {
      await source.close();
      await target.close();
      await budget.close();
    },
  };
}

/** Settings are versioned; where they decide what records become, every record is mapped anew. */
export async function registerSettings(
  tx: Tx,
  config: ConnectionConfig,
  requester: Requester,
  nowMs: number,
): Promise<StoredConnection> {
  const settings = settingsToStore(config);
  const { mapping } = settings;
  const stored = await registerConnection(tx, { name: config.name, settings, nowMs });
  if (!stored.changed) return stored;
  const before =
    stored.previousSettings === undefined
      ? undefined
      : (JSON.parse(stored.previousSettings) as typeof settings);
  const event = {
    at: nowMs,
    ...requester,
    flow: null,
    recordKey: null,
    runId: null,
    settingsVersion: stored.settingsVersion,
    cin7Id: null,
  };
  const action = before === undefined ? 'connection.created' : 'settings.changed';
  await appendTrail(tx, stored.id, [
    { ...event, action, data: { version: stored.settingsVersion, from: before ?? null, to: settings } },
  ]);
  await makeLookDue(tx, stored.id);
  if (before !== undefined && decisive(before.mapping) !== decisive(mapping)) {
    for (const [flow, table] of Object.entries(DRIVERS)) {
      await stageAllFromOutside(tx, { connectionId: stored.id, flow, table }, 'remap', nowMs);
    }
    // With another template an account has another code; only a renamed account keeps its mapping.
    if (before.mapping.accounts.codeTemplate !== mapping.accounts.codeTemplate) {
      await forgetAutomaticMatches(tx, stored.id, 'account');
    }
  }
  return stored;
}

/** The settings that decide what records become; how runs are run is not among them. */
function decisive({ run: _, ...mapping }: MappingSettings): string {
  return JSON.stringify(mapping);
}

function unique<T extends { readonly table: string }>(specs: readonly T[]): readonly T[] {
  return [...new Map(specs.map((spec) => [spec.table, spec])).values()];
}

export interface RunOptions {
  readonly requester: Requester;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  /** Takes up a run that waits in the queue. */
  readonly queuedRunId?: string;
  /** Queues what goes on with the rest, should the run have to end before its end. */
  readonly handOn?: HandOn;
  /** Only these flows; without it all that are switched on. */
  readonly flows?: readonly FlowName[];
  /** Default: runs that a person asked for look at parked records always, others only every so often. */
  readonly look?: RunPorts['look'];
}

/** Brings Cin7 in step with JDE once. */
export function syncConnection(
  connection: OpenConnection,
  options: RunOptions,
): Promise<RunEnding<RunSummary>> {
  return carryOut(connection, 'sync', options, (ports, signal) => runSync(ports, signal));
}

/** Reads records again whatever the watermarks say, or goes on with the backfill under way. Changes go before it. */
export function backfillConnection(
  connection: OpenConnection,
  options: RunOptions & BackfillOrder,
): Promise<RunEnding<RunSummary>> {
  return carryOut(connection, 'backfill', options, (ports, signal) => runBackfill(ports, options, signal));
}

/** Shows what a backfill would do. Writes nothing, and keeps nothing of what it read. */
export function planBackfillOf(
  connection: OpenConnection,
  scope: BackfillScope,
  options: RunOptions & { onChange: (change: PlannedChange) => void },
): Promise<RunEnding<{ plan: PlanSummary; summary: RunSummary }>> {
  return carryOut(connection, 'plan', options, (ports, signal) =>
    planBackfill(ports, scope, planTerms(connection, options), signal),
  );
}

/** Shows what a sync would do, and writes nothing. */
export function planConnection(
  connection: OpenConnection,
  options: RunOptions & { onChange: (change: PlannedChange) => void },
): Promise<RunEnding<{ plan: PlanSummary; summary: RunSummary }>> {
  return carryOut(connection, 'plan', options, (ports, signal) =>
    runPlan(ports, planTerms(connection, options), signal),
  );
}

function planTerms(
  { config }: OpenConnection,
  { onChange }: { onChange: (change: PlannedChange) => void },
): { callsPerMinute: number; onChange: (change: PlannedChange) => void } {
  const { callsPerMinute, callsReserved } = config.cin7;
  return { callsPerMinute: Math.max(1, callsPerMinute - callsReserved), onChange };
}

/**
 * Maps what was last read of a record anew, with today's settings and crosswalk, and shows what would be written. With `apply` it is
 * staged for the next sync. Needs no lease: it may be asked for while a run is at work.
 */
export async function replayRecord(
  connection: OpenConnection,
  options: ReplayOf & {
    readonly apply?: boolean;
    readonly requester: Requester;
    readonly signal: AbortSignal;
  },
): Promise<Replay> {
  const { config, stored, database, target, surroundings } = connection;
  const { now } = surroundings;
  const run = { connectionId: stored.id };
  const ports = { db: database.db, settings: mappingSettings(config), now, run };
  const replay = await planReplay(ports, target, options, options.signal);
  if (options.apply === true)
    await stageReplay(database.db, stored, options, { requester: options.requester, nowMs: now(), replay });
  return replay;
}

/** Compares the keys of both sides with the links. Changes nothing; what it found is the report of the run. */
export function reconcileConnection(
  connection: OpenConnection,
  options: RunOptions & ReconcileOptions,
): Promise<RunEnding<ReconcileSummary>> {
  return carryOut(connection, 'reconcile', options, (ports, signal) => runReconcile(ports, options, signal));
}

async function carryOut<T>(
  connection: OpenConnection,
  kind: RunKind,
  options: RunOptions,
  work: (ports: RunPorts, signal: AbortSignal) => Promise<T>,
): Promise<RunEnding<T>> {
  const { config, stored, database, source, target, surroundings } = connection;
  const { now, sleep, observe } = surroundings;
  const startedAtMs = now();
  let summarise = (): RunSummary => ({
    flows: {},
    calls: { jde: source.callCount, cin7: target.callCount },
    refusals: target.refusalCount,
    seconds: (now() - startedAtMs) / 1_000,
  });
  const watch = new RunWatch();
  let watcher: RunWatcher | undefined;
  const order = {
    db: database.db,
    connection: stored,
    kind,
    requester: options.requester,
    deadlineMs: config.run.deadlineMinutes * 60_000,
    now,
    sleep,
    progress: () => watch.state(),
    ...(options.queuedRunId === undefined ? {} : { queuedRunId: options.queuedRunId }),
    ...(options.handOn === undefined ? {} : { handOn: options.handOn }),
  };
  const ports = (run: RunHandle, permit: WritePermit): RunPorts => ({
    db: database.db,
    source,
    target: target.guardedBy(permit),
    settings: onlyFlows(mappingSettings(config), options.flows),
    run,
    permit,
    requester: options.requester,
    look: options.look ?? lookOf(options.requester),
    writesAtOnce: config.cin7.writesAtOnce,
    intentsAtOnce: intentsAtOnce(config),
    listLagMs: config.cin7.listLagSeconds * 1_000,
    now,
    sleep,
    report: (progress) => {
      watch.report(progress);
      watcher?.progress(progress);
      options.report(progress);
    },
    outages: watchOutages(database.db, stored.id, now),
    onSummary: (current) => {
      summarise = current;
    },
  });
  const started = { connection: config.name, kind, requestedBy: options.requester.actor };
  try {
    const ending = await executeRun(
      order,
      (run, signal, permit) => {
        watcher = observe?.runStarted({ ...started, runId: run.runId });
        return work(ports(run, permit), signal);
      },
      () => summarise(),
      options.signal,
    );
    watcher?.ended(ending);
    return ending;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    watcher?.ended({ state: 'failed', summary: summarise(), fault: { code: undefined, message, error } });
    throw error;
  }
}

function lookOf({ actor }: Requester): RunPorts['look'] {
  return actor.startsWith('schedule:') || actor === 'system' ? 'sometimes' : 'always';
}

function onlyFlows(settings: MappingSettings, flows: readonly FlowName[] | undefined): MappingSettings {
  if (flows === undefined) return settings;
  const { accounts, suppliers, purchases } = settings;
  return {
    ...settings,
    accounts: { ...accounts, enabled: accounts.enabled && flows.includes('accounts') },
    suppliers: { ...suppliers, enabled: suppliers.enabled && flows.includes('suppliers') },
    purchases: { ...purchases, enabled: purchases.enabled && flows.includes('purchases') },
  };
}

/** At the real pace of Cin7 few intents are open at a time; where the allowance is raised, fewer commits carry more of them. */
function intentsAtOnce(config: ConnectionConfig): number {
  return Math.min(100, Math.max(config.cin7.writesAtOnce, Math.floor(config.cin7.callsPerMinute / 60)));
}

/** Both ends of a connection, to be tested step by step. */
export function checkables(connection: OpenConnection): readonly Checkable[] {
  return [connection.source, connection.target];
}
