import { compare, type Decimal, parseDecimal } from '../../domain/decimal.ts';
import type {
  Cin7Purchase,
  Cin7Supplier,
  OrderFields,
  PurchaseHeaderFields,
  SupplierFields,
} from './fields.ts';

/** A field that Cin7 holds otherwise than it was sent. Amounts and flags are given as text. */
export interface Difference {
  /** `PaymentTerm`, `Addresses[0].City`, `Lines[2].Price`. Numbers count the rows as sent, from 0. */
  readonly field: string;
  readonly sent: string;
  readonly got: string;
}

/**
 * Compares what was sent with what Cin7 answered. Cin7 drops what it does not know without a word, so a 200 proves little.
 *
 * No difference: null for an empty text, letter case of fixed words, form of a number, order of rows, blanks, a time behind
 * a date, fields that the answer does not have, further nested rows of a supplier (people may have added them), and the two
 * "default" flags, which documented answers turn over.
 */
export function differences(sent: Partial<SupplierFields>, answered: Cin7Supplier): readonly Difference[];
export function differences(
  sent: Partial<PurchaseHeaderFields>,
  answered: Cin7Purchase,
): readonly Difference[];
export function differences(sent: OrderFields, answered: Cin7Purchase['Order']): readonly Difference[];
export function differences(sent: object, answered: object): readonly Difference[] {
  return compareMembers(sent, answered, '');
}

/** Fixed words: `Active` comes back as `ACTIVE`, `Stock` as `STOCK`. */
const FIXED_WORDS = new Set(['Status', 'Approach', 'Type', 'Currency', 'SupplierID', 'ID']);
const DATES = new Set(['RequiredBy']);
const IGNORED = new Set(['Default', 'DefaultForType', 'ID']);
/** Nested rows that were not sent are differences only here: an order is overwritten as a whole. */
const COMPLETE_LISTS = new Set(['Lines', 'AdditionalCharges']);

function compareMembers(sent: object, answered: object, at: string): Difference[] {
  const found: Difference[] = [];
  const got = new Map<string, unknown>(Object.entries(answered));
  for (const [name, value] of Object.entries(sent)) {
    if (!got.has(name) || (IGNORED.has(name) && at !== '')) continue;
    const other = got.get(name);
    const field = `${at}${name}`;
    if (Array.isArray(value))
      found.push(...compareRows(value, Array.isArray(other) ? other : [], { name, field }));
    else if (!isSame(name, value, other)) found.push({ field, sent: textOf(value), got: textOf(other) });
  }
  return found;
}

/** Pairs each sent row with the answered row that differs least; rows without a partner are differences as a whole. */
function compareRows(
  sent: readonly unknown[],
  answered: readonly unknown[],
  { name, field }: { readonly name: string; readonly field: string },
): Difference[] {
  const left = answered.filter(isObject);
  const found: Difference[] = [];
  const unpaired: { readonly row: object; readonly at: string }[] = [];
  for (const [index, row] of sent.filter(isObject).entries()) {
    const at = `${field}[${index}]`;
    const match = left.findIndex(
      (other) => mayPair(row, other) && compareMembers(row, other, `${at}.`).length === 0,
    );
    if (match === -1) unpaired.push({ row, at });
    else left.splice(match, 1);
  }
  for (const { row, at } of unpaired) found.push(...compareToNearest(row, left, at));
  if (COMPLETE_LISTS.has(name)) {
    for (const row of left) found.push({ field, sent: '', got: summaryOf(row) });
  }
  return found;
}

function compareToNearest(row: object, left: object[], at: string): Difference[] {
  let best: { readonly index: number; readonly found: Difference[] } | undefined;
  for (const [index, other] of left.entries()) {
    if (!mayPair(row, other)) continue;
    const found = compareMembers(row, other, `${at}.`);
    if (best === undefined || found.length < best.found.length) best = { index, found };
  }
  if (best === undefined) return [{ field: at, sent: summaryOf(row), got: '' }];
  left.splice(best.index, 1);
  return best.found;
}

/** A row that was sent with an ID is that row and no other, as far as the answer shows IDs. */
function mayPair(row: object, other: object): boolean {
  if (!('ID' in row) || !('ID' in other)) return true;
  return isSame('ID', row.ID, other.ID);
}

function isSame(name: string, sent: unknown, got: unknown): boolean {
  const a = textOf(sent);
  const b = textOf(got);
  if (a === b) return true;
  if (DATES.has(name)) return a.slice(0, 10) === b.slice(0, 10);
  if (FIXED_WORDS.has(name)) return a.toLowerCase() === b.toLowerCase();
  return AMOUNTS.has(name) && isSameAmount(a, b);
}

const AMOUNTS = new Set(['Quantity', 'Price', 'Discount', 'Tax', 'Total']);

function isSameAmount(a: string, b: string): boolean {
  const left: Decimal | undefined = parseDecimal(a);
  const right: Decimal | undefined = parseDecimal(b);
  return left !== undefined && right !== undefined && compare(left, right) === 0;
}

function summaryOf(row: object): string {
  const texts = Object.entries(row).filter(([name, value]) => !IGNORED.has(name) && textOf(value) !== '');
  return texts.map(([name, value]) => `${name} ${textOf(value)}`).join(', ');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll(/\s+/g, ' ').trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
