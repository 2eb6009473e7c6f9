import { describe, expect, test } from 'vitest';
import { jdeCases } from './jde-cases.ts';
import { checkCase } from './outcome.ts';

describe('every supplier and order arrives once, whatever JDE does', { concurrent: true }, () => {
  for (const each of jdeCases) {
    const under = Object.keys(each.settings).length === 0 ? '' : ` with ${JSON.stringify(each.settings)}`;
    test(`${each.name} = ${each.value}${under}`, { timeout: 120_000 }, async () => {
      await expect(checkCase('jde', each)).resolves.toBeUndefined();
    });
  }
});
