import type { Cin7Purchase, Cin7PurchaseListRow } from '../connectors/cin7/fields.ts';
import { textOf } from '../flows/flow.ts';
import { findMarkedKey } from '../flows/marker.ts';
import { orderLabel } from '../flows/purchases/mapping.ts';
import type { PurchasePayload } from '../flows/purchases/payload.ts';
import { REDISCOVERY, type RediscoveryState } from '../flows/purchases/rediscovery.ts';
import { purchaseTables } from '../flows/purchases/tables.ts';
import { loadCrosswalk } from '../store/crosswalk.ts';
import { type Link, linkedCin7Ids, loadLinks } from '../store/links.ts';
import { saveMark } from '../store/marks.ts';
import { loadTable } from '../store/source-rows.ts';
import { loadForeignPurchases, saveForeignPurchases, saveSwept } from '../store/sweep.ts';
import { appendTrail } from '../store/trail.ts';
import type { RunPorts } from './ports.ts';
import type { ReadAllowance, ReconcileBook } from './reconcile-book.ts';
import type { DocumentDifferences } from './reconcile-deep.ts';
import { HEADER_COLUMNS, LINE_COLUMNS, orderStanding, orderTotal, unreadOrders } from './reconcile-orders.ts';
import type { PairFlow } from './reconcile-pairs.ts';
import {
  driversOf,
  nextReadFrom,
  refuseEmptySweep,
  sweepOrderLines,
  sweepTable,
  tableNamed,
} from './reconcile-sweep.ts';
import {
  backfillCommand,
  type Cin7Object,
  type FieldDifference,
  type Standing,
} from './reconcile-verdict.ts';

const FROM_THE_BEGINNING_MS = 0;

export async function sweepJdeOrders(
  book: ReconcileBook,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  await sweepTable('purchases', tableNamed('F4301'), HEADER_COLUMNS, book, ports, signal);
  await sweepOrderLines(tableNamed('F4311'), LINE_COLUMNS, book, ports, signal);
  await refuseEmptySweep('purchases', tableNamed('F4301'), ports);
}

export async function sweepCin7Purchases(
  book: ReconcileBook,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow: 'purchases', side: 'cin7' } as const;
  for await (const page of ports.target.listPurchases(FROM_THE_BEGINNING_MS, signal)) {
    const rows = page.map((row) => ({ key: row.ID, data: JSON.stringify(row) }));
    await book.transact((tx) => saveSwept(tx, of, rows));
  }
}

/** Purchases of both sides: the list of Cin7 shows neither notes nor totals. */
export async function openPurchasePairs(
  { book, reads, ports, signal }: Tools,
  documents: DocumentDifferences,
): Promise<PairFlow<Cin7PurchaseListRow>> {
  const { connectionId } = ports.run;
  const currencies = new Map(
    (await loadCrosswalk(ports.db, connectionId, 'currency')).map((row) => [row.code, row.target]),
  );
  const companies = new Map(
    (await loadTable(ports.db, { connectionId, table: 'F0010' })).map((row) => [
      textOf(row, 'CO'),
      textOf(row, 'CRCD'),
    ]),
  );
  const readFrom = await nextReadFrom(driversOf(purchaseTables), ports);
  const surroundings = {
    ports,
    companyCurrency: (company: string) => companies.get(company) ?? '',
    currencyOf: (code: string) => currencies.get(code) ?? code,
  };
  return {
    name: 'purchases',
    noun: 'purchase',
    standings: async (keys, links) => {
      const standings = new Map(
        keys.map((swept) => [swept.key, orderStanding(swept, links.get(swept.key), surroundings)]),
      );
      const outOfStep = keys.filter(({ key }) => mayDiffer(standings.get(key), links.get(key)));
      const unread = await unreadOrders(outOfStep, readFrom, ports);
      for (const [key, standing] of standings)
        if (unread.has(key)) standings.set(key, { ...standing, unread: true });
      return standings;
    },
    parse: (data) => JSON.parse(data) as Cin7PurchaseListRow, // Written above, from the same type.
    show: showPurchase,
    differences: (link, row) =>
      showPurchase(row).isOver
        ? purchaseDifferences(link, row)
        : [...purchaseDifferences(link, row), ...(documents.get(link.recordKey) ?? [])],
    readOne: async (id) => {
      const purchase = await ports.target.readPurchase(id, signal);
      return purchase === undefined ? undefined : listRowOf(purchase);
    },
    paired(link, row) {
      if (showPurchase(row).isOver) return;
      const { order } = payloadOf(link);
      const sum = orderTotal(order, ports.settings.purchases.lineTotal);
      book.addTotal('purchases', 'cin7', { currency: row.SupplierCurrency, sum });
    },
    countUnlinked: (rows) => countUnlinked(rows, { book, reads, ports, signal }),
  };
}

export function payloadOf(link: Link): PurchasePayload {
  return JSON.parse(link.payload) as PurchasePayload; // Written by the purchases flow from this type.
}

export function showPurchase(row: Cin7PurchaseListRow): Cin7Object {
  const isOver = isStatus(row.Status, 'VOIDED') || isStatus(row.OrderStatus, 'VOIDED');
  const status = (isOver ? 'VOIDED' : row.Status).toLowerCase();
  const movedOn = isStatus(row.OrderStatus, 'AUTHORISED');
  return { id: row.ID, name: row.OrderNumber, isOver, status, movedOn };
}

