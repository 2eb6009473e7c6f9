import { Big } from 'big.js';
import type { Json } from './json.ts';

/** Rounding modes that the switches name; .NET rounds half to even unless told otherwise. */
export type RoundingMode = 'halfUp' | 'halfEven';

/** Reads a decimal as the API does: JSON numbers, and strings that hold one. `undefined` for anything else. */
export function decimalOf(value: Json | undefined): Big | undefined {
  if (typeof value === 'number') return new Big(value);
  if (typeof value !== 'string' || !/^\s*[+-]?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value)) return undefined;
  return new Big(value.trim().replace(/^\+/, ''));
}

export function roundTo(value: Big, decimals: number, mode: RoundingMode = 'halfUp'): Big {
  return value.round(decimals, mode === 'halfUp' ? Big.roundHalfUp : Big.roundHalfEven);
}

/** A decimal as a JSON number with at most `decimals` places. */
export function wireNumber(value: Big, decimals = 4): number {
  return Number(roundTo(value, decimals).toString());
}

export function sumOf(values: readonly Big[]): Big {
  return values.reduce((total, value) => total.plus(value), new Big(0));
}

/** Quantity x Price less Discount per cent, unrounded. */
export function lineAmount(line: { quantity: Big; price: Big; discount: Big }): Big {
  return line.quantity.times(line.price).times(new Big(100).minus(line.discount)).div(100);
}
