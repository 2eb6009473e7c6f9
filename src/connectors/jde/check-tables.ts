import type { SourceRow, TableSpec } from '../../domain/source-row.ts';
import { hintOf } from '../../faults/fault.ts';
import { type AisAnswer, isObject } from './answers.ts';
import { type Finding, passed } from './check-steps.ts';
import type { AisClient } from './client.ts';
import { browseRequest, type Condition } from './conditions.ts';
import { checkColumns, compileRowDecoder } from './decode-rows.ts';
import { readPage } from './page.ts';

/** What a one-row browse of a table brought. */
interface Glance {
  readonly rows: readonly SourceRow[];
  readonly answer: AisAnswer;
}

interface TableDeps {
  readonly client: AisClient;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Looks at single rows of tables: readable, every column present, rows visible, dates understood. */
export class TableChecks {
  readonly #deps: TableDeps;
  /** A table and one of its days of change, for the test of date conditions. */
  #sample: { readonly spec: TableSpec; readonly column: string; readonly day: string } | undefined;
  #stamp: string | undefined;
  /** A table and the key of its first row, for the test of sorting. */
  #first: { readonly spec: TableSpec; readonly key: string } | undefined;

  constructor(deps: TableDeps) {
    this.#deps = deps;
  }

  /** `2017-05-16:10.56.18`, the server's own wall time in the last answer. */
  get serverStamp(): string | undefined {
    return this.#stamp;
  }

  async checkTable(spec: TableSpec): Promise<Finding> {
    const { rows, answer } = await this.#glance(spec, []);
    const stamp = isObject(answer.body) ? answer.body['timeStamp'] : undefined;
    if (typeof stamp === 'string') this.#stamp = stamp;
    const [row] = rows;
    if (row === undefined) {
      return {
        state: 'warning',
        detail: `${spec.table} can be read but shows no rows.`,
        fix: 'If the table is not empty, row security hides its rows from this user: have it lifted for this user.',
      };
    }
    this.#first ??= { spec, key: row.key };
    this.#takeSample(spec, row);
    const [problem] = row.problems;
    if (problem !== undefined) {
      return { state: 'warning', detail: problem.detail, fix: hintOf(problem.code), code: problem.code };
    }
    return passed(`${spec.table} can be read, all ${Object.keys(spec.columns).length} columns are there`);
  }

  /** Asks for a day that a row is known to have: proves that AIS reads days as we write them. */
  async checkDates(): Promise<Finding> {
    const sample = this.#sample;
    if (sample === undefined) {
      return {
        state: 'warning',
        detail: 'No row with a day of change was seen, so conditions with dates could not be tried.',
        fix: RUN_AGAIN,
      };
    }
    const { spec, column, day } = sample;
    const same = await this.#daysOf(spec, { column, operator: 'EQUAL', values: [day] });
    // A condition that is left out brings the row of that day again.
    const later = await this.#daysOf(spec, { column, operator: 'GREATER', values: [day] });
    if (
      same.length > 0 &&
      same.every((each) => each === day) &&
      later.every((each) => each !== null && each > day)
    ) {
      return passed(`Asked for ${day}, ${spec.table} answers with rows of that day`);
    }
    return {
      state: 'failed',
      detail: `Asked for rows of ${day}, ${spec.table} answers with ${same.length === 0 ? 'none' : 'rows of other days'}.`,
      fix: hintOf('jde.filter_ignored'),
      code: 'jde.filter_ignored',
    };
  }

  /** Asks for the last rows of a table: where the first comes again, AIS does not sort, and a broken read could lose rows. */
  async checkOrder(): Promise<Finding> {
    if (this.#first === undefined) {
      return { state: 'warning', detail: 'No row was seen, so sorting could not be tried.', fix: RUN_AGAIN };
    }
    const { spec, key } = this.#first;
    const { rows } = await this.#glance(spec, [], { direction: 'DESC', pageSize: 2 });
    if (rows.length < 2) return passed(`${spec.table} has too few rows to show an order`);
    if (rows[0]?.key !== key) return passed(`${spec.table} comes sorted by its key`);
    const detail = `Asked for ${spec.table} from its end, AIS begins with its first row again.`;
    return { state: 'failed', detail, fix: hintOf('jde.order_ignored'), code: 'jde.order_ignored' };
  }

  async #daysOf(spec: TableSpec, condition: Condition): Promise<(string | null)[]> {
    const { rows } = await this.#glance(spec, [condition]);
    return rows.map((row) => row.values[condition.column] ?? null);
  }

  async #glance(
    spec: TableSpec,
    conditions: readonly Condition[],
    {
      direction = 'ASC',
      pageSize = 1,
    }: { readonly direction?: 'ASC' | 'DESC'; readonly pageSize?: number } = {},
  ): Promise<Glance> {
    const { client, now, signal } = this.#deps;
    const { acceptJulianDates, timeZone } = client.settings;
    return client.ask(
      ({ dateFormat }) => {
        const orderBy = spec.key.map((column) => ({ column, direction }));
        const body = browseRequest(spec, { conditions, pageSize, dateFormat, nextPages: false, orderBy });
        return { what: `browse ${spec.table}`, method: 'POST', path: '/jderest/v2/dataservice', body };
      },
      (answer, { dateFormat }) => {
        const page = readPage(answer, spec.table, { timeZone, nowMs: now() });
        if (page.columns !== undefined) checkColumns(spec, page.columns);
        return { rows: page.rows.map(compileRowDecoder(spec, { acceptJulianDates, dateFormat })), answer };
      },
      signal,
    );
  }

  /** A day whose parts cannot be swapped unnoticed is better proof than one such as 3 March. */
  #takeSample(spec: TableSpec, row: SourceRow): void {
    const column = spec.changedOn;
    const day = column === undefined ? undefined : row.values[column];
    if (column === undefined || day === undefined || day === null) return;
    const isClear = (text: string): boolean => text.slice(5, 7) !== text.slice(8, 10);
    if (this.#sample === undefined || (isClear(day) && !isClear(this.#sample.day)))
      this.#sample = { spec, column, day };
  }
}

/**
 * Compares the server's wall time with ours in the configured zone.
 *
 * @param stamp `2017-05-16:10.56.18`
 */
export function checkZone(stamp: string | undefined, timeZone: string, nowMs: number): Finding {
  const match = /^(\d{4}-\d{2}-\d{2}):(\d{2})\.(\d{2})\.(\d{2})/.exec(stamp ?? '');
  if (match === null) return passed('The answers name no local time of the server');
  const serverMs = Date.parse(`${match[1] ?? ''}T${match[2] ?? ''}:${match[3] ?? ''}:${match[4] ?? ''}Z`);
  const minutes = Math.round((serverMs - wallTimeMs(timeZone, nowMs)) / 60_000);
  if (Math.abs(minutes) <= MINUTES_APART_MAX) return passed(`The server's time fits the zone ${timeZone}`);
  return {
    state: 'warning',
    detail: `The server's clock shows ${match[0].replace(':', ' ')}, ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} ${timeZone}.`,
    fix: 'Set jde.timeZone to the zone of the JDE server, or have the clock of the server set right.',
  };
}

/** The wall time of a zone as if it were UTC. */
function wallTimeMs(timeZone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(atMs);
  return Date.parse(`${parts.replace(' ', 'T')}Z`);
}

const RUN_AGAIN = 'Run the test again when the tables hold rows.';
const MINUTES_APART_MAX = 5;
