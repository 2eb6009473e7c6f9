import type { Big } from 'big.js';
import { text } from './book.ts';
import { type LineKind, type LineReading, readAmounts, totalsOf } from './document-amounts.ts';
import type { Fields } from './fields.ts';
import type { JsonObject } from './json.ts';
import type { Totals } from './purchase-model.ts';
import { checkAccount } from './references.ts';
import { assumed, recorded } from './texts.ts';

/** A line or charge that was checked: its wire form, and its exact amounts for the sums. */
interface CheckedLine {
  readonly row: JsonObject;
  readonly net: Big;
  readonly tax: Big;
  /** The line names a service product, so a service purchase keeps it as a charge. */
  readonly service: boolean;
}

export interface CheckedDocument {
  readonly lines: JsonObject[];
  readonly charges: JsonObject[];
  readonly totals: Totals;
}

/** Reads Lines and AdditionalCharges. On a service purchase, and with CombineAdditionalCharges, service lines become charges. */
export function readDocumentLines(fields: Fields, reading: LineReading): CheckedDocument {
  const { state, purchase } = reading;
  const sentLines = (fields.rows('Lines') ?? []).map((row) => readLine(row, reading));
  const charges = (fields.rows('AdditionalCharges') ?? []).map((row) => readCharge(row, reading));
  const combined = fields.flag('CombineAdditionalCharges') ?? false;
  const toCharge = (line: CheckedLine): boolean => purchase.type === 'Service' || (combined && line.service);
  const lines = sentLines.filter((line) => !toCharge(line));
  const moved = sentLines
    .filter(toCharge)
    .map((line) => ({ ...line, row: lineAsCharge(line.row, reading.kind) }));
  if (reading.kind === 'order') checkDuplicates(lines, reading);
  const all = [...lines, ...charges, ...moved];
  return {
    lines: lines.map((line) => line.row),
    charges: [...charges, ...moved].map((charge) => charge.row),
    totals: totalsOf(all, { inclusive: purchase.header.taxCalculation === 'Inclusive', state }),
  };
}

function readLine(row: Fields, reading: LineReading): CheckedLine {
  const { state, kind } = reading;
  const strict = state.switches.orderRequiredFields === 'documented';
  const product = resolveProduct(row, reading, strict);
  const where = text(product?.['SKU']) || 'Lines';
  const name = row.text('Name', { max: 1024, required: strict });
  const amounts = readAmounts(row, { ...reading, where });
  const comment = row.text('Comment', { max: 256 }) ?? '';
  const identity = {
    ProductID: product?.['ID'] ?? null,
    SKU: product?.['SKU'] ?? null,
    Name: name ?? product?.['Name'] ?? '',
  };
  const own =
    kind === 'order'
      ? { SupplierSKU: row.text('SupplierSKU', { max: 50 }) ?? '' }
      : { Account: readAccount(row, reading) };
  return {
    row: { ...identity, ...amounts.wire, ...own, Comment: comment, Total: amounts.total },
    net: amounts.net,
    tax: amounts.tax,
    service: product?.['Type'] === 'Service',
  };
}

/** ProductID wins over SKU; SKU alone is enough. */
function resolveProduct(
  row: Fields,
  { state, problems }: LineReading,
  strict: boolean,
): JsonObject | undefined {
  const id = row.guid('ProductID', { required: strict });
  const sku = row.text('SKU', { max: 50, required: strict });
  if (id !== undefined) {
    const found = state.products.byId(id);
    if (found === undefined) problems.add(recorded.productNotFound, 404);
    return found;
  }
  if (sku === undefined || sku === null || sku === '') {
    problems.add(recorded.missing('ProductID'));
    return undefined;
  }
  const found = state.products.byName(sku, state.switches);
  if (found === undefined) problems.add(assumed.skuNotFound(sku), 404);
  return found;
}

function readCharge(row: Fields, reading: LineReading): CheckedLine {
  const { state, problems, kind } = reading;
  const description = row.text('Description', { max: 256, required: true });
  const where = 'AdditionalCharges';
  if (typeof description === 'string' && state.switches.orderChargeService === 'enforced') {
    const service = state.productNames.byName(description, state.switches);
    if (service?.['Type'] !== 'Service') problems.add(assumed.serviceNotFound(description), 404);
  }
  const reference = row.text('Reference', { max: 256 }) ?? '';
  const { wire, total, net, tax } = readAmounts(row, { ...reading, where });
  const names = { Description: description ?? '', Reference: reference };
  if (kind === 'order') {
    const { Quantity, Price, Discount, Tax, TaxRule } = wire;
    return {
      row: { ...names, Price, Quantity, Discount, Tax, Total: total, TaxRule },
      net,
      tax,
      service: true,
    };
  }
  return {
    row: { ...names, ...wire, Account: readAccount(row, reading), Total: total },
    net,
    tax,
    service: true,
  };
}

/** The ledger account of an invoice or credit note line; order lines have none. */
function readAccount(row: Fields, { state, problems }: LineReading): string {
  const account = row.text('Account', { max: 50, required: true }) ?? '';
  if (account !== '') checkAccount(account, state, problems);
  return account;
}

function checkDuplicates(lines: readonly CheckedLine[], { state, problems }: LineReading): void {
  if (state.switches.orderDuplicateSku === 'accepted') return;
  const seen = new Set<string>();
  for (const line of lines) {
    const sku = text(line.row['SKU']);
    if (sku !== '' && seen.has(sku)) problems.add(assumed.duplicateSku(sku));
    seen.add(sku);
  }
}

function lineAsCharge(line: JsonObject, kind: LineKind): JsonObject {
  return {
    Description: line['Name'] ?? '',
    Reference: line['Comment'] ?? '',
    Quantity: line['Quantity'] ?? 0,
    Price: line['Price'] ?? 0,
    Discount: line['Discount'] ?? 0,
    Tax: line['Tax'] ?? 0,
    TaxRule: line['TaxRule'] ?? '',
    ...(kind === 'invoice' ? { Account: line['Account'] ?? null } : {}),
    Total: line['Total'] ?? 0,
  };
}
