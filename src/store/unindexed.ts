import { type RawBuilder, sql } from 'kysely';

/**
 * A text column that the database is not to look up in an index. Without statistics SQLite takes whichever index covers more
 * conditions, also one through half the table; where the code knows better, it says so. Portable.
 */
export function unindexed(column: string): RawBuilder<string> {
  return sql<string>`${sql.ref(column)} || ''`;
}

/** The same for a column of numbers. */
export function unindexedNumber(column: string): RawBuilder<number> {
  return sql<number>`${sql.ref(column)} + 0`;
}
