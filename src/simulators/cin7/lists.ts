import { type Answer, envelope, refuse } from './answers.ts';
import { type ApiCall, parameter } from './call.ts';
import type { Json, JsonObject } from './json.ts';
import type { Cin7Switches } from './switches.ts';
import { assumed } from './texts.ts';

export interface Paging {
  readonly page: number;
  readonly limit: number;
}

const LIMIT_MAX = 1000;
const LIMIT_DEFAULT = 100;

/** Page and Limit as asked for; out-of-range figures fall back to the documented bounds. */
export function pagingOf(call: ApiCall, switches: Cin7Switches, cap = LIMIT_MAX): Paging {
  const page = positive(parameter(call, 'page'), 1);
  const limit = positive(parameter(call, 'limit'), LIMIT_DEFAULT);
  if (limit > LIMIT_MAX && switches.limitTooHigh === 'refused') refuse(assumed.limitTooHigh);
  return { page, limit: Math.min(limit, cap) };
}

function positive(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value >= 1 ? value : fallback;
}

/** Cuts one page out of rows that are already chosen; past the end it is empty, with 200. */
export function pageOf<Row>(rows: readonly Row[], paging: Paging): Row[] {
  const start = (paging.page - 1) * paging.limit;
  return rows.slice(start, start + paging.limit);
}

export function listAnswer(listKey: string, rows: readonly Json[], paging: Paging): Answer {
  return envelope(listKey, pageOf(rows, paging), { total: rows.length, page: paging.page });
}

/** A filter of a list: parameter name, and the test of a row against its value. Absent parameters pass all. */
export interface ListFilter {
  readonly name: string;
  readonly test: (row: JsonObject, value: string) => boolean;
}

export const equals = (name: string, field = name): ListFilter => ({
  name,
  test: (row, value) => textOf(row[field]).toLowerCase() === value.toLowerCase(),
});

export const startsWith = (name: string, field = name): ListFilter => ({
  name,
  test: (row, value) => textOf(row[field]).toLowerCase().startsWith(value.toLowerCase()),
});

export function filterRows<Row extends JsonObject>(
  rows: readonly Row[],
  call: ApiCall,
  filters: readonly ListFilter[],
): Row[] {
  const active = filters.flatMap(({ name, test }) => {
    const value = parameter(call, name);
    return value === undefined ? [] : [(row: JsonObject) => test(row, value)];
  });
  return active.length === 0 ? rows.slice() : rows.filter((row) => active.every((passes) => passes(row)));
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

/** Milliseconds of a filter date. The API takes yyyy-MM-dd and ISO 8601 with or without Z, all UTC. */
export function filterTime(text: string): number | undefined {
  const withZone = /(z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`;
  const time = Date.parse(withZone);
  return Number.isNaN(time) ? undefined : time;
}

/** Whether a change at `changedAt` counts as since `since`. */
export function changedSince(changedAt: number, since: number, switches: Cin7Switches): boolean {
  return switches.updatedSinceBoundary === 'inclusive' ? changedAt >= since : changedAt > since;
}
