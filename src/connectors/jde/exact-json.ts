import { parse } from 'lossless-json';

/**
 * Parses JSON so that no number loses a digit.
 *
 * A number of up to 15 digits survives the way through a double and back exactly, so the fast built-in parser
 * does for nearly all answers. A text with a longer number or an exponent is parsed with `LosslessNumber`s instead.
 *
 * @returns the value; its numbers are `number` (at most 15 digits, exact) or `LosslessNumber`.
 * @throws SyntaxError for anything that is not JSON.
 */
export function parseExactJson(text: string): unknown {
  return NUMBER_BEYOND_DOUBLE.test(text) ? parse(text) : JSON.parse(text);
}

/** After `:`, `,`, `[` or at the start, so that digits inside tokens and ids do not count. A false hit costs only time. */
const NUMBER_BEYOND_DOUBLE = /(?:[:,[]|^)\s*-?(?:\d{16,}|[\d.]{17,}|[\d.]+[eE])/;
