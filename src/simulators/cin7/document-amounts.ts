import { Big } from 'big.js';
import { lineAmount, roundTo, sumOf, wireNumber } from './decimals.ts';
import type { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import type { Purchase, Totals } from './purchase-model.ts';
import { checkTaxRule } from './references.ts';
import type { CompanyState } from './state.ts';
import { assumed } from './texts.ts';

/** The documents whose lines are read here: invoice and credit note lines also have an Account. */
export type LineKind = 'order' | 'invoice';

export interface LineReading {
  readonly state: CompanyState;
  readonly problems: Problems;
  readonly purchase: Purchase;
  readonly kind: LineKind;
}

export interface Amounts {
  readonly wire: { Quantity: number; Price: number; Discount: number; Tax: number; TaxRule: string };
  readonly total: number;
  readonly net: Big;
  readonly tax: Big;
}

/** Reads quantity, price, discount, tax and total of a line, and checks the total as the service does. */
export function readAmounts(row: Fields, reading: LineReading & { where: string }): Amounts {
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
  { state, problems, where }: LineReading & { where: string },
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
  from: { net: Big; rule: JsonObject | undefined; reading: LineReading & { where: string } },
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
  { state, problems, where }: LineReading & { where: string },
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

/** Totals of a document; with inclusive tax the lines contain it, unless the switch adds it. */
export function totalsOf(
  lines: readonly { net: Big; tax: Big }[],
  how: { inclusive: boolean; state: CompanyState },
): Totals {
  const { orderTotalDecimals, orderTotalRounding, inclusiveTotals } = how.state.switches;
  const net = sumOf(lines.map((line) => roundTo(line.net, orderTotalDecimals, orderTotalRounding)));
  const tax = sumOf(lines.map((line) => line.tax));
  const contained = how.inclusive && inclusiveTotals === 'contained';
  const before = contained ? net.minus(tax) : net;
  return { beforeTax: wireNumber(before), tax: wireNumber(tax), total: wireNumber(before.plus(tax)) };
}
