import { z } from 'zod';
import type { StoredChannel } from '../store/notice-channels.ts';
import { EVENT_NAMES, type EventName } from './events.ts';

const line = (charsMax: number) =>
  z
    .string()
    .min(1)
    .max(charsMax)
    .regex(/^\P{Cc}*$/u, 'must be one line');

const emailAddress = z
  .email('must be an e-mail address such as purchasing@example.com')
  .max(254)
  .describe('E-mail address.');

export const emailSettings = z.strictObject({
  host: line(253).describe('Host name of the mail server, such as smtp.example.com.'),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .describe('Port: 587 with starttls, 465 with tls, 25 in the own network.'),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe(
      'starttls: encrypted after the greeting, or not sent at all; tls: encrypted from the start; none: only in the own network.',
    ),
  user: line(254).nullable().default(null).describe('User name at the mail server; null: it asks for none.'),
  from: emailAddress.describe('Sender of the messages.'),
  to: z.array(emailAddress).min(1).max(20).describe('Who gets the messages.'),
  certificateAuthority: z
    .string()
    .max(20_000)
    .includes('-----BEGIN CERTIFICATE-----', { error: 'must be PEM text' })
    .nullable()
    .default(null)
    .describe('PEM text of the certificate authority of the mail server, where it is not a public one.'),
});

export type EmailSettings = z.output<typeof emailSettings>;

/** Shown in place of the address, which may be a secret as a whole. */
const webSettings = z.strictObject({ host: z.string() });

const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with https://' })
  .max(2_000)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === '' && url.password === '' && url.hash === '';
  }, 'must not hold a user name, a password or a fragment');

const SIGNING_SECRET_CHARS_MIN = 24;

export const webhookSecret = z.strictObject({
  url: webAddress.describe(
    'Address that gets the notices. Kept in the vault, since such addresses often are secrets.',
  ),
  signingSecret: line(256)
    .min(SIGNING_SECRET_CHARS_MIN)
    .describe('Secret with which each message is signed.'),
});
export const slackSecret = z.strictObject({
  url: webAddress.describe(
    'Address of the incoming webhook of Slack, Mattermost or Teams. Kept in the vault.',
  ),
});
export const emailSecret = z.strictObject({
  password: z.string().max(1_000).nullable().describe('Password at the mail server.'),
});

/** A channel that is ready to be used. */
export type OpenChannel = {
  readonly id: string;
  readonly name: string;
} & (
  | { readonly kind: 'webhook'; readonly secret: z.output<typeof webhookSecret> }
  | { readonly kind: 'slack'; readonly secret: z.output<typeof slackSecret> }
  | {
      readonly kind: 'email';
      readonly settings: EmailSettings;
      readonly secret: z.output<typeof emailSecret>;
    }
);

export const CHANNEL_KINDS = ['webhook', 'email', 'slack'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** Of e-mail all but the password; of the others the host alone. */
  readonly settings: EmailSettings | { readonly host: string };
  readonly events: readonly EventName[] | null;
  readonly connections: readonly string[] | null;
  readonly enabled: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A channel as people see it: everything but its secret. */
export function channelOf(stored: StoredChannel): Channel {
  const kind = CHANNEL_KINDS.find((each) => each === stored.kind) ?? 'webhook';
  const document: unknown = JSON.parse(stored.settings);
  return {
    ...stored,
    kind,
    settings: kind === 'email' ? emailSettings.parse(document) : webSettings.parse(document),
    events: stored.events === null ? null : EVENT_NAMES.filter((name) => stored.events?.includes(name)),
  };
}

/** Where the secrets of channels lie. */
export interface SecretReader {
  /** Undefined: there is none of that name. */
  open(owner: string, name: string): Promise<string | undefined>;
}

export const SECRET_OWNER = 'system';
export const secretName = (channelId: string): string => `notice.${channelId}`;

/** Joins a channel with its secret. Undefined: there is no secret, so nothing can be sent. */
export async function openChannel(
  stored: StoredChannel,
  vault: SecretReader,
): Promise<OpenChannel | undefined> {
  const text = await vault.open(SECRET_OWNER, secretName(stored.id));
  if (text === undefined) return undefined;
  const { id, name } = stored;
  const document: unknown = JSON.parse(text);
  const channel = channelOf(stored);
  switch (channel.kind) {
    case 'webhook':
      return { id, name, kind: 'webhook', secret: webhookSecret.parse(document) };
    case 'slack':
      return { id, name, kind: 'slack', secret: slackSecret.parse(document) };
    case 'email': {
      const settings = emailSettings.parse(channel.settings);
      return { id, name, kind: 'email', settings, secret: emailSecret.parse(document) };
    }
  }
}
