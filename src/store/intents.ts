import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';
import type { RunHandle } from './runs.ts';
import type { FlowOf } from './stage.ts';

export type IntentAction = 'create' | 'update' | 'void' | 'redo';
/** `sent`: the call may have been made; `header_done`: the purchase exists, its order may have been written. */
export type IntentState = 'sent' | 'header_done';

/** A durable note of a write that may be sent. */
export interface Intent {
  readonly recordKey: string;
  readonly action: IntentAction;
  readonly state: IntentState;
  readonly label: string;
  readonly fingerprint: string;
  /** JSON of the payload to be written. */
  readonly payload: string;
  readonly cin7Id: string | null;
  readonly cin7Number: string | null;
  readonly sentAtMs: number;
}

/** Notes writes as sent, before any of their calls is made (invariant 3). */
export async function saveSentIntents(
  tx: Db,
  run: RunHandle,
  flow: string,
  intents: readonly Intent[],
): Promise<void> {
  for (const chunk of chunksOf(intents, 12)) {
    await tx
      .insertInto('intents')
      .values(
        chunk.map((intent) => ({
          connection_id: run.connectionId,
          flow,
          record_key: intent.recordKey,
          action: intent.action,
          state: intent.state,
          label: intent.label,
          fingerprint: intent.fingerprint,
          payload: intent.payload,
          cin7_id: intent.cin7Id,
          cin7_number: intent.cin7Number,
          run_id: run.runId,
          sent_at: intent.sentAtMs,
        })),
      )
      .execute();
  }
}

/** The header of a purchase exists: from here on only its order is to be written. */
export async function markHeaderDone(
  tx: Db,
  of: FlowOf,
  done: { recordKey: string; cin7Id: string; cin7Number: string },
): Promise<void> {
  await tx
    .updateTable('intents')
    .set({ state: 'header_done', cin7_id: done.cin7Id, cin7_number: done.cin7Number })
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '=', done.recordKey)
    .execute();
}

/** Settled: called in the transaction that stores the outcome, or when a look-up has shown that nothing was written. */
export async function deleteIntents(
  tx: Db,
  of: FlowOf & { state?: IntentState },
  recordKeys: readonly string[],
): Promise<void> {
  for (const chunk of chunksOf(recordKeys, 1)) {
    let statement = tx
      .deleteFrom('intents')
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('record_key', 'in', [...chunk]);
    if (of.state !== undefined) statement = statement.where('state', '=', of.state);
    await statement.execute();
  }
}

export async function listOpenIntents(db: Db, of: FlowOf): Promise<readonly Intent[]> {
  const rows = await db
    .selectFrom('intents')
    .selectAll()
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    recordKey: row.record_key,
    action: row.action as IntentAction,
    state: row.state as IntentState,
    label: row.label,
    fingerprint: row.fingerprint,
    payload: row.payload,
    cin7Id: row.cin7_id,
    cin7Number: row.cin7_number,
    sentAtMs: Number(row.sent_at),
  }));
}

/** Records whose last write is open. */
export async function openIntentKeys(db: Db, of: FlowOf): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('intents')
    .select('record_key')
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .execute();
  return new Set(rows.map((row) => row.record_key));
}
