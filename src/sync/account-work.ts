import { RefusedByCin7 } from '../connectors/connector.ts';
import type { Books } from '../crosswalk/books.ts';
import { isFault } from '../faults/fault.ts';
import {
  type AccountChange,
  type AccountMatcher,
  affectsOrders,
  openAccountMatcher,
} from '../flows/accounts/flow.ts';
import { accountTables } from '../flows/accounts/tables.ts';
import type { SourceRecord } from '../flows/flow.ts';
import { type CrosswalkRow, loadCrosswalk, saveFoundRows } from '../store/crosswalk.ts';
import { listParked, savePark, unpark } from '../store/parked.ts';
import { loadTable } from '../store/source-rows.ts';
import { listStaged, stageAllFromOutside, stageRecords, unstage } from '../store/stage.ts';
import { appendTrail } from '../store/trail.ts';
import type { TrailEvent } from '../trail/chain.ts';
import type { RunLedger } from './ledger.ts';
import { assembleRecords } from './map.ts';
import type { RunPorts } from './ports.ts';
import type { CounterChanges } from './summary.ts';

const BATCH_RECORDS = 500;
const FLOW = 'accounts';
/** The table whose rows bring purchases into being: all of them are mapped anew when an account they use changes. */
const ORDER_LINES = 'F4311';

interface AccountWork {
  readonly books: Books;
  readonly ports: RunPorts;
  readonly ledger: RunLedger;
  readonly signal: AbortSignal;
  /** A plan stores what matched, since orders are planned with it, but makes no account and leaves those it would make. */
  readonly plan?: (change: AccountChange) => void;
}

/** Works the staged accounts off: matches each with the Cin7 chart and stores what the reference table says of it. */
export async function workAccounts(work: AccountWork): Promise<void> {
  const { books, ports, ledger, signal } = work;
  const { connectionId } = ports.run;
  const entries = await loadCrosswalk(ports.db, connectionId, 'account');
  await stageLoose(entries, books, ports, ledger);
  let afterKey = '';
  let matcher: AccountMatcher | undefined;
  for (;;) {
    signal.throwIfAborted();
    const staged = await listStaged(
      ports.db,
      { connectionId, flow: FLOW },
      { afterKey, limit: BATCH_RECORDS },
    );
    const last = staged.at(-1);
    if (last === undefined) return;
    afterKey = last.recordKey;
    matcher ??= await openAccountMatcher({
      settings: ports.settings,
      books,
      entries,
      businessUnits: await loadTable(ports.db, { connectionId, table: 'F0006' }),
    });
    const records = await assembleRecords(
      accountTables,
      staged.map((record) => record.recordKey),
      ports,
    );
    const changes: AccountChange[] = [];
    for (const record of records) {
      const change =
        work.plan === undefined ? await settleAccount(record, matcher, ports, signal) : matcher.match(record);
      work.plan?.(change);
      if (work.plan === undefined || change.toCreate === undefined) changes.push(change);
    }
    if (changes.length > 0) await recordAccounts(changes, ports, ledger);
  }
}

/**
 * Accounts that nothing in JDE would bring up: those whose Cin7 account was archived or has gone since, and those without one, for
 * which it may have come.
 */
async function stageLoose(
  entries: readonly CrosswalkRow[],
  books: Books,
  ports: RunPorts,
  ledger: RunLedger,
): Promise<void> {
  if (entries.length === 0) return;
  const active = new Set(
    (await books.get('accounts'))
      .filter((account) => account.Status.toLowerCase() === 'active')
      .map((account) => account.Code),
  );
  const isLoose = (entry: CrosswalkRow): boolean => {
    if (entry.state === 'unmatched' || entry.state === 'ambiguous') return true;
    const isMapped = entry.state === 'matched' || entry.state === 'confirmed';
    return isMapped && entry.target !== null && !active.has(entry.target);
  };
  const recordKeys = entries.filter(isLoose).map((entry) => entry.code);
  if (recordKeys.length === 0) return;
  await ledger.transact(FLOW, async (tx) => {
    const of = { connectionId: ports.run.connectionId, flow: FLOW };
    const staged = await stageRecords(tx, of, {
      recordKeys,
      reason: 'remap',
      needsFetch: false,
      nowMs: ports.now(),
    });
    return { counted: { staged }, value: undefined };
  });
}

