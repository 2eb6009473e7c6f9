import type { Books } from '../crosswalk/books.ts';
import type { SourceRecord } from '../flows/flow.ts';
import type { PlannedSuppliers, TargetFlow, Writer } from '../flows/target-flow.ts';
import { type Intent, openIntentKeys } from '../store/intents.ts';
import { loadLinks } from '../store/links.ts';
import { listParked } from '../store/parked.ts';
import { listStaged, mappingEdition, type StagePart } from '../store/stage.ts';
import { type Change, diffRecord } from './diff.ts';
import type { RunLedger } from './ledger.ts';
import { assembleRecords, type OpenMapper, openMapper } from './map.ts';
import type { RunPorts } from './ports.ts';
import { type Outcome, recordOutcomes } from './record.ts';
import { Recorder } from './recorder.ts';
import { settleIntents } from './settle.ts';
import { DoubtCounter, type WritingChange, writeChanges } from './write.ts';

const BATCH_RECORDS = 200;
/** Rounds in one run: the first sends everything, further ones only what was in doubt and was then found absent. */
const ROUNDS_MAX = 3;

interface Work<P> {
  readonly flow: TargetFlow<P>;
  readonly writer: Writer<P>;
  readonly books: Books;
  readonly ports: RunPorts;
  readonly ledger: RunLedger;
  readonly signal: AbortSignal;
  /** Which part of the stage; without it what changed first, then what a backfill staged. */
  readonly part?: 'all' | StagePart;
  /** Asked before each batch: whether to stop here and leave the rest on the stage. */
  readonly isPauseDue?: () => Promise<boolean>;
  readonly batchRecords?: number;
}

/** Works a flow's stage off: map, diff, write, record. Safe to kill at any line and run again. */
export async function workFlow<P>(work: Work<P>): Promise<void> {
  const { flow, writer, ports, ledger, signal } = work;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const doubts = new DoubtCounter();
  const attempts = new Map<string, number>();
  const recorder = new Recorder(flow.name, ports, ledger);
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    await forEachBatch(work, new Map(), async (changes, opened) => {
      const writing: WritingChange<P>[] = [];
      const settled: Outcome[] = [];
      for (const change of changes) {
        if (change.kind === 'create' || change.kind === 'update' || change.kind === 'void')
          writing.push(change);
        else settled.push(settledOutcome(change));
      }
      const seen = opened.crosswalk.takeSeen();
      await recordOutcomes(flow.name, settled, seen, ports, ledger);
      await writeChanges(writing, { flow, writer, ports, ledger, recorder, doubts }, signal);
    });
    if ((await openIntentKeys(ports.db, of)).size === 0) return;
    const doubted = await settleIntents(flow, writer, 'wait', ports, ledger, signal);
    await recordOutcomes(flow.name, giveUp(doubted, attempts), [], ports, ledger);
  }
}

/** A write that Cin7 fails time and again while it answers everything else: the fault is in the record, and a person has to look. */
function giveUp(doubted: readonly Intent[], attempts: Map<string, number>): readonly Outcome[] {
  return doubted.flatMap((intent): readonly Outcome[] => {
    const failed = (attempts.get(intent.recordKey) ?? 0) + 1;
    attempts.set(intent.recordKey, failed);
    if (failed < ROUNDS_MAX) return [];
    const { recordKey, label, fingerprint } = intent;
    const detail = `Cin7 failed each of ${failed} attempts to ${intent.action} the record.`;
    const rejection = { code: 'cin7.fails', field: 'Cin7', detail } as const;
    return [{ recordKey, label, outcome: 'parked', parked: { rejection, fingerprint } }];
  });
}

/** Shows what the stage would do, batch by batch, and leaves all of it where it is. */
export async function planFlow<P>(
  work: Omit<Work<P>, 'writer'>,
  plannedSuppliers: PlannedSuppliers,
  onChanges: (changes: readonly Change<P>[]) => Promise<void>,
): Promise<void> {
  await forEachBatch(work, plannedSuppliers, async (changes, opened) => {
    // A plan stores what codes it met, so that the work list of the crosswalk can be worked off before the first write.
    const seen = opened.crosswalk.takeSeen();
    await recordOutcomes(work.flow.name, [], seen, work.ports, work.ledger);
    await onChanges(changes);
  });
}

