import type { ListedConnection } from '../store/connections-admin.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { type ParkedRecord, setAssignee, setIgnored } from '../store/parked.ts';
import { appendTrail } from '../store/trail.ts';
import type { Requester } from '../sync/ports.ts';

/** What people decide about parked records besides trying them again. */
export type ParkedDecision =
  | { readonly kind: 'ignore'; readonly reason: string | null }
  | { readonly kind: 'assign'; readonly assignee: string | null };

/** Stores a decision about parked records, each with its entry in the trail. */
export async function decideParked(
  db: Db,
  connection: ListedConnection,
  records: readonly ParkedRecord[],
  decision: ParkedDecision,
  requester: Requester,
  nowMs: number,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await lockConnection(tx, connection.id);
    for (const { flow, recordKey } of records) {
      const of = { connectionId: connection.id, flow, recordKey };
      if (decision.kind === 'assign') await setAssignee(tx, of, decision.assignee);
      else {
        const { reason } = decision;
        await setIgnored(tx, of, reason === null ? null : { by: requester.actor, reason, atMs: nowMs });
      }
    }
    await appendTrail(
      tx,
      connection.id,
      records.map((record) => ({
        at: nowMs,
        ...requester,
        action: actionOf(decision),
        flow: record.flow,
        recordKey: record.recordKey,
        runId: null,
        settingsVersion: connection.settingsVersion,
        cin7Id: null,
        data:
          decision.kind === 'assign'
            ? { from: record.assignee, to: decision.assignee }
            : { code: record.code, from: record.ignored?.reason ?? null, to: decision.reason },
      })),
    );
  });
}

function actionOf(decision: ParkedDecision): string {
  if (decision.kind === 'assign') return 'parked.assigned';
  return decision.reason === null ? 'parked.ignore_taken_back' : 'parked.ignored';
}
