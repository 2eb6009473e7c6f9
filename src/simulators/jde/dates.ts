import { localDate, type ServerClock } from './clock.ts';
import type { JdeSwitches } from './switches.ts';
import type { DateFormat } from './users.ts';

/**
 * Reads a date literal of a condition.
 *
 * @returns the ISO day, '' for a blank date, or undefined for a literal that is not in the user's format.
 *   Oracle guide, page helper configuration: dates in filters must have the user's format.
 */
export function readDateLiteral(
  literal: string,
  format: DateFormat,
  switches: JdeSwitches,
): string | undefined {
  const text = literal.trim();
  if (text === '') return '';
  if (switches.plainDateLiteral === 'accepted' && /^\d{8}$/.test(text)) {
    return isoDay(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)), false);
  }
  const parts = splitByFormat(text, format);
  if (!parts) return undefined;
  return isoDay(parts.year, parts.month, parts.day, switches.wrongDateLiteral === 'rolledOver');
}

const UNITS = ['DAY', 'MONTH', 'YEAR'] as const;

/** The day that TODAY, TODAY_PLUS_DAY ... TODAY_MINUS_YEAR stand for, by the server's clock. */
export function specialDay(specialValueId: string, content: string, clock: ServerClock): string | undefined {
  const today = localDate(clock);
  if (specialValueId === 'TODAY') return today;
  const [, sign, unit] = /^TODAY_(PLUS|MINUS)_([A-Z]+)$/.exec(specialValueId) ?? [];
  const count = Number(content) * (sign === 'MINUS' ? -1 : 1);
  const field = UNITS.find((each) => each === unit);
  if (!field || !Number.isInteger(count)) return undefined;
  const [year = 0, month = 0, day = 0] = today.split('-').map(Number);
  if (field === 'DAY') return isoDay(year, month, day + count, true);
  const monthsOn = field === 'MONTH' ? count : count * 12;
  const lastDay = new Date(Date.UTC(year, month + monthsOn, 0)).getUTCDate();
  return isoDay(year, month + monthsOn, Math.min(day, lastDay), true);
}

/** `yyyyMMdd` of a stored day. */
export function plainDay(isoDate: string): string {
  return isoDate.slice(0, 10).replaceAll('-', '');
}

function splitByFormat(
  text: string,
  format: DateFormat,
): { year: number; month: number; day: number } | undefined {
  const fields = format.split('/');
  const numbers = text.split('/');
  if (numbers.length !== 3) return undefined;
  const found = { year: 0, month: 0, day: 0 };
  for (const [i, field] of fields.entries()) {
    const number = numbers[i] ?? '';
    const digitsMax = field === 'yyyy' ? 4 : 2;
    if (!/^\d+$/.test(number) || number.length > digitsMax) return undefined;
    if (field === 'yyyy' && number.length !== 4) return undefined;
    if (field === 'yyyy') found.year = Number(number);
    else if (field === 'yy') found.year = 2000 + Number(number);
    else if (field === 'MM') found.month = Number(number);
    else found.day = Number(number);
  }
  return found;
}

function isoDay(year: number, month: number, day: number, rollOver: boolean): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (!rollOver && (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)) return undefined;
  return date.toISOString().slice(0, 10);
}
