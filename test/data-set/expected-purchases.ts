import { Big } from 'big.js';
import {
  baseCurrencies,
  branchPlantOf,
  type Codes,
  codesOfOrder,
  companyOf,
  orderKeyOf,
  orderTypeOf,
} from './assignments.ts';
import { type Cells, type CsvFiles, cell, fit, ownOr } from './csv-files.ts';
import {
  countedLines,
  type ExpectedLine,
  expectedLine,
  type LineContent,
  type LineSources,
  mergeSkus,
  type OrderFrame,
} from './expected-lines.ts';
import type { ExpectedSupplier } from './expected-suppliers.ts';

/** What should stand in Cin7 for an order. */
export interface PurchaseContent {
  /** Address number in the marker of the purchase's supplier. */
  readonly Supplier: string;
  readonly Currency: string;
  readonly Location: string;
  readonly Terms: string;
  readonly TaxRule: string;
  readonly RequiredBy: string;
  readonly Note: string;
  readonly Approach: string;
  readonly Type: string;
  readonly Status: string;
  readonly Memo: string;
  readonly Total: string;
  readonly Lines: readonly LineContent[];
  readonly Charges: readonly LineContent[];
}

export type ExpectedPurchase =
  | {
      readonly outcome: 'created';
      readonly content: PurchaseContent;
      /** Lines, then charges, as they stand in the content. */
      readonly lines: readonly ExpectedLine[];
      /** Before lines of one SKU were added up. */
      readonly single: readonly ExpectedLine[];
    }
  | { readonly outcome: 'parked'; readonly reasons: readonly string[] }
  /** Read, and none of Cin7's business: not released, received before, cancelled. */
  | { readonly outcome: 'notDue' };

export interface PurchaseSources extends LineSources {
  readonly files: CsvFiles;
  readonly suppliers: ReadonlyMap<string, ExpectedSupplier>;
  readonly orderTypes: readonly string[];
}

/** Every order of the chosen types, by its key. */
export function expectedPurchases(sources: PurchaseSources): ReadonlyMap<string, ExpectedPurchase> {
  const { files, orderTypes } = sources;
  const linesOf = Map.groupBy(files.lines, (line) => cell(line, 'order_id'));
  const supplierOf = new Map(files.suppliers.map((row) => [cell(row, 'supplier_id'), row]));
  const baseOf = baseCurrencies(files.orders);
  return new Map(
    files.orders
      .filter((order) => orderTypes.includes(orderTypeOf(order)))
      .map((order) => {
        const supplier = supplierOf.get(cell(order, 'supplier_id'));
        const base = ownOr(order, 'base_currency', baseOf(companyOf(order)));
        const lines = linesOf.get(cell(order, 'order_id')) ?? [];
        const frame = frameOf(order, codesOfOrder(order, supplier), base);
        return [orderKeyOf(order), expectedPurchase(order, lines, frame, sources)];
      }),
  );
}

interface Frame extends OrderFrame, Codes {}

function frameOf(order: Cells, codes: Codes, base: string): Frame {
  const currency = cell(order, 'currency');
  const isForeign = ownOr(order, 'currency_mode', currency === base ? 'D' : 'F') === 'F' || currency !== base;
  return {
    ...codes,
    source: cell(order, 'source'),
    foreign: isForeign,
    currency: isForeign ? currency : base,
  };
}

function expectedPurchase(
  order: Cells,
  lines: readonly Cells[],
  frame: Frame,
  sources: PurchaseSources,
): ExpectedPurchase {
  const { counted, leading } = countedLines(lines);
  if (counted.length === 0)
    return lines.length === 0 ? { outcome: 'parked', reasons: ['jde.row_missing'] } : { outcome: 'notDue' };
  const made = counted.map(({ line, texts }) => expectedLine(line, texts, frame, sources));
  const header = headerOf(
    order,
    counted.map(({ line }) => line),
    frame,
    sources,
  );
  const reasons = [...header.reasons, ...made.flatMap((line) => ('reasons' in line ? line.reasons : []))];
  if (reasons.length > 0) return { outcome: 'parked', reasons };

  const single = made.filter((line): line is ExpectedLine => !('reasons' in line));
  const stock = mergeSkus(single.filter((line) => line.to === 'Lines'));
  const charges = single.filter((line) => line.to === 'Charges');
  const all = [...stock, ...charges];
  const total = all.reduce((sum, line) => sum.plus(line.content['Total'] ?? '0'), new Big(0));
  const memo = [
    fit(cell(order, 'description'), 30),
    fit(cell(order, 'reference_2') || cell(order, 'department'), 30),
    fit(cell(order, 'destination_country'), 30),
    ...leading,
  ];
  return {
    outcome: 'created',
    single,
    lines: all,
    content: {
      ...header.content,
      Supplier: cell(order, 'supplier_id'),
      Currency: frame.currency,
      RequiredBy: requiredBy(order, lines),
      Note: noteOf(order),
      Approach: 'INVOICE',
      Type: 'Simple Purchase',
      Status: 'DRAFT',
      Memo: memo.filter((text) => text !== '').join(' · '),
      Total: total.toFixed(),
      Lines: stock.map((line) => line.content),
      Charges: charges.map((line) => line.content),
    },
  };
}

function headerOf(
  order: Cells,
  counted: readonly Cells[],
  frame: Frame,
  { table, suppliers }: PurchaseSources,
): {
  readonly content: Pick<PurchaseContent, 'Location' | 'Terms' | 'TaxRule'>;
  readonly reasons: readonly string[];
} {
  const supplier = suppliers.get(cell(order, 'supplier_id'));
  const places = new Set(counted.map((line) => fit(ownOr(line, 'branch_plant', branchPlantOf(order)), 12)));
  const locations = [...places].map((code) => table.translate('location', code));
  const targets = new Set(locations.flatMap((found) => ('target' in found ? [found.target] : [])));
  const terms = table.translate('paymentTerm', fit(frame.terms, 3));
  const tax = table.translate('taxRule', `${fit(frame.explanation, 2)}/${fit(frame.area, 10)}`);
  const currency = table.translate('currency', frame.currency);
  const reasons = [...locations, terms, tax, currency].flatMap((found) =>
    'reason' in found ? [found.reason] : [],
  );
  if (ownOr(order, 'hold_code', '') !== '') reasons.push('purchases.on_hold');
  if (cell(order, 'order_date') === '') reasons.push('purchases.date_missing');
  if (targets.size > 1) reasons.push('purchases.several_locations');
  if (supplier === undefined || supplier.outcome === 'parked') reasons.push('purchases.supplier_waiting');
  else if ('target' in currency && supplier.content.Currency !== currency.target)
    reasons.push('purchases.currency_differs');
  return {
    reasons,
    content: {
      Location: [...targets][0] ?? '',
      Terms: 'target' in terms ? terms.target : '',
      TaxRule: 'target' in tax ? tax.target : '',
    },
  };
}

/** The day asked for, else the first promised one. */
function requiredBy(order: Cells, lines: readonly Cells[]): string {
  const promised = lines.map((line) => cell(line, 'promised_date')).find((date) => date !== '');
  return ownOr(order, 'requested_date', '') || (promised ?? '');
}

function noteOf(order: Cells): string {
  const references = [fit(cell(order, 'order_number'), 25), fit(cell(order, 'reference'), 25)];
  return [
    `[JDE main PO ${orderKeyOf(order)}]`,
    `ordered ${cell(order, 'order_date')}`,
    ...references.filter((text) => text !== ''),
  ].join(' · ');
}
