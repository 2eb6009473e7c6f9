import { readdirSync, readFileSync } from 'node:fs';
import type { ColumnKind, TableSpec } from '../../domain/source-row.ts';
import { Fault } from '../../faults/fault.ts';
import { type AisAnswer, checkAnswer, isObject } from './answers.ts';
import { jdeSettings } from './config.ts';
import { decodeValue } from './decode.ts';
import { compileRowDecoder } from './decode-rows.ts';
import { parseExactJson } from './exact-json.ts';
import { nextHref } from './next-link.ts';
import { readPage } from './page.ts';
import { readTicket } from './sign-in.ts';

/** How the connector understands one recorded message. */
export interface Verdict {
  readonly file: string;
  readonly understood: boolean;
  /** What was read from it, or why it is not used. */
  readonly reading: string;
}

/** Recorded answers and requests of AIS servers, with what the connector makes of each. Source of a page of the documentation. */
export function judgeRecorded(folder: URL = RECORDED): Verdict[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => judge(file, parseExactJson(readFileSync(new URL(file, folder), 'utf8'))));
}

function judge(file: string, body: unknown): Verdict {
  const [, reader] = READERS.find(([name]) => name.test(file)) ?? [];
  if (reader === undefined) return { file, understood: false, reading: 'rejected: no rule for this file' };
  try {
    return { file, understood: true, reading: reader(body) };
  } catch (error) {
    const reason = error instanceof Fault ? `${error.code}: ${error.message}` : String(error);
    return { file, understood: false, reading: `rejected: ${reason}` };
  }
}

const RECORDED = new URL('recorded/', import.meta.url);

type Reader = (body: unknown) => string;

function rejectedBecause(reason: string): Reader {
  return () => {
    throw new Fault('input.invalid', reason);
  };
}

const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/-request(-|\.)|-request$/, rejectedBecause('a request of another client, not an answer')],
  [
    /schema|-parameters|openapi|aggregation-shape|sync-utility/,
    rejectedBecause('a description, not an answer'),
  ],
  [/^(tokenrequest|jde-login)-response/, readSignIn],
  [/^validate-response|^orchestrator-v3-error/, (body) => readError(body, 200)],
  [/^dataservice-next-timeout/, (body) => readError(part(body, 'body'), 500)],
  [
    /^dataservice-response-links/,
    (body) => (nextHref(body) === undefined ? fail('no link found') : 'link to the next page'),
  ],
  [/^dataservice-response-F/, readRows],
  [/^simple-table-get/, (body) => readGrid(part(body, 'response_partial'))],
  [/^version1-form-field/, (body) => readCell(part(body, 'txtAlphaName_28'))],
  [/^version1-dataservice-row/, (body) => readCell(part(body, 'F0101_AN8'))],
  [/^appstack-close/, readGrid],
  [/^defaultconfig/, (body) => `AIS ${String(part(body, 'aisVersion'))}`],
];

function readSignIn(body: unknown): string {
  const settings = jdeSettings.parse({ url: 'https://ais.example.com', environment: 'JDV920', role: '*ALL' });
  const ticket = readTicket(answer(body, 200), settings);
  if (ticket === undefined) return fail('no session in it');
  return `session of ${ticket.user} in ${ticket.environment}, dates as ${ticket.dateFormat.pattern}`;
}

/** A recorded error must be seen as one, whatever the status it came with. */
function readError(body: unknown, status: number): string {
  try {
    checkAnswer(answer(body, status), 'recorded call', (text) => text);
  } catch (error) {
    if (error instanceof Fault) return `error ${error.code}`;
    throw error;
  }
  return fail('the error was not seen');
}

/** Decodes every column of every row. The files were cut to a few rows, so the count is set right first. */
function readRows(body: unknown): string {
  const form =
    Object.keys(isObject(body) ? body : {}).find((name) => name.startsWith('fs_DATABROWSE_')) ?? '';
  const table = form.slice('fs_DATABROWSE_'.length);
  const grid = part(part(part(body, form), 'data'), 'gridData');
  const rowset = part(grid, 'rowset');
  const rows = Array.isArray(rowset) ? rowset : [];
  const whole = { ...asObject(grid), summary: { records: rows.length, moreRecords: true } };
  const page = readPage(answer({ ...asObject(body), [form]: { data: { gridData: whole } } }, 200), table, {
    timeZone: 'UTC',
    nowMs: 0,
  });
  const spec = specOf(table, page.columns ?? {}, asObject(rows[0]));
  const decoded = page.rows.map(compileRowDecoder(spec, { acceptJulianDates: false }));
  const problems = decoded.flatMap((row) => row.problems);
  const first = problems[0];
  if (first !== undefined) return fail(first.detail);
  return `${decoded.length} rows of ${Object.keys(spec.columns).length} columns, day ${page.serverDay}`;
}

/** The kind of each column, taken from the value of the first row; dates and times by their well-known names. */
function specOf(table: string, titles: object, row: Readonly<Record<string, unknown>>): TableSpec {
  const aliases = Object.keys(titles).map((name) => name.slice(table.length + 1));
  const kinds = aliases.map((alias): [string, ColumnKind] => {
    const value = row[`${table}_${alias}`];
    if (/^(UPMT|TDAY)$/.test(alias)) return [alias, 'time'];
    if (value === null || (typeof value === 'string' && /^\d{8}$/.test(value))) return [alias, 'date'];
    return [alias, typeof value === 'string' ? 'text' : 'number'];
  });
  const key = aliases[0] ?? fail('no columns');
  return { table, key: [key], columns: Object.fromEntries(kinds) };
}

function readGrid(body: unknown): string {
  readPage(answer(body, 200), 'F0101', { timeZone: 'UTC', nowMs: 0 });
  return 'a page';
}

function readCell(cell: unknown): string {
  const decoded = decodeValue('text', cell, 'cell', { acceptJulianDates: false });
  return decoded.ok ? `a cell with ${String(decoded.value)}` : fail(decoded.rejection.detail);
}

function answer(body: unknown, status: number): AisAnswer {
  return { status, body, dateMs: undefined, cookies: [], retryAfterMs: undefined, tookMs: 0 };
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});
const part = (value: unknown, name: string): unknown => asObject(value)[name];

function fail(reason: string): never {
  throw new Fault('input.invalid', reason);
}
