import type { StoredNotice } from '../store/notices.ts';
import { type Message, plainText } from './message.ts';

/**
 * The body of a webhook. Members are only ever added.
 *
 * `id` stays the same when a message is sent again: a receiver that has seen it lets the second one go by.
 */
export function webhookBody(notice: StoredNotice, message: Message, link: string | undefined): string {
  return JSON.stringify({
    id: notice.id,
    type: notice.event,
    state: notice.state,
    timestamp: new Date(notice.atMs).toISOString(),
    connection: notice.connectionId === null ? null : { id: notice.connectionId, name: message.connection },
    runId: notice.runId,
    title: message.title,
    text: plainText(message, undefined),
    hint: message.hint,
    link: link ?? null,
    data: message.data,
  });
}
