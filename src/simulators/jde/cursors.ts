import { randomBytes } from 'node:crypto';
import type { Column } from './catalog.ts';
import type { ServerClock } from './clock.ts';
import type { ResultSet } from './result-set.ts';
import type { JdeRow } from './rows.ts';
import type { JdeSwitches } from './switches.ts';
import type { Target } from './target.ts';

/** An open result set: lives in the HTML server's session, so it belongs to one token. */
export interface Cursor {
  token: string;
  rid: string;
  stackId: number;
  stateId: number;
  target: Target;
  columns: readonly Column[];
  outputType: string;
  returnControlIDs: string;
  pageSize: number;
  results: ResultSet;
  rowsGiven: number;
  usedAt: number;
  lastPage: JdeRow[];
}

/** Open result sets, by rid. */
export class Cursors {
  readonly #byRid = new Map<string, Cursor>();
  readonly #clock: ServerClock;
  readonly #switches: JdeSwitches;

  constructor(clock: ServerClock, switches: JdeSwitches) {
    this.#clock = clock;
    this.#switches = switches;
  }

  keep(cursor: Cursor): void {
    if (this.#switches.parallelCursors === 'lastOnly') this.expireOf(cursor.token);
    cursor.usedAt = this.#clock.now();
    this.#byRid.set(cursor.rid, cursor);
  }

  /** The result set of a link, if it is still open and belongs to this token. */
  find(rid: string, token: string): Cursor | undefined {
    this.#expire();
    const cursor = this.#byRid.get(rid);
    if (cursor?.token !== token) return undefined;
    cursor.usedAt = this.#clock.now();
    return cursor;
  }

  drop(rid: string): void {
    this.#byRid.delete(rid);
  }

  expireOf(token: string): void {
    for (const cursor of this.#byRid.values()) if (cursor.token === token) this.drop(cursor.rid);
  }

  expireAll(): void {
    this.#byRid.clear();
  }

  get count(): number {
    this.#expire();
    return this.#byRid.size;
  }

  #expire(): void {
    const deadline = this.#clock.now() - this.#switches.resultSetTimeoutMs;
    for (const cursor of this.#byRid.values()) if (cursor.usedAt <= deadline) this.drop(cursor.rid);
  }
}

/** 15 or 16 hex digits, as recorded. */
export function mintRid(): string {
  return randomBytes(8).toString('hex').replace(/^0/, '');
}
