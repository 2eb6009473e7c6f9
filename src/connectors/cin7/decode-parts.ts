import { type Decimal, ZERO } from '../../domain/decimal.ts';
import { decimalFrom, isExact } from './json.ts';

/** An answer that is JSON but not what was asked for. The words name the member, never its value. */
export class Unreadable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unreadable';
  }
}

export type Members = Readonly<Record<string, unknown>>;

export function membersOf(value: unknown, what: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isExact(value)) {
    throw new Unreadable(`${what} is no object`);
  }
  // Any object may be read by name; what is found there is unknown until it was looked at.
  return value as Members;
}

/** Absent and null texts are `''`; numbers and flags become their text. Live data breaks documented types. */
export function textIn(members: Members, name: string): string {
  const value = members[name];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isExact(value) ? value.value : '';
}

/** A text that must be there: an ID, a key. */
export function keyIn(members: Members, name: string, what: string): string {
  const text = textIn(members, name);
  if (text === '' || text === '00000000-0000-0000-0000-000000000000') {
    throw new Unreadable(`${what} has no ${name}`);
  }
  return text;
}

/** Absent and null flags are the given default. */
export function flagIn(members: Members, name: string, whenAbsent = false): boolean {
  const value = members[name];
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' && value !== '' ? value.toLowerCase() === 'true' : whenAbsent;
}

/** Absent and null numbers are zero; anything else that is no number makes the answer unreadable. */
export function decimalIn(members: Members, name: string, what: string): Decimal {
  const value = members[name];
  if (value === undefined || value === null || value === '') return ZERO;
  const number = decimalFrom(value);
  if (number === undefined) throw new Unreadable(`${name} of ${what} is no number`);
  return number;
}

export function countIn(members: Members, name: string, what: string): number {
  const count = Number(decimalIn(members, name, what));
  if (!Number.isSafeInteger(count)) throw new Unreadable(`${name} of ${what} is no whole number`);
  return count;
}

/** Rows of an array member. Null is an empty one; an absent one too, unless it must be there. */
export function rowsIn<T>(
  members: Members,
  name: string,
  { decode, must = false }: { readonly decode: (row: unknown) => T; readonly must?: boolean },
): readonly T[] {
  const value = members[name];
  if (value === null || (value === undefined && !must)) return [];
  if (!Array.isArray(value)) throw new Unreadable(`${name} is no array`);
  return value.map(decode);
}

/** A page of a list: `{"Total": n, "Page": n, "<key>": […]}`. */
export interface ListPage<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

export function listPageOf<T>(value: unknown, key: string, decode: (row: unknown) => T): ListPage<T> {
  const members = membersOf(value, key);
  if (members['Total'] === undefined || members['Total'] === null)
    throw new Unreadable(`${key} has no Total`);
  const total = countIn(members, 'Total', key);
  const rows = rowsIn(members, key, { decode, must: true });
  if (total < 0) throw new Unreadable(`Total of ${key} is negative`);
  return { total, rows };
}

/** Writes of suppliers and accounts answer a list of exactly one row. */
export function onlyRowOf<T>(value: unknown, key: string, decode: (row: unknown) => T): T {
  const { rows } = listPageOf(value, key, decode);
  const [row] = rows;
  if (row === undefined || rows.length !== 1)
    throw new Unreadable(`${key} has ${rows.length} rows instead of one`);
  return row;
}
