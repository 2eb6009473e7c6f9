import { describe, expect, test } from 'vitest';
import { type BudgetLedger, openCallBudget } from './budget.ts';
import { memoryLedger } from './memory-ledger.ts';
import { seededRandom, type VirtualClock, virtualClock } from './virtual-clock.testkit.ts';

const never = new AbortController().signal;
const minuteMs = 60_000;

/** A far side that counts calls when they arrive, somewhere between their start and their answer. */
function arrivalCounter(clock: VirtualClock) {
  const arrivals: number[] = [];
  let mostInWindow = 0;
  return {
    arrivals,
    arrive(): void {
      const now = clock.now();
      arrivals.push(now);
      let inWindow = 0;
      for (let i = arrivals.length - 1; i >= 0 && (arrivals[i] ?? 0) > now - minuteMs; i -= 1) inWindow += 1;
      mostInWindow = Math.max(mostInWindow, inWindow);
    },
    most: () => mostInWindow,
  };
}

interface Load {
  readonly clock: VirtualClock;
  readonly ledger: BudgetLedger;
  readonly limit: number;
  readonly workers: number;
  readonly minutes: number;
  readonly random: () => number;
  readonly counter: ReturnType<typeof arrivalCounter>;
}

async function workOff({ clock, ledger, limit, workers, minutes, random, counter }: Load): Promise<void> {
  const budget = openCallBudget({ ledger, key: 'k', limit, callTimeoutMs: 60_000, ...clock });
  const endAt = clock.now() + minutes * minuteMs;
  const worker = async (): Promise<void> => {
    for (;;) {
      const slot = await budget.take(never);
      if (clock.now() >= endAt) return slot.release();
      const latencyMs = 50 + random() * 1_450;
      const beforeMs = latencyMs * random();
      await clock.sleep(beforeMs);
      counter.arrive();
      await clock.sleep(latencyMs - beforeMs);
      slot.release();
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

describe('the call budget', () => {
  test.each([1, 2, 3])('uses 98 percent of the allowance and never more than it, seed %i', async (seed) => {
    const clock = virtualClock();
    const counter = arrivalCounter(clock);
    const minutes = 60;
    const load = {
      clock,
      ledger: memoryLedger(),
      limit: 60,
      workers: 4,
      minutes,
      random: seededRandom(seed),
      counter,
    };
    await clock.run(workOff(load));
    expect(counter.most()).toBeLessThanOrEqual(60);
    expect(counter.arrivals.length).toBeGreaterThanOrEqual(0.98 * 60 * minutes);
  });

  test('is shared: two processes with one ledger together stay within the allowance', async () => {
    const clock = virtualClock();
    const counter = arrivalCounter(clock);
    const ledger = memoryLedger();
    const load = { clock, ledger, limit: 60, workers: 2, minutes: 20, counter };
    await clock.run(
      Promise.all([
        workOff({ ...load, random: seededRandom(4) }),
        workOff({ ...load, random: seededRandom(5) }),
      ]),
    );
    expect(counter.most()).toBeLessThanOrEqual(60);
    expect(counter.arrivals.length).toBeGreaterThanOrEqual(0.97 * 60 * 20);
  });

  test('stays within a large allowance too, with few writes to the ledger', async () => {
    const clock = virtualClock();
    const counter = arrivalCounter(clock);
    const ledger = countingLedger(memoryLedger());
    const load = { clock, ledger, limit: 6_000, workers: 100, minutes: 2, random: seededRandom(6), counter };
    await clock.run(workOff(load));
    expect(counter.most()).toBeLessThanOrEqual(6_000);
    expect(counter.arrivals.length).toBeGreaterThan(11_000);
    expect(ledger.writes()).toBeLessThan(1_200);
  });

  test('a restart does not forget the calls of the last minute', async () => {
    const clock = virtualClock();
    const ledger = memoryLedger();
    const options = { ledger, key: 'k', limit: 2, callTimeoutMs: 60_000, ...clock };
    const first = openCallBudget(options);
    (await first.take(never)).release();
    (await first.take(never)).release();
    const startedAt = clock.now();
    await clock.run(openCallBudget(options).take(never));
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(minuteMs);
  });

  test('a slot of a killed process frees one call time-out and one window after its start', async () => {
    const clock = virtualClock();
    const ledger = memoryLedger();
    const options = { ledger, key: 'k', limit: 1, callTimeoutMs: 30_000, ...clock };
    await openCallBudget(options).take(never);
    const startedAt = clock.now();
    await clock.run(openCallBudget(options).take(never));
    const waitedMs = clock.now() - startedAt;
    expect(waitedMs).toBeGreaterThanOrEqual(90_000);
    expect(waitedMs).toBeLessThan(125_000);
  });

  test.each([
    { hours: -1, elapsed: true },
    { hours: 1, elapsed: true },
    { hours: 1, elapsed: false },
  ])('a clock set by $hours h neither stalls nor over-spends (own clock: $elapsed)', async (step) => {
    const clock = virtualClock();
    const clocks = step.elapsed ? clock : { now: clock.now, sleep: clock.sleep };
    const budget = openCallBudget({
      ledger: memoryLedger(),
      key: 'k',
      limit: 2,
      callTimeoutMs: 60_000,
      ...clocks,
    });
    (await budget.take(never)).release();
    (await budget.take(never)).release();
    const third = budget.take(never);
    clock.shift(step.hours * 3_600_000);
    const before = clock.elapsed();
    await clock.run(third);
    expect(clock.elapsed() - before).toBeGreaterThanOrEqual(minuteMs);
    expect(clock.elapsed() - before).toBeLessThanOrEqual(2 * minuteMs + 100);
  });

  test('waiters are served in the order in which they came', async () => {
    const clock = virtualClock();
    const budget = openCallBudget({
      ledger: memoryLedger(),
      key: 'k',
      limit: 1,
      callTimeoutMs: 60_000,
      ...clock,
    });
    const order: number[] = [];
    const one = async (number: number): Promise<void> => {
      const slot = await budget.take(never);
      order.push(number);
      slot.release();
    };
    await clock.run(Promise.all([one(1), one(2), one(3)]));
    expect(order).toEqual([1, 2, 3]);
  });

  test('a waiter that is stopped leaves the queue, the next one is served', async () => {
    const clock = virtualClock();
    const budget = openCallBudget({
      ledger: memoryLedger(),
      key: 'k',
      limit: 1,
      callTimeoutMs: 60_000,
      ...clock,
    });
    (await budget.take(never)).release();
    const stop = new AbortController();
    const stopped = budget.take(stop.signal);
    const served = budget.take(never);
    stop.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
    (await clock.run(served)).release();
    await expect(budget.take(stop.signal)).rejects.toThrow('stopped');
  });

  test('a pause holds everything back', async () => {
    const clock = virtualClock();
    const budget = openCallBudget({
      ledger: memoryLedger(),
      key: 'k',
      limit: 60,
      callTimeoutMs: 60_000,
      ...clock,
    });
    budget.pause(30_000);
    expect(await budget.left()).toBe(0);
    const startedAt = clock.now();
    await clock.run(budget.take(never));
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(30_000);
  });

  test('says how many calls are left', async () => {
    const clock = virtualClock();
    const budget = openCallBudget({
      ledger: memoryLedger(),
      key: 'k',
      limit: 60,
      callTimeoutMs: 60_000,
      ...clock,
    });
    expect(await budget.left()).toBe(60);
    const slot = await budget.take(never);
    (await budget.take(never)).release();
    slot.release();
    slot.release();
    expect(await budget.left()).toBe(58);
  });

  test('reserved slots that nobody used are given back', async () => {
    const clock = virtualClock();
    const ledger = memoryLedger();
    const options = { ledger, key: 'k', limit: 600, callTimeoutMs: 60_000, ...clock };
    const budget = openCallBudget(options);
    (await budget.take(never)).release();
    await clock.run(clock.sleep(2_500));
    expect(await openCallBudget(options).left()).toBe(599);
  });

  test('a ledger that fails refuses the waiters, and the budget works again after that', async () => {
    const clock = virtualClock();
    const inner = memoryLedger();
    let broken = true;
    const ledger: BudgetLedger = {
      ...inner,
      reserve: (request) => (broken ? Promise.reject(new Error('disk full')) : inner.reserve(request)),
    };
    const budget = openCallBudget({ ledger, key: 'k', limit: 60, callTimeoutMs: 60_000, ...clock });
    await expect(budget.take(never)).rejects.toThrow('disk full');
    broken = false;
    (await budget.take(never)).release();
    await budget.close();
    await expect(budget.take(never)).rejects.toThrow('closed');
  });

  test('the key itself is not stored', async () => {
    const clock = virtualClock();
    const keys: string[] = [];
    const inner = memoryLedger();
    const ledger: BudgetLedger = {
      ...inner,
      reserve: (request) => {
        keys.push(request.keyHash);
        return inner.reserve(request);
      },
    };
    await openCallBudget({ ledger, key: 'secret', limit: 60, callTimeoutMs: 60_000, ...clock }).take(never);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

function countingLedger(inner: BudgetLedger): BudgetLedger & { writes(): number } {
  let writes = 0;
  return {
    reserve: (request) => {
      writes += 1;
      return inner.reserve(request);
    },
    release: (keyHash, slots) => {
      writes += 1;
      return inner.release(keyHash, slots);
    },
    used: (keyHash, request) => inner.used(keyHash, request),
    writes: () => writes,
  };
}
