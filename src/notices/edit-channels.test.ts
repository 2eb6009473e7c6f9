import { describe, expect, test } from 'vitest';
import { findChannel, listChannels } from '../store/notice-channels.ts';
import { listDeliveries } from '../store/notice-deliveries.ts';
import { freshStore, NOW_MS } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import { channelOf } from './channel.ts';
import { deliverDue } from './deliver.ts';
import { channelInput, removeNoticeChannel, saveNoticeChannel } from './edit-channels.ts';
import { noteEvent } from './note.ts';
import {
  answering,
  type Desk,
  deskOf,
  mailTo,
  SIGNING_SECRET,
  startMailServer,
  startReceiver,
  webhookTo,
} from './notices.testkit.ts';
import { sendTest } from './send-test.ts';

const HOOK = { kind: 'webhook', name: 'hook', secret: { url: 'https://hooks.example.com/T0/s3cret' } };
const requester = { actor: 'user:anna', origin: '192.0.2.7' };

const change = (desk: Desk, id: string, input: Record<string, unknown>) =>
  saveNoticeChannel(channelInput.parse(input), id, { ...desk, requester });

async function desk() {
  const db = await freshStore();
  return { db, desk: deskOf(db) };
}

const trail = (db: Awaited<ReturnType<typeof freshStore>>) =>
  listTrail(db, { chain: 'system', afterSeq: 0, limit: 100 });

describe('a channel that is made', () => {
  test('gets a signing secret, which is shown this one time', async () => {
    const { db, desk: own } = await desk();
    const { channel, newSigningSecret } = await own.add(HOOK);
    expect(newSigningSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(channel).toMatchObject({ name: 'hook', settings: { host: 'hooks.example.com' }, events: null });
    expect(JSON.stringify(channel)).not.toContain('s3cret');
    const again = await change(own, channel.id, { ...HOOK, name: 'renamed' });
    expect(again.newSigningSecret).toBeUndefined();
    const stored = await findChannel(db, { id: channel.id });
    expect(stored && channelOf(stored)).toMatchObject({ name: 'renamed', kind: 'webhook' });
  });

  test('leaves its secrets in the vault alone: neither the store nor the trail has them', async () => {
    const { db, desk: own } = await desk();
    const { channel } = await own.add({ ...HOOK, secret: { ...HOOK.secret, signingSecret: SIGNING_SECRET } });
    await change(own, channel.id, { ...HOOK, secret: undefined, enabled: false });
    await removeNoticeChannel(channel.id, { ...own, requester });
    const entries = await trail(db);
    expect(entries.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'user:anna notice_channel.created',
      'user:anna notice_channel.changed',
      'user:anna notice_channel.removed',
    ]);
    expect(JSON.parse(entries[1]?.data ?? '')).toMatchObject({
      from: { enabled: true },
      to: { enabled: false, settings: { host: 'hooks.example.com' } },
      secretChanged: false,
    });
    for (const { data } of entries) expect(data).not.toMatch(/s3cret|0123456789/);
    expect(own.vault.values.size).toBe(0);
    expect(await listChannels(db)).toEqual([]);
  });

  test('is refused with the field that is wrong', async () => {
    const { desk: own } = await desk();
    await own.add(HOOK);
    await expect(own.add(HOOK)).rejects.toMatchObject({ code: 'input.invalid', field: 'name' });
    await expect(own.add({ kind: 'slack', name: 'chat' })).rejects.toMatchObject({ field: 'secret.url' });
    await expect(own.add({ kind: 'webhook', name: 'other' })).rejects.toMatchObject({ field: 'secret.url' });
  });

  test.each([
    ['a password in the address', { ...HOOK, secret: { url: 'https://u:p@hooks.example.com/' } }],
    ['another scheme', { ...HOOK, secret: { url: 'file:///etc/passwd' } }],
    ['a signing secret that can be guessed', { ...HOOK, secret: { signingSecret: 'short' } }],
    ['an event that there is not', { ...HOOK, events: ['run.sneezed'] }],
    ['a second line in the name', { ...HOOK, name: 'a\nBcc: all@example.com' }],
  ])('is refused with %s', async (_, input) => {
    expect(channelInput.safeParse(input).success).toBe(false);
  });

  test('for mail is refused with an address that is none', async () => {
    const input = { kind: 'email', name: 'mail', settings: { host: 'h', port: 25, from: 'a@example.com' } };
    const to = (address: string) => ({ ...input, settings: { ...input.settings, to: [address] } });
    expect(channelInput.safeParse(to('b@example.com')).success).toBe(true);
    expect(channelInput.safeParse(to('b@example.com\r\nBcc: c@example.com')).success).toBe(false);
  });
});

describe('a channel that is changed', () => {
  test('keeps its kind', async () => {
    const { desk: own } = await desk();
    const { channel } = await own.add(HOOK);
    const input = { kind: 'slack', name: 'hook', secret: HOOK.secret };
    await expect(change(own, channel.id, input)).rejects.toMatchObject({ field: 'kind' });
    await expect(change(own, 'nobody', HOOK)).rejects.toMatchObject({ field: 'id' });
  });

  test('keeps the part of its secret that was not entered anew', async () => {
    const { db, desk: own } = await desk();
    const receiver = await startReceiver();
    const { channel } = await own.add(webhookTo(receiver));
    const elsewhere = await startReceiver();
    await change(own, channel.id, { ...webhookTo(elsewhere), secret: { url: elsewhere.url } });
    await noteEvent(db, { event: 'key.problem', connectionId: null, text: 'T.', hint: 'H.' }, NOW_MS);
    await deliverDue({ ...own, allowHosts: [elsewhere.host] });
    expect(elsewhere.received).toHaveLength(1);
    expect(own.vault.values.get(`system notice.${channel.id}`)).toContain(SIGNING_SECRET);
  });
});

describe('the test button', () => {
  test('sends at once, also to a channel that is switched off, and stands in the log', async () => {
    const { db, desk: own } = await desk();
    const receiver = await startReceiver();
    const { channel } = await own.add(webhookTo(receiver, { enabled: false }));
    const ports = { ...own, allowHosts: [receiver.host] };
    expect(await sendTest(channel.id, ports)).toMatchObject({ sent: true, detail: '' });
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ type: 'test', state: 'test' });
    expect(await listDeliveries(db, { limit: 10 })).toMatchObject([{ event: 'test', state: 'delivered' }]);
  });

  test('says what went wrong, and nothing is sent later on', async () => {
    const { db, desk: own } = await desk();
    const receiver = await startReceiver(answering(500, 200));
    const { channel } = await own.add(webhookTo(receiver));
    const ports = { ...own, allowHosts: [receiver.host] };
    expect(await sendTest(channel.id, ports)).toMatchObject({ sent: false, detail: 'HTTP 500' });
    own.clock.advance(3_600_000);
    await deliverDue(ports);
    expect(receiver.received).toHaveLength(1);
    expect(await listDeliveries(db, { limit: 10 })).toMatchObject([
      { state: 'failed', lastError: 'HTTP 500' },
    ]);
  });

  test('works for mail', async () => {
    const { desk: own } = await desk();
    const server = await startMailServer();
    const { channel } = await own.add(mailTo(server, { host: 'localhost' }));
    const ports = { ...own, allowHosts: [`localhost:${server.port}`] };
    expect(await sendTest(channel.id, ports)).toMatchObject({ sent: true });
    expect(server.mails[0]?.subject).toBe('A test of ml-connector');
  });
});
