import { add, compare, type Decimal, decimal, multiply, subtract, ZERO } from '../domain/decimal.ts';
import type { LocalDate } from '../domain/local-date.ts';
import type { SourceRow } from '../domain/source-row.ts';
import { textOf } from '../flows/flow.ts';
import { type CountedLine, countLines } from '../flows/purchases/lines.ts';
import { isForeign, orderLabel } from '../flows/purchases/mapping.ts';
import type { PurchasePayload } from '../flows/purchases/payload.ts';
import type { Link } from '../store/links.ts';
import type { SweptKey } from '../store/sweep.ts';
import type { RunPorts } from './ports.ts';
import type { Amount } from './reconcile-book.ts';
import {
  dayOf,
  lastDay,
  type SweptLines,
  type SweptValues,
  tableNamed,
  unreadKeys,
} from './reconcile-sweep.ts';
import type { Standing } from './reconcile-verdict.ts';

/** What of an order decides whether it is in scope, and what it amounts to. */
export const HEADER_COLUMNS = ['CRRM', 'CRCD', 'BCRC'] as const;
export const LINE_COLUMNS = ['LNID', 'LNTY', 'NXTR', 'LTTR', 'AEXP', 'FEA'] as const;

interface OrderSurroundings {
  readonly ports: RunPorts;
  /** Domestic currency of a JDE company. */
  readonly companyCurrency: (company: string) => string;
  /** What a JDE currency is called in Cin7. */
  readonly currencyOf: (code: string) => string;
}

/** What JDE says of an order now, from the swept rows of its header and its lines. */
export function orderStanding(
  swept: SweptKey,
  link: Link | undefined,
  { ports, companyCurrency, currencyOf }: OrderSurroundings,
): Standing {
  const header = swept.data === null ? undefined : rowOf(headerOf(swept));
  const lines = linesOf(swept);
  const payload = link === undefined ? undefined : (JSON.parse(link.payload) as PurchasePayload); // Written by the purchases flow.
  const live = link?.state === 'voided' ? undefined : payload;
  const sent = new Set(live === undefined ? [] : [...live.lineNumbers, ...live.chargeNumbers]);
  const counted = countLines(lines.rows.map(rowOf), ports.settings.purchases, sent);
  const label = orderLabel(swept.key);
  const day = lastDay(dayOf(header?.values ?? {}, tableNamed('F4301')), lines.day);
  const base = { label, day, changed: undefined, unread: false };
  if (counted.counted.length === 0) {
    // An order without any visible line would be parked, so it is not passed over.
    if (lines.rows.length === 0) return { ...base, place: 'due' };
    const isCancelled = counted.cancelled > 0 && counted.early === 0 && counted.past === 0;
    return { ...base, place: isCancelled ? 'cancelled' : 'notDue' };
  }
  if (link === undefined && isBeforeStart(day, ports)) return { ...base, place: 'notDue' };
  const foreign = header !== undefined && isForeign(header);
  const code = foreign ? textOf(header, 'CRCD') : domesticCurrency(header, swept.key, companyCurrency);
  const sum = counted.counted.reduce((total, line) => add(total, amountOf(line, foreign)), ZERO);
  const amount: Amount = { currency: currencyOf(code), sum };
  const changed =
    live === undefined || link?.state !== 'live' ? undefined : changeOf(counted.counted, foreign, live);
  return { ...base, changed, place: 'due', amount };
}

/** Before tax: what was written, or what stands there. */
export function orderTotal(
  order: {
    readonly Lines: readonly { readonly Total: Decimal; readonly Tax: Decimal }[];
    readonly AdditionalCharges: readonly { readonly Total: Decimal; readonly Tax: Decimal }[];
  },
  lineTotal: 'withoutTax' | 'withTax',
): Decimal {
  return [...order.Lines, ...order.AdditionalCharges].reduce(
    (sum, row) => add(sum, lineTotal === 'withTax' ? subtract(row.Total, row.Tax) : row.Total),
    ZERO,
  );
}

