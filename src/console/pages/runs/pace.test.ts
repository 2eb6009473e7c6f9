import { expect, test } from 'vitest';
import { paceOf, type Sample, withSample } from './pace.ts';

const samplesOf = (...all: readonly [second: number, settled: number, left: number][]): readonly Sample[] =>
  all.reduce<readonly Sample[]>(
    (samples, [second, settled, left]) => withSample(samples, { atMs: second * 1_000, settled, left }),
    [],
  );

test('the pace is what was settled in the last minute, and says how long the rest takes', () => {
  expect(paceOf(samplesOf([0, 0, 100], [30, 15, 85], [60, 30, 70]))).toEqual({
    perMinute: 30,
    minutesLeft: 3,
  });
});

test('what is longer ago than a minute counts no more', () => {
  const samples = samplesOf([0, 0, 100], [100, 1, 99], [130, 61, 39]);
  expect(paceOf(samples)).toEqual({ perMinute: 120, minutesLeft: 1 });
});

test.each([
  ['before there are two samples', samplesOf([0, 0, 10])],
  ['within the first seconds', samplesOf([0, 0, 10], [2, 5, 5])],
  ['while nothing moves', samplesOf([0, 3, 10], [30, 3, 10])],
  ['when another count has begun', samplesOf([0, 50, 10], [30, 2, 10])],
])('nothing is said %s', (_, samples) => {
  expect(paceOf(samples)).toBeUndefined();
});
