import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  compare,
  type Decimal,
  decimal,
  divide,
  isNegative,
  isZero,
  multiply,
  parseDecimal,
  round,
  subtract,
} from './decimal.ts';

const SEED = 20_140_331;

/** Amounts as they stand in JDE: whole numbers of hundredths or ten-thousandths. */
const amounts = fc
  .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 4 }))
  .map(([units, places]): Decimal => {
    const digits = units
      .toString()
      .replace('-', '')
      .padStart(places + 1, '0');
    const whole = digits.slice(0, digits.length - places);
    const text = places === 0 ? digits : `${whole}.${digits.slice(-places)}`;
    return decimal(units < 0n ? `-${text}` : text);
  });

describe('text becomes a decimal', () => {
  test.each([
    ['12.50', '12.5'],
    [' 7 ', '7'],
    ['-0.00', '0'],
    ['1.273608E7', '12736080'],
    ['1e-4', '0.0001'],
    ['0.1', '0.1'],
    ['99999999999999.99', '99999999999999.99'],
    ['-000.5', '-0.5'],
  ])('%j is %j', (text, expected) => {
    expect(parseDecimal(text)).toBe(expected);
  });

  test.each(['', ' ', '.5', '5.', '1,5', '1.2.3', 'NaN', 'Infinity', '0x10', '--1', '12 3', '1e', '١'])(
    '%j is no number',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  test('a literal of our own that is no number is our own mistake', () => {
    expect(() => decimal('a dozen')).toThrow(/Invalid number/);
  });
});

describe('arithmetic is exact', () => {
  test('sums and products that binary floating point gets wrong come out right', () => {
    expect(add(decimal('0.1'), decimal('0.2'))).toBe('0.3');
    expect(subtract(decimal('1.1'), decimal('1'))).toBe('0.1');
    expect(multiply(decimal('1.005'), decimal('1000'))).toBe('1005');
    expect(compare(decimal('1.10'), decimal('1.1'))).toBe(0);
  });

  test('what is added is taken away again, whatever the amounts are', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(subtract(add(a, b), b)).toBe(a);
      }),
      { seed: SEED },
    );
  });

  test('a decimal is never written with an exponent or as minus zero', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        for (const value of [add(a, b), subtract(a, b), multiply(a, b)])
          expect(value).toMatch(/^(0|-?(?!0$)\d+(\.\d+)?)$/);
      }),
      { seed: SEED },
    );
  });
});

describe('rounding', () => {
  test.each([
    ['2.345', 2, '2.35'],
    ['-2.345', 2, '-2.35'],
    ['2.344999', 2, '2.34'],
    ['0.005', 2, '0.01'],
    ['-0.004', 2, '0'],
    ['10', 2, '10'],
  ])('%s to %i places is %s: half away from zero', (value, places, expected) => {
    expect(round(decimal(value), places)).toBe(expected);
  });

  test.each([
    ['10', '3', 4, '3.3333'],
    ['20', '3', 4, '6.6667'],
    ['-20', '3', 4, '-6.6667'],
    ['1', '8', 2, '0.13'],
    ['0', '7', 4, '0'],
    ['0.00001', '2', 4, '0'],
  ])('%s / %s to %i places is %s', (a, b, places, expected) => {
    expect(divide(decimal(a), decimal(b), places)).toBe(expected);
  });

  test('nothing is divided by zero', () => {
    expect(divide(decimal('5'), decimal('0.00'), 4)).toBeUndefined();
  });

  test('price times quantity misses the amount by no more than half a step of the price per piece', () => {
    const quantities = fc.integer({ min: 1, max: 100_000 }).map((whole) => decimal(whole));
    fc.assert(
      fc.property(amounts, quantities, (amount, quantity) => {
        const price = divide(amount, quantity, 4);
        expect(price).toBeDefined();
        const missed = subtract(amount, multiply(price ?? decimal(0), quantity));
        const most = multiply(decimal('0.00005'), quantity);
        expect(compare(isNegative(missed) ? subtract(decimal(0), missed) : missed, most)).toBeLessThanOrEqual(
          0,
        );
      }),
      { seed: SEED },
    );
  });
});

test('zero has no sign', () => {
  expect(isZero(decimal('-0'))).toBe(true);
  expect(isNegative(decimal('-0'))).toBe(false);
  expect(isNegative(decimal('-0.0001'))).toBe(true);
});
