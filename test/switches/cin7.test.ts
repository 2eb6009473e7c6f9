import { describe, expect, test } from 'vitest';
import { cin7Cases } from './cin7-cases.ts';
import { checkCase } from './outcome.ts';

describe('every supplier and order arrives once, whatever Cin7 does', { concurrent: true }, () => {
  for (const each of cin7Cases) {
    const under = Object.keys(each.settings).length === 0 ? '' : ` with ${JSON.stringify(each.settings)}`;
    test(`${each.name} = ${each.value}${under}`, { timeout: 120_000 }, async () => {
      await expect(checkCase('cin7', each)).resolves.toBeUndefined();
    });
  }
});
