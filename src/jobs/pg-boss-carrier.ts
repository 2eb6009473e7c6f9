import type { PgBoss } from 'pg-boss';
import type { Db } from '../store/database.ts';
import { poolConfig } from '../store/postgres.ts';
import { readPostgresUrl } from '../store/postgres-address.ts';
import { isRunQueued, listQueuedRuns } from '../store/run-queue.ts';
import type { RunCarrier, SubmittedRun } from './carrier.ts';

interface PgBossParts {
  readonly db: Db;
  /** Where the store is; the queue lies beside it in a schema of its own. */
  readonly place: { readonly url: string; readonly field: string };
  /** 0: this process only hands runs over to others. */
  readonly runsAtOnce: number;
  /** Carries a run out to its end. Never throws for what a run meets on its way. */
  readonly carryOut: (runId: string, signal: AbortSignal) => Promise<void>;
  /** What the runs hear when the process is told to stop. */
  readonly stopReason: () => unknown;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

const SCHEMA = 'pgboss';
const QUEUE = 'runs';

/**
 * These go together: a job whose worker was silent for HEARTBEAT is free again with the next look of any process, and taken up with its
 * next poll. The least heartbeat that pg-boss takes is 10 s.
 */
const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_REFRESH_SECONDS = 3;
const SUPERVISE_SECONDS = 2;
const POLL_SECONDS = 2;
/** The longest that pg-boss takes. A run that lasts longer goes on under its lease. */
const EXPIRE_SECONDS = 86_400;
/** A job is only done when its run does not wait any more; each try costs one look. */
const RETRIES = 1_000;
const RETRY_SECONDS_MAX = 60;
const KEEP_ENDED_SECONDS = 3_600;
/** Connections to the database besides those of the store; one more listens. */
const POOL_MAX = 3;

const SWEEP_MS = 2_000;
/** A run that has waited for so long was submitted by whoever queued it, if by anybody. */
const SUBMITTED_MS = 2_000;
const SWEPT_MAX = 500;
const LAST_WORDS_MS = 5_000;

interface RunJob {
  readonly runId: string;
}

/**
 * For many processes on one PostgreSQL: pg-boss hands queued runs out, in the order in which they were queued, at most one of each
 * connection at a time. A job is no more than a call to look at a run; whether the run may begin is decided by its row and the lease of
 * its connection. So a job that comes twice, or late, changes nothing, and one that is lost comes again with the sweep.
 */
export class PgBossCarrier implements RunCarrier {
  readonly #parts: PgBossParts;
  #boss: PgBoss | undefined;
  readonly #stop = new AbortController();
  readonly #atWork = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: PgBossParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { runsAtOnce } = this.#parts;
    const boss = await this.#open();
    await boss.start();
    this.#boss = boss;
    const options = {
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: EXPIRE_SECONDS,
      retryLimit: RETRIES,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: RETRY_SECONDS_MAX,
      deleteAfterSeconds: KEEP_ENDED_SECONDS,
      notify: true,
    };
    // A unique index keeps a second job of the key from becoming active; limits on groups were seen to overlap.
    await boss.createQueue(QUEUE, { ...options, policy: 'singleton' });
    await boss.updateQueue(QUEUE, options);
    if (runsAtOnce > 0) {
      const workOptions = {
        localConcurrency: runsAtOnce,
        pollingIntervalSeconds: POLL_SECONDS,
        notifyPollingIntervalSeconds: POLL_SECONDS,
        heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
      };
      await boss.work<RunJob>(QUEUE, workOptions, async ([job]) => {
        if (job !== undefined) await this.#carry(job.data.runId);
      });
    }
    this.#timer = setInterval(() => this.#queueSweep(), SWEEP_MS);
    this.#queueSweep();
  }

  /** The run is stored already: where this fails, the sweep of any process makes up for it. */
  async submit(run: SubmittedRun): Promise<void> {
    if (this.#stop.signal.aborted || this.#boss === undefined) return;
    try {
      // The job of a dead worker keeps the place of its connection until it is missed; the lease has told earlier.
      if (run.insteadOf !== undefined) await this.#boss.deleteJob(QUEUE, run.insteadOf);
      await this.#send([run]);
    } catch (error) {
      this.#parts.onError(error);
    }
  }

  async stop(): Promise<void> {
    const { stopReason } = this.#parts;
    clearInterval(this.#timer);
    await this.#boss?.offWork(QUEUE, { wait: false });
    this.#stop.abort(stopReason());
    await this.#sweeping;
    await Promise.all(this.#atWork);
    await this.#boss?.stop({ graceful: true, timeout: LAST_WORDS_MS });
  }

  /** Loaded only here: an installation in one process has no need of it. */
  async #open(): Promise<PgBoss> {
    const { place, onError } = this.#parts;
    const boss = await import('pg-boss');
    // It reads its own columns: how the store reads numbers is not for it.
    const { types: _, ...pool } = poolConfig(readPostgresUrl(place.url, place.field), POOL_MAX);
    const opened = new boss.PgBoss({
      ...(pool as object), // Handed on to the driver; its own types name some of the settings only.
      schema: SCHEMA,
      useListenNotify: true,
      schedule: false,
      supervise: true,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      registerInstance: false,
    });
    opened.on('error', (error) => {
      if (!this.#stop.signal.aborted) onError(error);
    });
    return opened;
  }

  /** A job bears the id of its run, so that a run has one at most. */
  async #send(runs: readonly SubmittedRun[]): Promise<void> {
    const jobs = runs.map(({ id, connectionId }) => ({
      id,
      data: { runId: id } satisfies RunJob,
      singletonKey: connectionId,
    }));
    if (jobs.length > 0) await this.#boss?.insert(QUEUE, jobs);
  }

  async #carry(runId: string): Promise<void> {
    const { db, carryOut } = this.#parts;
    if (this.#stop.signal.aborted) throw new Error('The process stops: the run is for others.');
    const work = carryOut(runId, this.#stop.signal);
    const ended = work.catch(() => undefined).finally(() => this.#atWork.delete(ended));
    this.#atWork.add(ended);
    await work;
    if (await isRunQueued(db, runId)) throw new Error(`Run ${runId} still waits.`);
  }

  /** Sweeps follow each other. */
  #queueSweep(): void {
    this.#sweeping = this.#sweeping.then(() => this.#sweep()).catch(this.#parts.onError);
  }

  /** Runs that were queued by a process that died before it submitted them, or by one that knows no carrier. */
  async #sweep(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { db, now } = this.#parts;
    const queued = await listQueuedRuns(db, SWEPT_MAX);
    await this.#send(queued.filter(({ queuedAtMs }) => queuedAtMs <= now() - SUBMITTED_MS));
  }
}
