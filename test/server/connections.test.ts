import { expect, test } from 'vitest';
import { type Caller, startServer } from '../support/server.ts';

interface Step {
  readonly name: string;
  readonly state: string;
  readonly fix?: string;
}

function stepsOf(text: string): readonly Step[] {
  return [...text.matchAll(/^event: step\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Step);
}

test('a connection is made, given credentials, tested and synced without any file', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.caller('admin');
  const made = await admin.call('POST', '/api/v1/connections', server.wish.settings);
  expect(made).toMatchObject({ status: 201, body: { name: 'second', origin: 'api', settingsVersion: 1 } });
  const untested = await admin.call('POST', '/api/v1/connections/second/test');
  expect(stepsOf(untested.text)).toMatchObject([{ name: 'credentials', state: 'failed' }]);
  const connection = await server.served.engine.connections.find('second');
  await server.served.engine.connections.saveCredentials(connection, server.wish.secrets, {
    actor: 'test',
    origin: 'test',
  });
  const { text } = await admin.call('POST', '/api/v1/connections/second/test');
  expect(stepsOf(text).filter(({ state }) => state === 'failed')).toEqual([]);
  expect(text).toMatch(/event: done\ndata: {"passed":\d+/);
  const known = await admin.call('GET', '/api/v1/connections/second/secrets');
  expect(known.text).toContain('fingerprint');
  for (const secret of Object.values(server.wish.secrets).filter((value) => value.length > 3))
    expect(known.text).not.toContain(secret);
});

test('credentials need a person who signed in lately: no token may set them', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.caller('admin');
  await admin.call('POST', '/api/v1/connections', server.wish.settings);
  const answer = await admin.call('PUT', '/api/v1/connections/second/secrets', server.wish.secrets);
  expect(answer).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
});

test('settings are versioned; a wrong one is named by its field and changes nothing', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.caller('admin');
  await admin.call('POST', '/api/v1/connections', server.wish.settings);
  const path = '/api/v1/connections/second/settings';
  const { body } = await admin.call('GET', path);
  const { settings } = body as { settings: Record<string, Record<string, unknown>> };
  const wrong = { ...settings, purchases: { ...settings['purchases'], orderStatus: 'OPEN' } };
  const refused = await admin.call('PUT', path, wrong);
  expect(refused).toMatchObject({ status: 422, body: { field: 'purchases.orderStatus' } });
  const changed = { ...settings, purchases: { ...settings['purchases'], orderTypes: ['OP', 'OM'] } };
  expect(await admin.call('PUT', path, changed)).toMatchObject({ status: 200, body: { settingsVersion: 2 } });
  expect((await admin.call('GET', path)).body).toMatchObject({
    version: 2,
    settings: { purchases: { orderTypes: ['OP', 'OM'] } },
    versions: [{ version: 2 }, { version: 1 }],
  });
  const told = await admin.call('GET', '/api/v1/trail/second?action=settings.changed');
  expect(told.body).toMatchObject({ items: [{ data: { version: 2 } }] });
});

test('where a connection may call besides is changed by a person who signed in lately', async () => {
  const server = await startServer({ empty: true });
  const [robot, admin] = [await server.caller('admin'), await server.person('admin')];
  await robot.call('POST', '/api/v1/connections', server.wish.settings);
  const path = '/api/v1/connections/second/settings';
  const { body } = await robot.call('GET', path);
  const { settings } = body as { settings: { outbound: { allowHosts: string[] } } };
  const { allowHosts } = settings.outbound;
  const change = (caller: Caller, hosts: readonly string[], run = {}) =>
    caller.call('PUT', path, { ...settings, outbound: { allowHosts: hosts }, run });
  const wider = [...allowHosts, '169.254.169.254:80'];
  const forbidden = { status: 403, body: { code: 'access.forbidden' } };
  expect(await change(robot, wider)).toMatchObject(forbidden);
  expect(await change(robot, [])).toMatchObject(forbidden);
  expect(await change(robot, allowHosts, { overlapDays: 2 })).toMatchObject({ status: 200 });
  const sessions = server.served.database.db.updateTable('sessions');
  await sessions.set({ reauthenticated_at: Date.now() - 11 * 60_000 }).execute();
  const again = { status: 403, body: { code: 'access.reauthentication_needed' } };
  expect(await change(admin, wider)).toMatchObject(again);
  expect((await robot.call('GET', path)).body).toMatchObject({ settings: { outbound: { allowHosts } } });
  await sessions.set({ reauthenticated_at: Date.now() }).execute();
  expect(await change(admin, wider)).toMatchObject({ status: 200 });
  expect((await robot.call('GET', path)).body).toMatchObject({
    settings: { outbound: { allowHosts: wider } },
  });
});

