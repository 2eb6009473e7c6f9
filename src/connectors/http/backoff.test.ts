import { expect, test } from 'vitest';
import { fullJitterMs } from './backoff.ts';

test('the wait doubles up to a bound and is spread from zero', () => {
  const at = (attempt: number, random: number): number =>
    fullJitterMs(attempt, { baseMs: 100, maxMs: 1_000, random: () => random });
  expect([1, 2, 3, 4, 5, 400].map((attempt) => at(attempt, 1))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(at(3, 0)).toBe(0);
  expect(at(3, 0.25)).toBe(100);
});
