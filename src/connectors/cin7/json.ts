import { isLosslessNumber, type LosslessNumber, parse as parseLossless } from 'lossless-json';
import { type Decimal, decimal, parseDecimal } from '../../domain/decimal.ts';

// The type library does not know JSON.rawJSON yet; Node has it since version 21.
const { rawJSON } = JSON as JSON & { rawJSON(this: void, text: string): object };

/** Stands for a JSON number with exactly these digits when it goes through `JSON.stringify`. */
export const exactNumber = (value: Decimal): object => rawJSON(value);

/**
 * Text in which a number may have more than 15 significant digits or an exponent of three digits. Any number without either
 * survives the way through binary floating point and back unchanged, so the built-in parser, ten times as quick, will do.
 * A number stands at the start or behind one of `:`, `,`, `[`; digits inside texts (identifiers) rarely do.
 */
const MAY_LOSE_DIGITS = /(?:^|[:,[])\s*-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d{3})/;

/** Parses JSON so that `decimalFrom` finds every number with all its digits. Throws for text that is no JSON. */
export function parseExactJson(text: string): unknown {
  return MAY_LOSE_DIGITS.test(text) ? parseLossless(text) : JSON.parse(text);
}

/** The decimal of a parsed member: a number, or text that is one (tax components come so). */
export function decimalFrom(value: unknown): Decimal | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? decimal(value) : undefined;
  const text = isExact(value) ? value.value : value;
  // No amount has a hundred digits; written out, such a number could fill the memory.
  return typeof text === 'string' && !/[eE][+-]?\d{3}/.test(text) ? parseDecimal(text) : undefined;
}

/** A number that kept its text. */
export const isExact = (value: unknown): value is LosslessNumber => isLosslessNumber(value);
