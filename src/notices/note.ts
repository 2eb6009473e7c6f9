import { hash, randomUUID } from 'node:crypto';
import { connectionNameOf } from '../store/connection-names.ts';
import type { Db } from '../store/database.ts';
import { listChannels, type StoredChannel } from '../store/notice-channels.ts';
import { insertDeliveries } from '../store/notice-deliveries.ts';
import {
  closeTroubles,
  insertNotice,
  meetTrouble,
  type NoticeState,
  noteTroubleTold,
  openTroubles,
  type Trouble,
} from '../store/notices.ts';
import { connectionOf, type EventName, type NoticeEvent } from './events.ts';
import type { Message } from './message.ts';
import { messageOf, repeatedMessage, resolvedMessage } from './texts.ts';

const DAY_MS = 86_400_000;
/** What cannot be delivered for so long is given up, and shown as failed. */
export const GIVE_UP_AFTER_MS = DAY_MS;

interface Quiet {
  readonly dedupKey: string;
  /** The same trouble is told again after so long at the earliest. */
  readonly quietMs: number;
  /** Trouble that is over within this time is not told at all. */
  readonly patienceMs: number;
}

/**
 * Notes that something happened that people should hear of, in the transaction that causes it: it is told exactly if that
 * transaction is committed. The same trouble is told at once and then at most once a day, with how often it was met.
 *
 * @returns whether a notice was written, or the trouble was only counted.
 */
export async function noteEvent(tx: Db, event: NoticeEvent, nowMs: number): Promise<boolean> {
  const connectionId = connectionOf(event);
  const message = messageOf(event, connectionId === null ? null : await connectionNameOf(tx, connectionId));
  const runId = 'runId' in event ? event.runId : null;
  const notice = { events: [event.event], connectionId, runId, nowMs } as const;
  const quiet = quietOf(event);
  if (quiet === undefined) {
    await tell(tx, { ...notice, state: 'raised', message });
    return true;
  }
  const trouble = await meetTrouble(tx, {
    dedupKey: quiet.dedupKey,
    event: event.event,
    connectionId,
    title: message.title,
    nowMs,
  });
  if (!isDue(trouble, quiet, nowMs)) return false;
  await noteTroubleTold(tx, trouble, nowMs);
  await (trouble.toldAtMs === null
    ? tell(tx, { ...notice, state: 'raised', message })
    : tell(tx, { ...notice, state: 'repeated', message: repeatedMessage(message, trouble) }));
  return true;
}

interface Recovery {
  readonly connectionId: string | null;
  /** Kinds of trouble that are over now. */
  readonly events: readonly EventName[];
  /** Of these only those whose key fits. */
  readonly fits?: (dedupKey: string) => boolean;
  readonly runId?: string | null;
  readonly nowMs: number;
}

/** Notes that trouble is over: one message for all of it, and only if it was told. */
export async function noteRecovery(tx: Db, recovery: Recovery): Promise<void> {
  const { connectionId, events, fits = () => true, nowMs } = recovery;
  const over = (await openTroubles(tx, { connectionId, events })).filter(({ dedupKey }) => fits(dedupKey));
  if (over.length === 0) return;
  await closeTroubles(
    tx,
    over.map(({ dedupKey }) => dedupKey),
  );
  const told = over.filter(({ toldAtMs }) => toldAtMs !== null);
  if (told.length === 0) return;
  const name = connectionId === null ? null : await connectionNameOf(tx, connectionId);
  await tell(tx, {
    // Who was told of the trouble is told that it is over.
    events: ['connection.back', ...told.map(({ event }) => event)],
    connectionId,
    runId: recovery.runId ?? null,
    nowMs,
    state: 'resolved',
    message: resolvedMessage(told, name),
  });
}

interface Telling {
  /** The first names the notice; a channel gets it that wants one of them. */
  readonly events: readonly [EventName, ...string[]];
  readonly connectionId: string | null;
  readonly runId: string | null;
  readonly state: NoticeState;
  readonly message: Message;
  readonly nowMs: number;
}

async function tell(tx: Db, telling: Telling): Promise<void> {
  const { nowMs } = telling;
  const noticeId = randomUUID();
  await insertNotice(tx, {
    id: noticeId,
    event: telling.events[0],
    state: telling.state,
    connectionId: telling.connectionId,
    runId: telling.runId,
    message: JSON.stringify(telling.message),
    atMs: nowMs,
  });
  const channels = (await listChannels(tx)).filter((channel) => wants(channel, telling));
  await insertDeliveries(
    tx,
    channels.map((channel) => ({
      id: randomUUID(),
      noticeId,
      channelId: channel.id,
      nextAtMs: nowMs,
      giveUpAtMs: nowMs + GIVE_UP_AFTER_MS,
      createdAtMs: nowMs,
    })),
  );
}

/** What is about all of the connector goes to channels of single connections too: nothing of it may go nowhere. */
function wants(channel: StoredChannel, { events, connectionId }: Telling): boolean {
  if (!channel.enabled) return false;
  if (channel.events !== null && !events.some((event) => channel.events?.includes(event))) return false;
  return channel.connections === null || connectionId === null || channel.connections.includes(connectionId);
}

function isDue(trouble: Trouble, quiet: Quiet, nowMs: number): boolean {
  if (trouble.toldAtMs === null) return nowMs - trouble.firstAtMs >= quiet.patienceMs;
  return nowMs - trouble.toldAtMs >= quiet.quietMs;
}

/** What counts as the same trouble. Events that are told each time have none. */
function quietOf(event: NoticeEvent): Quiet | undefined {
  const daily = (...parts: readonly string[]): Quiet => ({
    dedupKey: [event.event, ...parts].join(':'),
    quietMs: DAY_MS,
    patienceMs: 0,
  });
  switch (event.event) {
    case 'run.failed':
      return daily(event.connectionId, event.runKind, event.code ?? 'unexpected');
    case 'connection.offline':
      return { ...daily(event.connectionId, event.side), patienceMs: 5 * 60_000 };
    case 'run.no_progress':
    case 'freshness.stale':
      return daily(event.connectionId);
    case 'trail.damaged':
      return daily(event.chain);
    case 'key.problem':
      return daily(event.connectionId ?? 'system');
    case 'reconcile.differences': {
      const figures = event.differences.map(({ what, count }) => [what, count]);
      const digest = hash('sha256', JSON.stringify(figures), 'base64url').slice(0, 16);
      return { ...daily(event.connectionId, digest), quietMs: 7 * DAY_MS };
    }
    case 'sign_in.blocked':
      // One for all users: who tries out names must not be able to send a message for each.
      return { ...daily(), quietMs: 60 * 60_000 };
    case 'parked.new':
      return undefined;
  }
}
