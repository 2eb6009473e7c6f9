import { hashOf } from '../../src/simulators/dataset/conventions.ts';
import type { LineRow, OrderRow } from '../../src/simulators/dataset/index.ts';
import type { Planned } from './plan.ts';
import { BRANCHES, type Branch, branchOf, exchangeRate } from './regions.ts';
import { DUPLICATES, EURO_SUPPLIERS, MASKED_NAME, UNMAPPED_TERM } from './suppliers.ts';

const COMPANY_CURRENCIES: Readonly<Record<string, string>> = { '00001': 'USD', '00070': 'EUR' };

/** An order of the source with what the sample company adds to it. */
export function buildOrder(order: OrderRow, lines: readonly LineRow[], planned: Planned): OrderRow {
  const { caseName } = planned;
  const branch = orderBranch(order, planned);
  const currency = orderCurrency(order, planned);
  const baseCurrency = COMPANY_CURRENCIES[branch.company] ?? 'USD';
  const date = caseName === 'noDate' ? '' : order.order_date || daysBefore(lines, 90);
  return {
    ...order,
    supplier_id: supplierOf(order),
    supplier_name_on_order: caseName === 'maskedSupplier' ? MASKED_NAME : order.supplier_name_on_order,
    order_date: date,
    currency,
    order_type: caseName === 'blanket' ? 'OB' : 'OP',
    company: branch.company,
    branch_plant: branch.unit,
    hold_code: caseName === 'held' ? 'H1' : '',
    currency_mode: currency === baseCurrency ? 'D' : 'F',
    exchange_rate: currency === baseCurrency ? '' : exchangeRate({ currency, date }),
    base_currency: baseCurrency,
    payment_terms: caseName === 'unmappedTerm' ? UNMAPPED_TERM : '',
    tax_area: caseName === 'unmappedTax' ? 'ZAVAT15' : '',
    tax_code: caseName === 'unmappedTax' ? 'V' : '',
  };
}

export function orderBranch(order: OrderRow, planned: Planned): Branch {
  return planned.caseName === 'unmappedLocation' ? BRANCHES.transit : branchOf(order);
}

export function orderCurrency(order: OrderRow, planned: Planned): string {
  const isEuro = EURO_SUPPLIERS.includes(order.supplier_id) || planned.caseName === 'otherCurrency';
  return isEuro ? 'EUR' : order.currency;
}

/** Every second order of a doubled supplier goes to its second number. */
function supplierOf(order: OrderRow): string {
  const second = DUPLICATES[order.supplier_id];
  return second !== undefined && hashOf(order.order_id) % 2 === 0 ? second : order.supplier_id;
}

/** The source has no date for some orders: so many days before the first promised delivery. */
function daysBefore(lines: readonly LineRow[], days: number): string {
  const [first] = lines
    .map((line) => line.promised_date)
    .filter((date) => date !== '')
    .toSorted();
  if (first === undefined) return '';
  return new Date(Date.parse(`${first}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
