import { Fault } from '../../faults/fault.ts';
import type { Cin7Client } from './client.ts';
import { listPageOf } from './decode-parts.ts';

/** A list of Cin7: where it is, under which member its rows come, how a row is read and told from others. */
export interface ListSpec<T> {
  readonly path: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly decode: (row: unknown) => T;
  readonly keyOf: (row: T) => string;
}

export interface ListReading {
  readonly pageLimit: number;
  readonly tellRefusal?: boolean;
  /** Waits before a list is read again. */
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<void>;
}

/** So often a list is read from its start when it changed while it was read. */
const readingsMax = 4;
const pagesMax = 20_000;

/**
 * Yields each row of a list once, page by page. The end is where `Total` says it is: pages may be cut below the asked limit.
 * There is no sort order and no cursor, so rows can shift between pages while data changes. A reading counts as complete when
 * it met no row twice and has as many rows as the last `Total`; else the list is read again and the rows not yet yielded follow.
 */
export async function* readList<T>(
  client: Cin7Client,
  spec: ListSpec<T>,
  reading: ListReading,
  signal: AbortSignal,
): AsyncGenerator<readonly T[]> {
  const yielded = new Set<string>();
  const isFresh = (row: T): boolean => {
    const before = yielded.size;
    return yielded.add(spec.keyOf(row)).size > before;
  };
  let limit = reading.pageLimit;
  let trouble = '';
  for (let attempt = 1; attempt <= readingsMax; attempt += 1) {
    if (attempt > 1) await reading.pause(attempt - 1, signal);
    const pass = new Pass<T>(spec);
    while (!pass.over) {
      const page = await readPage(
        client,
        spec,
        { page: pass.nextPage, limit, tellRefusal: reading.tellRefusal ?? false },
        signal,
      );
      pass.add(page);
      const fresh = page.rows.filter(isFresh);
      if (fresh.length > 0) yield fresh;
    }
    trouble = pass.trouble;
    if (trouble === '') return;
    // A page cut below the asked limit may have made the next one start too far on.
    if (pass.firstPageRows > 0) limit = Math.min(limit, pass.firstPageRows);
  }
  throw new Fault(
    'cin7.list_inconsistent',
    `The list /${spec.path} changed each time it was read: ${trouble}`,
  );
}

/** One page of a list, with the `Total` of the whole list. */
export function readPage<T>(
  client: Cin7Client,
  spec: ListSpec<T>,
  {
    page,
    limit,
    tellRefusal = false,
  }: { readonly page: number; readonly limit: number; readonly tellRefusal?: boolean },
  signal: AbortSignal,
): Promise<{ readonly total: number; readonly rows: readonly T[] }> {
  return client.call(
    {
      method: 'GET',
      path: spec.path,
      query: { Page: String(page), Limit: String(limit), ...spec.query },
      decode: (value) => listPageOf(value, spec.key, spec.decode),
      tellRefusal,
    },
    signal,
  );
}

/** One reading of a list from its first page on. */
class Pass<T> {
  nextPage = 1;
  over = false;
  firstPageRows = 0;
  /** Why the reading is not complete; empty when it is. */
  trouble = '';

  readonly #spec: ListSpec<T>;
  readonly #seen = new Set<string>();
  #total = 0;

  constructor(spec: ListSpec<T>) {
    this.#spec = spec;
  }

  add({ total, rows }: { readonly total: number; readonly rows: readonly T[] }): void {
    if (this.nextPage === 1) this.firstPageRows = rows.length;
    const before = this.#seen.size;
    for (const row of rows) this.#seen.add(this.#spec.keyOf(row));
    if (this.#seen.size - before < rows.length) this.#stop('a row came twice');
    else if (this.nextPage > 1 && total < this.#total)
      this.#stop(`Total fell from ${this.#total} to ${total}`);
    else if (this.#seen.size > total) this.#stop(`${this.#seen.size} rows came for a Total of ${total}`);
    else if (this.#seen.size === total) this.over = true;
    else if (rows.length === 0) this.#stop(`${this.#seen.size} of ${total} rows came`);
    else if (this.nextPage >= pagesMax) this.#stop(`more than ${pagesMax} pages`);
    this.#total = total;
    this.nextPage += 1;
  }

  #stop(trouble: string): void {
    this.trouble = trouble;
    this.over = true;
  }
}
