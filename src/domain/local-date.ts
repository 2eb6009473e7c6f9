declare const dateBrand: unique symbol;
/** A calendar day without zone, `yyyy-MM-dd`. JDE stamps carry neither zone nor UTC; comparing as text is right. */
export type LocalDate = string & { readonly [dateBrand]: true };

const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Parses `yyyy-MM-dd`; `undefined` for another form or a day that does not exist. */
export function parseLocalDate(text: string): LocalDate | undefined {
  const match = ISO_DAY.exec(text);
  if (match === null) return undefined;
  return localDate(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** The day of year, month (1-12) and day; `undefined` when it does not exist. */
export function localDate(year: number, month: number, day: number): LocalDate | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? (date.toISOString().slice(0, 10) as LocalDate) : undefined;
}

/** The day that `days` (may be negative) after `date`. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const shifted = new Date(`${date}T00:00:00Z`);
  shifted.setUTCDate(shifted.getUTCDate() + days);
  return shifted.toISOString().slice(0, 10) as LocalDate;
}

/** The day that a moment (UTC milliseconds) falls on in a time zone (IANA name). */
export function dayIn(zone: string, atMs: number): LocalDate {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(atMs);
  return parts as LocalDate;
}

export const earlier = (a: LocalDate, b: LocalDate): LocalDate => (a < b ? a : b);
export const later = (a: LocalDate, b: LocalDate): LocalDate => (a > b ? a : b);
