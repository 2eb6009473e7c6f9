import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { supplier } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { call, startServer, type TestServer } from '../support/server.ts';

/** Each is looked for wherever the program writes or answers. */
const CANARIES = {
  jdePassword: 'canary-jde-password-7f3a',
  applicationKey: 'canary-cin7-application-key-91bd',
  wrongPassword: 'canary-wrong-password-55e0',
  password: 'canary violet tractor under the moon',
  webhookSecretInUrl: 'canary-webhook-path-0c1d',
};
/** Stands in the records themselves, so it may be stored and shown; the log rules forbid it there. */
const SUPPLIER_EMAIL = 'canary.person@supplier.example';

const HERE = { address: '127.0.0.1' };

test('no secret is found anywhere but where it belongs', async () => {
  const server = await startServer({
    jde: { users: [{ user: 'READER', password: CANARIES.jdePassword }] },
    cin7: { applicationKeys: [CANARIES.applicationKey] },
    dataset: { suppliers: [supplier({ name: 'Canary Supplies', email: SUPPLIER_EMAIL })] },
    config: { log: { level: 'trace' }, notices: { allowHosts: [] } },
  });
  const answers = await doEverything(server);
  const places: Record<string, string> = {
    'the log': server.logged.join('\n'),
    'what is said at the start': server.said.join('\n'),
    'answers of the API': answers.join('\n'),
    'the files of the store': filesIn(join(server.folder, 'data')),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(CANARIES)
      .filter(([, canary]) => occurs(text, canary))
      .map(([name]) => `${name} stands in ${place}`),
  );
  expect(found).toEqual([]);
  expect(places['answers of the API']).toContain(SUPPLIER_EMAIL);
  expect(places['the log']).not.toContain(SUPPLIER_EMAIL);
  // The search itself would find one.
  expect(occurs(JSON.stringify({ deep: [CANARIES.password] }), CANARIES.password)).toBe(true);
}, 120_000);

/** As it is, as it stands in an address, and as Basic authorisation would have it. */
function occurs(text: string, canary: string): boolean {
  const forms = [
    canary,
    encodeURIComponent(canary),
    Buffer.from(canary).toString('base64').replace(/=+$/, ''),
  ];
  return forms.some((form) => text.includes(form));
}

function filesIn(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name !== 'master.key')
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n');
}

/** Uses what has to do with secrets, rightly and wrongly, and gives every answer. */
async function doEverything(server: TestServer): Promise<readonly string[]> {
  const { access, engine } = server.served;
  const answers: string[] = [];
  const admin = await server.person('admin');
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await admin.call(method, `/api/v1${path}`, body);
    answers.push(answer.text, JSON.stringify([...answer.headers]));
    return answer.body;
  };

  const { temporaryPassword } = await access.createUser({ name: 'canary', role: 'admin' }, requester);
  const first = await access.signIn({ name: 'canary', password: temporaryPassword }, HERE);
  if (first.kind === 'session') throw new Error('A given password has to be replaced.');
  await access.submitNewPassword({ ticket: first.ticket, password: CANARIES.password }, HERE);
  for (const password of [CANARIES.password, CANARIES.wrongPassword]) {
    const body = { name: 'canary', password };
    answers.push((await call(server.url, undefined, 'POST', '/api/v1/auth/sign-in', body)).text);
  }
  answers.push((await call(server.url, `mlc_${CANARIES.wrongPassword}`, 'GET', '/api/v1/me')).text);

  const connection = await engine.connections.find('main');
  await engine.connections.saveCredentials(
    connection,
    { 'jde.password': CANARIES.wrongPassword, 'jde.user': 'READER', ...cin7Of(server) },
    requester,
  );
  await ask('POST', '/connections/main/test');
  await untilEnded(ask, 'sync');
  await engine.connections.saveCredentials(connection, { 'jde.password': CANARIES.jdePassword }, requester);
  await ask('POST', '/connections/main/test');
  await untilEnded(ask, 'plan');
  await untilEnded(ask, 'sync');
  await channelThatFails(ask);

  for (const path of [
    '/connections',
    '/connections/main/settings',
    '/connections/main/secrets',
    '/connections/main/crosswalk',
    '/connections/main/crosswalk.csv',
    '/connections/main/parked',
    '/connections/main/parked/groups',
    '/connections/main/records?text=canary',
    '/connections/main/records/suppliers/4343',
    '/runs?limit=100',
    '/trail/main?limit=500',
    '/trail/system?limit=500',
    '/trail/main/export?format=jsonl',
    '/trail/main/export?format=csv',
    '/trail/system/export?format=jsonl',
    '/users',
    '/tokens',
    '/notices',
    '/notice-channels',
    '/notice-deliveries',
    '/system',
    '/openapi.json',
    '/no-such-route',
  ])
    await ask('GET', path);
  answers.push((await call(server.url, undefined, 'GET', '/metrics')).text);
  return answers;
}

const requester = { actor: 'test', origin: 'test' };

function cin7Of(server: TestServer) {
  return { 'cin7.accountId': server.cin7.accountId, 'cin7.applicationKey': CANARIES.applicationKey };
}

type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

async function untilEnded(ask: Ask, kind: string): Promise<void> {
  const run = (await ask('POST', '/runs', { connection: 'main', kind })) as { id: string };
  await ask('GET', `/runs/${run.id}/events`);
  await ask('GET', `/runs/${run.id}`);
}

/** A channel whose address is a secret, at a receiver that refuses. */
async function channelThatFails(ask: Ask): Promise<void> {
  const receiver = createServer((_, response) => response.writeHead(500).end(CANARIES.webhookSecretInUrl));
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  onTestFinished(() => void receiver.close());
  const { port } = receiver.address() as AddressInfo;
  const made = (await ask('POST', '/notice-channels', {
    name: 'canary',
    kind: 'slack',
    events: null,
    connections: null,
    enabled: true,
    secret: { url: `http://127.0.0.1:${port}/${CANARIES.webhookSecretInUrl}` },
  })) as { channel: { id: string } };
  await ask('POST', `/notice-channels/${made.channel.id}/test`);
}
