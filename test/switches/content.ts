import type { Cin7Simulator } from '../../src/simulators/cin7/index.ts';

type Row = Readonly<Record<string, unknown>>;

/** What Cin7 holds, without ids and times, so that two runs can be compared. */
export interface Content {
  /** By the address number in the marker. */
  readonly suppliers: Readonly<Record<string, readonly Row[]>>;
  /** By order number. */
  readonly purchases: Readonly<Record<string, readonly Row[]>>;
}

const SUPPLIER_FIELDS = [
  'Name',
  'Currency',
  'PaymentTerm',
  'TaxRule',
  'Status',
  'TaxNumber',
  'AccountPayable',
  'Comments',
];
const PURCHASE_FIELDS = [
  'Supplier',
  'Terms',
  'TaxRule',
  'RequiredBy',
  'Location',
  'SupplierCurrency',
  'Type',
  'Note',
];
const LINE_FIELDS = [
  'SKU',
  'Name',
  'Description',
  'Reference',
  'Quantity',
  'Price',
  'Tax',
  'Total',
  'TaxRule',
  'Comment',
];

export function contentOf(cin7: Cin7Simulator): Content {
  return {
    suppliers: grouped(
      cin7.suppliers(),
      (row) => keyIn(row['Comments'], /AB (\d+)\]/) || `unmarked ${textOf(row['Name'])}`,
      supplierOf,
    ),
    purchases: grouped(
      cin7.purchases(),
      (row) => keyIn(row['Note'], /-(\d+)-000\]/) || `unmarked`,
      purchaseOf,
    ),
  };
}

function supplierOf(row: Row): Row {
  return {
    ...only(row, SUPPLIER_FIELDS),
    Contacts: rowsOf(row['Contacts'], ['Name', 'Phone', 'MobilePhone', 'Fax', 'Email']),
    Addresses: rowsOf(row['Addresses'], ['Line1', 'Line2', 'City', 'State', 'Postcode', 'Country', 'Type']),
  };
}

function purchaseOf(row: Row): Row {
  const order = isRow(row['Order']) ? row['Order'] : {};
  return {
    ...only(row, PURCHASE_FIELDS),
    // Which status a purchase without documents has, is a switch.
    Status: row['Status'] === 'VOIDED' ? 'VOIDED' : '',
    OrderStatus: order['Status'],
    Memo: order['Memo'],
    Lines: rowsOf(order['Lines'], LINE_FIELDS),
    AdditionalCharges: rowsOf(order['AdditionalCharges'], LINE_FIELDS),
  };
}

function grouped(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  show: (row: Row) => Row,
): Record<string, Row[]> {
  const groups: Record<string, Row[]> = {};
  for (const row of rows) (groups[keyOf(row)] ??= []).push(show(row));
  return Object.fromEntries(Object.entries(groups).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Nested rows in an order of their own: that of Cin7 is not to be relied on. */
function rowsOf(value: unknown, fields: readonly string[]): readonly string[] {
  const rows = Array.isArray(value) ? value.filter(isRow) : [];
  return rows.map((row) => JSON.stringify(only(row, fields))).toSorted();
}

function only(row: Row, fields: readonly string[]): Row {
  return Object.fromEntries(fields.filter((name) => name in row).map((name) => [name, row[name] ?? '']));
}

function keyIn(value: unknown, pattern: RegExp): string {
  return pattern.exec(textOf(value))?.[1] ?? '';
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;
