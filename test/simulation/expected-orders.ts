import { Big } from 'big.js';
import type { JdeRow } from '../../src/simulators/jde/index.ts';
import {
  type Choices,
  Dictionary,
  type Evidence,
  numberOf,
  plain,
  reasonsOf,
  type Translated,
  targetOf,
  textOf,
} from './expected.ts';

export type Fields = Readonly<Record<string, string>>;

/** What should stand in Cin7 for an order of JDE. */
export interface OrderContent {
  readonly header: Fields;
  readonly memo: string;
  readonly lines: readonly Fields[];
  readonly charges: readonly Fields[];
}

export type ExpectedOrder =
  /** Any of the forms is right. */
  | { readonly kind: 'here'; readonly forms: readonly OrderContent[] }
  | { readonly kind: 'parked'; readonly reasons: readonly string[] }
  | { readonly kind: 'cancelled' }
  /** Not released yet, or received before it was ever sent. */
  | { readonly kind: 'notDue' };

/** What Cin7 holds, as far as an order needs it. */
export interface OrderSurroundings {
  /** Supplier of an address number in Cin7; absent while it has not arrived. */
  supplier(addressNumber: string): { readonly id: string; readonly currency: string } | undefined;
  /** A supplier that is not there yet may come before the order does: what the order would be then is asked for. */
  readonly suppliersMayCome?: boolean;
  /** Numbers of the lines that Cin7 has for an order: those stay, even when they are received. */
  sentLines(key: string): ReadonlySet<string>;
}

export const orderKeyOf = (row: JdeRow): string =>
  ['KCOO', 'DCTO', 'DOCO', 'SFXO'].map((column) => textOf(row, column)).join('-');

/** Every order of JDE as it stands now, by its key. */
export function expectedOrders(
  evidence: Evidence,
  around: OrderSurroundings,
): ReadonlyMap<string, ExpectedOrder> {
  const dictionary = new Dictionary(evidence);
  const headers = new Map(evidence.jde.rows('F4301').map((row) => [orderKeyOf(row), row]));
  const lines = Map.groupBy(evidence.jde.rows('F4311'), orderKeyOf);
  const accounts = new Map(evidence.jde.rows('F0901').map((row) => [textOf(row, 'AID'), row]));
  const companies = new Map(
    evidence.jde.rows('F0010').map((row) => [textOf(row, 'CO'), textOf(row, 'CRCD')]),
  );
  const keys = new Set([...headers.keys(), ...lines.keys()]);
  const sources: Sources = { evidence, dictionary, accounts, companies, around };
  return new Map(
    [...keys].map((key) => [key, expectedOrder(key, headers.get(key), lines.get(key) ?? [], sources)]),
  );
}

interface Sources {
  readonly evidence: Evidence;
  readonly dictionary: Dictionary;
  readonly accounts: ReadonlyMap<string, JdeRow>;
  readonly companies: ReadonlyMap<string, string>;
  readonly around: OrderSurroundings;
}

interface CountedLine {
  readonly row: JdeRow;
  readonly texts: string[];
}

