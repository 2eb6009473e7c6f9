import { setTimeout as delay } from 'node:timers/promises';
import type { CallBudget, CallSlot } from '../connector.ts';
import { monotonic } from './monotonic.ts';
import { SlotReserve } from './slot-reserve.ts';
import { TimeQueue } from './time-queue.ts';

/**
 * Where the calls made with one key are written down, so that the budget survives restarts and is shared by processes.
 * A slot is used from `reserve` until `windowMs` after its release. All times are UTC milliseconds of the caller's clock.
 */
export interface BudgetLedger {
  /**
   * In one transaction:
   * 1. a stored time later than `nowMs` (a clock was set back) is set to `nowMs`;
   * 2. a slot never released counts as released `staleAfterMs` after its start (its process died);
   * 3. slots released `windowMs` ago or longer are deleted;
   * 4. of `count` slots as many are granted as fit under `limit`, started at `nowMs`.
   * With none granted, `nextFreeAtMs` says when the earliest slot frees; else it has no meaning.
   */
  reserve(request: {
    readonly keyHash: string;
    readonly limit: number;
    readonly count: number;
    readonly windowMs: number;
    readonly nowMs: number;
    readonly staleAfterMs: number;
  }): Promise<{ readonly slotIds: readonly number[]; readonly nextFreeAtMs: number }>;
  /** A slot that was reserved and never used is released with `releasedAtMs: 0`, which frees it at once. */
  release(
    keyHash: string,
    slots: readonly { readonly id: number; readonly releasedAtMs: number }[],
  ): Promise<void>;
  /** Slots in use, counted as `reserve` counts them. */
  used(
    keyHash: string,
    request: { readonly windowMs: number; readonly nowMs: number; readonly staleAfterMs: number },
  ): Promise<number>;
}

export interface CallBudgetOptions {
  readonly ledger: BudgetLedger;
  /** What the other side counts by, for example an application key. Only its SHA-256 is stored. */
  readonly key: string;
  /** Calls allowed in any rolling window. */
  readonly limit: number;
  readonly windowMs?: number;
  /** No call lasts longer. */
  readonly callTimeoutMs: number;
  /** UTC milliseconds, shared with other processes through the ledger. */
  readonly now?: () => number;
  /** Milliseconds of a clock that nobody sets; by default the process's own. */
  readonly elapsed?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

/** A budget that is closed at the end, so that what is not yet written down is. */
export interface OpenCallBudget extends CallBudget {
  /** Writes the last releases; who still waits for a slot is refused. */
  close(): Promise<void>;
}

/** Clocks of this machine and of the other side, and whole milliseconds, differ by this at most within a window. */
const guardMs = 20;

/**
 * Lets at most `limit` calls start so that no rolling window on the other side ever holds more: the other side counts a call
 * somewhere between its start and its answer, therefore a slot frees one window after the answer came.
 */
export function openCallBudget(options: CallBudgetOptions): OpenCallBudget {
  return new LedgerBudget(options);
}

interface Waiter {
  readonly resolve: (slot: CallSlot) => void;
  readonly reject: (reason: unknown) => void;
  readonly stopListening: () => void;
}

/** The queue of waiters, and what this process alone knows: its calls under way, by a clock that nobody sets. */
class LedgerBudget implements OpenCallBudget {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #elapsed: () => number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  readonly #reserve: SlotReserve;

  #waiters: Waiter[] = [];
  #serving = false;
  #rest: AbortController | undefined;
  #notBefore = Number.NEGATIVE_INFINITY;
  #closed = false;
  #inFlight = 0;
  /** When calls of this process were answered, oldest first. */
  readonly #answeredAt = new TimeQueue();

