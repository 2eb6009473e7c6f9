import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConnection } from '../src/app.ts';
import { connectionSchema } from '../src/config/file.ts';
import { startServer } from './support/server.ts';
import { startTrial } from './support/trial.ts';

const TLS = resolve(import.meta.dirname, 'fixtures/tls');

test.each([
  ['JDE', 'cin7'],
  ['Cin7', 'jde'],
] as const)('a run whose %s is on this machine without permission ends at once', async (_, allowed) => {
  const trial = await startTrial();
  const { host } = new URL(trial[allowed].url);
  const ending = await trial.sync({ outbound: { allowHosts: [host] } });
  expect(ending.fault).toMatchObject({ code: 'outbound.address_refused' });
  expect(trial[allowed === 'jde' ? 'cin7' : 'jde'].callCount).toBe(0);
  await trial.run();
});

test('a run reads AIS through TLS with a certificate of the company', async () => {
  const trial = await startTrial();
  const url = await startTlsProxy(trial.jde.url);
  const outbound = { allowHosts: [new URL(url).host, new URL(trial.cin7.url).host] };
  const untrusted = await trial.sync({ outbound, jde: { url } });
  expect(untrusted.fault).toMatchObject({ code: 'jde.certificate_refused' });
  const summary = await trial.run({ outbound, jde: { url, caFile: `${TLS}/ca.pem` } });
  expect(summary.flows.suppliers).toMatchObject({ created: 1 });
});

test('a connection that was made through the API gives its authority as text, and cannot name a file', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.person('admin');
  const url = await startTlsProxy(server.jde.url);
  const wish = {
    ...server.wish.settings,
    outbound: { allowHosts: [new URL(url).host, new URL(server.cin7.url).host] },
  };
  const made = (jde: object) =>
    admin.call('POST', '/api/v1/connections', {
      ...wish,
      jde: { ...(wish as { jde?: object }).jde, url, ...jde },
    });
  const refused = { status: 422, body: { code: 'input.invalid', field: 'jde.caFile' } };
  expect(await made({ caFile: `${TLS}/ca.pem` })).toMatchObject(refused);
  expect(await made({ ca: 'no certificate' })).toMatchObject({ status: 422, body: { field: 'jde.ca' } });
  expect(await made({})).toMatchObject({ status: 201 });
  const connection = await server.served.engine.connections.find('second');
  const us = { actor: 'test', origin: 'test' };
  await server.served.engine.connections.saveCredentials(connection, server.wish.secrets, us);
  const tested = async () => (await admin.call('POST', '/api/v1/connections/second/test')).text;
  expect(await tested()).toContain('jde.certificate_refused');
  const path = '/api/v1/connections/second/settings';
  const { settings } = (await admin.call('GET', path)).body as { settings: { jde: object } };
  const changed = (jde: object) => admin.call('PUT', path, { ...settings, jde: { ...settings.jde, ...jde } });
  expect(await changed({ caFile: `${TLS}/ca.pem` })).toMatchObject({
    ...refused,
    body: { detail: expect.stringContaining('jde.ca.') },
  });
  const ca = readFileSync(`${TLS}/ca.pem`, 'utf8');
  expect(await changed({ ca: ca.replaceAll('\n', '') })).toMatchObject({ status: 200 });
  expect((await admin.call('GET', path)).body).toMatchObject({ settings: { jde: { ca } } });
  const text = await tested();
  expect(text).toContain('The certificate is trusted');
  expect(text).toMatch(/event: done\ndata: {[^}]*"failed":0/);
  const { db } = server.served.database;
  const now = await db
    .selectFrom('settings_versions')
    .select('settings')
    .where('version', '=', 2)
    .executeTakeFirstOrThrow();
  const older = now.settings
    .replace(JSON.stringify(ca), JSON.stringify(`${TLS}/ca.pem`))
    .replace('"ca":', '"caFile":');
  await db.updateTable('settings_versions').set({ settings: older }).where('version', '=', 2).execute();
  expect(await tested()).toContain('a file of the server can be named in ml-connector.yaml only');
});

test('what may be called is a setting whose change the trail holds', async () => {
  const trial = await startTrial();
  const connection = await trial.open({ outbound: { allowHosts: ['[::1]:80'] } });
  onTestFinished(() => connection.close());
  const rows = await trial.database.db
    .selectFrom('trail')
    .select('data')
    .where('action', '=', 'settings.changed')
    .execute();
  expect(rows.map((row) => row.data).join()).toContain('[::1]:80');
});

test('no connection opens in a process whose environment switches certificates off', async () => {
  const trial = await startTrial();
  const config = connectionSchema.parse({
    name: 'other',
    jde: { url: 'https://ais.example.com', environment: 'E', role: 'R' },
  });
  const opening = openConnection({
    loaded: { config: { version: 1 } as never, folder: '/' }, // Not looked at before the refusal.
    config,
    database: trial.database,
    requester: { actor: 'test', origin: 'test' },
    env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  });
  await expect(opening).rejects.toMatchObject({ code: 'outbound.tls_checks_off' });
});

/** TLS in front of a server on this machine, as a proxy of the company would end it. */
async function startTlsProxy(target: string): Promise<string> {
  const { hostname, port } = new URL(target);
  const pem = (name: string): string => readFileSync(`${TLS}/${name}`, 'utf8');
  const server = createServer({ cert: pem('server.pem'), key: pem('server.key') }, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server that listens on a port has an AddressInfo.
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
