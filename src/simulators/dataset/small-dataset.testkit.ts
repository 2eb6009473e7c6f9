import { stringify } from 'csv-stringify/sync';
import { COLUMNS, type Dataset, type Row, type TableName } from './columns.ts';

/** Rows for tests: every required cell blank but for what a test or the defaults say. */
function rowOf<T extends TableName>(table: T, cells: Partial<Row<T>>): Row<T> {
  const blank = Object.fromEntries(COLUMNS[table].required.map((column) => [column, '']));
  // Holds: `blank` has every required column, and `cells` only columns of the table.
  return { ...blank, ...cells } as Row<T>;
}

export function supplier(cells: Partial<Row<'suppliers'>> = {}): Row<'suppliers'> {
  return rowOf('suppliers', {
    supplier_id: '4343',
    source: 'TEST',
    name: 'Parts Emporium',
    currency: 'USD',
    ...cells,
  });
}

export function order(cells: Partial<Row<'purchaseOrders'>> = {}): Row<'purchaseOrders'> {
  const own = {
    order_id: 'O1',
    order_seq: '1001',
    source: 'TEST',
    order_kind: 'purchase_order',
    order_number: 'PO-1',
  };
  return rowOf('purchaseOrders', {
    ...own,
    supplier_id: '4343',
    order_date: '2014-03-31',
    currency: 'USD',
    ...cells,
  });
}

export function line(cells: Partial<Row<'purchaseOrderLines'>> = {}): Row<'purchaseOrderLines'> {
  const own = { order_id: 'O1', line_number: '1', line_kind: 'quantity', item_id: '60011', currency: 'USD' };
  const amounts = { quantity: '10', unit_price: '2.5', extended_amount: '25' };
  return rowOf('purchaseOrderLines', { ...own, ...amounts, description: 'Brake cable', ...cells });
}

export function item(cells: Partial<Row<'items'>> = {}): Row<'items'> {
  const own = { item_id: '60011', item_number: 'BC-1', source: 'TEST', description: 'Brake cable' };
  return rowOf('items', { ...own, ...cells });
}

export function account(cells: Partial<Row<'accounts'>> = {}): Row<'accounts'> {
  const own = {
    account_id: '30.1411',
    source: 'TEST',
    business_unit: '30',
    business_unit_name: 'Eastern Depot',
  };
  return rowOf('accounts', {
    ...own,
    object: '1411',
    description: 'Inventory',
    level_of_detail: '6',
    ...cells,
  });
}

export function smallDataset(own: Partial<Dataset> = {}): Dataset {
  return {
    suppliers: [supplier()],
    purchaseOrders: [order()],
    purchaseOrderLines: [line()],
    items: [item()],
    accounts: [account()],
    ...own,
  };
}

/** The text of a file with the required columns and the optional ones that a row has. */
export function csvOf<T extends TableName>(table: T, rows: readonly Row<T>[]): string {
  const optional = COLUMNS[table].optional.filter((column) => rows.some((row) => column in row));
  return stringify([...rows], { header: true, columns: [...COLUMNS[table].required, ...optional] });
}
