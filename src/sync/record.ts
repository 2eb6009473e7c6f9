import type { SeenCode } from '../crosswalk/view.ts';
import type { Rejection } from '../domain/decoded.ts';
import type { Difference, FlowName } from '../flows/flow.ts';
import { settingsVersionOf } from '../store/connections.ts';
import { type CrosswalkRow, saveFoundRows } from '../store/crosswalk.ts';
import type { Tx } from '../store/database.ts';
import { deleteIntents } from '../store/intents.ts';
import { type Link, saveLinks } from '../store/links.ts';
import { listParked, type ParkedRecord, savePark, unpark } from '../store/parked.ts';
import { mappingEdition, stageRecords, unstage } from '../store/stage.ts';
import { appendTrail } from '../store/trail.ts';
import type { TrailEvent } from '../trail/chain.ts';
import type { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';
import type { CounterChanges, OutcomeName } from './summary.ts';

/** What became of a record, and what is to be stored for it. */
export interface Outcome {
  readonly recordKey: string;
  readonly label: string;
  readonly outcome: OutcomeName;
  /** Why nothing was written, where it is not that Cin7 holds the same already. */
  readonly reason?: string;
  readonly differences?: readonly Difference[];
  readonly notes?: readonly string[];
  readonly link?: Link;
  readonly parked?: { readonly rejection: Rejection; readonly fingerprint: string | null };
}

/** Stores outcomes: counters, links, parked records, settled intents and the trail, and takes the records off the stage, in one transaction. */
export async function recordOutcomes(
  flow: FlowName,
  outcomes: readonly Outcome[],
  seen: readonly SeenCode[],
  ports: RunPorts,
  ledger: RunLedger,
): Promise<void> {
  if (outcomes.length === 0 && seen.length === 0) return;
  const of = { connectionId: ports.run.connectionId, flow };
  await ledger.transact(flow, async (tx) => {
    const nowMs = ports.now();
    const recordKeys = outcomes.map((outcome) => outcome.recordKey);
    const parkedBefore = await loadParked(tx, of, recordKeys);
    await saveLinks(
      tx,
      ports.run,
      flow,
      outcomes.flatMap((outcome) => outcome.link ?? []),
      nowMs,
    );
    for (const outcome of outcomes) {
      if (outcome.parked !== undefined) await park(tx, of, outcome, outcome.parked, ports);
    }
    await unpark(
      tx,
      of,
      outcomes
        .filter((outcome) => outcome.parked === undefined && parkedBefore.has(outcome.recordKey))
        .map((outcome) => outcome.recordKey),
    );
    await unstage(tx, of, recordKeys); // Invariant 1
    const again = await stageAgain(tx, of, recordKeys, ports, ledger.edition(flow));
    // What was unchanged without a look into Cin7 has no intent.
    if (outcomes.some((outcome) => outcome.outcome !== 'unchanged' || outcome.link !== undefined))
      await deleteIntents(tx, of, recordKeys);
    const found = await saveFoundRows(
      tx,
      of.connectionId,
      seen.map((code) => crosswalkRow(code, nowMs)),
    );
    await appendTrail(tx, of.connectionId, [
      ...foundEvents(found, ports),
      ...outcomes.flatMap((outcome) => trailEvent(flow, outcome, parkedBefore.get(outcome.recordKey), ports)),
    ]);
    return { counted: { ...countOutcomes(outcomes), staged: again }, value: undefined };
  });
  for (const outcome of outcomes)
    ports.report({ phase: 'outcome', flow, outcome: outcome.outcome, label: outcome.label });
  ports.report({ phase: 'work', flow, counters: ledger.counters(flow) });
}

/** What people changed while these records were being mapped and written would be lost on them: they are looked at once more. */
async function stageAgain(
  tx: Tx,
  of: { connectionId: string; flow: string },
  recordKeys: readonly string[],
  ports: RunPorts,
  edition: number | undefined,
): Promise<number> {
  if (edition === undefined || recordKeys.length === 0) return 0;
  const isCurrent =
    (await mappingEdition(tx, of)) === edition &&
    (await settingsVersionOf(tx, of.connectionId)) === ports.run.settingsVersion;
  if (isCurrent) return 0;
  return stageRecords(tx, of, { recordKeys, reason: 'remap', needsFetch: false, nowMs: ports.now() });
}

async function loadParked(
  tx: Tx,
  of: { connectionId: string; flow: string },
  recordKeys: readonly string[],
): Promise<ReadonlyMap<string, ParkedRecord>> {
  if (recordKeys.length === 0) return new Map();
  const parked = await listParked(tx, { ...of, recordKeys, limit: recordKeys.length });
  return new Map(parked.map((record) => [record.recordKey, record]));
}

async function park(
  tx: Tx,
  of: { connectionId: string; flow: string },
  outcome: Outcome,
  parked: NonNullable<Outcome['parked']>,
  ports: RunPorts,
): Promise<void> {
  const { code, field, detail, subject } = parked.rejection;
  const record = {
    recordKey: outcome.recordKey,
    label: outcome.label,
    code,
    field,
    detail,
    subject: subject ?? '',
    fingerprint: parked.fingerprint,
  };
  await savePark(tx, { ...of, runId: ports.run.runId }, record, ports.now());
}

function countOutcomes(outcomes: readonly Outcome[]): CounterChanges {
  const counted: CounterChanges = {};
  for (const { outcome, reason } of outcomes) {
    counted[outcome] = (counted[outcome] ?? 0) + 1;
    if (outcome === 'unchanged' && reason !== undefined) counted.notDue = (counted.notDue ?? 0) + 1;
  }
  return counted;
}

/** What is unchanged is only counted, unless it was parked; a record that stays parked for the same reason is told once. */
function trailEvent(
  flow: FlowName,
  outcome: Outcome,
  parkedBefore: ParkedRecord | undefined,
  ports: RunPorts,
): readonly TrailEvent[] {
  const rejection = outcome.parked?.rejection;
  if (outcome.outcome === 'unchanged' && parkedBefore === undefined) return [];
  if (
    rejection !== undefined &&
    parkedBefore?.code === rejection.code &&
    parkedBefore.detail === rejection.detail
  )
    return [];
  return [
    {
      at: ports.now(),
      actor: ports.requester.actor,
      origin: ports.requester.origin,
      action: `record.${outcome.outcome}`,
      flow,
      recordKey: outcome.recordKey,
      runId: ports.run.runId,
      settingsVersion: ports.run.settingsVersion,
      cin7Id: outcome.link?.cin7Id ?? null,
      data: {
        label: outcome.label,
        ...(outcome.link === undefined || outcome.link.cin7Number === ''
          ? {}
          : { number: outcome.link.cin7Number }),
        ...(outcome.differences === undefined || outcome.differences.length === 0
          ? {}
          : { differences: outcome.differences }),
        ...(outcome.notes === undefined || outcome.notes.length === 0 ? {} : { notes: outcome.notes }),
        ...(rejection === undefined ? {} : rejection),
        ...(outcome.outcome === 'unchanged' ? { parkedBefore: parkedBefore?.code } : {}),
      },
    },
  ];
}

/** Codes that one entry of the trail tells of: a first load sees thousands of them. */
const CODES_AT_ONCE = 100;

/** What the rules found out about codes decides what records become, so it is told like a choice of a person, though not one by one. */
function foundEvents(found: readonly FoundRow[], ports: RunPorts): readonly TrailEvent[] {
  const events: TrailEvent[] = [];
  for (let start = 0; start < found.length; start += CODES_AT_ONCE) {
    const codes = found.slice(start, start + CODES_AT_ONCE).map(({ kind, code, before, target, state }) => ({
      kind,
      code,
      target: { from: before?.target ?? null, to: target },
      state: { from: before?.state ?? null, to: state },
    }));
    events.push({
      at: ports.now(),
      actor: ports.requester.actor,
      origin: ports.requester.origin,
      action: 'crosswalk.found',
      flow: null,
      recordKey: null,
      runId: ports.run.runId,
      settingsVersion: ports.run.settingsVersion,
      cin7Id: null,
      data: { codes },
    });
  }
  return events;
}

type FoundRow = CrosswalkRow & Pick<SeenCode, 'before'>;

function crosswalkRow(code: SeenCode, nowMs: number): FoundRow {
  const origin = code.state === 'confirmed' || code.state === 'broken' ? 'person' : 'auto';
  return { ...code, origin, updatedAtMs: nowMs, updatedBy: 'ml-connector' };
}
