import { setTimeout as delay } from 'node:timers/promises';

/** A clock on which work takes the time that it really takes, and waiting takes none. */
export class WorkClock {
  #offsetMs: number;

  constructor(startMs: number) {
    this.#offsetMs = startMs - performance.now();
  }

  now(): number {
    return Math.floor(this.#offsetMs + performance.now());
  }

  skipTo(atMs: number): void {
    this.#offsetMs += Math.max(0, atMs - this.now());
  }

  /** Waits for the next whole second, or skips to it as soon as there is nothing more to do. */
  async nextSecond(isIdle: () => boolean): Promise<void> {
    const atMs = (Math.floor(this.now() / 1_000) + 1) * 1_000;
    while (this.now() < atMs && !isIdle()) await delay(1);
    this.skipTo(atMs);
  }
}
