import { dayIn, type LocalDate, parseLocalDate } from '../../domain/local-date.ts';
import { Fault } from '../../faults/fault.ts';
import { type AisAnswer, isObject } from './answers.ts';
import { nextHref } from './next-link.ts';

/** One page of raw rows, whatever it came from. */
export interface RawPage {
  readonly rows: readonly unknown[];
  /** Column titles by name; absent where an answer has none. */
  readonly columns: Readonly<Record<string, unknown>> | undefined;
  /** AIS says that there are more rows, with or without a link to them. */
  readonly moreRecords: boolean;
  readonly nextHref: string | undefined;
  readonly serverDay: LocalDate;
}

/** When an answer was given, for those that do not say. */
export interface DayContext {
  readonly timeZone: string;
  readonly nowMs: number;
}

/**
 * Takes the rows out of an answer of the data service.
 *
 * @throws Fault `jde.answer_unreadable` when the answer has no grid, counts other rows than it holds, or does not say whether more
 *   follow: an incomplete page must not pass for a complete one (invariant 5).
 */
export function readPage(answer: AisAnswer, table: string, at: DayContext): RawPage {
  const grid = gridOf(answer.body, table);
  const rows = grid?.['rowset'];
  if (grid === undefined || !Array.isArray(rows)) throw incomplete(table, 'without rows');
  const summary = isObject(grid['summary']) ? grid['summary'] : {};
  const counted = summary['records'];
  if (typeof counted === 'number' && counted !== rows.length) {
    throw incomplete(table, `with ${rows.length} rows where it counts ${counted}`);
  }
  const more = booleanOf(summary['moreRecords']);
  const href = nextHref(answer.body);
  if (more === undefined && href === undefined)
    throw incomplete(table, 'without saying whether more rows follow');
  const columns = grid['columns'];
  return {
    rows,
    columns: isObject(columns) ? columns : undefined,
    moreRecords: more === true,
    nextHref: href,
    serverDay: serverDay(answer, at),
  };
}

/**
 * The calendar day of the JDE server. `2017-05-16:10.56.18` is its own wall time; `2025-09-19T20:16:27.934+0000` is a moment,
 * like the HTTP date, and needs the zone. Sources: recorded answers of 2017 and 2025.
 */
export function serverDay(answer: AisAnswer, at: DayContext): LocalDate {
  const stamp = stampOf(answer.body);
  const local = LOCAL_STAMP.exec(stamp)?.[1];
  const day = local === undefined ? undefined : parseLocalDate(local);
  if (day !== undefined) return day;
  const momentMs = LOCAL_STAMP.test(stamp) ? Number.NaN : Date.parse(stamp);
  return dayIn(at.timeZone, Number.isNaN(momentMs) ? (answer.dateMs ?? at.nowMs) : momentMs);
}

function stampOf(body: unknown): string {
  if (!isObject(body)) return '';
  const stamp = body['timeStamp'] ?? body['timestamp'] ?? body['jde__endTimestamp'];
  return typeof stamp === 'string' ? stamp : '';
}

/** The grid of the form `fs_DATABROWSE_<table>`, and of no other: a page of another table is no page of this one. */
function gridOf(body: unknown, table: string): Readonly<Record<string, unknown>> | undefined {
  const form = isObject(body) ? body[`fs_DATABROWSE_${table}`] : undefined;
  const data = isObject(form) ? form['data'] : undefined;
  const grid = isObject(data) ? data['gridData'] : undefined;
  return isObject(grid) ? grid : undefined;
}

export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  return value === 'false' ? false : undefined;
}

function incomplete(table: string, how: string): Fault {
  return new Fault('jde.answer_unreadable', `AIS answered browse ${table} ${how}`);
}

const LOCAL_STAMP = /^(\d{4}-\d{2}-\d{2}):\d{2}\.\d{2}\.\d{2}/;
