import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { checkDataset } from './check-dataset.ts';
import { COLUMNS, type Dataset, DatasetError, FILES, type Row, type TableName } from './columns.ts';

/**
 * Reads the five CSV files of a folder.
 *
 * @returns every row of every file, cells verbatim (no trimming, no numbers).
 * @throws DatasetError naming file, row and column: a missing or unknown column, a cell that is no number or date
 *   where one is needed, a key that is used twice or points nowhere.
 */
export async function readDataset(folder: string): Promise<Dataset> {
  const dataset: Dataset = {
    suppliers: await readTable(folder, 'suppliers'),
    purchaseOrders: await readTable(folder, 'purchaseOrders'),
    purchaseOrderLines: await readTable(folder, 'purchaseOrderLines'),
    items: await readTable(folder, 'items'),
    accounts: await readTable(folder, 'accounts'),
  };
  checkDataset(dataset);
  return dataset;
}

async function readTable<T extends TableName>(folder: string, table: T): Promise<Row<T>[]> {
  const file = FILES[table];
  let text: string;
  try {
    text = await readFile(join(folder, file), 'utf8');
  } catch (cause) {
    throw new DatasetError({ file, row: 0, column: '' }, `cannot be read from ${folder}`, cause);
  }
  return parseTable(table, text);
}

/** Parses the text of one file; `readDataset` without the disk. The rows are not yet checked against each other. */
export function parseTable<T extends TableName>(table: T, text: string): Row<T>[] {
  const file = FILES[table];
  const [header, ...records] = parseCells(file, text);
  checkHeader(table, header ?? []);
  return records.map((cells) => {
    const entries = (header ?? []).map((column, index) => [column, cells[index] ?? '']);
    // Holds: `checkHeader` found every required column, and no column that the table does not know.
    return Object.fromEntries(entries) as Row<T>;
  });
}

function parseCells(file: string, text: string): string[][] {
  try {
    // Holds: without `columns` and `cast`, csv-parse answers arrays of text.
    return parse(text, { bom: true, skip_empty_lines: true }) as string[][];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const row = typeof cause['lines'] === 'number' ? cause['lines'] : 0;
    const column = typeof cause['column'] === 'number' ? String(cause['column'] + 1) : '';
    throw new DatasetError({ file, row, column }, cause.message, cause);
  }
}

function checkHeader(table: TableName, header: readonly string[]): void {
  const file = FILES[table];
  const required: readonly string[] = COLUMNS[table].required;
  const known = new Set<string>([...required, ...COLUMNS[table].optional]);
  for (const column of required) {
    if (!header.includes(column)) throw new DatasetError({ file, row: 1, column }, 'the column is missing');
  }
  for (const [index, column] of header.entries()) {
    if (!known.has(column)) throw new DatasetError({ file, row: 1, column }, 'no such column is known');
    if (header.indexOf(column) !== index)
      throw new DatasetError({ file, row: 1, column }, 'the column is there twice');
  }
}