function expectedOrder(
  key: string,
  header: JdeRow | undefined,
  rows: readonly JdeRow[],
  sources: Sources,
): ExpectedOrder {
  const { counted, leading, places } = countLines(rows, sources.around.sentLines(key));
  if (counted.length === 0) {
    if (rows.length === 0) return { kind: 'parked', reasons: ['jde.row_missing'] };
    return places.has('cancelled') && !places.has('early') && !places.has('past')
      ? { kind: 'cancelled' }
      : { kind: 'notDue' };
  }
  if (header === undefined) return { kind: 'parked', reasons: ['purchases.header_missing'] };
  const { dictionary, companies, around } = sources;
  const isForeign =
    textOf(header, 'CRRM') === 'F' ||
    (textOf(header, 'BCRC') !== '' && textOf(header, 'CRCD') !== textOf(header, 'BCRC'));
  const money = isForeign
    ? textOf(header, 'CRCD')
    : textOf(header, 'BCRC') || (companies.get(textOf(header, 'KCOO')) ?? '');
  const branches = new Set(counted.map(({ row }) => textOf(row, 'MCU')));
  const locations = [...branches].map((code) => dictionary.translate('location', code));
  const terms = dictionary.translate('paymentTerm', textOf(header, 'PTC'));
  const taxCode = `${textOf(header, 'EXR1')}/${textOf(header, 'TXA1')}`;
  const tax = dictionary.translate('taxRule', taxCode);
  const currency = dictionary.translate('currency', money);
  const supplier = around.supplier(textOf(header, 'AN8'));
  const made = counted.map((line) => expectedLine(line, { isForeign, taxCode }, sources));
  const reasons = [
    ...reasonsOf(...locations, terms, tax, currency),
    ...made.flatMap((line) => line.reasons),
    ...(textOf(header, 'HOLD') === '' ? [] : ['purchases.on_hold']),
    ...(supplier === undefined && around.suppliersMayCome !== true ? ['purchases.supplier_waiting'] : []),
    ...(supplier !== undefined && supplier.currency !== targetOf(currency)
      ? ['purchases.currency_differs']
      : []),
    ...(new Set(locations.map(targetOf)).size > 1 ? ['purchases.several_locations'] : []),
  ];
  if (reasons.length > 0) return { kind: 'parked', reasons };
  const references = [textOf(header, 'VR01'), textOf(header, 'VR02')].filter((text) => text !== '');
  const memo = ['DESC', 'RMK', 'DEL1', 'DEL2'].map((column) => textOf(header, column));
  const [location] = locations;
  const content = {
    header: {
      SupplierID: supplier?.id ?? '',
      Location: location === undefined ? '' : targetOf(location),
      Terms: targetOf(terms),
      TaxRule: targetOf(tax),
      RequiredBy: textOf(header, 'DRQJ').slice(0, 10),
      Note: [`[JDE main PO ${key}]`, `ordered ${textOf(header, 'TRDJ').slice(0, 10)}`, ...references].join(
        ' · ',
      ),
    },
    memo: [...memo, ...leading].filter((text) => text !== '').join(' · '),
    charges: made.filter((line) => !line.isStock).map((line) => line.fields),
  };
  const stock = made.filter((line) => line.isStock);
  return {
    kind: 'here',
    forms: stockForms(stock, sources.evidence.choices).map((lines) => ({ ...content, lines })),
  };
}

/** Lines that count, each with the texts behind it. */
function countLines(
  rows: readonly JdeRow[],
  sent: ReadonlySet<string>,
): {
  readonly counted: readonly CountedLine[];
  readonly leading: readonly string[];
  readonly places: ReadonlySet<string>;
} {
  const counted: CountedLine[] = [];
  const leading: string[] = [];
  const places = new Set<string>();
  let before: string[] | undefined = leading;
  for (const row of rows.toSorted((a, b) => Number(textOf(a, 'LNID')) - Number(textOf(b, 'LNID')))) {
    const isCancelled = textOf(row, 'LTTR') === '980';
    if (textOf(row, 'LNTY') === 'T') {
      const text = [textOf(row, 'DSC1'), textOf(row, 'DSC2')].filter((part) => part !== '').join(' ');
      if (!isCancelled && text !== '') before?.push(text);
      continue;
    }
    const next = Number(textOf(row, 'NXTR'));
    const place = isCancelled ? 'cancelled' : next < 280 ? 'early' : next > 400 ? 'past' : 'due';
    const counts = place === 'due' || (place === 'past' && sent.has(lineNumberOf(row)));
    if (counts) counted.push({ row, texts: [] });
    else places.add(place);
    before = counts ? counted.at(-1)?.texts : counted.length === 0 ? leading : undefined;
  }
  return { counted, leading, places };
}

/** `1`, `2.001` */
export const lineNumberOf = (row: JdeRow): string => new Big(textOf(row, 'LNID')).toFixed();

interface MadeLine {
  readonly isStock: boolean;
  readonly fields: Fields;
  readonly quantity: Big;
  readonly amount: Big;
  readonly reasons: readonly string[];
}

