import type { Rejection } from './decoded.ts';

/** How a column's value is decoded from the wire. */
export type ColumnKind = 'text' | 'number' | 'date' | 'time';

/**
 * A decoded value of a JDE column: text without trailing blanks (an all-blank value is `''`; leading blanks of
 * right-justified values such as MCU are kept), a number as plain decimal text, a date as `yyyy-MM-dd` or null when
 * empty, a time as `HH:mm:ss`.
 */
export type SourceValue = string | null;

/** One row read from a JDE table. */
export interface SourceRow {
  /** The values of the table's key columns, joined by `|`, blanks trimmed: `1234|OP|00001|000|1`. */
  readonly key: string;
  /** By data-item alias without prefix: `{ AN8: '4343', ALPH: 'Parts Emporium' }`. */
  readonly values: Readonly<Record<string, SourceValue>>;
  /** Values that could not be decoded. The record of a row with problems is parked, never guessed at. */
  readonly problems: readonly Rejection[];
}

/** A table as the connector reads it: which columns, how each is decoded, which are its unique key. */
export interface TableSpec {
  /** `F0401` */
  readonly table: string;
  /** Aliases of the unique key, leading column first. Pages are ordered by it and a broken read resumes at it. */
  readonly key: readonly [string, ...string[]];
  /** Alias -> kind. Holds the key's aliases too. */
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** Alias of the change date (`UPMJ`); absent where the table has no audit columns. */
  readonly changedOn?: string;
}
