import { expect, test } from 'vitest';
import { fieldWords } from './differences.ts';

test.each([
  ['TaxNumber', 'Tax number'],
  ['order.Lines[2].UnitPrice', 'Order · Line 3 · Unit price'],
  ['Addresses[0].Line1', 'Address 1 · Line1'],
  ['Lines[0].SKU', 'Line 1 · SKU'],
  ['Status', 'Status'],
])('the field %s reads %s', (field, words) => {
  expect(fieldWords(field)).toBe(words);
});
