import type { RunCarrier } from '../jobs/carrier.ts';
import { markTakeOver } from '../jobs/lease-guard.ts';
import { isHolderDead, leaseHolder } from '../jobs/lease-holder.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { interruptRun, type LeasedRun, listLeasedRuns } from '../store/run-handover.ts';
import { queueSuccessor } from './successor.ts';

interface ResumerParts {
  readonly db: Db;
  readonly carrier: Pick<RunCarrier, 'submit'>;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

const LOOK_MS = 1_000;

/**
 * Sees to it that work goes on when its worker is gone: a run whose lease has run out, or whose process is known to be dead, is ended
 * as interrupted, and another one of its kind is queued in the same transaction. Any number of processes may look; the lease decides
 * who was first.
 */
export class Resumer {
  readonly #parts: ResumerParts;
  /** Runs of this process whose ending could not be stored: nobody works on them any more. */
  readonly #givenUp = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: ResumerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.#queueLook(), LOOK_MS);
    this.#queueLook();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** A run is taken up by this process, perhaps once more. */
  takeUp(runId: string): void {
    this.#givenUp.delete(runId);
  }

  /** A run of this process is over although the store does not know it. */
  giveUp(runId: string): void {
    this.#givenUp.add(runId);
  }

  /** Ends runs whose worker is gone, and queues what goes on with them. */
  async look(): Promise<void> {
    const before = [...this.#givenUp];
    const leasedRuns = await listLeasedRuns(this.#parts.db);
    const known = new Set(leasedRuns.map(({ run }) => run.id));
    for (const id of before) if (!known.has(id)) this.#givenUp.delete(id);
    for (const leased of leasedRuns) {
      const isKnownDead = this.#isKnownDead(leased);
      if (isKnownDead || leased.expiresAtMs <= this.#parts.now()) await this.#resume(leased, isKnownDead);
    }
  }

  #isKnownDead({ run, holder }: LeasedRun): boolean {
    if (holder === null) return true;
    return isHolderDead(holder) || (holder === leaseHolder() && this.#givenUp.has(run.id));
  }

  async #resume(leased: LeasedRun, isKnownDead: boolean): Promise<void> {
    const { db, carrier, now } = this.#parts;
    const { run } = leased;
    const nowMs = now();
    const successor = await inTransaction(db, async (tx) => {
      if (!(await interruptRun(tx, leased, nowMs))) return undefined;
      if (!isKnownDead) await markTakeOver(tx, run.connectionId, nowMs);
      return queueSuccessor(tx, run, 'worker_gone', nowMs);
    });
    if (successor === undefined) return;
    await carrier.submit({ id: successor, connectionId: run.connectionId, insteadOf: run.id });
  }

  #queueLook(): void {
    this.#looking = this.#looking.then(() => this.look()).catch(this.#parts.onError);
  }
}
