import type { OrderChargeFields, OrderLineFields } from '../../connectors/cin7/fields.ts';
import type { Decimal } from '../../domain/decimal.ts';
import { accept, type Decoded, reject } from '../../domain/decoded.ts';
import { parseJdeOrderKey } from '../../domain/keys.ts';
import type { SourceRow } from '../../domain/source-row.ts';
import { firstProblem, type Mapped, type SourceRecord, textOf } from '../flow.ts';
import { markerOf } from '../marker.ts';
import { taxCode } from '../suppliers/mapping.ts';
import type { PurchaseContext } from './context.ts';
import { type MappedLine, mapLine } from './line-mapping.ts';
import { type CountedLines, countLines } from './lines.ts';
import type { PurchasePayload } from './payload.ts';

const NOTE_LENGTH_MAX = 1_024;

/** What Cin7 should hold for a JDE order, or why it cannot, or why it need not. */
export function mapPurchase(record: SourceRecord, context: PurchaseContext): Mapped<PurchasePayload> {
  const header = record.rows['F4301']?.[0];
  const rows = record.rows['F4311'] ?? [];
  const label = orderLabel(record.key);
  const problem = firstProblem(record);
  if (problem !== undefined) return { kind: 'rejected', label, rejection: problem };

  const lines = countLines(rows, context.settings.purchases, context.sentLines(record.key));
  if (lines.counted.length === 0) return uncounted(lines, rows, label);
  const payload =
    header === undefined
      ? reject('purchases.header_missing', 'F4301', `${label} has lines but no visible header.`)
      : mapOrder(record.key, header, lines, context);
  if (!payload.ok) return { kind: 'rejected', label, rejection: payload.rejection };
  return { kind: 'payload', label, payload: payload.value.payload, notes: payload.value.notes };
}

/** `OP 4711 (00001)` */
export function orderLabel(recordKey: string): string {
  const parts = parseJdeOrderKey(recordKey);
  return parts === undefined ? recordKey : `${parts.orderType} ${parts.orderNumber} (${parts.company})`;
}

/** No line goes to Cin7: cancelled, not yet, or no longer. */
function uncounted(lines: CountedLines, rows: readonly SourceRow[], label: string): Mapped<PurchasePayload> {
  if (rows.length === 0) {
    const { rejection } = reject('jde.row_missing', 'F4311', `${label} has no visible lines.`);
    return { kind: 'rejected', label, rejection };
  }
  if (lines.cancelled > 0 && lines.early === 0 && lines.past === 0) return { kind: 'cancelled', label };
  if (lines.early > 0) return { kind: 'notDue', label, reason: 'not released yet' };
  return {
    kind: 'notDue',
    label,
    reason: lines.past > 0 ? 'received or closed before it was sent' : 'holds text only',
  };
}

interface MappedOrder {
  readonly payload: PurchasePayload;
  readonly notes: readonly string[];
}

function mapOrder(
  recordKey: string,
  header: SourceRow,
  lines: CountedLines,
  context: PurchaseContext,
): Decoded<MappedOrder> {
  meetCodes(header, lines, context);
  const hold = textOf(header, 'HOLD');
  if (hold !== '' && context.settings.purchases.heldOrders === 'park') {
    return reject('purchases.on_hold', 'F4301_HOLD', `The order is on hold with code ${hold}.`);
  }
  const orderDate = header.values['TRDJ'] ?? '';
  if (orderDate === '') return reject('purchases.date_missing', 'F4301_TRDJ', 'The order has no order date.');
  const supplier = supplierOf(header, context);
  if (!supplier.ok) return supplier;
  const foreign = isForeign(header);
  const currency = checkCurrency(
    { header, lines, foreign, supplierCurrency: supplier.value.currency },
    context,
  );
  if (!currency.ok) return currency;
  const fields = mapHeader(recordKey, header, lines, context);
  if (!fields.ok) return fields;

  const mapped: { number: string; line: MappedLine }[] = [];
  const headerTax = taxCode(textOf(header, 'EXR1'), textOf(header, 'TXA1'));
  for (const line of lines.counted) {
    const result = mapLine(line, { foreign, taxCode: headerTax }, context);
    if (!result.ok) return result;
    mapped.push({ number: line.number, line: result.value });
  }
  return accept(
    assemble(
      {
        supplierId: supplier.value.cin7Id,
        fields: fields.value,
        mapped,
        leadingTexts: lines.leadingTexts,
        header,
      },
      context,
    ),
  );
}

