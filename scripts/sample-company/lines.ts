import { Big } from 'big.js';
import { hashOf } from '../../src/simulators/dataset/conventions.ts';
import type { LineRow, OrderRow } from '../../src/simulators/dataset/index.ts';
import { type CaseName, STAGES } from './cases.ts';
import {
  ARCHIVED_OBJECT,
  accountId,
  CLOSED_UNIT,
  HAND_MAPPED,
  INACTIVE_ACCOUNT,
  OMITTED_OBJECT,
} from './chart.ts';
import { orderBranch, orderCurrency } from './orders.ts';
import type { Planned } from './plan.ts';

interface Account {
  readonly unit: string;
  readonly object: string;
  readonly subsidiary?: string;
}

/** The service line that a case adds to an order of a branch/plant. */
const SERVICES: Readonly<Partial<Record<CaseName, { text: string; account: (unit: string) => Account }>>> = {
  unmappedAccount: { text: 'Order tracking software', account: (unit) => ({ unit, object: OMITTED_OBJECT }) },
  inactiveAccount: { text: 'Repair of cold boxes', account: () => INACTIVE_ACCOUNT },
  closedUnit: { text: 'Consulting', account: () => CLOSED_UNIT },
  archivedInCin7: { text: 'Translation of leaflets', account: (unit) => ({ unit, object: ARCHIVED_OBJECT }) },
  handMapped: { text: 'Customs clearance', account: () => HAND_MAPPED },
  laboratory: {
    text: 'Quality testing of samples',
    account: (unit) => ({ unit, object: '6140', subsidiary: 'LAB' }),
  },
};

/** The lines of an order: those of the source, coded and staged, then charges, services and a text. */
export function buildLines(order: OrderRow, source: readonly LineRow[], planned: Planned): LineRow[] {
  const { unit } = orderBranch(order, planned);
  const currency = orderCurrency(order, planned);
  const stock = source.map((line, index) => stockLine({ ...line, currency }, { index, unit, planned }));
  const extra = [
    ...charge(source, { column: 'freight_source', text: 'Freight', account: { unit, object: '6110' } }),
    ...charge(source, {
      column: 'insurance_source',
      text: 'Cargo insurance',
      account: { unit, object: '6120' },
    }),
    ...service(order, unit, planned),
    ...creditLine(source, unit, planned),
    ...textLine(order),
  ].map((line, index) => ({
    ...blankLine(order, currency),
    ...line,
    line_number: String(source.length + index + 1),
  }));
  return [...stock, ...extra].map((line, index) => withStatus(line, index, planned));
}

function stockLine(line: LineRow, at: { index: number; unit: string; planned: Planned }): LineRow {
  const isZero = at.planned.caseName === 'zeroQuantity' && at.index === 0;
  const none = { quantity: '0', extended_amount: '0', amount_source: '0' };
  return { ...line, ...coded({ unit: at.unit, object: '1411' }), ...(isZero ? none : {}), line_type: 'S' };
}

function charge(
  source: readonly LineRow[],
  how: { column: 'freight_source' | 'insurance_source'; text: string; account: Account },
): Partial<LineRow>[] {
  const amounts = source.map((line) => line[how.column]).filter((text) => /^\d+(\.\d+)?$/.test(text));
  const total = amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).round(2);
  if (total.eq(0)) return [];
  return [{ ...coded(how.account), line_type: 'F', description: how.text, ...lumpSum(total.toFixed(2)) }];
}

function service(order: OrderRow, unit: string, planned: Planned): Partial<LineRow>[] {
  const found = planned.caseName === undefined ? undefined : SERVICES[planned.caseName];
  if (found === undefined) return [];
  const amount = String(100 + (hashOf(order.order_id) % 900));
  return [{ ...coded(found.account(unit)), line_type: 'J', description: found.text, ...lumpSum(amount) }];
}

function creditLine([first]: readonly LineRow[], unit: string, planned: Planned): Partial<LineRow>[] {
  if (planned.caseName !== 'creditLine' || first === undefined) return [];
  const amount = new Big(first.unit_price).times(-1).toFixed();
  const credit = { quantity: '-1', extended_amount: amount, amount_source: amount, line_kind: 'quantity' };
  return [{ ...first, ...coded({ unit, object: '1411' }), line_type: 'S', ...credit }];
}

function textLine(order: OrderRow): Partial<LineRow>[] {
  if (hashOf(`text ${order.order_id}`) % 12 !== 0) return [];
  return [{ line_type: 'T', description: 'Deliver in one consignment; advise 48 hours ahead' }];
}

function lumpSum(amount: string): Partial<LineRow> {
  return { line_kind: 'amount_only', extended_amount: amount, amount_source: amount };
}

function coded(account: Account): Partial<LineRow> {
  const subsidiary = account.subsidiary ?? '';
  const account_id = accountId(account.unit, account.object, subsidiary);
  return { account_id, business_unit: account.unit, object: account.object, subsidiary };
}

function withStatus(line: LineRow, index: number, planned: Planned): LineRow {
  const isClosedFirst = planned.caseName === 'mixedStatus' && index === 0;
  const stage = STAGES[isClosedFirst ? 'closed' : planned.stage];
  return {
    ...line,
    next_status: stage.next,
    last_status: stage.last,
    received_quantity: receivedQuantity(line, isClosedFirst ? 'closed' : planned.stage),
  };
}

/** All of it once closed, about a third of the stock lines while receipts are coming in. */
function receivedQuantity(line: LineRow, stage: Planned['stage']): string {
  if (stage === 'closed') return line.line_type === 'T' ? '' : line.quantity || '1';
  if (stage !== 'partlyReceived' || line.line_type !== 'S') return '';
  return new Big(line.quantity).div(3).round(0, 0).toFixed();
}

function blankLine(order: OrderRow, currency: string): LineRow {
  return {
    order_id: order.order_id,
    line_number: '',
    line_number_origin: 'assigned',
    line_kind: 'amount_only',
    item_id: '',
    item_number_source: '',
    manufacturer: '',
    description: '',
    description_2: '',
    uom: '',
    pack_size: '',
    quantity: '',
    unit_price: '',
    unit_price_each: '',
    extended_amount: '',
    amount_source: '',
    currency,
    account_id: '',
    business_unit: '',
    object: '',
    subsidiary: '',
    category_code: '',
    category_name: '',
    line_date: '',
    promised_date: '',
    delivered_date: '',
    line_reference: '',
    freight_source: '',
    insurance_source: '',
    weight_source: '',
    source_file: '',
    source_row: '',
  };
}
