import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from '../database.ts';

interface ColumnTypes {
  /** Compared and ordered byte by byte in both databases: keys are paged through in that order. */
  readonly text: 'text' | RawBuilder<unknown>;
  readonly bigint: 'bigint';
  /** A number that the database counts up; SQLite wants its own spelling. */
  readonly serial: 'bigserial' | 'integer';
}

/** What the columns of the portable schema are called in each database. */
export function columnTypes(dialect: Dialect): ColumnTypes {
  return dialect === 'postgres'
    ? { text: sql`text collate "C"`, bigint: 'bigint', serial: 'bigserial' }
    : { text: 'text', bigint: 'bigint', serial: 'integer' };
}
