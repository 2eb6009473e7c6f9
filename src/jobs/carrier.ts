import type { Db } from '../store/database.ts';
import { listQueuedRuns } from '../store/run-queue.ts';

export interface SubmittedRun {
  readonly id: string;
  readonly connectionId: string;
  /** A run that it goes on with, and that nobody works on any more. */
  readonly insteadOf?: string;
}

/** Brings queued runs to whoever carries them out. */
export interface RunCarrier {
  /** Says that a run stands in the queue; it may be carried out by another process. */
  submit(run: SubmittedRun): Promise<void>;
  /** Takes no more runs, asks those at work to stop, and waits for them. */
  stop(): Promise<void>;
}

interface InProcessParts {
  readonly db: Db;
  readonly runsAtOnce: number;
  /** Carries a run out to its end. Never throws for what a run meets on its way. */
  readonly carryOut: (runId: string, signal: AbortSignal) => Promise<void>;
  /** What the runs hear when the process is told to stop. */
  readonly stopReason: () => unknown;
  readonly onError: (error: unknown) => void;
}

/** Looks into the queue this often, besides being told: a run may have been queued by the command line. */
const POLL_MS = 1_000;

/** For one process: takes runs from the queue of the store itself, at most one of each connection at a time. */
export class InProcessCarrier implements RunCarrier {
  readonly #parts: InProcessParts;
  readonly #stop = new AbortController();
  /** Runs at work, by connection. */
  readonly #atWork = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: InProcessParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), POLL_MS);
    this.#look();
  }

  async submit(): Promise<void> {
    this.#look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort(this.#parts.stopReason());
    await this.#looking;
    await Promise.all(this.#atWork.values());
  }

  /** Looks follow each other, so that no run is taken twice. */
  #look(): void {
    if (this.#stop.signal.aborted) return;
    this.#looking = this.#looking.then(() => this.#takeUp()).catch(this.#parts.onError);
  }

  async #takeUp(): Promise<void> {
    const { db, runsAtOnce } = this.#parts;
    if (this.#stop.signal.aborted || this.#atWork.size >= runsAtOnce) return;
    for (const run of await listQueuedRuns(db, runsAtOnce * 4)) {
      if (this.#atWork.size >= runsAtOnce) return;
      if (!this.#atWork.has(run.connectionId)) this.#begin(run.id, run.connectionId);
    }
  }

  #begin(runId: string, connectionId: string): void {
    const { carryOut, onError } = this.#parts;
    const work = carryOut(runId, this.#stop.signal)
      .catch(onError)
      .finally(() => {
        this.#atWork.delete(connectionId);
        this.#look();
      });
    this.#atWork.set(connectionId, work);
  }
}
