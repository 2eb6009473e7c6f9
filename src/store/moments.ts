/** A moment or a counter as it comes from the database: PostgreSQL hands 64-bit numbers over as text. */
export function momentOrNull(value: number | null): number | null {
  return value === null ? null : Number(value);
}
