import type { Column } from './catalog.ts';
import type { JdeRow } from './rows.ts';
import type { TableStore } from './store.ts';
import type { JdeUser } from './users.ts';

/** A request that the data service understands as JSON but cannot carry out. */
export class DataError extends Error {}

/** A table or view as one user sees it. */
export class Target {
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly title: string;
  readonly store: TableStore;
  readonly #user: JdeUser;
  readonly #bareControlIds: boolean;

  constructor(options: {
    name: string;
    kind: 'table' | 'view';
    title: string;
    store: TableStore;
    user: JdeUser;
    bareControlIds: boolean;
  }) {
    this.name = options.name;
    this.kind = options.kind;
    this.title = options.title;
    this.store = options.store;
    this.#user = options.user;
    this.#bareControlIds = options.bareControlIds;
  }

  get columns(): readonly Column[] {
    return this.store.definition.columns;
  }

  /** The number of the grid: 146 recorded for a table, 54 for a view. */
  get gridId(): number {
    return this.kind === 'table' ? 146 : 54;
  }

  /** Finds a column by `F0101.AN8`, or by `AN8` on a table. */
  column(controlId: string): Column {
    const bare = this.kind === 'table' && this.#bareControlIds;
    const column = this.columns.find(
      (each) => each.controlId === controlId || (bare && each.alias === controlId),
    );
    if (!column) throw new DataError(`Invalid column ${controlId} for ${this.name}`);
    return column;
  }

  isHidden(column: Column): boolean {
    return (this.#user.hiddenColumns ?? []).includes(column.controlId);
  }

  isMasked(column: Column): boolean {
    return (this.#user.maskedColumns ?? []).includes(column.controlId);
  }

  /** Row security of the tables behind this target, or undefined if there is none. */
  rowSecurity(): ((row: JdeRow) => boolean) | undefined {
    const tables = [...new Set(this.columns.map((column) => column.table))];
    const tests = tables.flatMap((table) => {
      const allows = this.#user.rowSecurity?.[table];
      if (!allows) return [];
      return tables.length === 1 ? [allows] : [(row: JdeRow) => allows(this.#rowOf(table, row))];
    });
    return tests.length === 0 ? undefined : (row) => tests.every((allows) => allows(row));
  }

  #rowOf(table: string, joined: JdeRow): JdeRow {
    const own = this.columns.filter((column) => column.table === table);
    return Object.fromEntries(own.map((column) => [column.alias, joined[column.property] ?? null]));
  }
}
