/** SQLite takes 32,766 parameters in a statement; this stays far below and keeps the number of statement texts small. */
const PARAMETERS_MAX = 8_000;

/** Cuts a list so that each part fits into one statement of `columns` parameters an entry. */
export function* chunksOf<T>(list: readonly T[], columns: number): Generator<readonly T[]> {
  const size = Math.max(1, Math.floor(PARAMETERS_MAX / columns));
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
