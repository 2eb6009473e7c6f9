import type { Target } from '../connectors/connector.ts';
import { openBooks } from '../crosswalk/books.ts';
import { Fault, hintOf } from '../faults/fault.ts';
import { openAccountMatcher } from '../flows/accounts/flow.ts';
import type { FlowName, SourceRecord } from '../flows/flow.ts';
import { purchasesFlow } from '../flows/purchases/flow.ts';
import { suppliersFlow } from '../flows/suppliers/flow.ts';
import type { TargetFlow } from '../flows/target-flow.ts';
import type { StoredConnection } from '../store/connections.ts';
import { loadCrosswalk } from '../store/crosswalk.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { openIntentKeys } from '../store/intents.ts';
import { dropLink, loadLinks } from '../store/links.ts';
import { lockConnection } from '../store/locks.ts';
import { askRetry, listParked } from '../store/parked.ts';
import { loadTable } from '../store/source-rows.ts';
import { noteStagedByOthers, stageRecords } from '../store/stage.ts';
import { appendTrail } from '../store/trail.ts';
import { tablesOf } from './backfill-scope.ts';
import { type Change, diffRecord } from './diff.ts';
import { assembleRecords, openMapper } from './map.ts';
import { PlanBook, type PlannedChange } from './plan.ts';
import type { MappingPorts, Requester } from './ports.ts';

export interface ReplayOf {
  readonly flow: FlowName;
  readonly recordKey: string;
  /** Forget which Cin7 object the record is linked to, so that it is matched or made anew. */
  readonly relink?: boolean | undefined;
}

/** What a replay of a record would do. */
export interface Replay {
  readonly flow: FlowName;
  readonly recordKey: string;
  readonly label: string;
  readonly change: PlannedChange['change'] | 'unchanged';
  /** Why nothing is to be written, where it is not that Cin7 holds the same already. */
  readonly reason?: string;
  readonly differences: PlannedChange['differences'];
  /** Calls to Cin7 that it takes. */
  readonly calls: number;
  readonly code?: PlannedChange['code'];
  readonly field?: string;
  readonly detail?: string;
  readonly hint?: string;
}

/**
 * Maps the rows last read of a record anew, with today's settings and crosswalk, and shows what would be written. Reads the reference
 * books of Cin7; writes nothing anywhere.
 *
 * @throws Fault `input.invalid` when nothing was ever read of the record, or its purchase still stands and would be made twice.
 */
export async function planReplay(
  ports: MappingPorts,
  target: Target,
  of: ReplayOf,
  signal: AbortSignal,
): Promise<Replay> {
  const [record] = await assembleRecords(tablesOf(of.flow), [of.recordKey], ports);
  if (record === undefined || Object.values(record.rows).every((rows) => rows.length === 0))
    throw new Fault(
      'input.invalid',
      `Nothing was read yet of ${of.recordKey}. Read it with sync --backfill.`,
      {
        field: 'key',
      },
    );
  if (of.relink === true) await refuseSecondPurchase(ports, target, of, signal);
  switch (of.flow) {
    case 'accounts':
      return planAccount(record, ports, target, signal);
    case 'suppliers':
      return planRecord(suppliersFlow, record, of, ports, target, signal);
    case 'purchases':
      return planRecord(purchasesFlow, record, of, ports, target, signal);
  }
}

/** Puts the record on the stage for the next sync, as it would be worked off when it had changed. */
export function stageReplay(
  db: Db,
  connection: StoredConnection,
  of: ReplayOf,
  order: { readonly requester: Requester; readonly nowMs: number; readonly replay: Replay },
): Promise<void> {
  const { nowMs, replay, requester } = order;
  const { flow, recordKey, relink = false } = of;
  const flowOf = { connectionId: connection.id, flow };
  return inTransaction(db, async (tx) => {
    await lockConnection(tx, connection.id);
    if (relink) {
      if ((await openIntentKeys(tx, flowOf)).has(recordKey))
        throw new Fault(
          'input.invalid',
          `A write of ${recordKey} is under way. Let the next sync settle it first.`,
          {
            field: 'key',
          },
        );
      await dropLink(tx, flowOf, recordKey);
    }
    await askRetry(tx, flowOf, [recordKey]);
    const staged = { recordKeys: [recordKey], reason: 'retry', needsFetch: false, nowMs } as const;
    await noteStagedByOthers(tx, flowOf, await stageRecords(tx, flowOf, staged), nowMs);
    await appendTrail(tx, connection.id, [
      {
        at: nowMs,
        ...requester,
        action: relink ? 'record.relinked' : 'record.replayed',
        flow,
        recordKey,
        runId: null,
        settingsVersion: connection.settingsVersion,
        cin7Id: null,
        data: { label: replay.label, change: replay.change, differences: replay.differences },
      },
    ]);
  });
}

