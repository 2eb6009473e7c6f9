import type { Cin7Supplier } from '../connectors/cin7/fields.ts';
import type { LocalDate } from '../domain/local-date.ts';
import { textOf } from '../flows/flow.ts';
import { findMarkedKey } from '../flows/marker.ts';
import type { SupplierPayload } from '../flows/suppliers/payload.ts';
import { F0101, supplierTables } from '../flows/suppliers/tables.ts';
import { supplierDeviations } from '../flows/suppliers/writer.ts';
import { type Link, loadLinks } from '../store/links.ts';
import { loadRows } from '../store/source-rows.ts';
import { type SweptKey, saveSwept } from '../store/sweep.ts';
import type { RunPorts } from './ports.ts';
import type { ReconcileBook } from './reconcile-book.ts';
import type { PairFlow } from './reconcile-pairs.ts';
import {
  dayOf,
  driversOf,
  narrowSpec,
  nextReadFrom,
  refuseEmptySweep,
  type SweptValues,
  sweepTable,
  unreadKeys,
} from './reconcile-sweep.ts';
import {
  backfillCommand,
  type Cin7Object,
  type FieldDifference,
  type Standing,
} from './reconcile-verdict.ts';

export async function sweepJdeSuppliers(
  book: ReconcileBook,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  for (const table of driversOf(supplierTables)) {
    await sweepTable('suppliers', table, [], book, ports, signal);
    await refuseEmptySweep('suppliers', table, ports);
  }
}

export async function sweepCin7Suppliers(
  book: ReconcileBook,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow: 'suppliers', side: 'cin7' } as const;
  for await (const page of ports.target.listSuppliers(signal)) {
    const rows = page.map((supplier) => ({ key: supplier.ID, data: JSON.stringify(supplier) }));
    await book.transact((tx) => saveSwept(tx, of, rows));
  }
}

/** Suppliers of both sides: the list of Cin7 shows them whole. */
export async function openSupplierPairs(
  ports: RunPorts,
  signal: AbortSignal,
): Promise<PairFlow<Cin7Supplier>> {
  const readFrom = await nextReadFrom(driversOf(supplierTables), ports);
  return {
    name: 'suppliers',
    noun: 'supplier',
    standings: (keys, links) => standingsOf(keys, links, readFrom, ports, signal),
    parse: (data) => JSON.parse(data) as Cin7Supplier, // Written above, from the same type.
    show: showSupplier,
    differences: supplierDifferences,
    readOne: (id) => ports.target.readSupplier(id, signal),
    countUnlinked: (suppliers, book) => countUnlinked(suppliers, book, ports),
  };
}

async function standingsOf(
  keys: readonly SweptKey[],
  links: ReadonlyMap<string, Link>,
  readFrom: LocalDate | undefined,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Standing>> {
  const [driver] = driversOf(supplierTables);
  if (driver === undefined) throw new Error('Suppliers have no driver table.');
  const unlinked = keys.map(({ key }) => key).filter((key) => !links.has(key));
  const addressBook = await addressBookOf(unlinked, ports, signal);
  // Written by the sweep.
  const swept = new Map(keys.map(({ key, data }) => [key, JSON.parse(data ?? '{}') as SweptValues]));
  const rowsOf = (key: string): readonly SweptValues[] => [swept.get(key) ?? {}];
  const unread = await unreadKeys(unlinked, [{ table: driver, rowsOf }], readFrom, ports);
  return new Map(
    keys.map(({ key }): [string, Standing] => {
      const day = dayOf(swept.get(key) ?? {}, driver);
      const row = addressBook.get(key);
      const label = links.get(key)?.label ?? (row?.['ALPH']?.trim() || `Supplier ${key}`);
      const isDue = links.has(key) || row === undefined || isSynced(row, ports);
      const place = isDue ? 'due' : 'notDue';
      return [key, { label, place, day, unread: unread.has(key), changed: undefined }];
    }),
  );
}

/** Name and kind of suppliers that are not linked: as last read, else from JDE. */
async function addressBookOf(
  recordKeys: readonly string[],
  ports: RunPorts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SweptValues>> {
  if (recordKeys.length === 0) return new Map();
  const of = { connectionId: ports.run.connectionId, table: F0101.table };
  const known = new Map<string, SweptValues>();
  for (const [key, [row]] of await loadRows(ports.db, of, recordKeys)) {
    if (row !== undefined) known.set(key, row.values);
  }
  const missing = recordKeys.filter((key) => !known.has(key));
  if (missing.length === 0) return known;
  const spec = narrowSpec(F0101, ['ALPH', 'AT1', 'ATP']);
  const read = { spec, where: [{ column: 'AN8', anyOf: missing }] };
  for await (const page of ports.source.readTable(read, signal)) {
    for (const row of page.rows) known.set(row.values['AN8'] ?? '', row.values);
  }
  return known;
}

function isSynced(addressBook: SweptValues, ports: RunPorts): boolean {
  const { searchTypes, payablesFlags } = ports.settings.suppliers;
  const row = { key: '', values: addressBook, problems: [] };
  const has = (codes: readonly string[], alias: string): boolean =>
    codes.length === 0 || codes.includes(textOf(row, alias));
  return has(searchTypes, 'AT1') && has(payablesFlags, 'ATP');
}

function showSupplier(supplier: Cin7Supplier): Cin7Object {
  const status = supplier.Status.toLowerCase();
  return { id: supplier.ID, name: supplier.Name, isOver: status === 'deprecated', status, movedOn: false };
}

function supplierDifferences(link: Link, supplier: Cin7Supplier): readonly FieldDifference[] {
  const payload = JSON.parse(link.payload) as SupplierPayload; // Written by the suppliers flow from this type.
  return supplierDeviations(supplier, payload, undefined).map(({ field, from, to }) => ({
    field,
    jdeValue: String(from),
    cin7Value: String(to),
  }));
}

async function countUnlinked(
  suppliers: readonly Cin7Supplier[],
  book: ReconcileBook,
  ports: RunPorts,
): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow: 'suppliers' };
  const marked = suppliers.map((supplier) => ({
    supplier,
    recordKey: findMarkedKey(supplier.Comments, ports.settings.marker, 'AB'),
  }));
  const links = await loadLinks(
    ports.db,
    of,
    marked.flatMap(({ recordKey }) => recordKey ?? []),
  );
  for (const { supplier, recordKey } of marked) {
    if (recordKey === undefined) {
      await book.count('suppliers', { class: 'foreign', onSides: ['cin7'] });
      continue;
    }
    await book.count('suppliers', {
      class: 'unknownInCin7',
      onSides: ['cin7'],
      findings: [
        {
          recordKey,
          label: supplier.Name,
          cin7Id: supplier.ID,
          field: 'Supplier.Comments',
          jdeValue: null,
          cin7Value: supplier.Comments,
          ...explainUnknown(recordKey, links.get(recordKey)),
        },
      ],
    });
  }
}

function explainUnknown(
  recordKey: string,
  link: Link | undefined,
): { explanation: string; nextStep: string } {
  if (link !== undefined) {
    return {
      explanation: `The supplier carries the marker of JDE supplier ${recordKey}, which is linked to another one ("${link.label}"): it was copied in Cin7, or written by a store that was restored since.`,
      nextStep: 'Deprecate the one that is not used, and take the marker out of its comments.',
    };
  }
  return {
    explanation: `The supplier was written by this connection for JDE supplier ${recordKey}, and this store does not know it: the store was lost, or restored from a backup older than the write.`,
    nextStep: `Read it again, which links it: ${backfillCommand('supplier', recordKey)}.`,
  };
}