function purchaseDifferences(link: Link, row: Cin7PurchaseListRow): readonly FieldDifference[] {
  const { header, order } = payloadOf(link);
  const found: FieldDifference[] = [];
  const add = (field: string, jdeValue: string, cin7Value: string): void => {
    found.push({ field: `Purchase.${field}`, jdeValue, cin7Value });
  };
  if (showPurchase(row).isOver) {
    add('Status', order.Status, 'VOIDED');
    return found;
  }
  if (row.SupplierID.toLowerCase() !== header.SupplierID.toLowerCase())
    add('SupplierID', header.SupplierID, `${row.SupplierID} (${row.Supplier})`);
  if (link.cin7Number !== '' && row.OrderNumber !== link.cin7Number)
    add('OrderNumber', link.cin7Number, row.OrderNumber);
  if (order.Status === 'AUTHORISED' && !isStatus(row.OrderStatus, 'AUTHORISED'))
    add('OrderStatus', order.Status, row.OrderStatus);
  return found;
}

/** Only where a difference is to be explained it matters whether the next sync reads the order. */
function mayDiffer(standing: Standing | undefined, link: Link | undefined): boolean {
  if (standing === undefined) return false;
  if (link === undefined) return standing.place === 'due';
  return standing.place === 'cancelled' || standing.changed !== undefined || link.state !== 'live';
}

/** A purchase that was opened, in the form of the list. */
function listRowOf(purchase: Cin7Purchase): Cin7PurchaseListRow {
  return { ...purchase, OrderStatus: purchase.Order.Status };
}

interface Tools {
  readonly book: ReconcileBook;
  readonly reads: ReadAllowance;
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
}

/**
 * Purchases that nothing is linked to. Lists show no notes, so those of linked suppliers are opened to look for our marker, once each
 * for good: what is not ours never becomes ours.
 */
async function countUnlinked(rows: readonly Cin7PurchaseListRow[], tools: Tools): Promise<void> {
  const { book, reads, ports, signal } = tools;
  const { connectionId } = ports.run;
  const known = await loadForeignPurchases(
    ports.db,
    connectionId,
    rows.map((row) => row.ID),
  );
  const suppliers = await linkedCin7Ids(ports.db, { connectionId, flow: 'suppliers' }, [
    ...new Set(rows.map((row) => row.SupplierID)),
  ]);
  const foreign: string[] = [];
  const unknown: { row: Cin7PurchaseListRow; recordKey: string }[] = [];
  for (const row of rows) {
    const mayBeOurs = suppliers.has(row.SupplierID) && !known.has(row.ID) && !showPurchase(row).isOver;
    if (mayBeOurs && !reads.take()) {
      await book.count('purchases', { class: 'unopened', onSides: ['cin7'] });
      continue;
    }
    const recordKey = mayBeOurs ? await markedKey(row.ID, ports, signal) : undefined;
    if (recordKey !== undefined) {
      unknown.push({ row, recordKey });
      continue;
    }
    if (mayBeOurs) foreign.push(row.ID);
    await book.count('purchases', { class: 'foreign', onSides: ['cin7'] });
  }
  if (foreign.length > 0)
    await book.transact((tx) => saveForeignPurchases(tx, connectionId, foreign, ports.now()));
  if (unknown.length > 0) await countUnknown(unknown, book, ports);
}

async function markedKey(id: string, ports: RunPorts, signal: AbortSignal): Promise<string | undefined> {
  const purchase = await ports.target.readPurchase(id, signal);
  return findMarkedKey(purchase?.Note ?? '', ports.settings.marker, 'PO');
}

/** The next create looks for such purchases before it makes one: so none is made twice, whoever does the next step, and when. */
async function countUnknown(
  unknown: readonly { row: Cin7PurchaseListRow; recordKey: string }[],
  book: ReconcileBook,
  ports: RunPorts,
): Promise<void> {
  const { connectionId, runId, settingsVersion } = ports.run;
  const links = await loadLinks(
    ports.db,
    { connectionId, flow: 'purchases' },
    unknown.map(({ recordKey }) => recordKey),
  );
  for (const { row, recordKey } of unknown) {
    await book.count('purchases', {
      class: 'unknownInCin7',
      onSides: ['cin7'],
      findings: [
        {
          recordKey,
          label: orderLabel(recordKey),
          cin7Id: row.ID,
          field: 'Purchase.Note',
          jdeValue: null,
          cin7Value: row.OrderNumber,
          ...explainUnknown(row, recordKey, links.get(recordKey)),
        },
      ],
    });
  }
  const unlinked = unknown.filter(({ recordKey }) => !links.has(recordKey));
  if (unlinked.length === 0) return;
  await book.transact(async (tx) => {
    const nowMs = ports.now();
    const mark = { name: REDISCOVERY, value: 'due' satisfies RediscoveryState, nowMs };
    await saveMark(tx, connectionId, mark);
    await appendTrail(
      tx,
      connectionId,
      unlinked.map(({ row, recordKey }) => ({
        at: nowMs,
        ...ports.requester,
        action: 'reconcile.unknown',
        flow: 'purchases',
        recordKey,
        runId,
        settingsVersion,
        cin7Id: row.ID,
        data: { label: orderLabel(recordKey), number: row.OrderNumber },
      })),
    );
  });
}

function explainUnknown(
  row: Cin7PurchaseListRow,
  recordKey: string,
  link: Link | undefined,
): { explanation: string; nextStep: string } {
  if (link !== undefined) {
    return {
      explanation: `Purchase ${row.OrderNumber} carries the marker of an order that is linked to ${link.cin7Number}: it was copied in Cin7, or written by a store that was restored since.`,
      nextStep: `Compare both purchases and void the one that is not used.`,
    };
  }
  return {
    explanation: `Purchase ${row.OrderNumber} was written by this connection, and this store does not know it: the store was lost, or restored from a backup older than the write. No sync makes it a second time: purchases are looked for first.`,
    nextStep: `Read its order again, which links it: ${backfillCommand('purchase', recordKey)}.`,
  };
}

const isStatus = (status: string, wanted: string): boolean => status.toUpperCase() === wanted;
