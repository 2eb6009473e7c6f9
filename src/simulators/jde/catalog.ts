import catalogJson from './catalog.json' with { type: 'json' };
import type { JdeRow } from './rows.ts';

/** S text (also one character), N number, D date, U date with time in UTC. */
type ColumnType = 'S' | 'N' | 'D' | 'U';

/** One column as a target of the data service offers it. */
export interface Column {
  /** The property of the stored row: the alias, or `F4301.DOCO` in a joined view. */
  property: string;
  table: string;
  alias: string;
  /** The key in a row on the wire, `F0101_AN8`. */
  wireKey: string;
  /** The name in requests, `F0101.AN8`. */
  controlId: string;
  title: string;
  type: ColumnType;
  length: number;
  decimals: number;
  /** Right-justified in this many characters on the wire and in the database; 0 for left-justified. */
  justify: number;
}

export interface TableDefinition {
  name: string;
  title: string;
  /** Aliases of the unique key, in index order. */
  key: string[];
  audit: { date?: string; time?: string; user?: string };
  columns: Column[];
}

interface CatalogEntry {
  title: string;
  key: string[];
  date: string | null;
  time: string | null;
  user: string | null;
  columns: (string | number)[][];
}

const catalog: Record<string, CatalogEntry> = catalogJson;

/**
 * The definition of a table: from the catalogue of 30 tables, or, for a table the catalogue does not have,
 * guessed from its rows (key: the first column).
 *
 * Column lists, lengths and keys: public metadata of a 9.2 installation. Column titles of F0101 and F4101:
 * recorded responses, demo server 2017; of other tables: data-dictionary descriptions.
 */
export function defineTable(name: string, rows: readonly JdeRow[]): TableDefinition | undefined {
  const entry = catalog[name];
  if (entry) return fromCatalog(name, entry, rows);
  if (rows.length === 0) return undefined;
  return guessTable(name, rows);
}

function makeColumn(
  table: string,
  alias: string,
  shape: { type: ColumnType; length: number; decimals: number; title: string },
): Column {
  return {
    property: alias,
    table,
    alias,
    wireKey: `${table}_${alias}`,
    controlId: `${table}.${alias}`,
    justify: justification(table, alias, shape.length),
    ...shape,
  };
}

function fromCatalog(name: string, entry: CatalogEntry, rows: readonly JdeRow[]): TableDefinition {
  const columns = entry.columns.map(([alias, type, length, decimals, title]) =>
    makeColumn(name, String(alias), {
      type: columnType(type),
      length: Number(length),
      decimals: Number(decimals),
      title: String(title),
    }),
  );
  const known = new Set(columns.map((column) => column.alias));
  const strange = unknownAliases(rows, known);
  if (strange.length > 0) {
    throw new Error(`table ${name} has no column ${strange.join(', ')}`);
  }
  return { name, title: entry.title, key: entry.key, audit: auditOf(entry), columns };
}

function auditOf(entry: CatalogEntry): TableDefinition['audit'] {
  return {
    ...(entry.date ? { date: entry.date } : {}),
    ...(entry.time ? { time: entry.time } : {}),
    ...(entry.user ? { user: entry.user } : {}),
  };
}

/** Only the first rows are looked at: a load of a million rows is not searched for a misspelt column. */
function unknownAliases(rows: readonly JdeRow[], known: ReadonlySet<string>): string[] {
  const strange = new Set<string>();
  for (const row of rows.slice(0, 1_000)) {
    for (const alias of Object.keys(row)) if (!known.has(alias)) strange.add(alias);
  }
  return [...strange];
}

function guessTable(name: string, rows: readonly JdeRow[]): TableDefinition {
  const aliases = new Set(rows.slice(0, 1_000).flatMap((row) => Object.keys(row)));
  const columns = [...aliases].map((alias) => {
    const sample = rows.find((row) => row[alias] !== null && row[alias] !== undefined)?.[alias];
    return makeColumn(name, alias, { type: guessType(sample), length: 0, decimals: 0, title: alias });
  });
  const date = aliases.has('UPMJ') ? 'UPMJ' : undefined;
  const time = ['UPMT', 'TDAY'].find((alias) => aliases.has(alias));
  return {
    name,
    title: name,
    key: columns.slice(0, 1).map((column) => column.alias),
    audit: { ...(date ? { date } : {}), ...(time ? { time } : {}) },
    columns,
  };
}

function guessType(sample: unknown): ColumnType {
  if (typeof sample === 'number') return 'N';
  return typeof sample === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(sample) ? 'D' : 'S';
}

function columnType(code: unknown): ColumnType {
  return code === 'N' || code === 'D' || code === 'U' ? code : 'S';
}

/** Business units (display rule *RAB) fill 12 characters, user-defined code values 10. */
function justification(table: string, alias: string, length: number): number {
  if (/MCU$|^MCUP$/.test(alias) && length === 12) return 12;
  return table === 'F0005' && alias === 'KY' ? 10 : 0;
}
