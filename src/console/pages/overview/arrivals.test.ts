import { expect, test } from 'vitest';
import { scaleEnd } from './arrivals.ts';

test('a scale ends at a round figure that holds the highest day and can be halved', () => {
  expect([0, 1, 3, 7, 10, 14, 21, 99, 100, 101, 986, 5_001].map(scaleEnd)).toEqual([
    2, 2, 6, 10, 10, 20, 50, 100, 100, 200, 1_000, 10_000,
  ]);
});
