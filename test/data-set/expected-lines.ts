import { Big } from 'big.js';
import { CURRENCY_DECIMALS } from '../../src/simulators/dataset/conventions.ts';
import { type Cells, cell, fit, ownOr } from './csv-files.ts';
import type { ExpectedAccount } from './expected-accounts.ts';
import type { ReferenceTable, Translated } from './reference-table.ts';

const CIN7_TEXT_LENGTH = 256;

/** A line as Cin7 should hold it, amounts as plain decimal text. */
export type LineContent = Readonly<Record<string, string>>;

/** A line or charge, and the figures it is made of. */
export interface ExpectedLine {
  readonly to: 'Lines' | 'Charges';
  readonly content: LineContent;
  readonly figures: Figures;
}

interface Figures {
  readonly quantity: Big;
  /** What JDE holds, in the currency of the order, to its decimals. */
  readonly amount: Big;
}

/** What of an order its lines need. */
export interface OrderFrame {
  readonly source: string;
  readonly foreign: boolean;
  /** The currency in which Cin7 gets the order. */
  readonly currency: string;
  readonly area: string;
  readonly explanation: string;
}

export interface LineSources {
  readonly table: ReferenceTable;
  readonly accounts: ReadonlyMap<string, ExpectedAccount>;
  readonly items: ReadonlyMap<string, Cells>;
  /** A charge without an account goes to the service product of its line type. */
  readonly chargesByLineType: boolean;
}

/** Sorts the lines of an order: those that count, with the texts that follow each; texts in front of all go to the memo. */
export function countedLines(lines: readonly Cells[]): {
  readonly counted: readonly { readonly line: Cells; readonly texts: readonly string[] }[];
  readonly leading: readonly string[];
} {
  const counted: { line: Cells; texts: string[] }[] = [];
  const leading: string[] = [];
  let before: { texts: string[] } | undefined = { texts: leading };
  for (const line of lines.toSorted(
    (a, b) => Number(cell(a, 'line_number')) - Number(cell(b, 'line_number')),
  )) {
    const isCancelled = ownOr(line, 'last_status', '220') === '980';
    if (lineTypeOf(line) === 'T') {
      const text = descriptionOf(line);
      if (!isCancelled && text !== '') before?.texts.push(text);
      continue;
    }
    const next = Number(ownOr(line, 'next_status', '280'));
    const counts = !isCancelled && next >= 280 && next <= 400;
    const entry = { line, texts: [] };
    if (counts) counted.push(entry);
    // The text of a line that stays away stays away with it, unless nothing has come before.
    before = counts ? entry : counted.length === 0 ? { texts: leading } : undefined;
  }
  return { counted, leading };
}

/** A line as Cin7 should hold it, or every reason for which it cannot. */
export function expectedLine(
  line: Cells,
  texts: readonly string[],
  frame: OrderFrame,
  sources: LineSources,
): ExpectedLine | { readonly reasons: readonly string[] } {
  const { table } = sources;
  const accountNumber = cell(line, 'account_id');
  const account = accountNumber === '' ? undefined : sources.accounts.get(`${frame.source} ${accountNumber}`);
  const item = sources.items.get(cell(line, 'item_id'));
  const itemNumber = fit(cell(item, 'item_number') || cell(line, 'item_number_source'), 25);
  const figures = figuresOf(line, frame);
  const tax = table.translate(
    'taxRule',
    `${fit(ownOr(line, 'tax_code', frame.explanation), 2)}/${fit(ownOr(line, 'tax_area', frame.area), 10)}`,
  );
  const isStock = itemNumber !== '';
  const target = isStock ? table.translate('item', itemNumber) : serviceOf(line, account, sources);
  const product = 'target' in target ? table.product(target.target) : undefined;
  const unit = table.translate('unit', fit(cell(line, 'uom') || cell(item, 'uom') || 'EA', 2));
  const reasons = [
    account?.lineReason,
    reasonOf(tax),
    reasonOf(target),
    isStock ? reasonOf(unit) : undefined,
    isStock && 'target' in unit && product !== undefined && product.UOM !== unit.target
      ? 'purchases.unit_differs'
      : undefined,
    figures.quantity.lt(0) || figures.amount.lt(0) ? 'purchases.credit_line' : undefined,
    isStock && figures.quantity.eq(0) ? 'purchases.quantity_not_positive' : undefined,
  ].filter((reason) => reason !== undefined);
  if (reasons.length > 0) return { reasons };

  const ledger = account === undefined ? [] : [`GL ${account.entered} = ${account.cin7Code ?? ''}`];
  const marks = [`line ${new Big(cell(line, 'line_number')).toFixed()}`, ...ledger];
  const taxRule = 'target' in tax ? tax.target : '';
  const description = descriptionOf(line);
  return isStock
    ? {
        to: 'Lines',
        figures,
        content: {
          SKU: product?.SKU ?? '',
          Name: description || (product?.Name ?? ''),
          ...amountsOf(figures),
          TaxRule: taxRule,
          Comment: cutText([...marks, ...texts].join(' · ')),
        },
      }
    : {
        to: 'Charges',
        figures,
        content: {
          Description: product?.Name ?? '',
          Reference: cutText([...marks, description, ...texts].filter((text) => text !== '').join(' · ')),
          ...amountsOf(figures),
          TaxRule: taxRule,
        },
      };
}

