import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Db } from '../store/database.ts';
import { askDeliveryAgain, listDeliveries } from '../store/notice-deliveries.ts';
import { freshStore, NOW_MS, sharedStore, startedRun } from '../store/store.testkit.ts';
import { ATTEMPTS_MAX, deliverDue } from './deliver.ts';
import { noteEvent } from './note.ts';
import {
  answering,
  DAY_MS,
  deskOf,
  MINUTE_MS,
  SIGNING_SECRET,
  startReceiver,
  webhookTo,
} from './notices.testkit.ts';
import { newSigningSecret } from './signature.ts';

async function opened(db?: Db) {
  const store = db ?? (await freshStore());
  const { connectionId } = await startedRun(store);
  let number = 0;
  /** Each is trouble of its own. */
  const happen = (atMs = NOW_MS) =>
    noteEvent(
      store,
      {
        event: 'run.failed',
        connectionId,
        runId: `run-${++number}`,
        runKind: `kind ${number}`,
        code: 'jde.unreachable',
        text: 'AIS did not answer <b>&',
      },
      atMs,
    );
  return { db: store, happen };
}

const states = async (db: Db) =>
  (await listDeliveries(db, { limit: 1_000 })).map(({ state, attempts }) => `${state} ${attempts}`);

describe('a webhook', () => {
  test('is signed so that a receiver can check it with a few lines', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver();
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    await happen();
    expect(await deliverDue(desk)).toEqual({ delivered: 1, putOff: 0, failed: 0 });
    const [got] = receiver.received;
    const [, seconds = '', signature] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(got?.headers['ml-connector-signature'])) ?? [];
    const expected = createHmac('sha256', SIGNING_SECRET).update(`${seconds}.${got?.body}`).digest('hex');
    expect(signature).toBe(expected);
    expect(Number(seconds)).toBe(NOW_MS / 1_000);
    expect(JSON.parse(got?.body ?? '')).toMatchObject({
      id: got?.headers['webhook-id'],
      type: 'run.failed',
      state: 'raised',
      timestamp: '2027-01-15T08:00:00.000Z',
      connection: { name: 'main' },
      runId: 'run-1',
      title: 'main: the kind 1 failed',
      link: 'https://ml.example.com/runs/run-1',
      data: { code: 'jde.unreachable' },
    });
  });

  test('carries the headers of Standard Webhooks, keyed by what stands behind whsec_', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver();
    const desk = deskOf(db, [receiver.host]);
    const key = Buffer.alloc(32, 7);
    const secret = { url: receiver.url, signingSecret: newSigningSecret(key) };
    await desk.add(webhookTo(receiver, { secret }));
    await happen();
    await deliverDue(desk);
    const [got] = receiver.received;
    const headers = got?.headers ?? {};
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${got?.body}`;
    const expected = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  test('that was refused once is sent again under the same id', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver(answering(500, 200));
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    await happen();
    expect(await deliverDue(desk)).toMatchObject({ putOff: 1 });
    expect(await deliverDue(desk)).toMatchObject({ delivered: 0, putOff: 0 });
    desk.clock.advance(30_000);
    expect(await deliverDue(desk)).toMatchObject({ delivered: 1 });
    const [first, second] = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(first).toBe(second);
    expect(await states(db)).toEqual(['delivered 2']);
  });

  test('does not follow a redirect', async () => {
    const { db, happen } = await opened();
    const elsewhere = await startReceiver();
    const receiver = await startReceiver((response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
    });
    const desk = deskOf(db, [receiver.host, elsewhere.host]);
    await desk.add(webhookTo(receiver));
    await happen();
    await deliverDue(desk);
    expect(elsewhere.received).toEqual([]);
    const [delivery] = await listDeliveries(db, { limit: 1 });
    expect(delivery?.lastError).toBe('HTTP 307: the address is moved; redirects are not followed');
  });

  test('to this machine is not sent unless the host is allowed', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver();
    const desk = deskOf(db);
    await desk.add(webhookTo(receiver));
    await happen();
    await deliverDue(desk);
    expect(receiver.received).toEqual([]);
    const [delivery] = await listDeliveries(db, { limit: 1 });
    expect(delivery).toMatchObject({
      state: 'waiting',
      lastError: expect.stringMatching(/127\.0\.0\.1.*notices\.allowHosts/),
    });
  });

  test('waits as long as the receiver asks', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver((response, _received, count) => {
      if (count === 1) response.writeHead(429, { 'retry-after': '600' }).end();
      else response.end();
    });
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    await happen();
    await deliverDue(desk);
    desk.clock.advance(599_000);
    await deliverDue(desk);
    expect(receiver.received).toHaveLength(1);
    desk.clock.advance(1_000);
    await deliverDue(desk);
    expect(receiver.received).toHaveLength(2);
  });

  test('that says 410 is given up at once, and can be sent again by a person', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver(answering(410, 200));
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    await happen();
    expect(await deliverDue(desk)).toMatchObject({ failed: 1 });
    const [failed] = await listDeliveries(db, { state: 'failed', limit: 10 });
    expect(failed).toMatchObject({ lastError: 'HTTP 410', attempts: 1 });
    const again = { nowMs: NOW_MS, giveUpAtMs: NOW_MS + DAY_MS };
    expect(await askDeliveryAgain(db, failed?.id ?? '', again)).toBe(true);
    expect(await askDeliveryAgain(db, failed?.id ?? '', again)).toBe(false);
    await deliverDue(desk);
    expect(await states(db)).toEqual(['delivered 1']);
  });

  test('that never works is given up after a day of ever rarer attempts', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver(answering(503));
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    await happen();
    for (let minute = 0; minute <= 24 * 60 + 5; minute += 5) {
      await deliverDue(desk);
      desk.clock.advance(5 * MINUTE_MS);
    }
    const [delivery] = await listDeliveries(db, { limit: 1 });
    expect(delivery).toMatchObject({ state: 'failed', lastError: 'HTTP 503' });
    expect(delivery?.endedAtMs).toBe(NOW_MS + DAY_MS);
    expect(receiver.received.length).toBeGreaterThan(10);
    expect(receiver.received.length).toBeLessThanOrEqual(ATTEMPTS_MAX);
  });

  test('whose address comes back in an answer is not shown', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver((response, { path }) => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(`no ${path}, ${SIGNING_SECRET}`);
    });
    const desk = deskOf(db, [receiver.host]);
    const url = `${receiver.url}/T0/B0/s3cret-part?sig=abc`;
    await desk.add(webhookTo(receiver, { secret: { url, signingSecret: SIGNING_SECRET } }));
    await happen();
    await deliverDue(desk);
    const [delivery] = await listDeliveries(db, { limit: 1 });
    expect(delivery?.lastError).toBe('HTTP 404: no /***, ***');
    expect(JSON.stringify(await db.selectFrom('notice_channels').selectAll().execute())).not.toContain(
      's3cret',
    );
  });

  test('that gets no answer fails in time, and keeps no other channel waiting', async () => {
    const { db, happen } = await opened();
    const silent = await startReceiver(() => undefined);
    const quick = await startReceiver();
    const desk = deskOf(db, [silent.host, quick.host], { timeoutMs: 500 });
    await desk.add(webhookTo(silent));
    await desk.add(webhookTo(quick));
    await happen();
    await happen();
    expect(await deliverDue(desk)).toEqual({ delivered: 2, putOff: 1, failed: 0 });
    expect(silent.received).toHaveLength(1);
    const [waiting] = await listDeliveries(db, { state: 'waiting', limit: 10 });
    expect(waiting?.lastError ?? 'no answer within 500 ms').toContain('no answer within 500 ms');
  });

  test('that is refused for what it says does not keep the next one waiting', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver((response, { body }) => {
      response.statusCode = body.includes('run-1"') ? 400 : 200;
      response.end();
    });
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    await happen();
    await happen(NOW_MS + 1);
    desk.clock.advance(1);
    expect(await deliverDue(desk)).toEqual({ delivered: 1, putOff: 1, failed: 0 });
  });
});

describe('delivery', () => {
  test('by several processes at once sends each notice once', async () => {
    const shared = await sharedStore();
    const { db, happen } = await opened((await shared.open()).db);
    const receiver = await startReceiver();
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    for (let count = 0; count < 40; count++) await happen();
    const others = await Promise.all([1, 2].map(async () => (await shared.open()).db));
    const sums = await Promise.all([db, ...others].map((each) => deliverDue({ ...desk, db: each })));
    expect(sums.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(40);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(40);
    expect(receiver.received).toHaveLength(40);
  });

  test('that is stopped in the middle leaves the notice to the next process', async () => {
    const { db, happen } = await opened();
    const stop = new AbortController();
    const receiver = await startReceiver((response, _received, count) => {
      if (count === 1) stop.abort();
      else response.end();
    });
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    await happen();
    await deliverDue({ ...desk, signal: stop.signal });
    expect(await states(db)).toEqual(['waiting 1']);
    desk.clock.advance(2 * MINUTE_MS);
    expect(await deliverDue(desk)).toMatchObject({ delivered: 1 });
  });

  test('to a channel that was switched off or lost its secret says so', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver();
    const desk = deskOf(db, [receiver.host]);
    const { channel } = await desk.add(webhookTo(receiver));
    await happen();
    desk.vault.values.clear();
    await deliverDue(desk);
    await happen();
    await db.updateTable('notice_channels').set({ enabled: 0 }).where('id', '=', channel.id).execute();
    await deliverDue(desk);
    const errors = (await listDeliveries(db, { limit: 10 })).map(({ lastError }) => lastError);
    expect(errors.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'The address or password of the channel is missing: enter it again.',
      'The channel was switched off.',
    ]);
  });

  test('goes on past a channel that cannot be opened, and tells the error', async () => {
    const { db, happen } = await opened();
    const receiver = await startReceiver();
    const errors: unknown[] = [];
    const desk = deskOf(db, [receiver.host], { onError: (error) => errors.push(error) });
    const { channel } = await desk.add(webhookTo(receiver, { name: 'broken' }));
    await desk.add(webhookTo(receiver));
    desk.vault.values.set(`system notice.${channel.id}`, '{');
    await happen();
    expect(await deliverDue(desk)).toEqual({ delivered: 1, putOff: 1, failed: 0 });
    expect(errors).toHaveLength(1);
  });
});