/** Which of these orders changed in JDE since they were read. */
export function unreadOrders(
  swept: readonly SweptKey[],
  readFrom: LocalDate | undefined,
  ports: RunPorts,
): Promise<ReadonlySet<string>> {
  const byKey = new Map(swept.map((row) => [row.key, row]));
  const rowsFrom = (rows: (row: SweptKey) => readonly SweptValues[]) => (key: string) => {
    const row = byKey.get(key);
    return row === undefined ? [] : rows(row);
  };
  const headers = rowsFrom((row) => (row.data === null ? [] : [headerOf(row)]));
  const lines = rowsFrom((row) => linesOf(row).rows);
  const tables = [
    { table: tableNamed('F4301'), rowsOf: headers },
    { table: tableNamed('F4311'), idColumn: 'LNID', rowsOf: lines },
  ];
  return unreadKeys([...byKey.keys()], tables, readFrom, ports);
}

function headerOf(swept: SweptKey): SweptValues {
  return JSON.parse(swept.data ?? '{}') as SweptValues; // Written by the sweep.
}

function linesOf(swept: SweptKey): SweptLines {
  return swept.lines === null ? NO_LINES : (JSON.parse(swept.lines) as SweptLines); // Written by the sweep.
}

const NO_LINES: SweptLines = { rows: [], day: null };

/** Orders that were last changed before the first load began to take them. */
function isBeforeStart(day: LocalDate | null, ports: RunPorts): boolean {
  const { initialSince } = ports.settings.run;
  return initialSince !== null && day !== null && day < initialSince;
}

function domesticCurrency(
  header: SourceRow | undefined,
  recordKey: string,
  companyCurrency: (company: string) => string,
): string {
  const [company = ''] = recordKey.split('-');
  return textOf(header, 'BCRC') || companyCurrency(company) || textOf(header, 'CRCD');
}

function amountOf(line: CountedLine, foreign: boolean): Decimal {
  return decimal(line.row.values[foreign ? 'FEA' : 'AEXP'] ?? '0');
}

/** What JDE holds otherwise than was last written, as far as numbers and amounts of the lines show it. */
function changeOf(
  lines: readonly CountedLine[],
  foreign: boolean,
  payload: PurchasePayload,
): string | undefined {
  const written = new Set([...payload.lineNumbers, ...payload.chargeNumbers]);
  const now = new Set(lines.map((line) => line.number));
  const added = [...now].filter((number) => !written.has(number));
  const removed = [...written].filter((number) => !now.has(number));
  if (added.length > 0) return `JDE has line ${added.join(', ')}, which Cin7 was never sent.`;
  if (removed.length > 0) return `Line ${removed.join(', ')} is gone or cancelled in JDE and stands in Cin7.`;
  for (const line of lines) {
    const before = writtenAmount(line.number, payload);
    const amount = amountOf(line, foreign);
    if (before !== undefined && !isWithin(subtract(amount, before.amount), before.tolerance))
      return `Line ${line.number} amounts to ${amount} in JDE; ${before.amount} was written.`;
  }
  return undefined;
}

const HALF_CENT = decimal('0.005');
/** Half of the last decimal of a price. */
const PRICE_STEP = decimal('0.00005');

/** Of lines the amount of JDE is kept; a charge is known by its rounded price only. */
function writtenAmount(
  number: string,
  payload: PurchasePayload,
): { amount: Decimal; tolerance: Decimal } | undefined {
  const amount = payload.lineAmounts[payload.lineNumbers.indexOf(number)];
  if (amount !== undefined) return { amount, tolerance: ZERO };
  const charge = payload.order.AdditionalCharges[payload.chargeNumbers.indexOf(number)];
  if (charge === undefined) return undefined;
  const tolerance = add(HALF_CENT, multiply(PRICE_STEP, absolute(charge.Quantity)));
  return { amount: multiply(charge.Price, charge.Quantity), tolerance };
}

function isWithin(gap: Decimal, tolerance: Decimal): boolean {
  return compare(absolute(gap), tolerance) <= 0;
}

function absolute(value: Decimal): Decimal {
  return compare(value, ZERO) < 0 ? subtract(ZERO, value) : value;
}

function rowOf(values: SweptValues): SourceRow {
  return { key: '', values, problems: [] };
}
