import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';

type Work = () => void;

interface Pending {
  at: number;
  readonly order: number;
  readonly work: Work;
  readonly owner: object | undefined;
}

/**
 * Time that stands still while anything is under way and jumps to the next thing that waits for it. All parts of a simulation
 * share it; each machine in it may have a wall clock of its own.
 */
export class VirtualTime {
  #nowMs: number;
  #order = 0;
  #pending: Pending[] = [];
  /** Owners that stand still, and until when: nothing that they wait for happens to them before. */
  readonly #frozen = new Map<object, number>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** @param owner what is dropped with `dropOf`, as the timers of a process are when it dies. */
  at(atMs: number, work: Work, owner?: object): () => void {
    const notBeforeMs = (owner === undefined ? undefined : this.#frozen.get(owner)) ?? this.#nowMs;
    const entry = {
      at: Math.max(atMs, this.#nowMs, notBeforeMs),
      order: (this.#order += 1),
      work,
      owner,
    };
    this.#insert(entry);
    return () => {
      const found = this.#pending.indexOf(entry);
      if (found >= 0) this.#pending.splice(found, 1);
    };
  }

  sleep(ms: number, signal?: AbortSignal, owner?: object): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(asError(signal.reason));
        return;
      }
      const stop = (): void => {
        cancel();
        reject(asError(signal?.reason));
      };
      const cancel = this.at(
        this.#nowMs + Math.max(0, ms),
        () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
        owner,
      );
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Whatever waits for this owner comes when it wakes, in the order in which it would have come. */
  freeze(owner: object, untilMs: number): void {
    this.#frozen.set(owner, untilMs);
    const held = this.#pending.filter((entry) => entry.owner === owner && entry.at < untilMs);
    this.#pending = this.#pending.filter((entry) => !held.includes(entry));
    for (const entry of held) {
      entry.at = untilMs;
      this.#insert(entry);
    }
  }

  #insert(entry: Pending): void {
    const place = this.#pending.findLastIndex((other) => other.at <= entry.at);
    this.#pending.splice(place + 1, 0, entry);
  }

  dropOf(owner: object): void {
    this.#pending = this.#pending.filter((entry) => entry.owner !== owner);
  }

  /** Lets time pass until the work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    work.then(
      () => (done = true),
      () => (done = true),
    );
    for (let idle = 0; ; ) {
      await turn();
      if (done) return work;
      const next = this.#pending.shift();
      if (next === undefined) {
        // Nothing waits for time: what is under way must come to its end by itself.
        if ((idle += 1) > IDLE_TURNS_MAX) throw new Error('The simulation stands still.');
        continue;
      }
      idle = 0;
      this.#nowMs = next.at;
      next.work();
    }
  }

  /** Lets time pass up to a moment. */
  runUntil(atMs: number): Promise<void> {
    return this.run(this.sleep(atMs - this.#nowMs));
  }

  /**
   * Puts the timers and the steady clock of this process on virtual time, so that time-outs, heartbeats and batches of the code
   * under test take no real time and come out the same each time. Returns how to take that back.
   *
   * @param ownerOf who sets a timer right now.
   */
  install(ownerOf: () => object | undefined): () => void {
    const real = {
      setTimeout: globalThis.setTimeout,
      setInterval: globalThis.setInterval,
      clearTimeout: globalThis.clearTimeout,
      clearInterval: globalThis.clearInterval,
    };
    const realPerformance = Object.getOwnPropertyDescriptor(performance, 'now');
    const handles = new WeakMap<object, () => void>();
    const clear = (fallback: (handle: never) => void) => (handle: unknown) => {
      const cancel = typeof handle === 'object' && handle !== null ? handles.get(handle) : undefined;
      if (cancel !== undefined) cancel();
      // Whatever is no timer of ours was set before.
      else if (handle !== undefined && handle !== null) fallback(handle as never);
    };
    const start = (repeat: boolean) => (work: Work, ms?: number) => {
      const owner = ownerOf();
      // Who sets a timer is also who does what it was set for.
      const within = AsyncLocalStorage.snapshot();
      const handle = timerHandle();
      const wait = Math.max(1, ms ?? 1);
      const begin = (): void => {
        const cancel = this.at(
          this.#nowMs + wait,
          () => {
            if (repeat) begin();
            within(work);
          },
          owner,
        );
        handles.set(handle, cancel);
      };
      begin();
      return handle;
    };
    Object.assign(globalThis, {
      setTimeout: start(false),
      setInterval: start(true),
      clearTimeout: clear(real.clearTimeout),
      clearInterval: clear(real.clearInterval),
    });
    Object.defineProperty(performance, 'now', { value: () => this.#nowMs, configurable: true });
    return () => {
      Object.assign(globalThis, real);
      if (realPerformance === undefined) Reflect.deleteProperty(performance, 'now');
      else Object.defineProperty(performance, 'now', realPerformance);
    };
  }
}

/** Turns of the event loop without anything to wait for, after which something is certainly stuck. */
const IDLE_TURNS_MAX = 10_000;

function timerHandle(): object {
  const handle = { ref: () => handle, unref: () => handle, hasRef: () => false };
  return handle;
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(`stopped: ${String(reason)}`);
