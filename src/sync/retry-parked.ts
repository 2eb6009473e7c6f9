import type { StoredConnection } from '../store/connections.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { dropLink, loadLinks } from '../store/links.ts';
import { lockConnection } from '../store/locks.ts';
import { askRetry, type ParkedRecord } from '../store/parked.ts';
import { appendTrail } from '../store/trail.ts';
import type { Requester } from './ports.ts';

interface RetryOrder {
  readonly records: readonly ParkedRecord[];
  /** Forget which Cin7 object the records were linked to, so that they are matched or made anew. */
  readonly relink: boolean;
  readonly requester: Requester;
  readonly nowMs: number;
}

/** Asks for another try of parked records at the next sync. Returns how many there were. */
export function retryParked(db: Db, connection: StoredConnection, order: RetryOrder): Promise<number> {
  return inTransaction(db, async (tx) => {
    await lockConnection(tx, connection.id);
    let asked = 0;
    const released = new Map<ParkedRecord, string>();
    for (const record of order.records) {
      const of = { connectionId: connection.id, flow: record.flow };
      asked += await askRetry(tx, of, [record.recordKey]);
      if (!order.relink) continue;
      const link = (await loadLinks(tx, of, [record.recordKey])).get(record.recordKey);
      if (link !== undefined) released.set(record, link.cin7Id);
      await dropLink(tx, of, record.recordKey);
    }
    const events = order.records.map((record) => ({
      at: order.nowMs,
      ...order.requester,
      action: order.relink ? 'parked.relinked' : 'parked.retried',
      flow: record.flow,
      recordKey: record.recordKey,
      runId: null,
      settingsVersion: connection.settingsVersion,
      // Of a link that is forgotten, what it led to: nothing else remembers it.
      cin7Id: released.get(record) ?? null,
      data: { label: record.label, code: record.code },
    }));
    await appendTrail(tx, connection.id, events);
    return asked;
  });
}
