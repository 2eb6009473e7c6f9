import { type Books, isActive } from '../crosswalk/books.ts';
import type { LocalDate } from '../domain/local-date.ts';
import { hintOf } from '../faults/fault.ts';
import { accountTables } from '../flows/accounts/tables.ts';
import { textOf } from '../flows/flow.ts';
import { type CrosswalkRow, loadCrosswalk } from '../store/crosswalk.ts';
import { listParked } from '../store/parked.ts';
import { loadStaged } from '../store/stage.ts';
import { countSwept, listSwept, loadSwept, type SweptKey } from '../store/sweep.ts';
import type { RunPorts } from './ports.ts';
import type { Counted, FindingText, ReconcileBook } from './reconcile-book.ts';
import { driversOf, nextReadFrom, type SweptValues, sweepTable, unreadKeys } from './reconcile-sweep.ts';

const FLOW = 'accounts';
const KEYS_AT_ONCE = 500;

export async function sweepJdeAccounts(
  book: ReconcileBook,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  for (const table of driversOf(accountTables))
    await sweepTable(FLOW, table, ['CO', 'MCU', 'OBJ', 'SUB', 'DL01'], book, ports, signal);
}

interface Chart {
  readonly active: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
}

/** Compares the accounts of JDE with the reference table and the chart of Cin7. An entry of the table is the link of an account. */
export async function compareAccounts(
  books: Books,
  book: ReconcileBook,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow: FLOW };
  const accounts = await books.get('accounts');
  const chart: Chart = {
    active: new Set(accounts.filter((account) => isActive(account.Status)).map(({ Code }) => Code)),
    known: new Set(accounts.map(({ Code }) => Code)),
  };
  const entries = new Map(
    (await loadCrosswalk(ports.db, of.connectionId, 'account')).map((e) => [e.code, e]),
  );
  const jde = await countSwept(ports.db, { ...of, side: 'jde' });
  const readFrom = await nextReadFrom(driversOf(accountTables), ports);
  for (let afterKey = ''; ; ) {
    signal.throwIfAborted();
    const keys = await listSwept(ports.db, { ...of, side: 'jde' }, { afterKey, limit: KEYS_AT_ONCE });
    const last = keys.at(-1);
    if (last === undefined) break;
    afterKey = last.key;
    await countPage(keys, { entries, chart, readFrom }, book, ports);
  }
  await countGoneInJde([...entries.values()], book, ports);
  // Several accounts of JDE may share one of Cin7; each of Cin7 is counted once.
  const used = new Set([...entries.values()].flatMap(({ target }) => target ?? []));
  for (const code of chart.known) {
    if (used.has(code)) book.meet(FLOW, 'cin7');
    else await book.count(FLOW, { class: 'foreign', onSides: ['cin7'] });
  }
  await book.flush();
  book.close(FLOW, { jde, cin7: chart.known.size, links: entries.size });
}

interface Surroundings {
  readonly entries: ReadonlyMap<string, CrosswalkRow>;
  readonly chart: Chart;
  readonly readFrom: LocalDate | undefined;
}

