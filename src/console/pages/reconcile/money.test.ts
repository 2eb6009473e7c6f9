import { expect, test } from 'vitest';
import { amountWords, subtract } from './money.ts';

test.each([
  ['268243349.17', '254865377.86', '13377971.31'],
  ['0.3', '0.1', '0.2'],
  ['10', '10.00', '0'],
  ['1.5', '2', '-0.5'],
  ['-3.25', '1', '-4.25'],
  ['9007199254740993.01', '0.01', '9007199254740993'],
])('%s less %s is %s, to the last digit', (minuend, subtrahend, difference) => {
  expect(subtract(minuend, subtrahend)).toBe(difference);
});

test('an amount is written with at least two digits behind the point, and none is lost', () => {
  expect(amountWords('254865377.8')).toMatch(/254.865.377.80$/);
  expect(amountWords('0.0625')).toMatch(/0.0625$/);
});
