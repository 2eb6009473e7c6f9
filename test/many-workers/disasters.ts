import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { listLeasedRuns } from '../../src/store/run-handover.ts';
import type { StoredRun } from '../../src/store/runs.ts';
import { type Content, contentOf } from '../switches/content.ts';
import { type Fleet, openFleet, seenAtMs, type Worker } from './fleet.ts';

type FleetOptions = Parameters<typeof openFleet>[0];

/** What happens to the worker that has the run, or to the database. */
export interface Disaster {
  readonly name: string;
  /** Resolves when it has happened. */
  strike(fleet: Fleet, worker: Worker): Promise<void>;
  /** What happens after another worker has brought the work to its end. */
  afterwards?(fleet: Fleet, worker: Worker): Promise<void>;
}

export interface Course {
  readonly disaster: string;
  readonly runs: readonly Pick<StoredRun, 'state' | 'kind' | 'faultCode'>[];
  readonly content: Content;
  /** From the disaster until another run was at work, and until it wrote. */
  readonly takenOverMs: number;
  readonly writtenMs: number;
  readonly endedMs: number;
  /** Writes of the run that had to give way, after another one had begun its work. */
  readonly lateWrites: number;
}

const LASTS_MAX_MS = 240_000;

/** Queues a run, lets the disaster strike in the middle of its writing, and waits until everything is done. */
export async function play(disaster: Disaster, options: FleetOptions): Promise<Course> {
  const fleet = await openFleet(options);
  try {
    return await playOn(fleet, disaster);
  } catch (error) {
    const said = fleet.workers.map((worker) => worker.said()).join('\n---\n');
    throw new Error(`${disaster.name}: ${(error as Error).message}\n${said}`, { cause: error });
  } finally {
    await fleet.stop();
  }
}

async function playOn(fleet: Fleet, disaster: Disaster): Promise<Course> {
  const { cin7 } = fleet;
  const first = await fleet.queue();
  await until(() => cin7.writes >= 6, 'the first writes');
  const worker = await fleet.holder();
  if (worker === undefined) throw new Error('Nobody has the run.');
  const struckMs = Date.now();
  await disaster.strike(fleet, worker);
  let writes = cin7.writes;
  const takenOverMs = await timed(struckMs, async () => {
    const leased = await listLeasedRuns(fleet.store.db).catch(() => []);
    const isTaken = leased.some(({ run }) => run.id !== first);
    // What was under way still arrives.
    if (!isTaken) writes = cin7.writes;
    return isTaken || (await isAllDone(fleet));
  });
  const writtenMs = await timed(struckMs, async () => cin7.writes > writes || (await isAllDone(fleet)));
  const endedMs = await timed(struckMs, () => isAllDone(fleet));
  const before = cin7.writes;
  await disaster.afterwards?.(fleet, worker);
  return {
    disaster: disaster.name,
    runs: (await fleet.runs()).map(({ state, kind, faultCode }) => ({ state, kind, faultCode })),
    content: contentOf(cin7),
    takenOverMs,
    writtenMs,
    endedMs,
    lateWrites: cin7.writes - before,
  };
}

async function isAllDone(fleet: Fleet): Promise<boolean> {
  const runs = await fleet.runs().catch(() => []);
  return runs.length > 0 && runs.every(({ state }) => state !== 'queued' && state !== 'running');
}

async function timed(sinceMs: number, holds: () => Promise<boolean>): Promise<number> {
  await until(holds, 'the work to go on');
  return Date.now() - sinceMs;
}

/** Waits for a condition that other processes bring about. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const endMs = Date.now() + LASTS_MAX_MS;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`Waited in vain for ${what}.`);
    await delay(50);
  }
}

export const KILLED: Disaster = {
  name: 'the worker is killed',
  strike: async (_, worker) => {
    worker.kill('SIGKILL');
    await worker.ended;
  },
};

/** An installation in one process is started anew, as a service manager does. */
export const SERVER_KILLED: Disaster = {
  name: 'the only server is killed and started anew',
  strike: async (fleet, worker) => {
    await KILLED.strike(fleet, worker);
    await fleet.add('serve');
  },
};

/** For longer than its lease; then it wakes and finds that others have done its work. */
export const FROZEN: Disaster = {
  name: 'the worker stands still and wakes when its work is done',
  strike: async (_, worker) => worker.kill('SIGSTOP'),
  afterwards: async (fleet, worker) => {
    const lastMs = await seenAtMs(fleet, worker);
    worker.kill('SIGCONT');
    // It has come round to its own business again.
    await until(async () => (await seenAtMs(fleet, worker)) > lastMs, 'the worker to wake');
    await until(() => worker.said().includes('run.lease_lost'), 'the run that was taken over to end');
  },
};

export const STOPPED: Disaster = {
  name: 'the worker is told to stop',
  strike: async (_, worker) => {
    worker.kill('SIGTERM');
    const { code } = await worker.ended;
    if (code !== 0) throw new Error(`A worker that was told to stop ended with ${code}.`);
  },
};

/** As when the server is restarted: every connection ends, of all workers at once. */
export const DATABASE_DROPS_ALL: Disaster = {
  name: 'the database ends all connections',
  strike: async ({ store }) => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(store.db);
  },
};

export const CUT_OFF: Disaster = {
  name: 'the worker is cut off from the database',
  strike: async (_, { cable }) => cable?.cut(),
  afterwards: async (fleet, worker) => mendAndWake(fleet, worker),
};

export const SWALLOWED: Disaster = {
  name: 'the network swallows what the worker and the database send',
  strike: async (_, { cable }) => cable?.swallow(),
  afterwards: async (fleet, worker) => mendAndWake(fleet, worker),
};

async function mendAndWake(fleet: Fleet, worker: Worker): Promise<void> {
  const lastMs = await seenAtMs(fleet, worker);
  worker.cable?.mend();
  await until(async () => (await seenAtMs(fleet, worker)) > lastMs, 'the worker to be back');
}

const AWAY_MS = 20_000;

export const DATABASE_AWAY: Disaster = {
  name: `no worker reaches the database for ${AWAY_MS / 1_000} s`,
  strike: async ({ workers }) => {
    for (const { cable } of workers) cable?.cut();
    await delay(AWAY_MS);
    for (const { cable } of workers) cable?.mend();
  },
};

/** The server starts anew by itself when a process of it dies. Only for a server that nobody else uses. */
export const DATABASE_CRASHES: Disaster = {
  name: 'the database server crashes and starts anew',
  strike: async ({ store }) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(store.db);
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  },
};

export const EVERY_DISASTER: readonly Disaster[] = [
  KILLED,
  FROZEN,
  STOPPED,
  DATABASE_DROPS_ALL,
  DATABASE_AWAY,
  DATABASE_CRASHES,
  CUT_OFF,
  SWALLOWED,
];
