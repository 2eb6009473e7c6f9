import { describe, expect, test } from 'vitest';
import { Fault } from '../../faults/fault.ts';
import { delayMs, type RetryDeps, withRetries } from './retry.ts';

const never = new AbortController().signal;

function deps(changes: Partial<RetryDeps> = {}): RetryDeps & { readonly waits: number[] } {
  const waits: number[] = [];
  const sleep = async (ms: number): Promise<void> => void waits.push(ms);
  return { retriesMax: 4, delayMsMax: 30_000, random: () => 0.5, sleep, waits, ...changes };
}

const passing = (): Fault => new Fault('jde.server_error', 'Busy.');

describe('a call that fails for a passing reason', () => {
  test('is made again until the limit, and then tells its last failure', async () => {
    const by = deps();
    let attempts = 0;
    const attempt = (): Promise<never> => Promise.reject(new Fault('jde.server_error', `${++attempts}`));
    await expect(withRetries(attempt, by, never)).rejects.toThrow('5');
    expect(attempts).toBe(5);
    expect(by.waits).toEqual([250, 500, 1_000, 2_000]);
  });

  test('waits anything from nothing to a limit that doubles', () => {
    const at = (failures: number, random: number): number =>
      delayMs(failures, passing(), deps({ random: () => random }));
    expect([0, 1, 2, 20].map((failures) => at(failures, 0))).toEqual([0, 0, 0, 0]);
    expect([0, 1, 2, 20].map((failures) => at(failures, 1))).toEqual([500, 1_000, 2_000, 30_000]);
  });

  test('waits no less than the server asked for, and never longer than the setting', () => {
    const asked = (retryAfterMs: number): number =>
      delayMs(0, new Fault('jde.server_error', 'Busy.', { retryAfterMs }), deps());
    expect(asked(7_000)).toBe(7_000);
    expect(asked(7_000_000)).toBe(30_000);
  });
});

test.each(['jde.sign_in_refused', 'jde.user_locked', 'jde.sign_in_unanswered', 'jde.page_repeated'] as const)(
  '%s is never tried again',
  async (code) => {
    const by = deps();
    await expect(withRetries(() => Promise.reject(new Fault(code, 'No.')), by, never)).rejects.toMatchObject({
      code,
    });
    expect(by.waits).toEqual([]);
  },
);
