import type { Surroundings } from '../app.ts';
import type { LoadedConfig } from '../config/load.ts';
import { storePlace } from '../config/store-place.ts';
import { Fault } from '../faults/fault.ts';
import { InProcessCarrier, type RunCarrier } from '../jobs/carrier.ts';
import type { RunEnding } from '../jobs/execute-run.ts';
import { PgBossCarrier } from '../jobs/pg-boss-carrier.ts';
import type { Database } from '../store/database.ts';
import type { StoredRun } from '../store/runs.ts';
import type { Vault } from '../vault/vault.ts';
import { carryOutQueued } from './carry-out.ts';
import { Connections } from './connections.ts';
import { Resumer } from './resumer.ts';
import { Runs } from './runs.ts';
import { Scheduler } from './scheduler.ts';

interface EngineOptions {
  readonly loaded: LoadedConfig;
  readonly database: Database;
  readonly vault: Vault;
  readonly surroundings: Surroundings;
  readonly env: NodeJS.ProcessEnv;
  /** Runs that this process carries out at the same time. */
  readonly runsAtOnce: number;
  /** Hears how each run ended that this process carried out. */
  readonly onEnding: (run: StoredRun, ending: RunEnding<unknown>) => Promise<void> | void;
  readonly onError: (error: unknown) => void;
}

/** Connections, runs and schedules of an installation, at work in this process. */
export interface Engine {
  readonly connections: Connections;
  readonly runs: Runs;
  readonly scheduler: Scheduler;
  start(): Promise<void>;
  /** Says that runs and schedules are looked after; throws when they are not. */
  atWork(): string;
  /** Writes under way are finished, as far as jobs.stopSeconds allows; the rest goes on elsewhere, or at the next start. */
  stop(): Promise<void>;
}

export function openEngine(options: EngineOptions): Engine {
  const { loaded, database, vault, surroundings, env, onEnding, onError } = options;
  const { db } = database;
  const { now } = surroundings;
  const { keepPlans, sliceMinutes, stopSeconds } = loaded.config.jobs;
  const connections = new Connections({ loaded, database, vault, surroundings, env });
  const onQueued: RunCarrier['submit'] = (run) => carrier.submit(run);
  const runs = new Runs({ db, now, onQueued });
  const carrier = openCarrier(options, (runId, signal) => {
    resumer.takeUp(runId);
    const sliceMs = sliceMinutes * 60_000;
    const onGivenUp = (id: string): void => resumer.giveUp(id);
    return carryOutQueued(
      { db, connections, runs, keepPlans, sliceMs, now, onEnding, onQueued, onGivenUp },
      runId,
      signal,
    );
  });
  const resumer = new Resumer({ db, carrier, now, onError });
  const scheduler = new Scheduler({
    db,
    connections,
    runs,
    now,
    onQueued,
    onError,
  });
  let atWork = false;
  return {
    connections,
    runs,
    scheduler,
    atWork() {
      if (!atWork) throw new Error('runs and schedules are not looked after');
      return 'runs and schedules are looked after';
    },
    async start() {
      await connections.registerFile({ actor: 'system', origin: 'ml-connector.yaml' });
      await carrier.start();
      resumer.start();
      scheduler.start();
      atWork = true;
    },
    async stop() {
      atWork = false;
      await scheduler.stop();
      await resumer.stop();
      await within(stopSeconds * 1_000, carrier.stop(), onError);
    },
  };
}

interface StartedCarrier extends RunCarrier {
  start(): Promise<void> | void;
}

function openCarrier(
  options: EngineOptions,
  carryOut: (runId: string, signal: AbortSignal) => Promise<void>,
): StartedCarrier {
  const { loaded, database, surroundings, env, runsAtOnce, onError } = options;
  const { db } = database;
  const { now } = surroundings;
  const stopReason = (): Fault => new Fault('run.stopped', 'The process was told to stop.');
  const place = storePlace(loaded, env);
  if (place.dialect === 'postgres')
    return new PgBossCarrier({ db, place, runsAtOnce, carryOut, stopReason, now, onError });
  if (runsAtOnce === 0)
    throw new Fault(
      'config.invalid',
      'jobs.runsAtOnce is 0, which leaves all runs to workers; workers need the store in PostgreSQL. Set DATABASE_URL, or jobs.runsAtOnce to 1 or more.',
      { field: 'jobs.runsAtOnce' },
    );
  return new InProcessCarrier({ db, runsAtOnce, carryOut, stopReason, onError });
}

/** Waits for the runs to end; one that does not end in time goes on elsewhere once its lease has run out. */
async function within(ms: number, ended: Promise<void>, onError: (error: unknown) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late');
  });
  try {
    if ((await Promise.race([ended, late])) !== 'late') return;
    onError(new Error(`Runs did not end within ${ms / 1_000} s of being told to; they go on elsewhere.`));
    ended.catch(onError);
  } finally {
    clearTimeout(timer);
  }
}
