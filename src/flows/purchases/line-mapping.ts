import type { OrderChargeFields, OrderLineFields } from '../../connectors/cin7/fields.ts';
import { type Decimal, decimal, isZero } from '../../domain/decimal.ts';
import { accept, type Decoded, reject } from '../../domain/decoded.ts';
import { textOf } from '../flow.ts';
import { taxCode } from '../suppliers/mapping.ts';
import { type AccountRef, gateAccount } from './account-gate.ts';
import { lineAmounts } from './amounts.ts';
import type { PurchaseContext } from './context.ts';
import { type CountedLine, descriptionOf } from './lines.ts';

const COMMENT_LENGTH_MAX = 256;
const NAME_LENGTH_MAX = 1_024;

export type MappedLine =
  | {
      readonly to: 'Lines';
      readonly fields: OrderLineFields;
      /** The extended amount of JDE. */
      readonly amount: Decimal;
      readonly notes: readonly string[];
    }
  | {
      readonly to: 'AdditionalCharges';
      readonly fields: OrderChargeFields;
      readonly notes: readonly string[];
    };

/** What of the header a line falls back to. */
export interface OrderFrame {
  readonly foreign: boolean;
  readonly taxCode: string;
}

/** A line with an item becomes a Cin7 line; one without (freight, miscellaneous, services) an additional charge. */
export function mapLine(line: CountedLine, frame: OrderFrame, context: PurchaseContext): Decoded<MappedLine> {
  const what = `Line ${line.number}`;
  const account = gateAccount(line.row, what, context);
  if (!account.ok) return account;
  const ownTax = taxCode(textOf(line.row, 'EXR1'), textOf(line.row, 'TXA1'));
  const tax = context.crosswalk.resolve('taxRule', ownTax === '/' ? frame.taxCode : ownTax, 'F4311_TXA1');
  if (!tax.ok) return reject(tax.code, tax.field, `${what}: ${tax.detail}`, tax.subject);

  const { itemNumber } = context.settings.purchases;
  const item = itemNumber === 'ITM' ? shortItem(line) : textOf(line.row, itemNumber);
  const shared = { line, what, amount: amountOf(line, frame), account: account.value, taxRule: tax.target };
  return item === '' ? mapCharge(shared, context) : mapItemLine({ ...shared, item }, context);
}

interface LineParts {
  readonly line: CountedLine;
  readonly what: string;
  readonly amount: Decimal;
  readonly account: AccountRef | undefined;
  readonly taxRule: string;
}

function mapItemLine(
  parts: LineParts & { readonly item: string },
  context: PurchaseContext,
): Decoded<MappedLine> {
  const { line, what } = parts;
  const { itemNumber } = context.settings.purchases;
  const sku = context.crosswalk.resolve('item', parts.item, `F4311_${itemNumber}`);
  if (!sku.ok) return reject(sku.code, sku.field, `${what}: ${sku.detail}`, sku.subject);
  const quantity = quantityFor(parts, sku.target, context);
  if (!quantity.ok) return quantity;
  const amounts = lineAmounts(
    {
      what,
      quantity: quantity.value.quantity,
      amount: parts.amount,
      lumpSumAllowed: false,
      taxPercent: context.taxPercent(parts.taxRule),
    },
    context.settings.purchases,
  );
  if (!amounts.ok) return amounts;
  const { rounding, ...figures } = amounts.value;
  const comment = commentOf(parts, quantity.value.note);
  const product = context.product(sku.target);
  return accept({
    to: 'Lines',
    amount: parts.amount,
    fields: {
      ...(product === undefined ? {} : { ProductID: product.ID }),
      SKU: sku.target,
      Name: (descriptionOf(line.row) || product?.Name || sku.target).slice(0, NAME_LENGTH_MAX),
      ...figures,
      TaxRule: parts.taxRule,
      Comment: comment.text,
    },
    notes: [...comment.notes, ...roundingNote(what, rounding)],
  });
}

