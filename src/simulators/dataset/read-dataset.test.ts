import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Dataset, DatasetError, FILES, type TableName } from './columns.ts';
import { parseTable, readDataset } from './read-dataset.ts';
import { account, csvOf, item, line, order, smallDataset, supplier } from './small-dataset.testkit.ts';

const TABLES = ['suppliers', 'purchaseOrders', 'purchaseOrderLines', 'items', 'accounts'] as const;

async function folderWith(dataset: Dataset): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dataset-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const texts: Record<TableName, string> = {
    suppliers: csvOf('suppliers', dataset.suppliers),
    purchaseOrders: csvOf('purchaseOrders', dataset.purchaseOrders),
    purchaseOrderLines: csvOf('purchaseOrderLines', dataset.purchaseOrderLines),
    items: csvOf('items', dataset.items),
    accounts: csvOf('accounts', dataset.accounts),
  };
  await Promise.all(TABLES.map((table) => writeFile(join(folder, FILES[table]), texts[table])));
  return folder;
}

async function problemOf(dataset: Dataset): Promise<DatasetError> {
  const error = await readDataset(await folderWith(dataset)).catch((cause: unknown) => cause);
  if (!(error instanceof DatasetError)) throw new Error(`expected a DatasetError, got ${String(error)}`);
  return error;
}

test('every row of every file is read, and cells stay as they are', async () => {
  const dataset = smallDataset({ suppliers: [supplier({ name: '  Smith, "Sons"\n& Co ', phone: '0012' })] });
  expect(await readDataset(await folderWith(dataset))).toEqual(dataset);
});

test('a byte order mark and optional columns do no harm', () => {
  const text = csvOf('suppliers', [supplier({ payment_terms: 'N30' })]);
  expect(parseTable('suppliers', `\uFEFF${text}`)[0]?.payment_terms).toBe('N30');
});

test('a file that is not there is named', async () => {
  const folder = await folderWith(smallDataset());
  await rm(join(folder, 'items.csv'));
  await expect(readDataset(folder)).rejects.toMatchObject({ name: 'DatasetError', file: 'items.csv' });
});

test('a missing, unknown or repeated column is named', () => {
  const header = csvOf('items', []);
  const problem = (text: string) => () => parseTable('items', text);
  expect(problem(header.replace('item_number,', ''))).toThrow(
    'items.csv, row 1, column item_number: the column is missing',
  );
  expect(problem(header.replace('item_id,', 'item_id,colour,'))).toThrow('column colour: no such column');
  expect(problem(header.replace('item_id,', 'item_id,item_id,'))).toThrow(
    'column item_id: the column is there twice',
  );
});

test('a row with too few cells is named by its line', () => {
  expect(() => parseTable('items', `${csvOf('items', [item()])}1,2\n`)).toThrow(/items\.csv, row 3/);
});

test.each<[string, Partial<Dataset>, { file: string; row: number; column: string }]>([
  [
    'a supplier number that is none',
    { suppliers: [supplier(), supplier({ supplier_id: 'A1' })] },
    { file: 'suppliers.csv', row: 3, column: 'supplier_id' },
  ],
  [
    'a supplier number used twice',
    { suppliers: [supplier(), supplier()] },
    { file: 'suppliers.csv', row: 3, column: 'supplier_id' },
  ],
  [
    'an order of an unknown supplier',
    { purchaseOrders: [order({ supplier_id: '9' })] },
    { file: 'purchase_orders.csv', row: 2, column: 'supplier_id' },
  ],
  [
    'a date that is none',
    { purchaseOrders: [order({ order_date: '31/03/2014' })] },
    { file: 'purchase_orders.csv', row: 2, column: 'order_date' },
  ],
  [
    'an amount that is none',
    { purchaseOrderLines: [line({ extended_amount: '1,200.00' })] },
    { file: 'purchase_order_lines.csv', row: 2, column: 'extended_amount' },
  ],
  [
    'a line of an unknown order',
    { purchaseOrderLines: [line({ order_id: 'X' })] },
    { file: 'purchase_order_lines.csv', row: 2, column: 'order_id' },
  ],
  [
    'a line number used twice',
    { purchaseOrderLines: [line(), line()] },
    { file: 'purchase_order_lines.csv', row: 3, column: 'line_number' },
  ],
  [
    'a line with an unknown account',
    { purchaseOrderLines: [line({ account_id: '30.9999' })] },
    { file: 'purchase_order_lines.csv', row: 2, column: 'account_id' },
  ],
  [
    'an account used twice',
    { accounts: [account(), account()] },
    { file: 'accounts.csv', row: 3, column: 'account_id' },
  ],
])('%s is refused with file, row and column', async (_name, own, at) => {
  expect(await problemOf(smallDataset(own))).toMatchObject(at);
});
