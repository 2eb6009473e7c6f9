import type { StoredNotice } from '../store/notices.ts';
import type { OpenChannel } from './channel.ts';
import { mailOf, sendMail } from './email.ts';
import { linkOf, parseMessage } from './message.ts';
import { post } from './post.ts';
import { signatureHeaders } from './signature.ts';
import { slackBody } from './slack.ts';
import { webhookBody } from './webhook.ts';

export interface SendPorts {
  readonly now: () => number;
  /** Address of the console, for links. */
  readonly publicUrl: string | undefined;
  /** Hosts with port that a channel may have though they are this machine or plain http. */
  readonly allowHosts: readonly string[];
  readonly signal: AbortSignal;
  /** How long an answer may take. */
  readonly timeoutMs?: number;
}

export type SendResult =
  | { readonly sent: true }
  | {
      readonly sent: false;
      /** For people. Never holds an address or a secret. */
      readonly detail: string;
      /** `channel`: nothing can be sent there now; `message`: this one was refused; `never`: the channel is gone for good. */
      readonly fault: 'channel' | 'message' | 'never';
      readonly retryAfterMs?: number;
    };

/** Sends a notice once. Never throws for what the other side does. */
export async function send(
  channel: OpenChannel,
  notice: StoredNotice,
  ports: SendPorts,
): Promise<SendResult> {
  const message = parseMessage(notice.message);
  const link = linkOf(message, ports.publicUrl);
  switch (channel.kind) {
    case 'webhook': {
      const body = webhookBody(notice, message, link);
      const { url, signingSecret: secret } = channel.secret;
      const headers = signatureHeaders({ id: notice.id, body, secret, nowMs: ports.now() });
      return post({ url, body, headers, secrets: [url, secret] }, ports);
    }
    case 'slack': {
      const { url } = channel.secret;
      return post({ url, body: slackBody(message, link), headers: {}, secrets: [url] }, ports);
    }
    case 'email':
      return sendMail(
        channel.settings,
        channel.secret.password,
        mailOf(notice, channel, message, link),
        ports,
      );
  }
}