async function countPage(
  keys: readonly SweptKey[],
  { entries, chart, readFrom }: Surroundings,
  book: ReconcileBook,
  ports: RunPorts,
): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow: FLOW };
  const recordKeys = keys.map(({ key }) => key);
  const staged = await loadStaged(ports.db, of, recordKeys);
  const parked = new Map(
    (await listParked(ports.db, { ...of, recordKeys, limit: recordKeys.length })).map((record) => [
      record.recordKey,
      record,
    ]),
  );
  const [driver] = driversOf(accountTables);
  if (driver === undefined) throw new Error('Accounts have no driver table.');
  // Written by the sweep.
  const swept = new Map(keys.map(({ key, data }) => [key, JSON.parse(data ?? '{}') as SweptValues]));
  const rowsOf = (key: string): readonly SweptValues[] => [swept.get(key) ?? {}];
  const unmatched = recordKeys.filter((key) => !entries.has(key));
  const unread = await unreadKeys(unmatched, [{ table: driver, rowsOf }], readFrom, ports);
  for (const [key, values] of swept) {
    const entry = entries.get(key);
    const onSides = entry === undefined ? (['jde'] as const) : (['jde', 'links'] as const);
    const base = findingBase(key, entry?.label ?? labelOf(values));
    const judged = judge(base, entry, chart);
    const record = parked.get(key);
    const reason = staged.has(key) ? 'staged' : unread.has(key) ? 'notReadYet' : undefined;
    if (
      judged.class !== 'equal' &&
      judged.class !== 'notDue' &&
      (record !== undefined || reason !== undefined)
    ) {
      const why =
        record === undefined
          ? {
              explanation: 'It is staged, or the next sync reads it.',
              nextStep: 'The next sync works it off.',
            }
          : { explanation: `It is parked: ${record.detail}`, nextStep: hintOf(record.code) };
      const code = record?.code ?? reason ?? 'staged';
      await book.count(FLOW, { class: 'waiting', code, onSides, findings: [{ ...base, ...why }] });
      continue;
    }
    await book.count(FLOW, { ...judged, onSides });
  }
}

function judge(base: FindingText, entry: CrosswalkRow | undefined, chart: Chart): Omit<Counted, 'onSides'> {
  if (entry === undefined) {
    const explanation = 'The account is in JDE and was never matched; it is neither staged nor parked.';
    const nextStep = `Read it again: ml-connector sync --backfill --flow accounts.`;
    return { class: 'neverArrived', findings: [{ ...base, explanation, nextStep }] };
  }
  // Without a Cin7 account it stands on the work list of the crosswalk; an order that uses it is parked.
  if (entry.target === null) return { class: 'notDue' };
  if (chart.active.has(entry.target)) return { class: 'equal' };
  const what = chart.known.has(entry.target) ? 'was archived in Cin7' : 'is no longer in Cin7';
  const finding = {
    ...base,
    cin7Id: entry.target,
    cin7Value: chart.known.has(entry.target) ? 'ARCHIVED' : null,
    explanation: `Its Cin7 account ${entry.target} ${what}.`,
    nextStep: `Map it to another one: ml-connector crosswalk set account ${base.recordKey ?? ''} CODE.`,
  };
  return { class: 'goneInCin7', findings: [finding] };
}

async function countGoneInJde(
  entries: readonly CrosswalkRow[],
  book: ReconcileBook,
  ports: RunPorts,
): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow: FLOW, side: 'jde' } as const;
  const inJde = await loadSwept(
    ports.db,
    of,
    entries.map(({ code }) => code),
  );
  for (const entry of entries.filter(({ code }) => !inJde.has(code))) {
    if (entry.target === null) {
      await book.count(FLOW, { class: 'closed', onSides: ['links'] });
      continue;
    }
    const finding = {
      ...findingBase(entry.code, entry.label),
      cin7Id: entry.target,
      cin7Value: entry.target,
      explanation:
        'JDE shows no such account any more: it was removed there, its company is not chosen, or row security hides it from the JDE user.',
      nextStep: `If it is really gone, take the mapping back: ml-connector crosswalk set account ${entry.code} "".`,
    };
    await book.count(FLOW, { class: 'goneInJde', onSides: ['links'], findings: [finding] });
  }
}

function findingBase(recordKey: string, label: string): FindingText {
  const empty = { cin7Id: null, field: null, jdeValue: null, cin7Value: null, explanation: '', nextStep: '' };
  return { recordKey, label, ...empty };
}

function labelOf(values: SweptValues): string {
  const row = { key: '', values, problems: [] };
  const code = [textOf(row, 'MCU'), textOf(row, 'OBJ'), textOf(row, 'SUB')].filter((part) => part !== '');
  return `${code.join('.')} ${textOf(row, 'DL01')}`.trim();
}
