import { Big } from 'big.js';
import { text } from './book.ts';
import { lineAmount, roundTo, sumOf, wireNumber } from './decimals.ts';
import type { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import type { Purchase, Totals } from './purchase-model.ts';
import { checkAccount, checkTaxRule } from './references.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

/** The documents whose lines are read here: invoice and credit note lines also have an Account. */
export type LineKind = 'order' | 'invoice';

interface Reading {
  readonly state: CompanyState;
  readonly problems: Problems;
  readonly purchase: Purchase;
  readonly kind: LineKind;
}

/** A line or charge that was checked: its wire form, and its exact amounts for the sums. */
export interface CheckedLine {
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
export function readDocumentLines(fields: Fields, reading: Reading): CheckedDocument {
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

function readLine(row: Fields, reading: Reading): CheckedLine {
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
function resolveProduct(row: Fields, { state, problems }: Reading, strict: boolean): JsonObject | undefined {
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

function readCharge(row: Fields, reading: Reading): CheckedLine {
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
function readAccount(row: Fields, { state, problems }: Reading): string {
  const account = row.text('Account', { max: 50, required: true }) ?? '';
  if (account !== '') checkAccount(account, state, problems);
  return account;
}

interface Amounts {
  readonly wire: { Quantity: number; Price: number; Discount: number; Tax: number; TaxRule: string };
  readonly total: number;
  readonly net: Big;
  readonly tax: Big;
}

function readAmounts(row: Fields, reading: Reading & { where: string }): Amounts {
  const { state, problems, purchase } = reading;
  const strict = state.switches.orderRequiredFields === 'documented';
  const quantity = row.decimal('Quantity', { required: true }) ?? new Big(1);
  const price = row.decimal('Price', { required: strict }) ?? new Big(0);
  const discount = row.decimal('Discount') ?? new Big(0);
  const ruleName = row.text('TaxRule', { max: 50, required: strict }) || purchase.header.taxRule;
  const rule = ruleName === '' ? undefined : checkTaxRule(ruleName, state, problems);
  checkRanges({ quantity, price, discount }, reading);
  const net = lineAmount({ quantity, price, discount });
  const tax = checkedTax(row.decimal('Tax', { required: strict }), { net, rule, reading });
  const total = expectedTotal(net, tax, state);
  checkTotal(
    row.decimal('Total', { required: state.switches.orderTotal !== 'unchecked' }),
    { net, tax },
    reading,
  );
  return {
    wire: {
      Quantity: wireNumber(quantity),
      Price: wireNumber(price),
      Discount: wireNumber(discount, 2),
      Tax: wireNumber(tax),
      TaxRule: ruleName,
    },
    total: Number(total.toString()),
    net,
    tax,
  };
}

function checkRanges(
  line: { quantity: Big; price: Big; discount: Big },
  { state, problems, where }: Reading & { where: string },
): void {
  const { orderQuantityMinimum, orderNegativePrice } = state.switches;
  if (orderQuantityMinimum === '1' && line.quantity.lt(1))
    problems.add(assumed.quantityTooSmall(where, 'at least 1'));
  if (orderQuantityMinimum === 'aboveZero' && line.quantity.lte(0)) {
    problems.add(assumed.quantityTooSmall(where, 'more than zero'));
  }
  if (orderNegativePrice === 'refused' && line.price.lt(0)) problems.add(assumed.priceNegative(where));
  if (line.discount.lt(0) || line.discount.gt(100)) problems.add(assumed.discountRange(where));
}

/** Tax as sent, or by the percentage of the rule, as the switch says. */
function checkedTax(
  sent: Big | undefined,
  from: { net: Big; rule: JsonObject | undefined; reading: Reading & { where: string } },
): Big {
  const { state, problems, where, purchase } = from.reading;
  const { orderTax, orderTotalDecimals, orderTotalRounding } = state.switches;
  if (orderTax === 'unchecked') return sent ?? new Big(0);
  const percent = new Big(Number(from.rule?.['TaxPercent'] ?? 0));
  const base = purchase.header.taxCalculation === 'Inclusive' ? percent.plus(100) : new Big(100);
  const expected = roundTo(from.net.times(percent).div(base), orderTotalDecimals, orderTotalRounding);
  if (orderTax === 'checked' && sent !== undefined && !roundTo(sent, orderTotalDecimals).eq(expected)) {
    problems.add(assumed.taxMismatch(where, expected.toFixed(orderTotalDecimals)));
  }
  return expected;
}

function expectedTotal(net: Big, tax: Big, state: CompanyState): Big {
  const { orderTotal, orderTotalDecimals, orderTotalRounding } = state.switches;
  return roundTo(orderTotal === 'withTax' ? net.plus(tax) : net, orderTotalDecimals, orderTotalRounding);
}

/** Total is sent "for validation": it must equal the service's own figure. */
function checkTotal(
  sent: Big | undefined,
  amounts: { net: Big; tax: Big },
  { state, problems, where }: Reading & { where: string },
): void {
  const { orderTotal, orderTotalDecimals, orderTotalRounding, orderTotalTolerance } = state.switches;
  if (sent === undefined || orderTotal === 'unchecked') return;
  const rounded = (value: Big): Big => roundTo(value, orderTotalDecimals, orderTotalRounding);
  const agrees = (expected: Big): boolean =>
    rounded(sent).minus(rounded(expected)).abs().lte(orderTotalTolerance);
  const withTax = amounts.net.plus(amounts.tax);
  const passes =
    agrees(orderTotal === 'withTax' ? withTax : amounts.net) || (orderTotal === 'either' && agrees(withTax));
  if (passes) return;
  const expected = orderTotal === 'withTax' ? withTax : amounts.net;
  problems.add(assumed.totalMismatch(where, rounded(expected).toFixed(2)));
}

function checkDuplicates(lines: readonly CheckedLine[], { state, problems }: Reading): void {
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

function totalsOf(lines: readonly CheckedLine[], how: { inclusive: boolean; state: CompanyState }): Totals {
  const { orderTotalDecimals, orderTotalRounding, inclusiveTotals } = how.state.switches;
  const net = sumOf(lines.map((line) => roundTo(line.net, orderTotalDecimals, orderTotalRounding)));
  const tax = sumOf(lines.map((line) => line.tax));
  const contained = how.inclusive && inclusiveTotals === 'contained';
  const before = contained ? net.minus(tax) : net;
  return { beforeTax: wireNumber(before), tax: wireNumber(tax), total: wireNumber(before.plus(tax)) };
}
