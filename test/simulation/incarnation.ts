import type { VirtualTime } from './virtual-time.ts';

/**
 * One life of the connector's process. Every statement and every call passes its gate; at a chosen one it dies, and from that
 * instant on nothing of it reaches the store or the network any more.
 */
export class Incarnation {
  readonly number: number;
  /** Operations that passed the gate. */
  operations = 0;
  isDead = false;
  /** Settles when it dies. */
  readonly death: Promise<void>;
  readonly #time: VirtualTime;
  readonly #diesAt: number | undefined;
  readonly #atDeath: (() => void)[] = [];
  #died: () => void = () => undefined;

  /** @param diesAt number of the operation before which it dies. */
  constructor(number: number, time: VirtualTime, diesAt: number | undefined) {
    this.number = number;
    this.#time = time;
    this.#diesAt = diesAt;
    this.death = new Promise((resolve) => {
      this.#died = resolve;
    });
  }

  readonly gate = (): Promise<void> => {
    if (this.isDead) return NEVER;
    this.operations += 1;
    if (this.operations !== this.#diesAt) return Promise.resolve();
    this.die();
    return NEVER;
  };

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
