import type { Surroundings } from '../app.ts';
import type { LoadedConfig } from '../config/load.ts';
import { Fault } from '../faults/fault.ts';
import { InProcessCarrier, type RunCarrier } from '../jobs/carrier.ts';
import type { RunEnding } from '../jobs/execute-run.ts';
import type { Database } from '../store/database.ts';
import type { StoredRun } from '../store/runs.ts';
import type { Vault } from '../vault/vault.ts';
import { carryOutQueued } from './carry-out.ts';
import { Connections } from './connections.ts';
import { Runs } from './runs.ts';
import { Scheduler } from './scheduler.ts';

interface EngineOptions {
  readonly loaded: LoadedConfig;
  readonly database: Database;
  readonly vault: Vault;
  readonly surroundings: Surroundings;
  readonly env: NodeJS.ProcessEnv;
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
  /** Writes under way are finished, the rest goes on at the next start. */
  stop(): Promise<void>;
}

export function openEngine(options: EngineOptions): Engine {
  const { loaded, database, vault, surroundings, env, onEnding, onError } = options;
  const { db } = database;
  const { now } = surroundings;
  const { runsAtOnce, keepPlans } = loaded.config.jobs;
  const connections = new Connections({ loaded, database, vault, surroundings, env });
  const runs: Runs = new Runs({ db, now, onQueued: (run) => carrier.submit(run) });
  const carrier: RunCarrier & { start(): void } = new InProcessCarrier({
    db,
    runsAtOnce,
    carryOut: (runId, signal) =>
      carryOutQueued({ db, connections, runs, keepPlans, now, onEnding }, runId, signal),
    stopReason: () => new Fault('run.stopped', 'The server was told to stop.'),
    onError,
  });
  const scheduler = new Scheduler({
    db,
    connections,
    runs,
    now,
    onQueued: (run) => carrier.submit(run),
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
      carrier.start();
      scheduler.start();
      atWork = true;
    },
    async stop() {
      atWork = false;
      await scheduler.stop();
      await carrier.stop();
    },
  };
}
