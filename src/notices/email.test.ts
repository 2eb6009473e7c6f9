import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listDeliveries } from '../store/notice-deliveries.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import { deliverDue } from './deliver.ts';
import { noteEvent } from './note.ts';
import { deskOf, type MailServer, mailTo, startMailServer } from './notices.testkit.ts';

const TLS = resolve(import.meta.dirname, '../../test/fixtures/tls');
const pem = (name: string): string => readFileSync(resolve(TLS, name), 'utf8');
const encrypted = { key: pem('server.key'), cert: pem('renewed.pem') };

const LOGIN = { settings: { user: 'ml' }, secret: { password: 'pass-word' } };

/** Notes a failed run, and delivers it to a channel of these settings. */
async function sendThrough(
  server: MailServer,
  own: { settings?: Record<string, unknown>; secret?: { password: string } } = {},
) {
  const db = await freshStore();
  const { connectionId } = await startedRun(db);
  const desk = deskOf(db, [`127.0.0.1:${server.port}`, `localhost:${server.port}`], { timeoutMs: 5_000 });
  await desk.add({ ...mailTo(server, own.settings), ...(own.secret && { secret: own.secret }) });
  const event = {
    event: 'run.failed',
    connectionId,
    runId: 'run-1',
    runKind: 'sync',
    code: 'jde.unreachable',
    text: 'AIS said <script>alert("x")</script> & left',
  } as const;
  await noteEvent(db, event, NOW_MS);
  const done = await deliverDue(desk);
  const [delivery] = await listDeliveries(db, { limit: 1 });
  return { done, delivery, desk };
}

describe('a mail', () => {
  test('says what happened, what to do and where to look, as text and as HTML without foreign markup', async () => {
    const server = await startMailServer();
    const { done } = await sendThrough(server, LOGIN);
    expect(done).toMatchObject({ delivered: 1 });
    expect(server.sessions).toEqual([{ secure: false, user: 'ml' }]);
    const [mail] = server.mails;
    expect(mail?.subject).toBe('main: the sync failed');
    expect(mail?.from?.text).toBe('"ml-connector" <ml@example.com>');
    expect(mail?.text).toContain('AIS said <script>alert("x")</script> & left');
    expect(mail?.text).toContain('Next step: Check that the AIS Server is up');
    expect(mail?.text).toContain('https://ml.example.com/runs/run-1');
    expect(mail?.html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; left');
    expect(mail?.html).not.toContain('<script');
    expect(mail?.html).toContain('<a href="https://ml.example.com/runs/run-1">');
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
  });

  test('that is sent again has the same Message-ID', async () => {
    let count = 0;
    const server = await startMailServer({
      onRcptTo: (_address, _session, done) => {
        count += 1;
        if (count === 1) done(Object.assign(new Error('greylisted, come back'), { responseCode: 451 }));
        else done();
      },
    });
    const { delivery, desk } = await sendThrough(server);
    expect(delivery).toMatchObject({ state: 'waiting', lastError: expect.stringContaining('greylisted') });
    desk.clock.advance(30_000);
    expect(await deliverDue(desk)).toMatchObject({ delivered: 1 });
    expect(server.mails[0]?.messageId).toBe(`<${delivery?.noticeId}.${delivery?.channelId}@example.com>`);
  });

  test('is not sent with a wrong password, and the password is in no message', async () => {
    const server = await startMailServer();
    const { delivery } = await sendThrough(server, { ...LOGIN, secret: { password: 'wrong-one' } });
    expect(server.mails).toEqual([]);
    expect(delivery?.lastError).toContain('wrong user or password');
    expect(delivery?.lastError).not.toContain('wrong-one');
  });

  test('goes through STARTTLS when the certificate of the server is from the authority that is named', async () => {
    const server = await startMailServer({ ...encrypted, disabledCommands: [] });
    const settings = { security: 'starttls', host: 'localhost', user: 'ml' };
    const trusted = { ...settings, certificateAuthority: pem('ca.pem') };
    const { done } = await sendThrough(server, { ...LOGIN, settings: trusted });
    expect(done).toMatchObject({ delivered: 1 });
    expect(server.sessions).toEqual([{ secure: true, user: 'ml' }]);
    const { delivery } = await sendThrough(server, { ...LOGIN, settings });
    expect(server.mails).toHaveLength(1);
    expect(delivery?.lastError).toMatch(/certificate/);
  });

  test('goes through TLS from the start', async () => {
    const server = await startMailServer({ ...encrypted, secure: true });
    const settings = { security: 'tls', host: 'localhost', certificateAuthority: pem('ca.pem') };
    const { done } = await sendThrough(server, { settings });
    expect(done).toMatchObject({ delivered: 1 });
    expect(server.sessions).toEqual([{ secure: true, user: undefined }]);
  });

  test('is not sent in clear text to a server that offers no STARTTLS, nor is the password', async () => {
    const tried: unknown[] = [];
    const server = await startMailServer({
      onAuth: (auth, _session, done) => {
        tried.push(auth.password);
        done(null, { user: 'ml' });
      },
    });
    const { delivery } = await sendThrough(server, {
      ...LOGIN,
      settings: { security: 'starttls', user: 'ml' },
    });
    expect(server.mails).toEqual([]);
    expect(tried).toEqual([]);
    expect(delivery).toMatchObject({ state: 'waiting' });
  });

  test('to a server that says nothing is given up in time', async () => {
    const server = await startMailServer({ onConnect: () => undefined });
    const db = await freshStore();
    const { connectionId } = await startedRun(db);
    const desk = deskOf(db, [`127.0.0.1:${server.port}`], { timeoutMs: 300 });
    await desk.add(mailTo(server));
    await noteEvent(db, { event: 'run.no_progress', connectionId, runId: 'run-1', runs: 3 }, NOW_MS);
    expect(await deliverDue(desk)).toMatchObject({ putOff: 1 });
    const [delivery] = await listDeliveries(db, { limit: 1 });
    expect(delivery?.lastError).toMatch(/Greeting never received|did not finish in time/);
  });
});
