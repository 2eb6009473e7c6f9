import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, test, vi } from 'vitest';
import { startReceiver } from '../../src/notices/notices.testkit.ts';
import { smallDataset } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { type Caller, startServer } from '../support/server.ts';

interface ChannelAnswer {
  readonly channel: { readonly id: string };
  readonly newSigningSecret?: string;
}

async function makeChannel(admin: Caller, url: string, own: Record<string, unknown> = {}) {
  const body = { kind: 'webhook', name: 'hook', secret: { url }, ...own };
  const answer = await admin.call('POST', '/api/v1/notice-channels', body);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body as ChannelAnswer;
}

test('a channel is made, tested, changed and removed over the API, and its address is never shown', async () => {
  const receiver = await startReceiver();
  const server = await startServer({ config: { notices: { allowHosts: [receiver.host] } } });
  const admin = await server.person('admin');
  const { channel, newSigningSecret } = await makeChannel(admin, `${receiver.url}/s3cret-path`);
  expect(channel).toMatchObject({ name: 'hook', kind: 'webhook', settings: { host: receiver.host } });

  const tested = await admin.call('POST', `/api/v1/notice-channels/${channel.id}/test`);
  expect(tested.body).toMatchObject({ sent: true, detail: '' });
  const [got] = receiver.received;
  const [, seconds = '', signature] =
    /^t=(\d+),v1=(.+)$/.exec(String(got?.headers['ml-connector-signature'])) ?? [];
  const hmac = createHmac('sha256', newSigningSecret ?? '').update(`${seconds}.${got?.body}`);
  expect(signature).toBe(hmac.digest('hex'));

  const change = { kind: 'webhook', name: 'renamed', events: ['run.failed'] };
  const changed = await admin.call('PUT', `/api/v1/notice-channels/${channel.id}`, change);
  expect([changed.status, changed.text]).toEqual([200, expect.any(String)]);
  expect(changed.body).not.toHaveProperty('newSigningSecret');
  const list = await admin.call('GET', '/api/v1/notice-channels');
  expect(list.body).toMatchObject({ items: [{ name: 'renamed', events: ['run.failed'] }] });
  const log = await admin.call('GET', '/api/v1/notice-deliveries?limit=5');
  expect(log.body).toMatchObject({ items: [{ event: 'test', state: 'delivered', attempts: 1 }] });

  expect((await admin.call('DELETE', `/api/v1/notice-channels/${channel.id}`)).status).toBe(204);
  expect((await admin.call('DELETE', `/api/v1/notice-channels/${channel.id}`)).status).toBe(404);
  const trail = await server.served.database.db.selectFrom('trail').selectAll().execute();
  const shown = JSON.stringify([changed.body, list.body, log.body, trail, server.logged]);
  expect(shown).not.toContain('s3cret');
  expect(shown).not.toContain(newSigningSecret);
});

test('only admins make channels, and operators see them', async () => {
  const server = await startServer({ empty: true });
  const [viewer, operator] = [await server.caller('viewer'), await server.caller('operator')];
  const body = { kind: 'slack', name: 'chat', secret: { url: 'https://hooks.example.com/a' } };
  expect((await operator.call('POST', '/api/v1/notice-channels', body)).status).toBe(403);
  expect((await operator.call('GET', '/api/v1/notice-channels')).status).toBe(200);
  expect((await viewer.call('GET', '/api/v1/notice-channels')).status).toBe(403);
  const events = await viewer.call('GET', '/api/v1/notice-events');
  expect(events.text).toContain('parked.new');
});

test('where notices go is decided by a person who signed in lately, not by a token', async () => {
  const server = await startServer({ empty: true });
  const [robot, admin] = [await server.caller('admin'), await server.person('admin')];
  const slack = { kind: 'slack', name: 'chat', secret: { url: 'https://hooks.example.com/a' } };
  const { channel } = (await admin.call('POST', '/api/v1/notice-channels', slack)).body as ChannelAnswer;
  const own = `/api/v1/notice-channels/${channel.id}`;
  const tries = (caller: Caller) =>
    Promise.all([
      caller.call('POST', '/api/v1/notice-channels', { ...slack, name: 'another' }),
      caller.call('PUT', own, { ...slack, secret: { url: 'https://hooks.example.com/mine' } }),
      caller.call('DELETE', own),
    ]);
  for (const answer of await tries(robot))
    expect(answer).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
  const old = { reauthenticated_at: Date.now() - 11 * 60_000 };
  await server.served.database.db.updateTable('sessions').set(old).execute();
  for (const answer of await tries(admin))
    expect(answer).toMatchObject({ status: 403, body: { code: 'access.reauthentication_needed' } });
  expect((await robot.call('GET', '/api/v1/notice-channels')).body).toMatchObject({
    items: [{ name: 'chat' }],
  });
});