async function settleAccount(
  record: SourceRecord,
  matcher: AccountMatcher,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<AccountChange> {
  const change = matcher.match(record);
  try {
    return await matcher.create(record, change, ports.target, signal);
  } catch (error) {
    if (error instanceof RefusedByCin7) {
      const detail = error.reasons.map((reason) => reason.text).join(' / ');
      return { ...change, outcome: 'parked', rejection: { code: 'cin7.refused', field: 'Account', detail } };
    }
    // The account code is its key: the next run reads the chart, and finds the account if it was made.
    if (isFault(error, 'uncertain')) return change;
    throw error;
  }
}

async function recordAccounts(
  changes: readonly AccountChange[],
  ports: RunPorts,
  ledger: RunLedger,
): Promise<void> {
  const { connectionId, runId } = ports.run;
  const of = { connectionId, flow: FLOW };
  await ledger.transact(FLOW, async (tx) => {
    const nowMs = ports.now();
    const recordKeys = changes.map((change) => change.recordKey);
    const parkedBefore = new Map(
      (await listParked(tx, { ...of, recordKeys, limit: recordKeys.length })).map((record) => [
        record.recordKey,
        record,
      ]),
    );
    await saveFoundRows(
      tx,
      connectionId,
      changes.filter(isNews).map((change) => rowOf(change, ports)),
    );
    for (const { recordKey, match, rejection } of changes) {
      if (rejection !== undefined)
        await savePark(
          tx,
          { ...of, runId },
          { recordKey, label: match.label, ...rejection, fingerprint: null },
          nowMs,
        );
    }
    await unpark(
      tx,
      of,
      changes
        .filter((change) => change.rejection === undefined && parkedBefore.has(change.recordKey))
        .map((change) => change.recordKey),
    );
    await unstage(tx, of, recordKeys); // Invariant 1
    if (changes.some(affectsOrders))
      await stageAllFromOutside(tx, { connectionId, flow: 'purchases', table: ORDER_LINES }, 'remap', nowMs);
    const told = changes.filter((change) => {
      const wasParked = parkedBefore.get(change.recordKey);
      return wasParked?.detail === change.rejection?.detail
        ? change.rejection === undefined && isNews(change)
        : true;
    });
    await appendTrail(
      tx,
      connectionId,
      told.map((change) => trailEvent(change, ports)),
    );
    return { counted: countChanges(changes), value: undefined };
  });
  for (const change of changes)
    ports.report({ phase: 'outcome', flow: FLOW, outcome: change.outcome, label: change.match.label });
  ports.report({ phase: 'work', flow: FLOW, counters: ledger.counters(FLOW) });
}

function isNews(change: AccountChange): boolean {
  const { before, match } = change;
  return (
    before === undefined ||
    before.state !== match.state ||
    before.target !== match.target ||
    before.label !== match.label ||
    before.detail !== match.detail
  );
}

function rowOf(change: AccountChange, ports: RunPorts): CrosswalkRow {
  const { match, before } = change;
  return {
    kind: 'account',
    code: change.recordKey,
    label: match.label,
    target: match.target,
    state: match.state,
    origin: match.origin,
    detail: match.detail,
    updatedAtMs: ports.now(),
    updatedBy: before?.origin === 'auto' || before === undefined ? ports.requester.actor : before.updatedBy,
  };
}

function trailEvent(change: AccountChange, ports: RunPorts): TrailEvent {
  const { before, match } = change;
  return {
    at: ports.now(),
    actor: ports.requester.actor,
    origin: ports.requester.origin,
    action: `record.${change.outcome}`,
    flow: FLOW,
    recordKey: change.recordKey,
    runId: ports.run.runId,
    settingsVersion: ports.run.settingsVersion,
    cin7Id: match.target,
    data: {
      label: match.label,
      state: { from: before?.state ?? null, to: match.state },
      target: { from: before?.target ?? null, to: match.target },
      ...(match.detail === '' ? {} : { detail: match.detail }),
      ...change.rejection,
    },
  };
}

function countChanges(changes: readonly AccountChange[]): CounterChanges {
  const counted: CounterChanges = {};
  for (const { outcome, match } of changes) {
    counted[outcome] = (counted[outcome] ?? 0) + 1;
    if (match.state === 'ignored') counted.notDue = (counted.notDue ?? 0) + 1;
    if (match.state === 'unmatched' || match.state === 'ambiguous')
      counted.unmatched = (counted.unmatched ?? 0) + 1;
  }
  return counted;
}
