import { createHash } from 'node:crypto';
import type { BudgetLedger } from './budget.ts';

interface SlotReserveOptions {
  readonly ledger: BudgetLedger;
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly callTimeoutMs: number;
  readonly now: () => number;
  readonly elapsed: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

/** Reserved slots are used within this time or given back, and releases are written down within it. */
const holdMs = 1_000;
/** A batch is one statement of the ledger; databases bound how long that may be. */
const batchMax = 1_000;

/**
 * The slots of a call budget on their way to and from the ledger. At 60 calls a minute each is reserved and written by itself, so
 * that what is written is exact; where far more are allowed, they go in batches, so that writing costs little.
 */
export class SlotReserve {
  readonly #options: SlotReserveOptions;
  readonly #keyHash: string;
  readonly #staleAfterMs: number;
  readonly #batch: number;

  /** Reserved in the ledger, not yet used. */
  #reserved: number[] = [];
  #reservedAt = 0;
  #unwritten: { id: number; releasedAtMs: number }[] = [];
  #tidying = false;

  constructor(options: SlotReserveOptions) {
    this.#options = options;
    this.#keyHash = budgetKeyHash(options.key);
    this.#batch = Math.min(batchMax, Math.max(1, Math.floor(options.limit / 60)));
    this.#staleAfterMs = options.callTimeoutMs + holdMs;
  }

  /** A reserved slot; nothing when the ledger must be asked. */
  takeOut(): number | undefined {
    this.#giveBackOld();
    return this.#reserved.pop();
  }

  /** Reserves a batch. Returns 0 when there is something to take out, else how long to wait. */
  async refill(): Promise<number> {
    const { ledger, limit, windowMs, now, elapsed } = this.#options;
    const nowMs = now();
    const { slotIds, nextFreeAtMs } = await ledger.reserve({
      keyHash: this.#keyHash,
      limit,
      count: this.#batch,
      windowMs,
      nowMs,
      staleAfterMs: this.#staleAfterMs,
    });
    if (slotIds.length === 0) {
      // A slot in flight elsewhere may be released any time, and then frees one window later: look again by then.
      return Math.min(Math.max(1, nextFreeAtMs - nowMs), windowMs);
    }
    this.#reserved.push(...slotIds);
    this.#reservedAt = elapsed();
    this.#tidyLater();
    return 0;
  }

  /** The call of a slot was answered, or given up. */
  answered(id: number): void {
    this.#unwritten.push({ id, releasedAtMs: this.#options.now() });
    if (this.#unwritten.length >= this.#batch) void this.#write();
    else this.#tidyLater();
  }

  /** Slots in use by all processes, without those that are only reserved here. */
  async used(): Promise<number> {
    const { ledger, windowMs, now } = this.#options;
    const request = { windowMs, nowMs: now(), staleAfterMs: this.#staleAfterMs };
    return (await ledger.used(this.#keyHash, request)) - this.#reserved.length;
  }

  async close(): Promise<void> {
    this.#giveBack();
    await this.#write();
  }

  #giveBackOld(): void {
    const isOld = this.#options.elapsed() - this.#reservedAt >= holdMs;
    if (isOld && this.#reserved.length > 0) {
      this.#giveBack();
      void this.#write();
    }
  }

  /** Reserved slots that nobody used are free again at once. */
  #giveBack(): void {
    for (const id of this.#reserved) this.#unwritten.push({ id, releasedAtMs: 0 });
    this.#reserved = [];
  }

  #tidyLater(): void {
    if (this.#batch === 1 || this.#tidying) return;
    this.#tidying = true;
    void this.#options.sleep(holdMs).then(() => {
      this.#tidying = false;
      this.#giveBackOld();
      void this.#write();
      if (this.#reserved.length > 0) this.#tidyLater();
    });
  }

  /** Writes releases down. What cannot be written goes with the next ones: until then the slots count as used. */
  async #write(): Promise<void> {
    if (this.#unwritten.length === 0) return;
    const slots = this.#unwritten;
    this.#unwritten = [];
    try {
      await this.#options.ledger.release(this.#keyHash, slots);
    } catch {
      this.#unwritten = [...slots, ...this.#unwritten];
    }
  }
}

/** What stands for a key in the ledger and in figures; the key itself is nowhere. */
export function budgetKeyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
