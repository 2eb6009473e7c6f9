import { Big } from 'big.js';
import type { Cin7Simulator } from '../../src/simulators/cin7/index.ts';
import { plain } from './expected.ts';
import type { Fields, OrderContent } from './expected-orders.ts';

type Row = Readonly<Record<string, unknown>>;

/** A purchase as it stands in Cin7. */
export interface ArrivedOrder {
  readonly id: string;
  readonly isVoided: boolean;
  readonly status: string;
  readonly content: OrderContent;
  /** JDE's line numbers that its comments name. */
  readonly lineNumbers: ReadonlySet<string>;
}

export interface ArrivedSupplier {
  readonly id: string;
  readonly name: string;
  readonly comments: string;
  readonly fields: Fields;
  readonly addresses: readonly Fields[];
  readonly contacts: readonly Fields[];
}

/** Purchases by the key in their marker, oldest first. */
export function arrivedOrders(cin7: Cin7Simulator): ReadonlyMap<string, readonly ArrivedOrder[]> {
  return byMarker(cin7.purchases(), 'PO', (row) => plain(row['Note']), orderOf);
}

/** Suppliers by the address number in their marker, oldest first. */
export function arrivedSuppliers(cin7: Cin7Simulator): ReadonlyMap<string, readonly ArrivedSupplier[]> {
  return byMarker(cin7.suppliers(), 'AB', (row) => plain(row['Comments']), supplierOf);
}

function byMarker<T>(
  rows: readonly Row[],
  kind: 'AB' | 'PO',
  marked: (row: Row) => string,
  read: (row: Row) => T,
): ReadonlyMap<string, readonly T[]> {
  const pattern = new RegExp(`\\[JDE main ${kind} ([^\\]]+)\\]`);
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const key = pattern.exec(marked(row))?.[1];
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), read(row)]);
  }
  return found;
}

export function supplierOf(row: Row): ArrivedSupplier {
  return {
    id: plain(row['ID']),
    name: plain(row['Name']),
    comments: plain(row['Comments']),
    fields: take(row, ['Currency', 'PaymentTerm', 'TaxRule', 'AccountPayable', 'TaxNumber', 'Status']),
    addresses: rowsIn(row, 'Addresses').map((each) =>
      take(each, ['Type', 'Line1', 'Line2', 'City', 'State', 'Postcode', 'Country']),
    ),
    contacts: rowsIn(row, 'Contacts').map((each) =>
      take(each, ['Name', 'Phone', 'MobilePhone', 'Fax', 'Email']),
    ),
  };
}

function orderOf(row: Row): ArrivedOrder {
  const order = (row['Order'] ?? {}) as Row; // A block of the document that the simulator makes.
  const lines = rowsIn(order, 'Lines').map((line) => ({
    ...take(line, ['SKU', 'Comment', 'TaxRule']),
    ...figures(line),
  }));
  const charges = rowsIn(order, 'AdditionalCharges').map((line) => ({
    ...take(line, ['Description', 'Reference', 'TaxRule']),
    ...figures(line),
  }));
  const texts = [...lines.map((line) => line['Comment']), ...charges.map((line) => line['Reference'])];
  const numbers = texts.flatMap((text) =>
    [...(text ?? '').matchAll(/(?:^|\+ )line ([\d.]+)/g)].map(([, number]) => number),
  );
  return {
    id: plain(row['ID']),
    isVoided: plain(row['Status']) === 'VOIDED',
    status: plain(order['Status']),
    content: {
      header: {
        ...take(row, ['SupplierID', 'Location', 'Terms', 'TaxRule', 'Note']),
        RequiredBy: plain(row['RequiredBy']).slice(0, 10),
      },
      memo: plain(order['Memo']),
      lines,
      charges,
    },
    lineNumbers: new Set(numbers.filter((number) => number !== undefined)),
  };
}

function figures(line: Row): Fields {
  return Object.fromEntries(
    ['Quantity', 'Price', 'Total'].map((name) => [name, new Big(plain(line[name]) || '0').toFixed()]),
  );
}

function take(row: Row, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, plain(row[name])]));
}

function rowsIn(row: Row, name: string): readonly Row[] {
  const value = row[name];
  return Array.isArray(value) ? (value as readonly Row[]) : []; // Rows of the document that the simulator makes.
}