function mapCharge(parts: LineParts, context: PurchaseContext): Decoded<MappedLine> {
  const { line, what } = parts;
  const code = chargeCode(parts, context);
  if (!code.ok) return code;
  const service = context.crosswalk.resolve(
    'serviceProduct',
    code.value,
    parts.account === undefined ? 'F4311_LNTY' : 'F4311_AID',
  );
  if (!service.ok) return reject(service.code, service.field, `${what}: ${service.detail}`, service.subject);
  const quantity = decimal(line.row.values['UORG'] ?? '0');
  const amounts = lineAmounts(
    {
      what,
      quantity,
      amount: parts.amount,
      lumpSumAllowed: true,
      taxPercent: context.taxPercent(parts.taxRule),
    },
    context.settings.purchases,
  );
  if (!amounts.ok) return amounts;
  const { rounding, ...figures } = amounts.value;
  const reference = commentOf(parts, descriptionOf(line.row));
  return accept({
    to: 'AdditionalCharges',
    fields: {
      Description: context.product(service.target)?.Name ?? service.target,
      Reference: reference.text,
      ...figures,
      TaxRule: parts.taxRule,
    },
    notes: [...reference.notes, ...roundingNote(what, rounding)],
  });
}

/** The service product of a charge is found by the Cin7 account it is booked to, else by its line type. */
function chargeCode(parts: LineParts, context: PurchaseContext): Decoded<string> {
  if (parts.account !== undefined) return accept(parts.account.cin7Code);
  if (context.settings.purchases.chargeWithoutAccount === 'lineType')
    return accept(textOf(parts.line.row, 'LNTY'));
  return reject(
    'purchases.account_missing',
    'F4311_AID',
    `${parts.what} has neither an item nor an account.`,
  );
}

/** The ordered quantity in the unit in which Cin7 keeps the item. */
function quantityFor(
  parts: LineParts,
  sku: string,
  context: PurchaseContext,
): Decoded<{ quantity: Decimal; note: string }> {
  const { row } = parts.line;
  const ordered = decimal(row.values['UORG'] ?? '0');
  const unitCode = textOf(row, 'UOM');
  const kept = context.product(sku)?.UOM ?? '';
  // An item without a unit in Cin7, or a line without one in JDE, leaves nothing to compare.
  if (unitCode === '' || kept === '') return accept({ quantity: ordered, note: '' });
  const unit = context.crosswalk.resolve('unit', unitCode, 'F4311_UOM');
  if (!unit.ok) return reject(unit.code, unit.field, `${parts.what}: ${unit.detail}`, unit.subject);
  if (sameUnit(unit.target, kept)) return accept({ quantity: ordered, note: '' });

  const primaryCode = textOf(row, 'UOM1');
  const primary =
    primaryCode === '' ? undefined : context.crosswalk.resolve('unit', primaryCode, 'F4311_UOM1');
  if (
    context.settings.purchases.otherUnit === 'primaryUnit' &&
    primary?.ok === true &&
    sameUnit(primary.target, kept)
  ) {
    return accept({ quantity: decimal(row.values['PQOR'] ?? '0'), note: `${ordered} ${unitCode}` });
  }
  return reject(
    'purchases.unit_differs',
    'F4311_UOM',
    `${parts.what} is ordered in ${unitCode} (${unit.target}); Cin7 keeps ${sku} in ${kept}.`,
  );
}

function amountOf(line: CountedLine, frame: OrderFrame): Decimal {
  return decimal(line.row.values[frame.foreign ? 'FEA' : 'AEXP'] ?? '0');
}

function shortItem(line: CountedLine): string {
  const number = line.row.values['ITM'] ?? '';
  return number === '0' ? '' : number;
}

/** `line 2 · GL 30.1411 = 1411 · …`: order lines in Cin7 have no account field, so the account travels as text. */
function commentOf(parts: LineParts, extra: string): { text: string; notes: readonly string[] } {
  const account =
    parts.account === undefined ? [] : [`GL ${parts.account.jdeCode} = ${parts.account.cin7Code}`];
  const full = [`line ${parts.line.number}`, ...account, extra, ...parts.line.texts]
    .filter((part) => part !== '')
    .join(' · ');
  if (full.length <= COMMENT_LENGTH_MAX) return { text: full, notes: [] };
  return {
    text: `${full.slice(0, COMMENT_LENGTH_MAX - 1)}…`,
    notes: [`${parts.what}: text cut to ${COMMENT_LENGTH_MAX} characters`],
  };
}

function roundingNote(what: string, rounding: Decimal): readonly string[] {
  return isZero(rounding) ? [] : [`${what}: total differs from the extended amount by ${rounding}`];
}

const sameUnit = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
