import { expect, test } from 'vitest';
import { Fault } from '../faults/fault.ts';
import { LeaseGuard, momentOf } from './lease-guard.ts';

const never = new AbortController().signal;

/** A guard on a wall clock that the test moves; the steady clock of the process hardly moves meanwhile. */
function guarded(options: { isTakenOver?: boolean; takenMsAgo?: number; isLost?: () => boolean } = {}) {
  let nowMs = 1_000_000;
  const now = (): number => nowMs;
  const told: string[] = [];
  const slept: number[] = [];
  const { takenMsAgo = 0 } = options;
  const { steadyMs, wallMs } = momentOf(now);
  const guard = new LeaseGuard({
    renew: async () => {
      told.push('renewed');
      if (options.isLost?.() === true) throw new Fault('run.lease_lost', 'Lost.');
    },
    askedAt: momentOf(now),
    takenAt: { steadyMs: steadyMs - takenMsAgo, wallMs: wallMs - takenMsAgo },
    isTakenOver: options.isTakenOver ?? false,
    now,
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
  });
  return { guard, told, slept, pass: (ms: number) => (nowMs += ms) };
}

test('a write leaves without a question while the lease was seen shortly before', async () => {
  const { guard, told, pass } = guarded();
  pass(9_000);
  await guard.untilAllowed(never);
  expect(guard.isAllowed()).toBe(true);
  expect(told).toEqual([]);
});

test('after a pause the lease is looked at before anything is sent', async () => {
  const { guard, told, pass } = guarded();
  pass(10_000);
  expect(guard.isAllowed()).toBe(false);
  await guard.untilAllowed(never);
  expect(guard.isAllowed()).toBe(true);
  expect(told).toEqual(['renewed']);
});

test('a lease that somebody else has taken lets nothing leave any more', async () => {
  const { guard, pass } = guarded({ isLost: () => true });
  pass(60_000);
  await expect(guard.untilAllowed(never)).rejects.toMatchObject({ code: 'run.lease_lost' });
  expect(guard.isAllowed()).toBe(false);
});

const taken = (now: () => number) => ({ askedAt: momentOf(now), takenAt: momentOf(now) });

test('a store that does not answer lets nothing leave', async () => {
  let nowMs = 0;
  const now = (): number => nowMs;
  const renew = (): Promise<void> => Promise.reject(new Error('disk full'));
  const sleep = async (): Promise<void> => undefined;
  const guard = new LeaseGuard({ renew, ...taken(now), isTakenOver: false, now, sleep });
  nowMs = 11_000;
  await expect(guard.untilAllowed(never)).rejects.toThrow('disk full');
  expect(guard.isAllowed()).toBe(false);
});

test('the time that a renewal takes counts against it', async () => {
  let nowMs = 0;
  const now = (): number => nowMs;
  const renew = async (): Promise<void> => {
    nowMs += 11_000;
  };
  const sleep = async (): Promise<void> => undefined;
  const guard = new LeaseGuard({ renew, ...taken(now), isTakenOver: false, now, sleep });
  await guard.renew();
  expect(guard.isAllowed()).toBe(false);
});

test('a clock that is set back makes nothing older or younger than the steady clock says', async () => {
  const { guard, told, pass } = guarded();
  pass(-3_600_000);
  await guard.untilAllowed(never);
  expect(told).toEqual([]);
});

test('writes that wait together share one wait and one look', async () => {
  const { guard, told, slept } = guarded({ isTakenOver: true });
  await Promise.all([guard.untilAllowed(never), guard.untilAllowed(never)]);
  expect(slept).toEqual([12_000]);
  expect(told).toEqual(['renewed']);
});

test('what a run did since it took the lease is part of the wait', async () => {
  const { guard, slept } = guarded({ isTakenOver: true, takenMsAgo: 9_000 });
  await guard.untilAllowed(never);
  expect(slept).toEqual([expect.toSatisfy((ms) => ms > 1_000 && ms <= 3_000)]);
});

test('a wall clock that runs ahead does not shorten the wait', async () => {
  const { guard, slept, pass } = guarded({ isTakenOver: true });
  pass(20_000);
  await guard.untilAllowed(never);
  expect(slept).toEqual([expect.toSatisfy((ms) => ms > 10_000 && ms <= 12_000)]);
});

test('a lease that was taken long ago asks for no wait', async () => {
  const { guard, slept } = guarded({ isTakenOver: true, takenMsAgo: 12_000 });
  await guard.untilAllowed(never);
  expect(slept).toEqual([]);
});

test('a run that is stopped waits for nothing', async () => {
  const { guard, slept } = guarded({ isTakenOver: true });
  await expect(guard.untilAllowed(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  expect(slept).toEqual([]);
});
