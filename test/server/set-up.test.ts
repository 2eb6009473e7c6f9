import { expect, test } from 'vitest';
import { startServer } from '../support/server.ts';

interface Step {
  readonly name: string;
  readonly state: string;
  readonly allowEntry?: string;
}

const stepsOf = (text: string): readonly Step[] =>
  [...text.matchAll(/^event: step\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Step);

test('where a call is held back, the step names the entry that lets it through; with it the step passes', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.person('admin');
  const { outbound: _, ...held } = server.wish.settings;
  await admin.call('POST', '/api/v1/connections', held);
  const connection = await server.served.engine.connections.find('second');
  const requester = { actor: 'test', origin: 'test' };
  await server.served.engine.connections.saveCredentials(connection, server.wish.secrets, requester);
  const test = async (): Promise<readonly Step[]> =>
    stepsOf((await admin.call('POST', '/api/v1/connections/second/test')).text);
  const entries = (await test()).flatMap(({ allowEntry }) => (allowEntry === undefined ? [] : [allowEntry]));
  expect(entries).toEqual([new URL(server.jde.url).host, new URL(server.cin7.url).host]);
  const path = '/api/v1/connections/second/settings';
  const { body } = await admin.call('GET', path);
  const { settings } = body as { settings: Record<string, unknown> };
  await admin.call('PUT', path, { ...settings, outbound: { allowHosts: entries } });
  expect((await test()).filter(({ state }) => state === 'failed')).toEqual([]);
});

test('settings that somebody else changed meanwhile are not overwritten', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.person('admin');
  await admin.call('POST', '/api/v1/connections', server.wish.settings);
  const path = '/api/v1/connections/second/settings';
  const { body } = await admin.call('GET', path);
  const { version, settings } = body as { version: number; settings: Record<string, unknown> };
  const first = { ...settings, notices: { staleAfterMinutes: 60 } };
  expect((await admin.call('PUT', `${path}?version=${version}`, first)).status).toBe(200);
  const second = { ...settings, notices: { staleAfterMinutes: 5 } };
  const answer = await admin.call('PUT', `${path}?version=${version}`, second);
  expect(answer).toMatchObject({ status: 409, body: { code: 'api.conflict', field: 'version' } });
  expect((await admin.call('GET', path)).body).toMatchObject({
    settings: { notices: { staleAfterMinutes: 60 } },
  });
});

test.each([
  ['0 6 * * 1-5', 'America/Chicago', 'every weekday at 06:00, Chicago time'],
  ['30 17 * * *', 'UTC', 'every day at 17:30, UTC time'],
  ['0 6 * * 1,4', 'America/New_York', 'every Monday and Thursday at 06:00, New York time'],
  ['*/10 6-18 * * 1-5', 'UTC', expect.stringContaining('Every 10 minutes')],
])('the timing %s in %s reads as people say it', async (cron, timeZone, words) => {
  const server = await startServer();
  const viewer = await server.caller('viewer');
  const answer = await viewer.call('POST', '/api/v1/schedule-preview', { cron, timeZone });
  expect(answer).toMatchObject({ status: 200, body: { words } });
  expect((answer.body as { nextRuns: string[] }).nextRuns).toHaveLength(5);
});
