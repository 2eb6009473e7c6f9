import { randomUUID } from 'node:crypto';
import { Fault } from '../faults/fault.ts';
import { inTransaction } from '../store/database.ts';
import { findChannel } from '../store/notice-channels.ts';
import { claimDelivery, insertDeliveries, settleDelivery } from '../store/notice-deliveries.ts';
import { insertNotice, type StoredNotice } from '../store/notices.ts';
import { openChannel } from './channel.ts';
import type { DeliveryPorts } from './deliver.ts';
import { send } from './send.ts';
import { testMessage } from './texts.ts';

export interface TestResult {
  readonly sent: boolean;
  /** What the other side said; empty when it took the message. */
  readonly detail: string;
  readonly deliveryId: string;
}

const CLAIM_MS = 120_000;

/**
 * Sends a test to a channel, at once and once, also while it is switched off. It stands in the log like any other delivery.
 *
 * @throws Fault `input.invalid` for a channel that is not there.
 */
export async function sendTest(channelId: string, ports: DeliveryPorts): Promise<TestResult> {
  const { db, vault, now } = ports;
  const stored = await findChannel(db, { id: channelId });
  if (stored === undefined) throw new Fault('input.invalid', 'There is no such channel.', { field: 'id' });
  const nowMs = now();
  const notice: StoredNotice = {
    id: randomUUID(),
    event: 'test',
    state: 'test',
    connectionId: null,
    runId: null,
    message: JSON.stringify(testMessage(stored.name)),
    atMs: nowMs,
  };
  const claimed = { id: randomUUID(), claimedBy: randomUUID() };
  await inTransaction(db, async (tx) => {
    await insertNotice(tx, notice);
    // Given up with its first failure, so that no sweep sends a test later on.
    const delivery = { id: claimed.id, noticeId: notice.id, channelId, nextAtMs: nowMs, giveUpAtMs: nowMs };
    await insertDeliveries(tx, [{ ...delivery, createdAtMs: nowMs }]);
    await claimDelivery(tx, {
      id: claimed.id,
      channelId,
      nowMs,
      claimedUntilMs: nowMs + CLAIM_MS,
      claimedBy: claimed.claimedBy,
    });
  });
  const channel = await openChannel(stored, vault);
  const result =
    channel === undefined
      ? { sent: false, detail: 'The address or password of the channel is missing: enter it again.' }
      : await send(channel, notice, ports);
  const detail = 'detail' in result ? result.detail : '';
  await settleDelivery(
    db,
    claimed,
    result.sent ? { state: 'delivered', nowMs: now() } : { state: 'failed', nowMs: now(), error: detail },
  );
  return { sent: result.sent, detail, deliveryId: claimed.id };
}