test('where credentials are sent is changed by a person who signed in lately', async () => {
  const server = await startServer({ empty: true });
  const [robot, admin] = [await server.caller('admin'), await server.person('admin')];
  await robot.call('POST', '/api/v1/connections', server.wish.settings);
  const path = '/api/v1/connections/second/settings';
  const { body } = await robot.call('GET', path);
  const { settings } = body as { settings: { jde: object; cin7: object } };
  const elsewhere = { url: 'https://elsewhere.example.com' };
  for (const change of [
    { jde: { ...settings.jde, ...elsewhere } },
    { cin7: { ...settings.cin7, ...elsewhere } },
  ]) {
    expect(await robot.call('PUT', path, { ...settings, ...change })).toMatchObject({ status: 403 });
    expect(await admin.call('PUT', path, { ...settings, ...change })).toMatchObject({ status: 200 });
  }
});

test('a connection of the file is shown, and changed only there', async () => {
  const server = await startServer();
  const admin = await server.caller('admin');
  expect((await admin.call('GET', '/api/v1/connections')).body).toMatchObject({
    items: [{ name: 'main', origin: 'file' }],
  });
  const { body } = await admin.call('GET', '/api/v1/connections/main/settings');
  const { settings } = body as { settings: unknown };
  const answer = await admin.call('PUT', '/api/v1/connections/main/settings', settings);
  expect(answer).toMatchObject({ status: 409, body: { code: 'api.conflict' } });
});

test('a paused connection says since when and by whom, and goes on when asked', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const paused = await operator.call('POST', '/api/v1/connections/main/pause');
  expect(paused.body).toMatchObject({ pausedBy: expect.stringMatching(/^token:/) });
  const resumed = await operator.call('POST', '/api/v1/connections/main/resume');
  expect(resumed.body).toMatchObject({ pausedAt: null });
});

test('a token that is bound to a connection sees no other', async () => {
  const server = await startServer();
  const admin = await server.caller('admin');
  const made = await admin.call('POST', '/api/v1/connections', server.wish.settings);
  const { id } = made.body as { id: string };
  const bound = await server.caller('viewer', id);
  expect((await bound.call('GET', '/api/v1/connections')).body).toMatchObject({ items: [{ id }] });
  for (const path of ['/api/v1/connections/main', '/api/v1/connections/main/parked', '/api/v1/trail/main'])
    expect((await bound.call('GET', path)).status).toBe(403);
  expect((await bound.call('GET', '/api/v1/runs?connection=main')).status).toBe(403);
});

test('refused access stands in the trail of the system, which is for admins', async () => {
  const server = await startServer();
  const viewer = await server.caller('viewer');
  expect((await viewer.call('POST', '/api/v1/connections/main/pause')).status).toBe(403);
  expect((await viewer.call('GET', '/api/v1/trail/system')).status).toBe(403);
  const admin = await server.caller('admin');
  const told = await admin.call('GET', '/api/v1/trail/system?action=access.refused');
  expect(told.body).toMatchObject({
    items: [{ data: { method: 'POST', route: '/api/v1/connections/:connection/pause' } }],
  });
});
