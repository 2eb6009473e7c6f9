import type { Column } from './catalog.ts';
import type { JdeRow } from './rows.ts';
import { type Database, TableStore } from './store.ts';
import { rowComparable } from './values.ts';

interface ViewDefinition {
  title: string;
  tables: string[];
  /** Aliases equal in every joined table; the last table's key is the key of the view. */
  on: string[];
}

/** V0101 is the address book view; V4301XPI joins order header and detail. */
const VIEWS: Record<string, ViewDefinition> = {
  V0101: { title: 'Address Book', tables: ['F0101'], on: [] },
  V4301XPI: {
    title: 'Purchase Order Header and Detail',
    tables: ['F4301', 'F4311'],
    on: ['DOCO', 'DCTO', 'KCOO', 'SFXO'],
  },
};

/** Views over the tables. A joined view is built when asked, and again after one of its tables changed. */
export class Views {
  readonly #database: Database;
  readonly #built = new Map<string, { store: TableStore; versions: string }>();

  constructor(database: Database) {
    this.#database = database;
  }

  view(name: string): TableStore | undefined {
    const definition = VIEWS[name];
    if (!definition) return undefined;
    const stores = definition.tables.flatMap((table) => this.#database.table(table) ?? []);
    const [first, second] = stores;
    if (!first || !second) return first;
    const versions = stores.map((store) => store.version).join();
    const built = this.#built.get(name);
    if (built?.versions === versions) return built.store;
    const store = joinStores(name, definition, first, second);
    this.#built.set(name, { store, versions });
    return store;
  }

  title(name: string): string | undefined {
    return VIEWS[name]?.title;
  }
}

function joinStores(
  name: string,
  definition: ViewDefinition,
  header: TableStore,
  detail: TableStore,
): TableStore {
  const columns = [header, detail].flatMap((store) => store.definition.columns.map(prefixed));
  const detailName = detail.definition.name;
  const headers = new Map(header.primary.peek().map((row) => [joinKey(header, definition.on, row), row]));
  const rows: JdeRow[] = [];
  for (const line of detail.primary.peek()) {
    const head = headers.get(joinKey(detail, definition.on, line));
    if (head) rows.push({ ...prefixRow(header, head), ...prefixRow(detail, line) });
  }
  const key = detail.definition.key.map((alias) => `${detailName}.${alias}`);
  return new TableStore({ name, title: definition.title, key, audit: {}, columns }, rows);
}

function joinKey(store: TableStore, aliases: readonly string[], row: JdeRow): string {
  return store.keyColumns
    .filter((column) => aliases.includes(column.alias))
    .map((column) => rowComparable(column, row))
    .join('|');
}

function prefixed(column: Column): Column {
  return { ...column, property: column.controlId };
}

function prefixRow(store: TableStore, row: JdeRow): JdeRow {
  return Object.fromEntries(store.definition.columns.map((c) => [c.controlId, row[c.alias] ?? null]));
}
