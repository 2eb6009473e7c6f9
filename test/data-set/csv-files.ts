import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** One row of a CSV file, by column. */
export type Cells = Readonly<Record<string, string>>;

/** The five files of a data set, read without the loader. */
export interface CsvFiles {
  readonly suppliers: readonly Cells[];
  readonly orders: readonly Cells[];
  readonly lines: readonly Cells[];
  readonly items: readonly Cells[];
  readonly accounts: readonly Cells[];
}

export async function readCsvFiles(folder: string): Promise<CsvFiles> {
  const read = async (file: string): Promise<readonly Cells[]> => {
    const text = await readFile(join(folder, `${file}.csv`), 'utf8');
    // Holds: with `columns` and without `cast`, csv-parse answers one object of texts per row.
    return parse(text, { bom: true, columns: true, skip_empty_lines: true }) as Cells[];
  };
  return {
    suppliers: await read('suppliers'),
    orders: await read('purchase_orders'),
    lines: await read('purchase_order_lines'),
    items: await read('items'),
    accounts: await read('accounts'),
  };
}

/** A cell; blank where the file has no such column. */
export const cell = (row: Cells | undefined, column: string): string => row?.[column] ?? '';

/** An optional cell: what it says, `*BLANK` for JDE's own blank code, else what the rule says. */
export function ownOr(row: Cells | undefined, column: string, rule: string): string {
  const text = cell(row, column);
  if (text === '*BLANK') return '';
  return text === '' ? rule : text;
}

/** What a text is once it was in a JDE column of that length and came back without its padding. */
export function fit(text: string, length: number): string {
  const short = text.slice(0, length);
  // The column never keeps one half of a character.
  return (/[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short).trim();
}