/** Looks every code of the order up, so that the work list shows all that are missing, whatever the order is refused for first. */
function meetCodes(header: SourceRow, lines: CountedLines, context: PurchaseContext): void {
  const { crosswalk, settings } = context;
  const headerTax = taxCode(textOf(header, 'EXR1'), textOf(header, 'TXA1'));
  crosswalk.resolve('paymentTerm', textOf(header, 'PTC'), 'F4301_PTC');
  crosswalk.resolve('taxRule', headerTax, 'F4301_TXA1');
  for (const { row } of lines.counted) {
    const tax = taxCode(textOf(row, 'EXR1'), textOf(row, 'TXA1'));
    if (tax !== '/') crosswalk.resolve('taxRule', tax, 'F4311_TXA1');
    if (textOf(row, 'MCU') !== '') crosswalk.resolve('location', textOf(row, 'MCU'), 'F4311_MCU');
    const item = settings.purchases.itemNumber === 'ITM' ? '' : textOf(row, settings.purchases.itemNumber);
    if (item === '') continue;
    crosswalk.resolve('item', item, 'F4311_LITM');
    if (textOf(row, 'UOM') !== '') crosswalk.resolve('unit', textOf(row, 'UOM'), 'F4311_UOM');
  }
}

function supplierOf(
  header: SourceRow,
  context: PurchaseContext,
): Decoded<{ cin7Id: string; currency: string }> {
  const addressNumber = header.values['AN8'] ?? '';
  const supplier = context.supplier(addressNumber);
  if (supplier.state === 'here') return accept(supplier);
  return reject(
    'purchases.supplier_waiting',
    'F4301_AN8',
    `Supplier ${addressNumber} is not in Cin7: ${supplier.why}`,
    `suppliers:${addressNumber}`,
  );
}

/** A foreign order has its amounts in the transaction currency in columns of their own (FEA), whatever AEXP holds. */
export function isForeign(header: SourceRow): boolean {
  const transaction = textOf(header, 'CRCD');
  const base = textOf(header, 'BCRC');
  return textOf(header, 'CRRM') === 'F' || (transaction !== '' && base !== '' && transaction !== base);
}

function checkCurrency(
  order: { header: SourceRow; lines: CountedLines; foreign: boolean; supplierCurrency: string },
  context: PurchaseContext,
): Decoded<string> {
  const { header, foreign } = order;
  const company = textOf(header, 'KCOO');
  const code = foreign
    ? textOf(header, 'CRCD')
    : textOf(header, 'BCRC') || context.companyCurrency(company) || textOf(header, 'CRCD');
  const currency = context.crosswalk.resolve('currency', code, 'F4301_CRCD');
  if (!currency.ok) return reject(currency.code, currency.field, currency.detail, currency.subject);
  const other = foreign
    ? order.lines.counted.find((line) => !['', code].includes(textOf(line.row, 'CRCD')))
    : undefined;
  if (other !== undefined) {
    const detail = `Line ${other.number} is in ${textOf(other.row, 'CRCD')}, the order in ${code}.`;
    return reject('purchases.currency_differs', 'F4311_CRCD', detail);
  }
  if (currency.target !== order.supplierCurrency) {
    const detail = `The order is in ${currency.target}, its supplier in ${order.supplierCurrency}.`;
    return reject('purchases.currency_differs', 'F4301_CRCD', detail);
  }
  return accept(currency.target);
}

type HeaderParts = Pick<PurchasePayload['header'], 'Location' | 'TaxRule' | 'Terms' | 'RequiredBy' | 'Note'>;

