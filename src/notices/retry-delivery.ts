import { type Db, inTransaction } from '../store/database.ts';
import { askDeliveryAgain } from '../store/notice-deliveries.ts';
import { appendTrail } from '../store/trail.ts';
import { GIVE_UP_AFTER_MS } from './note.ts';

/** A person asks for another try of a delivery that was given up. Says whether there was one. */
export function retryDelivery(
  db: Db,
  id: string,
  requester: { readonly actor: string; readonly origin: string },
  nowMs: number,
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    if (!(await askDeliveryAgain(tx, id, { nowMs, giveUpAtMs: nowMs + GIVE_UP_AFTER_MS }))) return false;
    await appendTrail(tx, 'system', [
      {
        at: nowMs,
        ...requester,
        action: 'notice_delivery.retried',
        flow: null,
        recordKey: null,
        runId: null,
        settingsVersion: null,
        cin7Id: null,
        data: { delivery: id },
      },
    ]);
    return true;
  });
}
