import type { SourceRow, TableSpec } from '../../domain/source-row.ts';
import { Fault } from '../../faults/fault.ts';
import type { Condition } from './conditions.ts';
import { keyValues } from './decode-rows.ts';
import { compareKeys } from './key-order.ts';

/** What a row that came in is to the read. */
type Standing = 'new' | 'repeated' | 'late' | 'behind';

/**
 * Where a read stands, and how it goes on there: which conditions on the key ask for the rows that are still missing.
 *
 * A read goes on with "leading key column at or above the last value" and leaves out the rows it has already passed on. Where that
 * brings nothing new (more rows with one leading value than fit into a page), it goes one key column deeper:
 * `A = a and B >= b`, after that `A > a`; deepest of all `B > b`. Only the server compares text, so its own sort order is used throughout.
 */
export class Position {
  readonly #spec: TableSpec;
  #last: readonly string[] | undefined;
  /** Keys already passed on that a page asked from the leading value may bring again. */
  #passed = new Set<string>();
  #page = new Set<string>();
  #pageLeading: string | undefined;
  /** More than this were passed on for one leading value: they are no longer all known. */
  #forgot = false;
  #depth = 0;
  /** Whether rows may come again: those before a given key, those known from this read, or none since a new row came. */
  #overlap: 'given' | 'known' | 'none';
  #steps: (readonly Condition[])[];

  /** @param after the key behind which the read starts. */
  constructor(spec: TableSpec, after?: readonly string[]) {
    this.#spec = spec;
    this.#last = after;
    this.#overlap = after === undefined ? 'none' : 'given';
    this.#steps = after === undefined ? [[]] : this.#stepsFrom(after, 0);
  }

  /** Key conditions of the part that is being read; `undefined` when all parts are done. */
  get conditions(): readonly Condition[] | undefined {
    return this.#steps[0];
  }

  get lastKey(): readonly string[] | undefined {
    return this.#last;
  }

  /**
   * Takes note of a row.
   *
   * @returns whether it is to be passed on. A late row is: it was written while the read went on.
   * @throws Fault `jde.order_ignored` when the row should have come earlier: going on by key would lose such rows.
   */
  accept(row: SourceRow): boolean {
    const key = keyValues(this.#spec, row.values);
    const standing = this.#standing(row, key);
    if (standing === 'behind') {
      const message = `AIS returned ${this.#spec.table} out of order: ${row.key} after ${this.#last?.join('|') ?? ''}`;
      throw new Fault('jde.order_ignored', message);
    }
    if (standing === 'repeated') return false;
    const [leading = ''] = key;
    if (this.#last?.[0] !== leading) this.#depth = 0;
    this.#pageLeading ??= leading;
    this.#page.add(row.key);
    if (standing === 'late') return true;
    this.#last = key;
    this.#overlap = 'none';
    return true;
  }

  /** A page was taken in whole. */
  endPage(): void {
    if (this.#page.size === 0) return;
    // Rows of the last leading value began on this page unless the whole page has only that one.
    if (this.#pageLeading !== this.#last?.[0]) {
      this.#passed = this.#page;
      this.#forgot = false;
    } else {
      for (const key of this.#page) this.#passed.add(key);
    }
    if (this.#passed.size > PASSED_KEYS_MAX) {
      this.#passed = this.#page;
      this.#forgot = true;
    }
    this.#page = new Set();
    this.#pageLeading = undefined;
  }

  /** The part being read is at its end. */
  endPart(): void {
    this.#steps.shift();
  }

  /** The rest has to be asked anew: the result set is gone, or AIS gives no link to it. */
  resume(): void {
    if (this.#last === undefined) return;
    const depth = this.#forgot ? this.#spec.key.length - 1 : this.#depth;
    this.#steps = this.#stepsFrom(this.#last, depth);
    if (this.#overlap === 'none') this.#overlap = 'known';
  }

  /** Asked anew, and only rows came that were known: goes a key column deeper. False when there is none left. */
  deepen(): boolean {
    if (this.#last === undefined || this.#depth >= this.#spec.key.length) return false;
    this.#depth++;
    this.#steps = this.#stepsFrom(this.#last, this.#depth);
    return true;
  }

  #standing(row: SourceRow, key: readonly string[]): Standing {
    const order = this.#last === undefined ? undefined : compareKeys(this.#spec, key, this.#last);
    if (order !== undefined && order > 0) return 'new';
    if (order === 0 || this.#page.has(row.key) || this.#passed.has(row.key)) return 'repeated';
    if (order === undefined || this.#last === undefined) return 'new';
    if (key[0] !== this.#last[0] || this.#overlap === 'none') return 'behind';
    // Behind a given key the rows before it are not known one by one. In a read that goes on, a row that is not known is late.
    return this.#overlap === 'given' ? 'repeated' : 'late';
  }

  /** `A = a … and D >= d`, then `A = a … and C > c`, up to `A > a`. */
  #stepsFrom(last: readonly string[], depth: number): (readonly Condition[])[] {
    const { key } = this.#spec;
    const condition = (at: number, operator: Condition['operator']): Condition => ({
      column: key[at] ?? key[0],
      operator,
      values: [last[at] ?? ''],
    });
    const equalTo = (count: number): Condition[] =>
      key.slice(0, count).map((_, at) => condition(at, 'EQUAL'));
    const steps = depth < key.length ? [[...equalTo(depth), condition(depth, 'GREATER_EQUAL')]] : [];
    for (let level = depth - 1; level >= 0; level--) {
      steps.push([...equalTo(level), condition(level, 'GREATER')]);
    }
    return steps;
  }
}

const PASSED_KEYS_MAX = 100_000;
