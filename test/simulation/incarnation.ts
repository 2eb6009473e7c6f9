import type { VirtualTime } from './virtual-time.ts';

/** What a process has done so far. */
export interface Passed {
  /** Statements, calls and answers. */
  operation: number;
  /** Writes to Cin7, each twice: when it is sent, and when its answer comes. */
  write: number;
}

/** Where a process dies: before its n-th operation, or before its n-th write to Cin7 or the answer to it. */
export interface End {
  readonly before: keyof Passed;
  readonly number: number;
}

/** Where a process stops, as a suspended machine does, and for how long. */
export interface Freeze extends End {
  readonly forMs: number;
}

interface Fate {
  readonly end?: End | undefined;
  readonly freeze?: Freeze | undefined;
  /** How far the clock of its machine is ahead of that of the others. */
  readonly clockShiftMs?: number | undefined;
}

/**
 * One life of the connector's process. Every statement and every call passes its gate; at a chosen one it dies, and from that
 * instant on nothing of it reaches the store or the network any more. Or it stands still there: what it waits for comes when it wakes.
 */
export class Incarnation {
  readonly number: number;
  readonly passed: Passed = { operation: 0, write: 0 };
  readonly clockShiftMs: number;
  isDead = false;
  /** Whether it holds the lock of the store: whoever stops there stops everybody else, too, so it stops a little later. */
  holdsStore = false;
  /** Settles when it dies. */
  readonly death: Promise<void>;
  /** Settles when it stops. */
  readonly frozen: Promise<void>;
  readonly #time: VirtualTime;
  readonly #fate: Fate;
  readonly #atDeath: (() => void)[] = [];
  #died: () => void = () => undefined;
  #froze: () => void = () => undefined;
  #isFreezeDue = false;
  #wakesAtMs = Number.NEGATIVE_INFINITY;

  constructor(number: number, time: VirtualTime, fate: Fate) {
    this.number = number;
    this.clockShiftMs = fate.clockShiftMs ?? 0;
    this.#time = time;
    this.#fate = fate;
    this.death = new Promise((resolve) => {
      this.#died = resolve;
    });
    this.frozen = new Promise((resolve) => {
      this.#froze = resolve;
    });
  }

  readonly gate = (): Promise<void> => this.pass('operation');

  /** Lets something happen, or never returns when the process is dead. */
  pass(kind: keyof Passed): Promise<void> {
    if (this.isDead) return NEVER;
    this.passed[kind] += 1;
    const { end, freeze } = this.#fate;
    if (end?.before === kind && end.number === this.passed[kind]) {
      this.die();
      return NEVER;
    }
    if (freeze?.before === kind && freeze.number === this.passed[kind]) this.#isFreezeDue = true;
    return this.awake();
  }

  /** Returns at once, or when a process that stands still wakes. */
  async awake(): Promise<void> {
    if (this.#isFreezeDue && !this.holdsStore) this.#freeze();
    while (this.isFrozen) await this.#time.sleep(this.#wakesAtMs - this.#time.nowMs);
  }

  get isFrozen(): boolean {
    return this.#time.nowMs < this.#wakesAtMs;
  }

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    this.isDead ? NEVER : this.#time.sleep(ms, signal, this);

  onDeath(act: () => void): void {
    this.#atDeath.push(act);
  }

  die(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#time.dropOf(this);
    for (const act of this.#atDeath) act();
    this.#died();
  }

  #freeze(): void {
    this.#isFreezeDue = false;
    this.#wakesAtMs = this.#time.nowMs + (this.#fate.freeze?.forMs ?? 0);
    this.#time.freeze(this, this.#wakesAtMs);
    this.#froze();
  }
}

/** What a dead process waits for. */
export const NEVER: Promise<never> = new Promise(() => undefined);