function mapHeader(
  recordKey: string,
  header: SourceRow,
  lines: CountedLines,
  context: PurchaseContext,
): Decoded<HeaderParts> {
  const location = locationOf(header, lines, context);
  if (!location.ok) return location;
  const terms = context.crosswalk.resolve('paymentTerm', textOf(header, 'PTC'), 'F4301_PTC');
  if (!terms.ok) return reject(terms.code, terms.field, terms.detail, terms.subject);
  const tax = context.crosswalk.resolve(
    'taxRule',
    taxCode(textOf(header, 'EXR1'), textOf(header, 'TXA1')),
    'F4301_TXA1',
  );
  if (!tax.ok) return reject(tax.code, tax.field, tax.detail, tax.subject);
  const references = [textOf(header, 'VR01'), textOf(header, 'VR02')].filter((text) => text !== '');
  const note = [
    markerOf(context.settings.marker, 'PO', recordKey),
    `ordered ${header.values['TRDJ'] ?? ''}`,
    ...references,
  ].join(' · ');
  return accept({
    Location: location.value,
    TaxRule: tax.target,
    Terms: terms.target,
    RequiredBy: header.values['DRQJ'] ?? '',
    Note: note.slice(0, NOTE_LENGTH_MAX),
  });
}

/** A Cin7 purchase is for one location; JDE has a branch/plant on each line. */
function locationOf(header: SourceRow, lines: CountedLines, context: PurchaseContext): Decoded<string> {
  const useLines = context.settings.purchases.lineLocation === 'park';
  const fromLines = new Set(
    lines.counted.map((line) => textOf(line.row, 'MCU')).filter((code) => code !== ''),
  );
  const codes = useLines && fromLines.size > 0 ? [...fromLines] : [textOf(header, 'MCU')];
  const locations = new Set<string>();
  for (const code of codes) {
    const location = context.crosswalk.resolve('location', code, useLines ? 'F4311_MCU' : 'F4301_MCU');
    if (!location.ok) return reject(location.code, location.field, location.detail, location.subject);
    locations.add(location.target);
  }
  const [only, second] = locations;
  if (only !== undefined && second === undefined) return accept(only);
  return reject(
    'purchases.several_locations',
    'F4311_MCU',
    `The lines are for ${[...locations].join(' and ')}.`,
  );
}

interface OrderParts {
  readonly supplierId: string;
  readonly fields: HeaderParts;
  readonly mapped: readonly { readonly number: string; readonly line: MappedLine }[];
  readonly leadingTexts: readonly string[];
  readonly header: SourceRow;
}

function assemble(parts: OrderParts, context: PurchaseContext): MappedOrder {
  const settings = context.settings.purchases;
  const lines: { number: string; fields: OrderLineFields; amount: Decimal }[] = [];
  const charges: { number: string; fields: OrderChargeFields }[] = [];
  for (const { number, line } of parts.mapped) {
    if (line.to === 'Lines') lines.push({ number, fields: line.fields, amount: line.amount });
    else charges.push({ number, fields: line.fields });
  }
  const memo = [
    textOf(parts.header, 'DESC'),
    textOf(parts.header, 'RMK'),
    textOf(parts.header, 'DEL1'),
    textOf(parts.header, 'DEL2'),
    ...parts.leadingTexts,
  ];
  return {
    payload: {
      header: {
        SupplierID: parts.supplierId,
        ...parts.fields,
        Approach: settings.approach,
        PurchaseType: settings.purchaseType,
        ...(settings.chargesOnly === 'service' && lines.length === 0 ? { IsServiceOnly: true } : {}),
      },
      order: {
        Status: settings.orderStatus,
        Memo: memo
          .filter((text) => text !== '')
          .join(' · ')
          .slice(0, NOTE_LENGTH_MAX),
        Lines: lines.map((line) => line.fields),
        AdditionalCharges: charges.map((charge) => charge.fields),
      },
      lineAmounts: lines.map((line) => line.amount),
      lineNumbers: lines.map((line) => line.number),
      chargeNumbers: charges.map((charge) => charge.number),
    },
    notes: parts.mapped.flatMap(({ line }) => line.notes),
  };
}