test('a channel that is wrong is refused with the member that is wrong', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.person('admin');
  const refused = async (body: unknown) => (await admin.call('POST', '/api/v1/notice-channels', body)).body;
  expect(await refused({ kind: 'webhook', name: 'a', secret: { url: 'ftp://x/' } })).toMatchObject({
    status: 422,
    errors: [{ field: 'secret.url' }],
  });
  expect(await refused({ kind: 'slack', name: 'a' })).toMatchObject({ status: 422, field: 'secret.url' });
});

test('a run with parked records and one that fails are told, in the list and to the channel', async () => {
  const receiver = await startReceiver();
  const server = await startServer({
    dataset: { suppliers: smallDataset({}).suppliers.map((row) => ({ ...row, payment_terms: 'COD' })) },
    unmapped: ['paymentTerm COD'],
    config: {
      notices: { allowHosts: [receiver.host] },
      server: { publicUrl: 'https://ml.example.com' },
    },
  });
  const admin = await server.person('admin');
  await makeChannel(admin, receiver.url);
  await runToEnd(admin);
  const parked = await server.served.database.db.selectFrom('parked').selectAll().execute();
  expect(parked.length).toBeGreaterThan(0);
  const { body } = await admin.call('GET', '/api/v1/notices?connection=main');
  expect(body).toMatchObject({
    items: [{ event: 'parked.new', state: 'raised', connection: 'main', path: '/c/main/parked' }],
    next: null,
  });
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 15_000, interval: 100 });
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
    type: 'parked.new',
    link: 'https://ml.example.com/c/main/parked',
  });
  await server.jde.stop();
  await runToEnd(admin);
  const { body: later } = await admin.call('GET', '/api/v1/notices?limit=1');
  expect(later).toMatchObject({ items: [{ event: 'run.failed', title: 'main: the sync failed' }] });
});

test('a delivery that was given up is seen, and sent again when a person asks', async () => {
  let isGone = true;
  const receiver = createServer((request, response) => {
    request.resume();
    response.statusCode = isGone ? 410 : 200;
    response.end();
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const address = receiver.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const server = await startServer({ config: { notices: { allowHosts: [host] } } });
  const admin = await server.person('admin');
  await makeChannel(admin, `http://${host}/`);
  await server.jde.stop();
  await runToEnd(admin);
  const failed = async () =>
    (await admin.call('GET', '/api/v1/notice-deliveries?state=failed')).body as {
      items: { id: string; lastError: string }[];
    };
  await vi.waitFor(async () => expect((await failed()).items).toHaveLength(1), { timeout: 15_000 });
  const [delivery] = (await failed()).items;
  expect(delivery?.lastError).toBe('HTTP 410');
  isGone = false;
  const retry = `/api/v1/notice-deliveries/${delivery?.id}/retry`;
  expect((await admin.call('POST', retry)).status).toBe(204);
  expect((await admin.call('POST', retry)).status).toBe(404);
  await vi.waitFor(
    async () => {
      const { body } = await admin.call('GET', '/api/v1/notice-deliveries?state=delivered');
      expect(body).toMatchObject({ items: [{ id: delivery?.id }] });
    },
    { timeout: 15_000 },
  );
  receiver.close();
});

async function runToEnd(caller: Caller): Promise<void> {
  const started = await caller.call('POST', '/api/v1/runs', { connection: 'main', kind: 'sync' });
  expect([started.status, started.text]).toEqual([202, expect.any(String)]);
  const { id } = started.body as { id: string };
  await caller.call('GET', `/api/v1/runs/${id}/events`);
}
