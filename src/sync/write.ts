import { RefusedByCin7 } from '../connectors/connector.ts';
import type { Rejection } from '../domain/decoded.ts';
import { Fault, isFault } from '../faults/fault.ts';
import type { Difference } from '../flows/flow.ts';
import type { TargetFlow, WriteResult, Writer } from '../flows/target-flow.ts';
import { deleteIntents, type Intent, markHeaderDone, saveSentIntents } from '../store/intents.ts';
import type { Link } from '../store/links.ts';
import type { Change } from './diff.ts';
import type { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';
import type { Outcome } from './record.ts';
import type { Recorder } from './recorder.ts';

/** A change that needs calls. */
export type WritingChange<P> = Extract<Change<P>, { kind: 'create' | 'update' | 'void' }>;

interface Writing<P> {
  readonly flow: TargetFlow<P>;
  readonly writer: Writer<P>;
  readonly ports: RunPorts;
  readonly ledger: RunLedger;
  readonly recorder: Recorder;
  readonly doubts: DoubtCounter;
}

/** Writes in a row that Cin7 left unanswered: it is away, and every further one would have to be looked up as well. */
const DOUBTS_IN_A_ROW_MAX = 5;

/** Counts them over all slices of a run. */
export class DoubtCounter {
  #inARow = 0;

  answered(): void {
    this.#inARow = 0;
  }

  /** @throws Fault `cin7.server_error` when Cin7 answers no write any more. */
  unanswered(cause: unknown): void {
    this.#inARow += 1;
    if (this.#inARow < DOUBTS_IN_A_ROW_MAX) return;
    const message = `Cin7 left ${this.#inARow} writes in a row unanswered; they are looked up in the next run.`;
    throw new Fault('cin7.server_error', message, { cause });
  }
}

/**
 * Sends changes, a few at a time, each with a durable intent before its first call (invariant 3), and records each outcome as its
 * answer comes. A write whose answer is lost keeps its intent open; it is looked up before anything else is done for that record.
 *
 * @throws Fault of kind `retry` or `halt` when nothing more can be written; what was not written stays on the stage.
 */
export async function writeChanges<P>(
  changes: readonly WritingChange<P>[],
  writing: Writing<P>,
  signal: AbortSignal,
): Promise<void> {
  const { intentsAtOnce } = writing.ports;
  for (let start = 0; start < changes.length; start += intentsAtOnce) {
    signal.throwIfAborted();
    await writeSlice(changes.slice(start, start + intentsAtOnce), writing, signal);
  }
}

async function writeSlice<P>(
  slice: readonly WritingChange<P>[],
  writing: Writing<P>,
  signal: AbortSignal,
): Promise<void> {
  const { flow, ports, ledger } = writing;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const sentAtMs = ports.now();
  await ledger.transact(flow.name, async (tx) => {
    await saveSentIntents(
      tx,
      ports.run,
      flow.name,
      slice.map((change) => intentOf(change, sentAtMs)),
    );
    return { counted: {}, value: undefined };
  });

  const queue = [...slice];
  const unsent = new Set(slice.map((change) => change.recordKey));
  let failure: Error | undefined;
  const work = async (): Promise<void> => {
    for (
      let change = queue.shift();
      change !== undefined && failure === undefined && !signal.aborted;
      change = queue.shift()
    ) {
      unsent.delete(change.recordKey);
      try {
        await writeOne(change, writing);
      } catch (error) {
        // Certain that nothing was stored: the intent goes, the record stays on the stage.
        if (isFault(error, 'retry', 'halt') && !isFault(error.cause, 'uncertain') && !isOfStore(error))
          unsent.add(change.recordKey);
        failure ??= error instanceof Error ? error : new Error(String(error), { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(ports.writesAtOnce, queue.length) }, work));
  await writing.recorder.flush();
  if (unsent.size > 0) await dropIntents(of, [...unsent], writing);
  if (failure !== undefined) throw failure;
  signal.throwIfAborted();
}

/** The store may go away behind an answer of Cin7 as well as before a call. */
function isOfStore(fault: Fault): boolean {
  return fault.code === 'store.unavailable';
}

/** Intents of writes that were never begun, or certainly not stored. A header that was made keeps its intent. */
async function dropIntents<P>(
  of: { connectionId: string; flow: string },
  recordKeys: readonly string[],
  writing: Writing<P>,
): Promise<void> {
  await writing.ledger.transact(writing.flow.name, async (tx) => {
    await deleteIntents(tx, { ...of, state: 'sent' }, recordKeys);
    return { counted: {}, value: undefined };
  });
}

async function writeOne<P>(change: WritingChange<P>, writing: Writing<P>): Promise<void> {
  const { flow, recorder } = writing;
  try {
    const result = await perform(change, writing);
    writing.doubts.answered();
    await recorder.outcome(outcomeOf(flow, change, result));
  } catch (error) {
    if (error instanceof RefusedByCin7) {
      writing.doubts.answered();
      const rejection = rejectionOf(error, flow.name);
      await recorder.outcome(parkedOutcome(change, rejection));
      return;
    }
    if (!isFault(error, 'uncertain')) throw error;
    // The intent stays open and is settled by a look-up.
    writing.doubts.unanswered(error);
    return;
  }
}

function perform<P>(change: WritingChange<P>, writing: Writing<P>): Promise<WriteResult<P>> {
  const { writer, flow, ports, ledger } = writing;
  const { recordKey } = change;
  if (change.kind === 'void') return writer.void({ recordKey, link: change.link });
  const task = {
    recordKey,
    payload: change.payload,
    differences: change.differences,
    headerDone: (header: { cin7Id: string; cin7Number: string }) =>
      ledger.transact(flow.name, async (tx) => {
        await markHeaderDone(
          tx,
          { connectionId: ports.run.connectionId, flow: flow.name },
          { recordKey, ...header },
        );
        return { counted: {}, value: undefined };
      }),
  };
  return change.kind === 'create' ? writer.create(task) : writer.update({ ...task, link: change.link });
}

/** Turns the answer of a write into what is stored. */
export function outcomeOf<P>(flow: TargetFlow<P>, change: WritingChange<P>, result: WriteResult<P>): Outcome {
  const base = { recordKey: change.recordKey, label: change.label, notes: change.notes };
  if (result.kind === 'refused') {
    const parked = { rejection: result.rejection, fingerprint: change.fingerprint };
    const { partial } = result;
    if (partial === undefined) return { ...base, outcome: 'parked', parked };
    const state = change.kind === 'create' ? 'begun' : 'live';
    const link = linkOf(flow, change, { ...partial, fingerprint: '', state });
    return { ...base, outcome: 'parked', parked, link };
  }
  if (change.kind === 'void') {
    return {
      ...base,
      outcome: result.outcome,
      link: { ...change.link, state: 'voided', fingerprint: change.fingerprint },
    };
  }
  const stored = { ...result, payload: change.payload };
  const differences = change.kind === 'update' ? { differences: change.differences } : {};
  if (result.deviations.length > 0) {
    // It stands in Cin7, but not as it should: linked, so that it is never made twice, and parked for a person.
    const rejection = deviationOf(result.deviations);
    const link = linkOf(flow, change, { ...stored, fingerprint: '', state: 'live' });
    return {
      ...base,
      ...differences,
      outcome: 'parked',
      parked: { rejection, fingerprint: change.fingerprint },
      link,
    };
  }
  const outcome = change.kind === 'update' && change.link.state === 'begun' ? 'created' : result.outcome;
  return {
    ...base,
    ...differences,
    outcome,
    link: linkOf(flow, change, { ...stored, fingerprint: change.fingerprint, state: 'live' }),
  };
}

interface Stored<P> {
  readonly cin7Id: string;
  readonly cin7Number: string;
  readonly details: unknown;
  readonly payload: P;
  readonly fingerprint: string;
  readonly state: Link['state'];
}

function linkOf<P>(flow: TargetFlow<P>, change: WritingChange<P>, stored: Stored<P>): Link {
  return {
    recordKey: change.recordKey,
    cin7Id: stored.cin7Id,
    cin7Number: stored.cin7Number,
    state: stored.state,
    label: change.label,
    nameKey: flow.nameKey(stored.payload),
    fingerprint: stored.fingerprint,
    payload: JSON.stringify(stored.payload),
    details: JSON.stringify(stored.details),
  };
}

function parkedOutcome<P>(change: WritingChange<P>, rejection: Rejection): Outcome {
  return {
    recordKey: change.recordKey,
    label: change.label,
    notes: change.notes,
    outcome: 'parked',
    parked: { rejection, fingerprint: change.fingerprint },
  };
}

function rejectionOf(error: RefusedByCin7, flow: string): Rejection {
  const field = flow === 'suppliers' ? 'Supplier' : 'Purchase';
  return { code: 'cin7.refused', field, detail: error.reasons.map((reason) => reason.text).join(' / ') };
}

function deviationOf(deviations: readonly Difference[]): Rejection {
  const shown = deviations
    .slice(0, 3)
    .map(({ field, from, to }) => `${field} was sent as "${String(from)}" and stored as "${String(to)}"`);
  return {
    code: 'cin7.stored_differently',
    field: deviations[0]?.field ?? 'Cin7',
    detail: `${shown.join('; ')}.`,
  };
}

function intentOf<P>(change: WritingChange<P>, sentAtMs: number): Intent {
  return {
    recordKey: change.recordKey,
    action: change.kind,
    state: 'sent',
    label: change.label,
    fingerprint: change.fingerprint,
    payload: change.kind === 'void' ? '{}' : JSON.stringify(change.payload),
    cin7Id: null,
    cin7Number: null,
    sentAtMs,
  };
}
