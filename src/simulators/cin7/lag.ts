import type { JsonObject } from './json.ts';

/** A record that appears in lists: lists may show an older state than the detail read does. */
export interface Listed {
  /** States still to be shown, oldest first; absent when lists are up to date. */
  versions?: ListVersion[] | undefined;
}
interface ListVersion {
  readonly from: number;
  /** `undefined`: not listed yet. */
  readonly row: JsonObject | undefined;
}

/** Call before a change, with the row as it is, so that lists can go on showing it. */
export function keepListed(record: Listed, lagMs: number, rowNow: (() => JsonObject) | undefined): void {
  if (lagMs > 0 && record.versions === undefined) {
    record.versions = [{ from: Number.NEGATIVE_INFINITY, row: rowNow?.() }];
  }
}

/** Call after a change: the new row becomes visible when the lag has passed. */
export function listAfter(record: Listed, at: { now: number; lagMs: number }, row: () => JsonObject): void {
  if (record.versions === undefined) return;
  const settled = record.versions.findLastIndex((version) => version.from <= at.now);
  record.versions.splice(0, Math.max(settled, 0));
  record.versions.push({ from: at.now + at.lagMs, row: row() });
}

/** The row that a list shows at `now`; `undefined` while the record is not listed. */
export function listedRow(record: Listed, now: number, row: () => JsonObject): JsonObject | undefined {
  const versions = record.versions;
  if (versions === undefined) return row();
  const shown = versions.findLast((version) => version.from <= now);
  if (shown === versions.at(-1)) record.versions = undefined;
  return shown?.row;
}
