import { randomUUID } from 'node:crypto';
import { fullJitterMs } from '../connectors/http/backoff.ts';
import { isFault } from '../faults/fault.ts';
import type { Db } from '../store/database.ts';
import { findChannel } from '../store/notice-channels.ts';
import {
  channelsWithDue,
  claimDelivery,
  holdChannelBack,
  type StoredDelivery,
  settleDelivery,
} from '../store/notice-deliveries.ts';
import { findNotice } from '../store/notices.ts';
import { type OpenChannel, openChannel, type SecretReader } from './channel.ts';
import { type SendPorts, type SendResult, send } from './send.ts';

export interface DeliveryPorts extends SendPorts {
  readonly db: Db;
  readonly vault: SecretReader;
  readonly random: () => number;
  /** Hears of errors of our own. */
  readonly onError?: (error: unknown) => void;
}

export interface Delivered {
  readonly delivered: number;
  /** Not taken this time; they are tried again. */
  readonly putOff: number;
  readonly failed: number;
}

/** A claim outlives the longest attempt; that of a dead process ends by itself. */
const CLAIM_MS = 120_000;
const CHANNELS_AT_ONCE = 4;
/** Of one channel in one sweep. */
const DELIVERIES_MAX = 100;
/** From half a minute to three hours: over 24 hours some 15 to 20 attempts. */
const BACKOFF = { baseMs: 30_000, maxMs: 3 * 60 * 60_000 };
const WAIT_MS_MIN = 1_000;
export const ATTEMPTS_MAX = 30;

/**
 * Sends what is due. Each delivery is sent at least once: it is marked after the other side took it, so a process that dies in
 * between sends it again, under the same id. Processes share the work; each delivery is with one of them at a time.
 */
export async function deliverDue(ports: DeliveryPorts): Promise<Delivered> {
  const channels = [...(await channelsWithDue(ports.db, ports.now()))];
  const total = { delivered: 0, putOff: 0, failed: 0 };
  const worker = async (): Promise<void> => {
    for (let id = channels.shift(); id !== undefined; id = channels.shift()) {
      const done = await deliverTo(id, ports);
      total.delivered += done.delivered;
      total.putOff += done.putOff;
      total.failed += done.failed;
    }
  };
  await Promise.all(Array.from({ length: CHANNELS_AT_ONCE }, worker));
  return total;
}

async function deliverTo(channelId: string, ports: DeliveryPorts): Promise<Delivered> {
  const { db, now, signal } = ports;
  const claimedBy = randomUUID();
  const total = { delivered: 0, putOff: 0, failed: 0 };
  for (let sent = 0; sent < DELIVERIES_MAX && !signal.aborted; sent++) {
    const nowMs = now();
    const claim = { channelId, nowMs, claimedUntilMs: nowMs + CLAIM_MS, claimedBy };
    const delivery = await claimDelivery(db, claim);
    if (delivery === undefined) break;
    const result = await attempt(delivery, ports);
    if (signal.aborted && !result.sent) break; // The claim ends by itself.
    const ended = await settle({ id: delivery.id, claimedBy }, delivery, result, ports);
    total[ended] += 1;
    if (!result.sent && result.fault !== 'message') break;
  }
  return total;
}

/** Whatever goes wrong is stored with the delivery: a channel that cannot be opened must not keep the others from being told. */
async function attempt(delivery: StoredDelivery, ports: DeliveryPorts): Promise<SendResult> {
  try {
    const notice = await findNotice(ports.db, delivery.noticeId);
    if (notice === undefined) return gone('The notice is not there any more.');
    const channel = await ready(delivery.channelId, ports);
    return typeof channel === 'string' ? gone(channel) : await send(channel, notice, ports);
  } catch (error) {
    const detail = isFault(error) ? error.message : 'An error of the connector itself; the log has it.';
    if (!isFault(error)) ports.onError?.(error);
    return { sent: false, fault: 'channel', detail };
  }
}

const gone = (detail: string): SendResult => ({ sent: false, fault: 'never', detail });

/** The channel, or why nothing can be sent to it. */
async function ready(id: string, { db, vault }: DeliveryPorts): Promise<OpenChannel | string> {
  const stored = await findChannel(db, { id });
  if (stored === undefined) return 'The channel was removed.';
  if (!stored.enabled) return 'The channel was switched off.';
  return (
    (await openChannel(stored, vault)) ?? 'The address or password of the channel is missing: enter it again.'
  );
}

async function settle(
  claimed: { readonly id: string; readonly claimedBy: string },
  delivery: StoredDelivery,
  result: SendResult,
  { db, now, random }: DeliveryPorts,
): Promise<keyof Delivered> {
  const nowMs = now();
  if (result.sent) {
    await settleDelivery(db, claimed, { state: 'delivered', nowMs });
    return 'delivered';
  }
  const error = result.detail;
  const isOver = nowMs >= delivery.giveUpAtMs || delivery.attempts >= ATTEMPTS_MAX;
  if (result.fault === 'never' || isOver) {
    await settleDelivery(db, claimed, { state: 'failed', nowMs, error });
    return 'failed';
  }
  const jitterMs = fullJitterMs(delivery.attempts, { ...BACKOFF, random });
  const waitMs = Math.max(WAIT_MS_MIN, jitterMs, result.retryAfterMs ?? 0);
  // The last try is not put off beyond the end.
  const nextAtMs = Math.min(nowMs + Math.ceil(waitMs), delivery.giveUpAtMs);
  await settleDelivery(db, claimed, { state: 'waiting', nextAtMs, error });
  if (result.fault === 'channel') await holdChannelBack(db, delivery.channelId, nextAtMs);
  return 'putOff';
}
