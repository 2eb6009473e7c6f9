import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { configSchema } from '../../src/config/file.ts';
import { InProcessCarrier, type RunCarrier } from '../../src/jobs/carrier.ts';
import { executeRun } from '../../src/jobs/execute-run.ts';
import { nextDue } from '../../src/jobs/timing.ts';
import { Connections } from '../../src/service/connections.ts';
import { Runs } from '../../src/service/runs.ts';
import { Scheduler } from '../../src/service/scheduler.ts';
import type { Database } from '../../src/store/database.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { deleteSchedule, insertSchedule, listSchedules } from '../../src/store/schedules.ts';
import { throwAwaySource } from '../../src/vault/key-source.ts';
import { openVault } from '../../src/vault/open-vault.ts';
import { quantile } from './figures.ts';
import { WorkClock } from './work-clock.ts';

/**
 * Schedules of many connections on PostgreSQL. Each run is real but for its work, which is nothing: queued by the scheduler, taken from
 * the queue, connection opened with its credentials from the vault, lease, trail, end. Arguments: URL, then numbers of connections.
 */
const [url = '', ...sizes] = process.argv.slice(2);
const PERIOD_MINUTES = 15;
const RUNS_MIN = 100;
const REQUESTER = { actor: 'bench', origin: 'bench' };
/** Simulated; a moment at which each minute begins. */
const START_MS = 1_800_000_000_000;

let calls = 0;
// Everything that the store asks goes through here, what begins and ends transactions too.
const query: (...args: unknown[]) => unknown = Reflect.get(pg.Client.prototype, 'query');
Reflect.set(pg.Client.prototype, 'query', function counted(this: unknown, ...args: unknown[]) {
  calls += 1;
  return Reflect.apply(query, this, args);
});

const clock = new WorkClock(START_MS);
const now = (): number => clock.now();
const database = await openPostgres(url, { poolMax: 10, field: 'bench' });
const { vault } = await openVault({
  db: database.db,
  source: throwAwaySource(),
  now,
  requester: REQUESTER,
});
const connections = new Connections({
  loaded: { config: configSchema.parse({ version: 1 }), folder: '/' },
  database,
  vault,
  surroundings: { now, sleep: () => Promise.resolve(), random: Math.random },
  env: {},
});

let made = 0;
for (const size of sizes.map(Number)) {
  for (; made < size; made += 1) await makeConnection(made);
  for (const sameMinute of [false, true]) {
    const measured = await playSchedules(database, size, sameMinute);
    process.stdout.write(`${JSON.stringify({ connections: size, sameMinute, ...measured })}\n`);
  }
}
await database.close();

async function makeConnection(index: number): Promise<void> {
  const settings = {
    name: `company-${index}`,
    jde: { url: 'http://127.0.0.1:9', environment: 'JDV920', role: '*ALL' },
  };
  const connection = await connections.create(settings, REQUESTER);
  const credentials = {
    'jde.user': 'JDE',
    'jde.password': 'JDE',
    'cin7.accountId': randomUUID(),
    'cin7.applicationKey': randomUUID(),
  };
  await connections.saveCredentials(connection, credentials, REQUESTER);
}

async function playSchedules({ db }: Database, size: number, sameMinute: boolean) {
  for (const { id } of await listSchedules(db)) await deleteSchedule(db, id);
  clock.skipTo(Math.ceil((now() + 1) / (PERIOD_MINUTES * 60_000)) * PERIOD_MINUTES * 60_000 - 30_000);
  const minutes = new Map<string, number>();
  for (const [index, { id: connectionId }] of (await connections.list()).entries()) {
    const minute = sameMinute ? 0 : index % PERIOD_MINUTES;
    minutes.set(connectionId, minute);
    const timing = { cron: `${minute}-59/${PERIOD_MINUTES} * * * *`, timeZone: 'UTC', everySeconds: null };
    const nextRunAtMs = nextDue(timing, now());
    const schedule = { id: randomUUID(), connectionId, kind: 'sync', flows: [], enabled: true } as const;
    await insertSchedule(db, { ...schedule, ...timing, nextRunAtMs }, now());
  }
  const late: number[] = [];
  let open = 0;
  const runs = new Runs({ db, now, onQueued: () => undefined });
  const carrier: RunCarrier = new InProcessCarrier({
    db,
    runsAtOnce: 4,
    carryOut: async (runId) => {
      const run = await runs.find(runId);
      late.push(lateness(minutes.get(run.connectionId) ?? 0, now()));
      await carryOut(db, runId, run.connectionId);
      open -= 1;
    },
    stopReason: () => new Error('over'),
    onError: fail,
  });
  const scheduler = new Scheduler({
    db,
    connections,
    runs,
    now,
    onQueued: async (run) => {
      open += 1;
      await carrier.submit(run);
    },
    onError: fail,
  });
  const expected = size * Math.max(2, Math.ceil(RUNS_MIN / size));
  // Of the seconds in which something was due or at work; what an idle look costs is told by the benchmark `idle`.
  const busy = { calls: 0, cpuMs: 0, ms: 0 };
  while (late.length < expected || open > 0) {
    const before = { calls, cpu: process.cpuUsage(), at: performance.now(), open, started: late.length };
    await scheduler.look();
    const isBusy = open + before.open > 0 || late.length > before.started;
    await clock.nextSecond(() => open === 0);
    if (!isBusy) continue;
    const { user, system } = process.cpuUsage(before.cpu);
    busy.calls += calls - before.calls;
    busy.cpuMs += (user + system) / 1_000;
    busy.ms += performance.now() - before.at;
  }
  await carrier.stop();
  return {
    runs: late.length,
    latenessP50: quantile(late, 0.5) / 1_000,
    latenessP99: quantile(late, 0.99) / 1_000,
    callsOfARun: busy.calls / late.length,
    cpuMillisecondsOfARun: busy.cpuMs / late.length,
    runsASecond: (late.length / busy.ms) * 1_000,
  };
}

async function carryOut(db: Database['db'], queuedRunId: string, connectionId: string): Promise<void> {
  const stored = await connections.find(connectionId);
  const connection = await connections.open(stored, REQUESTER);
  const order = {
    db,
    connection: stored,
    kind: 'sync',
    requester: REQUESTER,
    deadlineMs: 60_000,
    now,
    sleep: () => Promise.resolve(),
    queuedRunId,
  } as const;
  const nothing = { flows: {}, calls: { jde: 0, cin7: 0 }, refusals: 0, seconds: 0 };
  const ending = await executeRun(
    order,
    () => Promise.resolve(),
    () => nothing,
    new AbortController().signal,
  );
  await connection.close();
  if (ending.state !== 'succeeded') throw new Error(`The run ${ending.state}: ${ending.fault?.message}`);
}

/** Since the last moment at which a schedule of that minute was due. */
function lateness(minute: number, atMs: number): number {
  const periodMs = PERIOD_MINUTES * 60_000;
  return (atMs - minute * 60_000) % periodMs;
}

function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}