async function forEachBatch<P>(
  work: Omit<Work<P>, 'writer'>,
  plannedSuppliers: PlannedSuppliers,
  handle: (changes: readonly Change<P>[], opened: OpenMapper<P>) => Promise<void>,
): Promise<void> {
  const { flow, ports, signal, part = 'all', batchRecords = BATCH_RECORDS } = work;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  // What changed goes before what a backfill has staged.
  const parts: StagePart[] = part === 'all' ? ['live', 'backfill'] : [part];
  let afterKey = '';
  let opened: OpenMapper<P> | undefined;
  for (let place = 0; place < parts.length; ) {
    signal.throwIfAborted();
    if ((await work.isPauseDue?.()) === true) return;
    const query = { afterKey, limit: batchRecords, part: parts[place] ?? 'live' };
    const staged = await listStaged(ports.db, of, query);
    const last = staged.at(-1);
    if (last === undefined) {
      place += 1;
      afterKey = '';
      continue;
    }
    afterKey = last.recordKey;
    // A record whose last write is in doubt waits until that is settled (invariant 3).
    const inDoubt = await openIntentKeys(ports.db, of);
    const workable = staged.map((record) => record.recordKey).filter((key) => !inDoubt.has(key));
    if (workable.length === 0) continue;
    // People may have changed the mapping since the last batch.
    const edition = await mappingEdition(ports.db, of);
    if (opened === undefined || work.ledger.edition(flow.name) !== edition) {
      work.ledger.noteEdition(flow.name, edition);
      opened = await openMapper(flow, work.books, plannedSuppliers, ports);
    }
    await handle(await changesOf(flow, workable, opened, ports), opened);
  }
}

async function changesOf<P>(
  flow: TargetFlow<P>,
  recordKeys: readonly string[],
  opened: OpenMapper<P>,
  ports: RunPorts,
): Promise<readonly Change<P>[]> {
  return changesOfRecords(flow, await assembleRecords(flow.tables, recordKeys, ports), opened, ports);
}

/** Maps records of one batch and compares each with what was last written. Writes nothing. */
export async function changesOfRecords<P>(
  flow: TargetFlow<P>,
  records: readonly SourceRecord[],
  opened: OpenMapper<P>,
  ports: RunPorts,
): Promise<readonly Change<P>[]> {
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const recordKeys = records.map((record) => record.key);
  const mapped = await opened.mapper.mapBatch(records);
  const links = await loadLinks(ports.db, of, recordKeys);
  const parked = new Map(
    (await listParked(ports.db, { ...of, recordKeys, limit: recordKeys.length })).map((record) => [
      record.recordKey,
      record,
    ]),
  );
  return records.flatMap((record, place) => {
    const result = mapped[place];
    if (result === undefined) throw new Error(`${flow.name} did not map record ${record.key}.`);
    return diffRecord({
      recordKey: record.key,
      mapped: result,
      link: links.get(record.key),
      parked: parked.get(record.key),
      differences: (before, after) => flow.differences(before, after),
    });
  });
}

function settledOutcome<P>(change: Exclude<Change<P>, WritingChange<P>>): Outcome {
  const base = { recordKey: change.recordKey, label: change.label, notes: change.notes };
  switch (change.kind) {
    case 'parked':
      return {
        ...base,
        outcome: 'parked',
        parked: { rejection: change.rejection, fingerprint: change.fingerprint },
      };
    case 'adopted':
      return change.link.state === 'voided'
        ? { ...base, outcome: 'voided', link: change.link }
        : { ...base, outcome: 'created', link: { ...change.link, state: 'live' } };
    case 'unchanged':
      return {
        ...base,
        outcome: 'unchanged',
        ...(change.reason === undefined ? {} : { reason: change.reason }),
      };
  }
}
