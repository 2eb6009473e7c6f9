import type { Db } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { loadMark, saveMark } from '../store/marks.ts';
import { leaseHolderOf } from '../store/runs.ts';
import type { WritePermit } from '../sync/ports.ts';
import { isHolderDead } from './lease-holder.ts';

/** A worker that does not renew for this long counts as dead; its run goes on elsewhere. */
export const LEASE_MS = 15_000;
/** A write leaves only if the lease was seen to be ours so shortly before. Two heartbeats: a store that is busy once costs nothing. */
const SEEN_MS = 10_000;
/** For so long after a lease was taken from somebody who may live, he may not have noticed; the rest is for what he has sent. */
const TAKEN_OVER_MS = SEEN_MS + 2_000;

const TAKEN_OVER = 'run.taken_over';

/**
 * Whether the lease that is about to be taken was left by a holder who may live, or was so moments ago: whoever took it then may have
 * died or ended since. To be asked in the transaction that takes it.
 */
export async function noteTakeOver(tx: Db, connectionId: string, nowMs: number): Promise<boolean> {
  await lockConnection(tx, connectionId);
  const holder = await leaseHolderOf(tx, connectionId);
  if (holder !== undefined && !isHolderDead(holder)) {
    await markTakeOver(tx, connectionId, nowMs);
    return true;
  }
  const takenMs = Number((await loadMark(tx, connectionId, TAKEN_OVER)) ?? Number.NEGATIVE_INFINITY);
  return Math.abs(nowMs - takenMs) < TAKEN_OVER_MS;
}

/** Notes that a lease was taken from somebody who may live: who has it next waits before it writes. */
export function markTakeOver(tx: Db, connectionId: string, nowMs: number): Promise<void> {
  return saveMark(tx, connectionId, { name: TAKEN_OVER, value: String(nowMs), nowMs });
}

interface LeaseGuardOptions {
  /** Renews the lease in the store. @throws Fault `run.lease_lost` when somebody else has it. */
  readonly renew: () => Promise<void>;
  /** When the lease was asked for. */
  readonly askedAt: Moment;
  /** When it was taken at the latest: whoever had it before could not renew it from then on. */
  readonly takenAt: Moment;
  /** Whether somebody may live who has not noticed that the lease is not his any more. */
  readonly isTakenOver: boolean;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Keeps a run that was taken for dead from writing to Cin7, which knows no leases. A process that stood still, a suspended machine
 * or a pause of the network ends in one of two ways: the lease is still ours, or nothing is sent any more.
 *
 * No two machines have to agree on the time: the one that takes over waits for longer than the other one goes on without having
 * seen its lease.
 */
export class LeaseGuard implements WritePermit {
  readonly #options: LeaseGuardOptions;
  #seen: Moment;
  #renewing: Promise<void> | undefined;
  #opening: Promise<void> | undefined;

  constructor(options: LeaseGuardOptions) {
    this.#options = options;
    this.#seen = options.askedAt;
  }

  /** Renews the lease; who asks meanwhile shares the answer. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async untilAllowed(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#options.isTakenOver) {
      this.#opening ??= this.#open(signal);
      await this.#opening;
      signal.throwIfAborted();
    }
    if (!this.isAllowed()) await this.renew();
  }

  isAllowed(): boolean {
    const { steadyMs, wallMs } = momentOf(this.#options.now);
    // A steady clock may stand still while the machine is suspended, the other one may be set: the longer time counts.
    return Math.max(steadyMs - this.#seen.steadyMs, wallMs - this.#seen.wallMs) < SEEN_MS;
  }

  /** Reading takes some of the time, so most of the wait is over when the first write is due. */
  async #open(signal: AbortSignal): Promise<void> {
    const { takenAt, now, sleep } = this.#options;
    const { steadyMs, wallMs } = momentOf(now);
    // The shorter time counts: neither clock may make the wait too short.
    const sinceMs = Math.max(0, Math.min(steadyMs - takenAt.steadyMs, wallMs - takenAt.wallMs));
    if (sinceMs < TAKEN_OVER_MS) await sleep(TAKEN_OVER_MS - sinceMs, signal);
  }

  async #renew(): Promise<void> {
    const asked = momentOf(this.#options.now);
    await this.#options.renew();
    this.#seen = asked;
  }
}

/** The present by two clocks: one that nobody sets, and the one of the wall. */
export interface Moment {
  readonly steadyMs: number;
  readonly wallMs: number;
}

export function momentOf(now: () => number): Moment {
  return { steadyMs: performance.now(), wallMs: now() };
}
