import type { TablePage } from '../connectors/connector.ts';
import { Fault } from '../faults/fault.ts';
import { FLOW_NAMES, type FlowName } from '../flows/flow.ts';
import { purchasesFlow } from '../flows/purchases/flow.ts';
import { suppliersFlow } from '../flows/suppliers/flow.ts';
import type { TargetFlow } from '../flows/target-flow.ts';
import { dropBackfill, loadBackfill, type StoredBackfill, saveBackfill } from '../store/backfills.ts';
import { inTransaction } from '../store/database.ts';
import { checkLease } from '../store/runs.ts';
import { recordsWithRows } from '../store/source-rows.ts';
import { countLiveStaged, stageRecords } from '../store/stage.ts';
import { appendTrail } from '../store/trail.ts';
import { workAccounts } from './account-work.ts';
import {
  type BackfillScope,
  type BackfillStep,
  isBehindScope,
  isInScope,
  readOf,
  stepsOf,
  tablesOf,
} from './backfill-scope.ts';
import { fetchStaged } from './fetch.ts';
import { closeOpen, openFlowWriter, openRun, type Run } from './flow-run.ts';
import { RunProgress, whileOnline } from './offline.ts';
import type { RunPorts } from './ports.ts';
import { syncFlows } from './run.ts';
import { settleIntents } from './settle.ts';
import type { RunSummary } from './summary.ts';
import { workFlow } from './target-work.ts';

export interface BackfillOrder {
  /** Without it the backfill under way goes on. */
  readonly scope?: BackfillScope;
  /** Drops the one under way; with a scope that one begins instead. */
  readonly discard?: boolean;
  /** Whether what changed is due to be read: it goes before the backfill. Default: every five minutes. */
  readonly isLiveWorkDue?: () => boolean;
}

const LIVE_EVERY_MS = 5 * 60_000;
/** Records between two looks at whether live work is due: at the pace of Cin7 they take about a minute. */
const BATCH_RECORDS = 25;

/** Where a backfill stands: the table it goes through, and the last key that was taken over. */
interface Position {
  readonly step: number;
  readonly lastKey: readonly string[];
}

/**
 * Reads records again whatever the watermarks say, and works them off like changes. What changes meanwhile goes first: the backfill
 * stops for it between two batches. Its own read position is stored with what it stages, so it goes on from there whatever ended it;
 * watermarks do not move for it.
 */
export async function runBackfill(
  ports: RunPorts,
  order: BackfillOrder,
  signal: AbortSignal,
): Promise<RunSummary> {
  const scope = await openBackfill(ports, order);
  const run = openRun(ports);
  if (scope === undefined) return run.ledger.summary();
  try {
    const live = new LiveWork(run, order, signal);
    await live.catchUp();
    const progress = new RunProgress(() => run.ledger.achieved());
    const steps = stepsOf(scope, ports);
    for (let at = await positionOf(ports); at.step < steps.length; at = await positionOf(ports)) {
      const step = steps[at.step];
      if (step === undefined) break;
      await whileOnline(
        step.flow,
        () => workSlice(scope, step, at, run, live, signal),
        progress,
        ports,
        signal,
      );
    }
    await endBackfill(ports, 'backfill.ended');
    await closeOpen(run);
    return run.ledger.summary();
  } catch (error) {
    await closeOpen(run);
    throw error;
  }
}

/** Works off what is staged already, then reads and stages the next page, and works that off. */
async function workSlice(
  scope: BackfillScope,
  step: BackfillStep,
  at: Position,
  run: Run,
  live: LiveWork,
  signal: AbortSignal,
): Promise<void> {
  const { ports, ledger } = run;
  const page = await nextPage(scope, step, at, ports, signal);
  await stageSlice(scope, step, at, page, run);
  const detail = step.table.spec.table;
  ports.report({ phase: 'read', flow: step.flow, counters: ledger.counters(step.flow), detail });
  await fetchStaged({ name: step.flow, tables: tablesOf(step.flow) }, ports, ledger, signal);
  await workStaged(step.flow, run, live, signal);
}

