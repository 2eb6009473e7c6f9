/** `2018-02-02T03:37:30.39Z`: UTC with one to three fraction digits, as LastModifiedOn is answered. */
export function stampOf(ms: number): string {
  return new Date(ms).toISOString().replace(/0{1,2}Z$/, 'Z');
}

/** `2017-12-05T06:54:54.9289846Z`: DateCreated of payments has seven fraction digits. */
export function longStampOf(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z');
}

/** `2017-12-08T00:00:00`: a document date, without zone. */
export function dayOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 10)}T00:00:00`;
}

/** The document date so many days later. */
export function dayAfter(day: string, days: number): string {
  return dayOf(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) + days * 86_400_000);
}