  constructor(options: CallBudgetOptions) {
    const now = options.now ?? Date.now;
    this.#limit = Math.max(1, Math.floor(options.limit));
    this.#windowMs = (options.windowMs ?? 60_000) + guardMs;
    this.#elapsed = options.elapsed ?? monotonic(now);
    this.#sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, signal ? { signal } : {}));
    this.#reserve = new SlotReserve({
      ...options,
      limit: this.#limit,
      windowMs: this.#windowMs,
      now,
      elapsed: this.#elapsed,
      sleep: this.#sleep,
    });
  }

  take(signal: AbortSignal): Promise<CallSlot> {
    if (signal.aborted) return Promise.reject(asError(signal.reason));
    if (this.#closed) return Promise.reject(new Error('The call budget is closed'));
    if (this.#waiters.length === 0) {
      const slot = this.#open();
      if (slot !== undefined) return Promise.resolve(slot);
    }
    return new Promise((resolve, reject) => {
      this.#enqueue(resolve, reject, signal);
      void this.#serve();
    });
  }

  async left(): Promise<number> {
    if (this.#notBefore > this.#elapsed()) return 0;
    return Math.max(0, Math.min(this.#limit - (await this.#reserve.used()), this.#freeHere()));
  }

  pause(ms: number): void {
    this.#notBefore = Math.max(this.#notBefore, this.#elapsed() + ms);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#refuseAll(new Error('The call budget is closed'));
    await this.#reserve.close();
  }

  #enqueue(resolve: (slot: CallSlot) => void, reject: (reason: unknown) => void, signal: AbortSignal): void {
    const leave = (): void => {
      this.#waiters = this.#waiters.filter((other) => other !== waiter);
      if (this.#waiters.length === 0) this.#rest?.abort();
      reject(asError(signal.reason));
    };
    const stopListening = (): void => signal.removeEventListener('abort', leave);
    const waiter: Waiter = { resolve, reject, stopListening };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiters.push(waiter);
  }

  /** Serves the waiters in their order until none is left. Only one runs at a time. */
  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    try {
      while (this.#waiters.length > 0) {
        const waitMs = this.#grant() ?? (await this.#reserve.refill());
        if (waitMs > 0) await this.#wait(waitMs);
      }
    } catch (error) {
      this.#refuseAll(error);
    } finally {
      this.#serving = false;
    }
  }

  /** Hands out what is reserved; says how long to wait for more, or nothing when the ledger must be asked. */
  #grant(): number | undefined {
    for (;;) {
      const first = this.#waiters[0];
      if (first === undefined) return 0;
      const slot = this.#open();
      if (slot === undefined) break;
      this.#waiters.shift();
      first.stopListening();
      first.resolve(slot);
    }
    const waitMs = this.#waitHereMs();
    return waitMs > 0 ? waitMs : undefined;
  }

  async #wait(ms: number): Promise<void> {
    const rest = new AbortController();
    this.#rest = rest;
    try {
      await this.#sleep(ms, rest.signal);
    } catch (error) {
      if (!rest.signal.aborted) throw error;
    } finally {
      this.#rest = undefined;
    }
  }

  /** A slot, if one may start right now. */
  #open(): CallSlot | undefined {
    if (this.#waitHereMs() > 0) return undefined;
    const id = this.#reserve.takeOut();
    if (id === undefined) return undefined;
    this.#inFlight += 1;
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        this.#inFlight -= 1;
        this.#answeredAt.push(this.#elapsed());
        this.#reserve.answered(id);
      },
    };
  }

  /** How long this process alone must wait, by the monotonic clock: the wall clock may jump. */
  #waitHereMs(): number {
    const elapsed = this.#elapsed();
    if (this.#notBefore > elapsed) return Math.min(this.#notBefore - elapsed, this.#windowMs);
    if (this.#freeHere() > 0) return 0;
    const oldest = this.#answeredAt.first;
    return oldest === undefined ? this.#windowMs : oldest + this.#windowMs - elapsed;
  }

  #freeHere(): number {
    this.#answeredAt.dropUntil(this.#elapsed() - this.#windowMs);
    return this.#limit - this.#inFlight - this.#answeredAt.size;
  }

  #refuseAll(reason: unknown): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#rest?.abort();
    for (const waiter of waiters) {
      waiter.stopListening();
      waiter.reject(reason);
    }
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