/** Lines of one SKU as Cin7 holds them where it takes each SKU once: their quantities and amounts added up. */
export function mergeSkus(lines: readonly ExpectedLine[]): readonly ExpectedLine[] {
  const bySku = Map.groupBy(lines, (line) => line.content['SKU'] ?? '');
  return [...bySku.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    const figures = {
      quantity: group.reduce((sum, line) => sum.plus(line.figures.quantity), new Big(0)),
      amount: group.reduce((sum, line) => sum.plus(line.figures.amount), new Big(0)),
    };
    const Comment = cutText(group.map((line) => line.content['Comment']).join(' + '));
    return [{ to: 'Lines' as const, figures, content: { ...first.content, ...amountsOf(figures), Comment } }];
  });
}

/** Price = amount / quantity with four decimals; the total is what Cin7 makes of price and quantity. */
function amountsOf({ quantity, amount }: Figures): Record<'Quantity' | 'Price' | 'Total', string> {
  const price = amount.div(quantity).round(4, Big.roundHalfUp);
  return {
    Quantity: quantity.toFixed(),
    Price: price.toFixed(),
    Total: price.times(quantity).round(2, Big.roundHalfUp).toFixed(),
  };
}

function figuresOf(line: Cells, frame: OrderFrame): Figures {
  const isText = lineTypeOf(line) === 'T';
  const quantity = new Big(cell(line, 'quantity') || (isText ? '0' : '1'));
  const hasForeign = cell(line, 'foreign_unit_price') !== '' || cell(line, 'foreign_extended_amount') !== '';
  const prefix = frame.foreign && hasForeign ? 'foreign_' : '';
  const price = cell(line, `${prefix}unit_price`) || '0';
  const plain = new Big(cell(line, `${prefix}extended_amount`) || quantity.times(price));
  const amount = plain.round(CURRENCY_DECIMALS[frame.currency] ?? 2, Big.roundHalfUp);
  // A lump sum without a quantity is one of it.
  return { quantity: quantity.eq(0) && cell(line, 'item_id') === '' ? new Big(1) : quantity, amount };
}

function serviceOf(line: Cells, account: ExpectedAccount | undefined, sources: LineSources): Translated {
  if (account !== undefined) return sources.table.translate('serviceProduct', account.cin7Code ?? '');
  return sources.chargesByLineType
    ? sources.table.translate('serviceProduct', lineTypeOf(line))
    : { reason: 'purchases.account_missing' };
}

function lineTypeOf(line: Cells): string {
  const byItem = cell(line, 'item_id') === '' ? 'N' : 'S';
  return fit(ownOr(line, 'line_type', cell(line, 'line_kind') === 'amount_only' ? 'J' : byItem), 2);
}

/** Two lines of 30: the second takes what the first has no room for, unless it has a text of its own. */
function descriptionOf(line: Cells): string {
  const text = cell(line, 'description');
  const second = cell(line, 'description_2') || text.slice(30, 60);
  return [fit(text, 30), fit(second, 30)].filter((part) => part !== '').join(' ');
}

const reasonOf = (found: Translated): string | undefined => ('reason' in found ? found.reason : undefined);

const cutText = (text: string): string =>
  text.length <= CIN7_TEXT_LENGTH ? text : `${text.slice(0, CIN7_TEXT_LENGTH - 1)}…`;
