import { accountKey, type Dataset, DatasetError, FILES, type Row, type TableName } from './columns.ts';

type Problem = string | undefined;
type Check = (cell: string) => Problem;

/** @throws DatasetError for the first cell that no JDE row could be made of. */
export function checkDataset(dataset: Dataset): void {
  const supplierIds = new Set(dataset.suppliers.map((row) => row.supplier_id));
  const itemIds = new Set(dataset.items.map((row) => row.item_id));
  const sourceOf = new Map(dataset.purchaseOrders.map((row) => [row.order_id, row.source]));
  const accountKeys = new Set(dataset.accounts.map((row) => accountKey(row.source, row.account_id)));

  checkColumns('suppliers', dataset.suppliers, { supplier_id: [number8, unique()] });
  checkColumns('purchaseOrders', dataset.purchaseOrders, {
    order_id: [unique()],
    order_seq: [number8, unique()],
    supplier_id: [oneOf(supplierIds, 'supplier')],
    order_date: [dateOrBlank],
    requested_date: [dateOrBlank],
    exchange_rate: [decimalOrBlank],
  });
  checkColumns('purchaseOrderLines', dataset.purchaseOrderLines, {
    order_id: [oneOf(new Set(sourceOf.keys()), 'order')],
    line_number: [decimal],
    item_id: [oneOf(new Set([...itemIds, '']), 'item')],
    quantity: [decimalOrBlank],
    unit_price: [decimalOrBlank],
    extended_amount: [decimalOrBlank],
    received_quantity: [decimalOrBlank],
    foreign_unit_price: [decimalOrBlank],
    foreign_extended_amount: [decimalOrBlank],
    line_date: [dateOrBlank],
    promised_date: [dateOrBlank],
    delivered_date: [dateOrBlank],
  });
  checkColumns('items', dataset.items, { item_id: [number8, unique()] });
  checkColumns('accounts', dataset.accounts, { account_aid: [unique({ blankAllowed: true })] });
  checkRows('accounts', dataset.accounts, 'account_id', {
    keyOf: (row) => accountKey(row.source, row.account_id),
    check: unique(),
  });
  checkRows('purchaseOrderLines', dataset.purchaseOrderLines, 'line_number', {
    keyOf: (row) => `${row.order_id} line ${row.line_number}`,
    check: unique(),
  });
  checkRows('purchaseOrderLines', dataset.purchaseOrderLines, 'account_id', {
    keyOf: (row) => (row.account_id ? accountKey(sourceOf.get(row.order_id) ?? '', row.account_id) : ''),
    check: oneOf(new Set([...accountKeys, '']), 'account'),
  });
}

function checkColumns<T extends TableName>(
  table: T,
  rows: readonly Row<T>[],
  checks: Readonly<Partial<Record<keyof Row<T> & string, readonly Check[]>>>,
): void {
  // Holds: `checks` is a literal whose keys are columns of the row.
  for (const [column, list] of Object.entries(checks) as [keyof Row<T> & string, readonly Check[]][]) {
    for (const check of list)
      checkRows(table, rows, column, { keyOf: (row) => String(row[column] ?? ''), check });
  }
}

function checkRows<T extends TableName>(
  table: T,
  rows: readonly Row<T>[],
  column: string,
  how: { keyOf: (row: Row<T>) => string; check: Check },
): void {
  for (const [index, row] of rows.entries()) {
    const problem = how.check(how.keyOf(row));
    if (problem !== undefined)
      throw new DatasetError({ file: FILES[table], row: index + 2, column }, problem);
  }
}

function number8(cell: string): Problem {
  return /^[1-9]\d{0,7}$/.test(cell) ? undefined : `'${cell}' is no number of at most 8 digits`;
}

function decimal(cell: string): Problem {
  return /^-?\d+(\.\d+)?$/.test(cell) ? undefined : `'${cell}' is no plain decimal number`;
}

function decimalOrBlank(cell: string): Problem {
  return cell === '' ? undefined : decimal(cell);
}

function dateOrBlank(cell: string): Problem {
  if (cell === '') return undefined;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(cell) && !Number.isNaN(Date.parse(`${cell}T00:00:00Z`));
  return isDate ? undefined : `'${cell}' is no date of the form 2014-03-31`;
}

function oneOf(known: ReadonlySet<string>, what: string): Check {
  return (cell) => (known.has(cell) ? undefined : `there is no ${what} '${cell}'`);
}

function unique(options: { blankAllowed?: boolean } = {}): Check {
  const seen = new Set<string>();
  return (cell) => {
    if (cell === '' && options.blankAllowed === true) return undefined;
    if (seen.has(cell)) return `'${cell}' is there twice`;
    seen.add(cell);
    return undefined;
  };
}