/** The first page behind the position. One page at a time: result sets of AIS do not outlive the writing in between. */
async function nextPage(
  scope: BackfillScope,
  step: BackfillStep,
  at: Position,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<TablePage | undefined> {
  for await (const page of ports.source.readTable(readOf(step, scope, at.lastKey, ports), signal)) {
    if (page.rows.length === 0) return undefined;
    if (page.lastKey?.join('|') === at.lastKey.join('|'))
      throw new Fault(
        'jde.page_repeated',
        `${step.table.spec.table} does not go on behind ${at.lastKey.join('|')}.`,
      );
    return page;
  }
  return undefined;
}

/** Stages the records of a page and moves the position, in one transaction. */
async function stageSlice(
  scope: BackfillScope,
  step: BackfillStep,
  at: Position,
  page: TablePage | undefined,
  { ports, ledger }: Run,
): Promise<void> {
  const { connectionId } = ports.run;
  const rows = page?.rows ?? [];
  const isOver = page?.lastKey === undefined || rows.some((row) => isBehindScope(row, step, scope));
  const next: Position = isOver ? { step: at.step + 1, lastKey: [] } : { ...at, lastKey: page.lastKey };
  const recordKeys = await keysOf(scope, step, page, ports);
  await ledger.transact(step.flow, async (tx) => {
    const nowMs = ports.now();
    const of = { connectionId, flow: step.flow };
    const staged = await stageRecords(tx, of, { recordKeys, reason: 'backfill', needsFetch: true, nowMs });
    const stored = await loadBackfill(tx, connectionId);
    if (stored === undefined)
      throw new Fault('run.stopped', 'The backfill was dropped while it was at work.');
    const moved = { ...stored, position: JSON.stringify(next), staged: stored.staged + staged };
    await saveBackfill(tx, connectionId, moved, nowMs);
    return { counted: { staged, rowsRead: rows.length }, value: undefined };
  });
}

export async function keysOf(
  scope: BackfillScope,
  step: BackfillStep,
  page: TablePage | undefined,
  ports: RunPorts,
): Promise<readonly string[]> {
  const rows = (page?.rows ?? []).filter((row) => isInScope(row, step, scope));
  const recordKeys = [...new Set(rows.map((row) => step.table.recordKeyOf(row)))];
  if (step.unlessIn === undefined) return recordKeys;
  const of = { connectionId: ports.run.connectionId, table: step.unlessIn.spec.table };
  const known = await recordsWithRows(ports.db, of, recordKeys);
  return recordKeys.filter((key) => !known.has(key));
}

/** Works off what the backfill has staged, batch by batch; between two of them live work goes first. */
async function workStaged(flow: FlowName, run: Run, live: LiveWork, signal: AbortSignal): Promise<void> {
  const { ports, ledger } = run;
  if (flow === 'accounts') {
    await workAccounts({ books: run.books(signal), ports, ledger, signal });
    return;
  }
  const work = async <P>(target: TargetFlow<P>): Promise<void> => {
    for (;;) {
      let paused = false;
      let batches = 0;
      // One batch at least: live work that is always due must not keep the backfill from its end.
      const isPauseDue = async (): Promise<boolean> => {
        batches += 1;
        if (batches > 1) paused ||= await live.isDue();
        return paused;
      };
      const writer = openFlowWriter(target, run, signal);
      await settleIntents(target, writer, 'look', ports, ledger, signal); // Invariant 3
      const books = run.books(signal);
      const part = { part: 'backfill', batchRecords: BATCH_RECORDS, isPauseDue } as const;
      await workFlow({ flow: target, writer, books, ports, ledger, signal, ...part });
      if (!paused) return;
      await live.catchUp();
    }
  };
  await (flow === 'suppliers' ? work(suppliersFlow) : work(purchasesFlow));
}

/** What changes while a backfill is at work. */
class LiveWork {
  readonly #run: Run;
  readonly #isDue: () => boolean;
  readonly #signal: AbortSignal;
  #caughtUpMs = 0;
  /** Live records that could not be worked off: they do not make live work due again by themselves. */
  #left = 0;

  constructor(run: Run, order: BackfillOrder, signal: AbortSignal) {
    const { now } = run.ports;
    this.#run = run;
    this.#signal = signal;
    this.#isDue = order.isLiveWorkDue ?? (() => now() - this.#caughtUpMs >= LIVE_EVERY_MS);
  }

  async isDue(): Promise<boolean> {
    const { ports } = this.#run;
    return this.#isDue() || (await countLiveStaged(ports.db, ports.run.connectionId)) > this.#left;
  }

  /** Reads what changed, and works it off before the backfill goes on. */
  async catchUp(): Promise<void> {
    const { ports } = this.#run;
    this.#run.renew();
    await syncFlows(this.#run, this.#signal, { part: 'live', after: () => Promise.resolve() });
    this.#caughtUpMs = ports.now();
    this.#left = await countLiveStaged(ports.db, ports.run.connectionId);
  }
}

/** Begins the backfill that is asked for, or takes up the one under way. `undefined`: there is nothing to do. */
async function openBackfill(ports: RunPorts, order: BackfillOrder): Promise<BackfillScope | undefined> {
  const { connectionId } = ports.run;
  const stored = await loadBackfill(ports.db, connectionId);
  const under = stored === undefined ? undefined : (JSON.parse(stored.scope) as BackfillScope); // Written below.
  if (stored !== undefined && order.discard === true) {
    await endBackfill(ports, 'backfill.dropped');
    return order.scope === undefined ? undefined : beginBackfill(order.scope, ports);
  }
  if (order.discard === true && order.scope === undefined) return undefined;
  if (order.scope === undefined && under === undefined)
    throw new Fault(
      'input.invalid',
      'No backfill is under way. Say what to read again: --flow, --since, --from-key.',
      {
        field: '--flow',
      },
    );
  if (order.scope === undefined || isSameScope(order.scope, under)) return under;
  if (stored !== undefined)
    throw new Fault('backfill.open', `A backfill of ${scopeText(under)} has not come to its end.`);
  return beginBackfill(order.scope, ports);
}

async function beginBackfill(scope: BackfillScope, ports: RunPorts): Promise<BackfillScope> {
  const { connectionId } = ports.run;
  const nowMs = ports.now();
  const backfill: StoredBackfill = {
    scope: JSON.stringify(scope),
    position: JSON.stringify({ step: 0, lastKey: [] } satisfies Position),
    staged: 0,
    requestedBy: ports.requester.actor,
    startedAtMs: nowMs,
  };
  await inTransaction(ports.db, async (tx) => {
    await checkLease(tx, ports.run);
    await saveBackfill(tx, connectionId, backfill, nowMs);
    await appendTrail(tx, connectionId, [trailEvent(ports, 'backfill.started', { scope })]);
  });
  return scope;
}

async function endBackfill(ports: RunPorts, action: 'backfill.ended' | 'backfill.dropped'): Promise<void> {
  const { connectionId } = ports.run;
  await inTransaction(ports.db, async (tx) => {
    await checkLease(tx, ports.run);
    const stored = await loadBackfill(tx, connectionId);
    if (stored === undefined) return;
    await dropBackfill(tx, connectionId);
    const scope: unknown = JSON.parse(stored.scope);
    await appendTrail(tx, connectionId, [trailEvent(ports, action, { scope, staged: stored.staged })]);
  });
}

async function positionOf(ports: RunPorts): Promise<Position> {
  const stored = await loadBackfill(ports.db, ports.run.connectionId);
  if (stored === undefined) throw new Fault('run.stopped', 'The backfill was dropped while it was at work.');
  return JSON.parse(stored.position) as Position; // Written by stageSlice.
}

function isSameScope(scope: BackfillScope, under: BackfillScope | undefined): boolean {
  return under !== undefined && scopeText(scope) === scopeText(under);
}

/** `purchases changed from 2026-01-01`, for people. */
export function scopeText(scope: BackfillScope | undefined): string {
  const { flows = FLOW_NAMES, since, until, fromKey, toKey } = scope ?? {};
  const parts = [
    flows.join(', '),
    ...(since === undefined ? [] : [`changed from ${since}`]),
    ...(until === undefined ? [] : [`changed until ${until}`]),
    ...(fromKey === undefined ? [] : [`from ${fromKey}`]),
    ...(toKey === undefined ? [] : [`to ${toKey}`]),
  ];
  return parts.join(' ');
}

function trailEvent(ports: RunPorts, action: string, data: Record<string, unknown>) {
  const { runId, settingsVersion } = ports.run;
  return {
    at: ports.now(),
    ...ports.requester,
    action,
    flow: null,
    recordKey: null,
    runId,
    settingsVersion,
    cin7Id: null,
    data,
  };
}
