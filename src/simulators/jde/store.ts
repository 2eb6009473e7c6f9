import { type Column, defineTable, type TableDefinition } from './catalog.ts';
import { RowIndex } from './row-index.ts';
import type { JdeRow, JdeTables } from './rows.ts';

/** More orders than this are not kept sorted at once for one table; the oldest is dropped. */
const INDEXES_MAX = 8;

/** The rows of one table or view, sorted by its unique key and by every order that was asked lately. */
export class TableStore {
  readonly definition: TableDefinition;
  readonly keyColumns: readonly Column[];
  readonly primary: RowIndex;
  version = 0;
  readonly #secondary = new Map<string, RowIndex>();

  constructor(definition: TableDefinition, rows: readonly JdeRow[]) {
    this.definition = definition;
    this.keyColumns = definition.key.flatMap((alias) => {
      const column = definition.columns.find((each) => each.property === alias);
      return column ? [column] : [];
    });
    this.primary = new RowIndex(this.keyColumns, rows);
  }

  /** The rows in the order of these columns; equal rows in the order of the unique key. */
  index(columns: readonly Column[]): RowIndex {
    if (columns.every((column, i) => this.keyColumns[i] === column)) return this.primary;
    const name = columns.map((column) => column.property).join();
    let index = this.#secondary.get(name);
    if (!index) {
      const rest = this.keyColumns.filter((column) => !columns.includes(column));
      index = new RowIndex([...columns, ...rest], this.primary.peek());
      const [oldest] = this.#secondary.keys();
      if (oldest !== undefined && this.#secondary.size >= INDEXES_MAX) this.#secondary.delete(oldest);
      this.#secondary.set(name, index);
    }
    return index;
  }

  /** Adds the row, or lays its columns over the row with the same key. */
  upsert(row: JdeRow): void {
    const old = this.#at(row);
    if (old) this.#drop(old);
    const merged = { ...old, ...row };
    for (const index of this.#all()) index.insert(merged);
    this.version++;
  }

  remove(keyOfRow: JdeRow): boolean {
    const old = this.#at(keyOfRow);
    if (!old) return false;
    this.#drop(old);
    this.version++;
    return true;
  }

  #at(keyOfRow: JdeRow): JdeRow | undefined {
    const position = this.primary.find(keyOfRow);
    return position < 0 ? undefined : this.primary.peek()[position];
  }

  #drop(row: JdeRow): void {
    for (const index of this.#all()) index.remove(row);
  }

  #all(): RowIndex[] {
    return [this.primary, ...this.#secondary.values()];
  }
}

/** All tables of the environment. A table of the catalogue that was not loaded is there, and empty. */
export class Database {
  readonly #tables = new Map<string, TableStore>();

  constructor(tables: JdeTables) {
    for (const [name, rows] of Object.entries(tables)) {
      const definition = defineTable(name, rows);
      if (definition) this.#tables.set(name, new TableStore(definition, rows));
    }
  }

  table(name: string): TableStore | undefined {
    const loaded = this.#tables.get(name);
    if (loaded) return loaded;
    const definition = defineTable(name, []);
    if (!definition) return undefined;
    const empty = new TableStore(definition, []);
    this.#tables.set(name, empty);
    return empty;
  }
}
