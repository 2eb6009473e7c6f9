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

/**
 * One life of the connector's process. Every statement and every call passes its gate; at a chosen one it dies, and from that
 * instant on nothing of it reaches the store or the network any more.
 */
export class Incarnation {
  readonly number: number;
  readonly passed: Passed = { operation: 0, write: 0 };
  isDead = false;
  /** Settles when it dies. */
  readonly death: Promise<void>;
  readonly #time: VirtualTime;
  readonly #end: End | undefined;
  readonly #atDeath: (() => void)[] = [];
  #died: () => void = () => undefined;

  constructor(number: number, time: VirtualTime, end: End | undefined) {
    this.number = number;
    this.#time = time;
    this.#end = end;
    this.death = new Promise((resolve) => {
      this.#died = resolve;
    });
  }

  readonly gate = (): Promise<void> => this.pass('operation');

  /** Lets something happen, or never returns when the process is dead. */
  pass(kind: keyof Passed): Promise<void> {
    if (this.isDead) return NEVER;
    this.passed[kind] += 1;
    if (this.#end?.before !== kind || this.#end.number !== this.passed[kind]) return Promise.resolve();
    this.die();
    return NEVER;
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
}

/** What a dead process waits for. */
const NEVER: Promise<never> = new Promise(() => undefined);
