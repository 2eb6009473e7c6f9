import type { MappingSettings } from '../config/settings.ts';
import type { Cin7Purchase, Cin7PurchaseListRow } from '../connectors/cin7/fields.ts';
import { subtract } from '../domain/decimal.ts';
import { orderDeviations } from '../flows/purchases/order-writer.ts';
import type { PurchasePayload } from '../flows/purchases/payload.ts';
import { headerDeviations } from '../flows/purchases/writer.ts';
import { type Link, listLinks } from '../store/links.ts';
import { loadMark, saveMark } from '../store/marks.ts';
import { listParked } from '../store/parked.ts';
import { loadStaged } from '../store/stage.ts';
import { loadSwept } from '../store/sweep.ts';
import type { RunPorts } from './ports.ts';
import type { ReadAllowance, ReconcileBook } from './reconcile-book.ts';
import { orderTotal } from './reconcile-orders.ts';
import { payloadOf, showPurchase } from './reconcile-purchases.ts';
import type { FieldDifference } from './reconcile-verdict.ts';

const LINKS_AT_ONCE = 200;
/** Where the last deep comparison stopped: the next one goes on behind it, so that all documents are compared in time. */
const COMPARED_UNTIL = 'reconcile.comparedUntil';
/** Clocks of both sides may differ by this much. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

interface Deep {
  readonly book: ReconcileBook;
  readonly reads: ReadAllowance;
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
}

/** Record key -> what its purchase holds otherwise than it was last written. */
export type DocumentDifferences = ReadonlyMap<string, readonly FieldDifference[]>;

/**
 * Opens purchases and compares every field with what was last written, as many as calls may be spent: first those that Cin7 says were
 * changed since, then the others in the order of their keys, going on where the last run stopped.
 */
export async function compareDocuments(deep: Deep): Promise<DocumentDifferences> {
  const { ports } = deep;
  const opened: Opened = new Map();
  await forEachStanding(deep, '', async (link, row) => {
    const changedAtMs = Date.parse(row.LastUpdatedDate);
    if (!(changedAtMs > link.writtenAtMs + CLOCK_DIFFERENCE_MS)) return true;
    return compareOne(link, row, opened, deep);
  });
  const until = (await loadMark(ports.db, ports.run.connectionId, COMPARED_UNTIL)) ?? '';
  let last = '';
  const atEnd = await forEachStanding(deep, until, async (link, row) => {
    const went = await compareOne(link, row, opened, deep);
    if (went) last = link.recordKey;
    return went;
  });
  const mark = { name: COMPARED_UNTIL, value: atEnd ? '' : last || until, nowMs: ports.now() };
  await deep.book.transact((tx) => saveMark(tx, ports.run.connectionId, mark));
  return new Map([...opened].filter(([, differences]) => differences.length > 0));
}

type Opened = Map<string, readonly FieldDifference[]>;
type WrittenLink = Link & { readonly writtenAtMs: number };

/** Visits linked purchases that stand in Cin7, until the visitor says no. Returns whether it came to the end. */
async function forEachStanding(
  { ports, signal }: Deep,
  fromKey: string,
  visit: (link: WrittenLink, row: Cin7PurchaseListRow) => Promise<boolean>,
): Promise<boolean> {
  const of = { connectionId: ports.run.connectionId, flow: 'purchases' };
  for (let afterKey = fromKey; ; ) {
    signal.throwIfAborted();
    const links = await listLinks(ports.db, of, { afterKey, limit: LINKS_AT_ONCE });
    const last = links.at(-1);
    if (last === undefined) return true;
    afterKey = last.recordKey;
    const keys = links.map((link) => link.recordKey);
    const rows = await loadSwept(
      ports.db,
      { ...of, side: 'cin7' },
      links.map((link) => link.cin7Id),
    );
    const inJde = await loadSwept(ports.db, { ...of, side: 'jde' }, keys);
    const busy = await waitingKeys(of, keys, ports);
    for (const link of links) {
      const data = rows.get(link.cin7Id)?.data;
      if (link.state !== 'live' || data === undefined || data === null || !inJde.has(link.recordKey))
        continue;
      const row = JSON.parse(data) as Cin7PurchaseListRow; // Written by the sweep, from the same type.
      if (showPurchase(row).isOver || busy.has(link.recordKey)) continue;
      if (!(await visit(link, row))) return false;
    }
  }
}

/** Records that wait have their explanation, and what was last written is not what they should be. */
async function waitingKeys(
  of: { connectionId: string; flow: string },
  recordKeys: readonly string[],
  ports: RunPorts,
): Promise<ReadonlySet<string>> {
  const parked = await listParked(ports.db, { ...of, recordKeys, limit: recordKeys.length });
  const staged = await loadStaged(ports.db, of, recordKeys);
  return new Set([...staged.keys(), ...parked.map((record) => record.recordKey)]);
}

async function compareOne(
  link: WrittenLink,
  row: Cin7PurchaseListRow,
  opened: Opened,
  { book, reads, ports, signal }: Deep,
): Promise<boolean> {
  if (opened.has(link.recordKey)) return true;
  if (!reads.take()) return false;
  opened.set(link.recordKey, []);
  const purchase = await ports.target.readPurchase(link.cin7Id, signal);
  if (purchase === undefined) return true;
  book.compared += 1;
  const payload = payloadOf(link);
  const { purchases } = ports.settings;
  const gap = subtract(
    orderTotal(purchase.Order, purchases.lineTotal),
    orderTotal(payload.order, purchases.lineTotal),
  );
  book.addTotal('purchases', 'cin7', { currency: row.SupplierCurrency, sum: gap }, 0);
  opened.set(link.recordKey, documentDifferences(purchase, payload, ports.settings));
  return true;
}

function documentDifferences(
  purchase: Cin7Purchase,
  payload: PurchasePayload,
  { purchases }: MappingSettings,
): readonly FieldDifference[] {
  const form = { order: payload.order, lineAmounts: payload.lineAmounts };
  const found = [
    ...headerDeviations(payload.header, purchase),
    ...orderDeviations(purchase, form, purchases),
  ];
  return found
    .filter(({ field }) => field !== 'Purchase.Order.Status')
    .map(({ field, from, to }) => ({ field, jdeValue: String(from), cin7Value: String(to) }));
}
