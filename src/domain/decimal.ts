import Big from 'big.js';

declare const decimalBrand: unique symbol;
/**
 * A decimal number as plain text (`'-12.5'`, never `'1e3'`), so that no amount passes through binary floating point.
 */
export type Decimal = string & { readonly [decimalBrand]: true };

const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Parses text that a JSON number or a CSV cell may hold; `undefined` for anything that is not a number. */
export function parseDecimal(text: string): Decimal | undefined {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? plain(new Big(trimmed)) : undefined;
}

/** A literal of our own code. Throws for text that is no number. */
export function decimal(value: string | number): Decimal {
  return plain(new Big(value));
}

export const ZERO: Decimal = decimal(0);

export const add = (a: Decimal, b: Decimal): Decimal => plain(new Big(a).plus(b));
export const subtract = (a: Decimal, b: Decimal): Decimal => plain(new Big(a).minus(b));
export const multiply = (a: Decimal, b: Decimal): Decimal => plain(new Big(a).times(b));
export const compare = (a: Decimal, b: Decimal): number => new Big(a).cmp(b);
export const isZero = (value: Decimal): boolean => new Big(value).eq(0);
export const isNegative = (value: Decimal): boolean => new Big(value).lt(0);

/** Rounds half away from zero, as money is rounded. */
export function round(value: Decimal, decimals: number): Decimal {
  return plain(new Big(value).round(decimals, Big.roundHalfUp));
}

/** Divides and rounds half away from zero; `undefined` when the divisor is zero. */
export function divide(a: Decimal, b: Decimal, decimals: number): Decimal | undefined {
  if (isZero(b)) return undefined;
  // One division carries 20 places before it is rounded, so the last kept digit is right.
  return plain(wide(a).div(b).round(decimals, Big.roundHalfUp));
}

const WideBig = Big();
WideBig.DP = 20;
const wide = (value: Decimal): Big => new WideBig(value);

function plain(value: Big): Decimal {
  const text = value.toFixed();
  return (text === '-0' ? '0' : text) as Decimal;
}