function expectedLine(
  { row, texts }: CountedLine,
  frame: { readonly isForeign: boolean; readonly taxCode: string },
  { dictionary, accounts, evidence }: Sources,
): MadeLine {
  const item = textOf(row, 'LITM');
  const isStock = item !== '';
  const account = accountOf(row, { dictionary, accounts, renamed: evidence.renamedAccounts });
  const ownTax = `${textOf(row, 'EXR1')}/${textOf(row, 'TXA1')}`;
  const tax = dictionary.translate('taxRule', ownTax === '/' ? frame.taxCode : ownTax);
  const target: Translated = isStock
    ? dictionary.translate('item', item)
    : account === undefined
      ? { reason: 'purchases.account_missing' }
      : 'target' in account
        ? dictionary.translate('serviceProduct', account.target)
        : account;
  const ordered = numberOf(row, 'UORG');
  const quantity = !isStock && ordered.eq(0) ? new Big(1) : ordered;
  const amount = numberOf(row, frame.isForeign ? 'FEA' : 'AEXP');
  const reasons = [
    ...reasonsOf(account, tax, target),
    ...(ordered.lt(0) || amount.lt(0) ? ['purchases.credit_line'] : []),
    ...(isStock && ordered.eq(0) ? ['purchases.quantity_not_positive'] : []),
  ];
  const ledger =
    account !== undefined && 'target' in account ? [`GL ${textOf(row, 'ANI')} = ${account.target}`] : [];
  const description = [textOf(row, 'DSC1'), textOf(row, 'DSC2')].filter((part) => part !== '').join(' ');
  const product = dictionary.product(targetOf(target));
  const marks = [`line ${lineNumberOf(row)}`, ...ledger];
  const named: Fields = isStock
    ? { SKU: targetOf(target), Comment: [...marks, ...texts].join(' · ') }
    : {
        Description: plain(product?.['Name']),
        Reference: [...marks, description, ...texts].filter((text) => text !== '').join(' · '),
      };
  const fields =
    reasons.length > 0 ? named : { ...named, ...amountsOf(quantity, amount), TaxRule: targetOf(tax) };
  return { isStock, fields, quantity, amount, reasons };
}

function accountOf(
  row: JdeRow,
  by: {
    readonly dictionary: Dictionary;
    readonly accounts: ReadonlyMap<string, JdeRow>;
    readonly renamed: ReadonlyMap<string, string>;
  },
): Translated | undefined {
  const id = textOf(row, 'AID');
  if (id === '') return undefined;
  const master = by.accounts.get(id);
  if (master === undefined) return { reason: 'jde.row_missing' };
  if (!['', 'L', 'S', 'U', 'X'].includes(textOf(master, 'PEC'))) return { reason: 'accounts.not_usable' };
  const code = by.renamed.get(id) ?? textOf(master, 'OBJ');
  const state = by.dictionary.accountState(code);
  if (state === 'active') return { target: code };
  return { reason: state === 'archived' ? 'crosswalk.broken' : 'accounts.unmatched' };
}

/** Lines one by one, added up by SKU, or either, as the settings say and Cin7 takes them. */
function stockForms(stock: readonly MadeLine[], choices: Choices): readonly (readonly Fields[])[] {
  const single = stock.map((line) => line.fields);
  const added = [...Map.groupBy(stock, (line) => line.fields['SKU'] ?? '').values()].map((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return first?.fields ?? {};
    const quantity = group.reduce((sum, line) => sum.plus(line.quantity), new Big(0));
    const amount = group.reduce((sum, line) => sum.plus(line.amount), new Big(0));
    const Comment = group.map((line) => line.fields['Comment']).join(' + ');
    return { ...first.fields, ...amountsOf(quantity, amount), Comment };
  });
  if (choices.duplicateSku === 'separate') return [single];
  return choices.duplicateSku === 'merge' ? [added] : [single, added];
}

function amountsOf(quantity: Big, amount: Big): Record<'Quantity' | 'Price' | 'Total', string> {
  const price = amount.div(quantity).round(4, Big.roundHalfUp);
  return {
    Quantity: quantity.toFixed(),
    Price: price.toFixed(),
    Total: price.times(quantity).round(2, Big.roundHalfUp).toFixed(),
  };
}