/** A purchase that stands in Cin7 would be made a second time. */
async function refuseSecondPurchase(
  ports: MappingPorts,
  target: Target,
  { flow, recordKey }: ReplayOf,
  signal: AbortSignal,
): Promise<void> {
  if (flow !== 'purchases') return;
  const link = (await loadLinks(ports.db, { connectionId: ports.run.connectionId, flow }, [recordKey])).get(
    recordKey,
  );
  if (link === undefined) return;
  const purchase = await target.readPurchase(link.cin7Id, signal);
  const isOver =
    purchase === undefined ||
    [purchase.Status, purchase.Order.Status].some((s) => s.toUpperCase() === 'VOIDED');
  if (isOver) return;
  throw new Fault(
    'input.invalid',
    `Purchase ${purchase.OrderNumber} stands in Cin7. Void it there first, or it is made twice.`,
    {
      field: '--relink',
    },
  );
}

async function planRecord<P>(
  flow: TargetFlow<P>,
  record: SourceRecord,
  of: ReplayOf,
  ports: MappingPorts,
  target: Target,
  signal: AbortSignal,
): Promise<Replay> {
  const flowOf = { connectionId: ports.run.connectionId, flow: flow.name };
  const recordKeys = [record.key];
  const opened = await openMapper(flow, openBooks(target, signal), new Map(), ports);
  const [mapped] = await opened.mapper.mapBatch([record]);
  if (mapped === undefined) throw new Error(`${flow.name} did not map record ${record.key}.`);
  const link =
    of.relink === true ? undefined : (await loadLinks(ports.db, flowOf, recordKeys)).get(record.key);
  const [parked] = await listParked(ports.db, { ...flowOf, recordKeys, limit: 1 });
  const change = diffRecord<P>({
    recordKey: record.key,
    mapped,
    link,
    // What Cin7 refused before is sent again: that is what is asked for.
    parked: parked === undefined ? undefined : { ...parked, retryAsked: true },
    differences: (before, after) => flow.differences(before, after),
  });
  return replayOf(flow, change);
}

function replayOf<P>(flow: TargetFlow<P>, change: Change<P>): Replay {
  let planned: PlannedChange | undefined;
  const book = new PlanBook((line) => (planned = line));
  book.add(flow, change);
  const base = { flow: flow.name, recordKey: change.recordKey, label: change.label };
  if (planned !== undefined) return { ...planned, calls: book.summary(1).writes };
  const reason = change.kind === 'unchanged' && change.reason !== undefined ? { reason: change.reason } : {};
  return { ...base, ...reason, change: 'unchanged', differences: [], calls: 0 };
}

async function planAccount(
  record: SourceRecord,
  ports: MappingPorts,
  target: Target,
  signal: AbortSignal,
): Promise<Replay> {
  const { connectionId } = ports.run;
  const matcher = await openAccountMatcher({
    settings: ports.settings,
    books: openBooks(target, signal),
    entries: await loadCrosswalk(ports.db, connectionId, 'account'),
    businessUnits: await loadTable(ports.db, { connectionId, table: 'F0006' }),
  });
  const { match, before, outcome, rejection, toCreate } = matcher.match(record);
  const base = { flow: 'accounts', recordKey: record.key, label: match.label } as const;
  if (rejection !== undefined)
    return { ...base, ...rejection, hint: hintOf(rejection.code), change: 'park', differences: [], calls: 0 };
  if (toCreate !== undefined) return { ...base, change: 'create', differences: [], calls: 1 };
  if (outcome === 'unchanged') {
    const reason = match.state === 'matched' || match.state === 'confirmed' ? {} : { reason: match.state };
    return { ...base, ...reason, change: 'unchanged', differences: [], calls: 0 };
  }
  const differences = [{ field: 'Account', from: before?.target ?? null, to: match.target }];
  return { ...base, change: 'link', differences, calls: 0 };
}
