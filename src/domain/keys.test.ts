import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jdeOrderKey, parseJdeOrderKey } from './keys.ts';

describe('the key of an order', () => {
  test('holds all four parts, since only together they are unique', () => {
    const parts = { company: '00001', orderType: 'OP', orderNumber: '1234', suffix: '000' };
    expect(jdeOrderKey(parts)).toBe('00001-OP-1234-000');
    expect(parseJdeOrderKey('00001-OP-1234-000')).toEqual(parts);
  });

  test('can be put together and taken apart for any parts that JDE may have', () => {
    const code = (length: number) => fc.stringMatching(new RegExp(`^[A-Z0-9]{1,${length}}$`));
    const keys = fc.record({
      company: fc.stringMatching(/^[A-Z0-9]{0,5}$/),
      orderType: code(2),
      orderNumber: fc.integer({ min: 1, max: 99_999_999 }).map(String),
      suffix: fc.stringMatching(/^[A-Z0-9]{0,3}$/),
    });
    fc.assert(
      fc.property(keys, (parts) => {
        expect(parseJdeOrderKey(jdeOrderKey(parts))).toEqual(parts);
      }),
      { seed: 7 },
    );
  });

  test.each(['', '4343', '00001-OP-12a4-000', '00001-OP-1234', '00001--1234-000', '00001-OP-1234-000-1'])(
    '%j is none',
    (text) => {
      expect(parseJdeOrderKey(text)).toBeUndefined();
    },
  );
});
