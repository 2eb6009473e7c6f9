import { LosslessNumber } from 'lossless-json';
import { type Decimal, parseDecimal } from '../../domain/decimal.ts';
import { accept, type Decoded, reject } from '../../domain/decoded.ts';
import { type LocalDate, localDate } from '../../domain/local-date.ts';
import type { ColumnKind, SourceValue } from '../../domain/source-row.ts';
import type { DateFormat } from './date-format.ts';

/** What the decoders have to know about the server. */
export interface DecodeOptions {
  /** Take CYYDDD as a date. */
  readonly acceptJulianDates: boolean;
  /** The user's date format, for cells of the VERSION1 form. */
  readonly dateFormat?: DateFormat | undefined;
}

/**
 * Decodes one value of the wire.
 *
 * @param value a JSON value whose numbers kept all digits (see `parseExactJson`), or a VERSION1 cell.
 * @param field name for the rejection: `F4311_UORG`.
 * @returns the decoded value (see `SourceValue`) or the reason why there is none. Never throws.
 */
export function decodeValue(
  kind: ColumnKind,
  value: unknown,
  field: string,
  options: DecodeOptions,
): Decoded<SourceValue> {
  const cell = unwrapCell(kind, value, options);
  const decoded = decodePlain(kind, cell, options);
  if (decoded !== undefined) return accept(decoded);
  if (typeof cell === 'string' && MASKED.test(cell)) {
    return reject('jde.value_masked', field, `JDE shows only asterisks in ${field}.`);
  }
  return reject('jde.value_undecodable', field, `${field} holds ${shown(cell)}, which is no ${WORDS[kind]}.`);
}

/**
 * The hot path: the decoded value, or `undefined` where there is none. A text of asterisks counts as none.
 */
export function decodePlain(
  kind: ColumnKind,
  value: unknown,
  options: DecodeOptions,
): SourceValue | undefined {
  switch (kind) {
    case 'text':
      return decodeText(value);
    case 'number':
      return decodeNumber(value);
    case 'date':
      return decodeDate(value, options);
    case 'time':
      return decodeTime(value);
  }
}

/**
 * Text without trailing blanks; `null` and an all-blank text are `''`. A number is no text: its zeros may be lost. The character U+0000
 * is a blank: it says nothing to a person, and PostgreSQL stores none.
 */
function decodeText(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return raw === null ? '' : undefined;
  const value = raw.includes('\0') ? raw.replaceAll('\0', ' ') : raw;
  const text = value.charCodeAt(value.length - 1) <= BLANK ? value.trimEnd() : value;
  return text.charCodeAt(0) === ASTERISK && MASKED.test(text) ? undefined : text;
}

/** A JSON number or numeric text as plain decimal text; null where nothing is entered. */
function decodeNumber(value: unknown): Decimal | null | undefined {
  if (typeof value === 'number') {
    const text = String(value);
    // Below this the shortest text of a number has no exponent unless it is tiny: it is plain decimal text already.
    const isPlain = Math.abs(value) < 1e15 && !text.includes('e');
    return isPlain ? (text as Decimal) : boundedDecimal(text);
  }
  if (value === null) return null;
  if (typeof value === 'string') return value.trim() === '' ? null : boundedDecimal(value);
  return value instanceof LosslessNumber ? boundedDecimal(value.value) : undefined;
}

/** JDE numbers have at most 15 digits. The bound keeps `1e999999999` from becoming a text of a billion zeros. */
function boundedDecimal(text: string): Decimal | undefined {
  const exponent = /[eE]([+-]?\d+)\s*$/.exec(text)?.[1];
  if (text.length > NUMBER_CHARS_MAX || Math.abs(Number(exponent ?? 0)) > EXPONENT_MAX) return undefined;
  return parseDecimal(text);
}

/**
 * A day. `20260131` from the data service, `2026-01-31` from an orchestration (OpenAPI format date), also with a
 * midnight time; `null`, blank and zero are no date. CYYDDD only where the setting allows it.
 */
function decodeDate(value: unknown, options: DecodeOptions): LocalDate | null | undefined {
  if (value === null || value === 0) return null;
  const text = typeof value === 'string' ? value.trim() : integerText(value);
  if (text === undefined) return undefined;
  if (NO_DATE.test(text)) return null;
  const day = DAY.exec(text);
  if (day !== null) return localDate(Number(day[1]), Number(day[3]), Number(day[4]));
  if (options.acceptJulianDates && JULIAN.test(text)) return julianDay(Number(text));
  return undefined;
}

/** CYYDDD: centuries after 1900, year, day of the year. `126327` is 2026-11-23, `99365` is 1999-12-31. */
function julianDay(value: number): LocalDate | undefined {
  const year = 1900 + Math.floor(value / 1000);
  const dayOfYear = value % 1000;
  const date = new Date(Date.UTC(year, 0, dayOfYear));
  if (dayOfYear < 1 || date.getUTCFullYear() !== year) return undefined;
  return localDate(year, date.getUTCMonth() + 1, date.getUTCDate());
}

/**
 * A time of day in the server's zone. HHmmss as a number, leading zeros lost: `54935` is 05:49:35.
 * Source: recorded answers, F0101 column UPMT and F4101 column TDAY.
 */
function decodeTime(value: unknown): string | null | undefined {
  if (value === null) return null;
  const text = typeof value === 'string' ? value.trim() : integerText(value);
  if (text === undefined) return undefined;
  if (text === '') return null;
  if (!/^\d{1,6}$/.test(text)) return undefined;
  const digits = text.padStart(6, '0');
  const hours = digits.slice(0, 2);
  const minutes = digits.slice(2, 4);
  const seconds = digits.slice(4, 6);
  return hours > '23' || minutes > '59' || seconds > '59' ? undefined : `${hours}:${minutes}:${seconds}`;
}

/**
 * The value inside a cell of the VERSION1 form (`{ internalValue, value, … }`), any other value unchanged. The internal
 * value of a date is a moment in the server's zone, so the formatted text is read instead.
 */
function unwrapCell(kind: ColumnKind, value: unknown, options: DecodeOptions): unknown {
  if (typeof value !== 'object' || value === null || value instanceof LosslessNumber) return value;
  const internal: unknown = Reflect.get(value, 'internalValue');
  const formatted: unknown = Reflect.get(value, 'value');
  if (kind !== 'date' || typeof internal === 'string') return internal ?? formatted ?? value;
  if (typeof formatted !== 'string') return internal ?? value;
  return formatted.trim() === '' ? null : (options.dateFormat?.parse(formatted) ?? formatted);
}

function integerText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : undefined;
  return value instanceof LosslessNumber ? value.value : undefined;
}

/** What was found, short enough for a sentence. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value.slice(0, SHOWN_CHARS_MAX)}'`;
  if (value instanceof LosslessNumber) return value.value.slice(0, SHOWN_CHARS_MAX);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}

const WORDS: Record<ColumnKind, string> = {
  text: 'text',
  number: 'number',
  date: 'date',
  time: 'time of day',
};

const BLANK = 0x20;
const ASTERISK = 0x2a;
/** One asterisk alone may be a code; a masked value has the length of its column. */
const MASKED = /^\s*\*{2,}\s*$/;
const NUMBER_CHARS_MAX = 64;
const EXPONENT_MAX = 40;
const NO_DATE = /^0*$/;
const DAY = /^(\d{4})(-?)(\d{2})\2(\d{2})(?:T00:00(?::00(?:\.0+)?)?)?$/;
const JULIAN = /^\d{5,6}$/;
const SHOWN_CHARS_MAX = 40;
