import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../faults/fault.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import {
  deleteChannel,
  findChannel,
  listChannels,
  type StoredChannel,
  saveChannel,
} from '../store/notice-channels.ts';
import { appendTrail } from '../store/trail.ts';
import {
  type Channel,
  channelOf,
  emailSecret,
  emailSettings,
  SECRET_OWNER,
  type SecretReader,
  secretName,
  slackSecret,
  webhookSecret,
} from './channel.ts';
import { EVENT_NAMES } from './events.ts';
import { newSigningSecret } from './signature.ts';

const CHANNELS_MAX = 50;

const common = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^\P{Cc}+$/u, 'must be one line')
    .describe('Name of the channel, for people.'),
  events: z
    .array(z.enum(EVENT_NAMES))
    .min(1)
    .nullable()
    .default(null)
    .describe('Events that go to the channel; null: all, also those of later versions.'),
  connections: z
    .array(z.string().min(1))
    .min(1)
    .max(1_000)
    .nullable()
    .default(null)
    .describe(
      'Ids of connections whose events go to the channel; null: all. What is about all of the connector always goes.',
    ),
  enabled: z.boolean().default(true).describe('Whether anything is sent.'),
};

/** What a channel is made of, or changed to. A secret that is absent stays as it is; it is never shown again. */
export const channelInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    ...common,
    secret: webhookSecret.partial().optional(),
  }),
  z.strictObject({ kind: z.literal('slack'), ...common, secret: slackSecret.optional() }),
  z.strictObject({
    kind: z.literal('email'),
    ...common,
    settings: emailSettings,
    secret: emailSecret.optional(),
  }),
]);

export type ChannelInput = z.output<typeof channelInput>;

/** Where secrets of channels are put; in the same transaction as the channel. */
export interface SecretWriter extends SecretReader {
  save(tx: Tx, secret: SecretPlace & { readonly value: string }): Promise<unknown>;
  remove(tx: Tx, place: SecretPlace): Promise<unknown>;
}

interface SecretPlace {
  readonly owner: string;
  readonly name: string;
  readonly requester: { readonly actor: string; readonly origin: string };
}

interface EditPorts {
  readonly db: Db;
  readonly vault: SecretWriter;
  readonly requester: { readonly actor: string; readonly origin: string };
  readonly now: () => number;
}

export interface SavedChannel {
  readonly channel: Channel;
  /** A signing secret that was just made: shown this one time. */
  readonly newSigningSecret?: string;
}

/**
 * Makes a channel, or changes the one with that id.
 *
 * @throws Fault `input.invalid` with the field.
 */
export async function saveNoticeChannel(
  input: ChannelInput,
  id: string | undefined,
  ports: EditPorts,
): Promise<SavedChannel> {
  const { db, vault, now } = ports;
  const before = id === undefined ? undefined : await existing(db, id);
  if (before !== undefined && before.kind !== input.kind)
    throw invalid('kind', 'A channel keeps its kind. Make a new one, and remove this one.');
  await checkName(db, input.name, id);
  const channelId = id ?? randomUUID();
  const earlier = before === undefined ? undefined : await vault.open(SECRET_OWNER, secretName(channelId));
  const { document, generated } = secretOf(input, earlier);
  const stored: StoredChannel = {
    id: channelId,
    name: input.name,
    kind: input.kind,
    settings: JSON.stringify(
      input.kind === 'email' ? input.settings : { host: URL.parse(document.url ?? '')?.host ?? '' },
    ),
    events: input.events,
    connections: input.connections,
    enabled: input.enabled,
    createdAtMs: before?.createdAtMs ?? now(),
    updatedAtMs: now(),
  };
  const secret = JSON.stringify(document);
  await inTransaction(db, async (tx) => {
    await saveChannel(tx, stored);
    const place = { owner: SECRET_OWNER, name: secretName(channelId), requester: ports.requester };
    if (secret !== earlier) await vault.save(tx, { ...place, value: secret });
    await appendTrail(tx, 'system', [
      editEvent(ports, before === undefined ? 'notice_channel.created' : 'notice_channel.changed', {
        id: channelId,
        from: before === undefined ? null : shown(before),
        to: shown(stored),
        secretChanged: secret !== earlier,
      }),
    ]);
  });
  const saved = { channel: channelOf(stored) };
  return generated === undefined ? saved : { ...saved, newSigningSecret: generated };
}

/** @throws Fault `input.invalid` for a channel that is not there. */
export async function removeNoticeChannel(id: string, ports: EditPorts): Promise<void> {
  const before = await existing(ports.db, id);
  await inTransaction(ports.db, async (tx) => {
    await deleteChannel(tx, id);
    await ports.vault.remove(tx, { owner: SECRET_OWNER, name: secretName(id), requester: ports.requester });
    await appendTrail(tx, 'system', [
      editEvent(ports, 'notice_channel.removed', { id, from: shown(before), to: null }),
    ]);
  });
}

async function existing(db: Db, id: string): Promise<StoredChannel> {
  const stored = await findChannel(db, { id });
  if (stored === undefined) throw invalid('id', 'There is no such channel.');
  return stored;
}

async function checkName(db: Db, name: string, id: string | undefined): Promise<void> {
  const same = await findChannel(db, { name });
  if (same !== undefined && same.id !== id) throw invalid('name', `There is a channel "${name}" already.`);
  if (id === undefined && (await listChannels(db)).length >= CHANNELS_MAX)
    throw invalid('name', `There are ${CHANNELS_MAX} channels, which is the most there may be.`);
}

interface SecretDocument {
  readonly document: {
    readonly url?: string;
    readonly signingSecret?: string;
    readonly password?: string | null;
  };
  readonly generated?: string;
}

/** What was entered goes before what was there. */
function secretOf(input: ChannelInput, earlier: string | undefined): SecretDocument {
  const before: unknown = earlier === undefined ? {} : JSON.parse(earlier);
  switch (input.kind) {
    case 'email': {
      const known = emailSecret.safeParse(before);
      return { document: input.secret ?? (known.success ? known.data : { password: null }) };
    }
    case 'slack': {
      const secret = slackSecret.safeParse(input.secret ?? before);
      if (!secret.success) throw invalid('secret.url', 'Enter the address of the incoming webhook.');
      return { document: secret.data };
    }
    case 'webhook': {
      const known = webhookSecret.partial().parse(before);
      const url = input.secret?.url ?? known.url;
      if (url === undefined) throw invalid('secret.url', 'Enter the address that gets the notices.');
      const signingSecret = input.secret?.signingSecret ?? known.signingSecret;
      if (signingSecret !== undefined) return { document: { url, signingSecret } };
      const generated = newSigningSecret(randomBytes(32));
      return { document: { url, signingSecret: generated }, generated };
    }
  }
}

function shown(channel: StoredChannel): Record<string, unknown> {
  const { name, kind, settings, events, connections, enabled } = channel;
  return { name, kind, settings: JSON.parse(settings) as unknown, events, connections, enabled };
}

function editEvent({ requester, now }: EditPorts, action: string, data: Record<string, unknown>) {
  return {
    at: now(),
    actor: requester.actor,
    origin: requester.origin,
    action,
    flow: null,
    recordKey: null,
    runId: null,
    settingsVersion: null,
    cin7Id: null,
    data,
  };
}

const invalid = (field: string, message: string): Fault => new Fault('input.invalid', message, { field });
