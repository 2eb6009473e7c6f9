import { expect, test } from 'vitest';
import { carryOut } from '../support/api-runs.ts';
import { type Caller, call, startServer } from '../support/server.ts';

interface Overview {
  readonly standing: string;
  readonly [member: string]: unknown;
}

async function overviewOf(caller: Caller): Promise<Overview> {
  const { status, text, body } = await caller.call('GET', '/api/v1/connections/main/overview');
  expect(status, text).toBe(200);
  const all = await caller.call('GET', '/api/v1/overview');
  expect(all.body).toMatchObject({ items: [{ connection: { name: 'main' } }] });
  return body as Overview;
}

test('a connection is new, then fresh: with its runs, what was parked, its budget and its next run', async () => {
  const server = await startServer({ unmapped: ['location 40'] });
  const operator = await server.caller('operator');
  expect(await overviewOf(operator)).toMatchObject({
    standing: 'new',
    lastSuccessAt: null,
    openRun: null,
    next: null,
    budget: { used: 0, limit: 600_000 },
  });
  const made = await operator.call('POST', '/api/v1/connections/main/schedules', { cron: '0 3 1 1 *' });
  expect(made.status, made.text).toBe(201);
  const run = await carryOut(operator, 'sync');
  const overview = await overviewOf(operator);
  expect(overview).toMatchObject({
    standing: 'fresh',
    lastRuns: { sync: { id: run.id, state: 'succeeded' } },
    lastSuccessAt: run.endedAt,
    parked: { purchases: 1 },
    ignored: 0,
    next: { kind: 'sync' },
    alarms: [],
  });
  expect((overview['budget'] as { used: number }).used).toBeGreaterThan(3);
});

test('a record that a person set aside is not counted as parked', async () => {
  const server = await startServer({ unmapped: ['location 40'] });
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const ignored = await operator.call('POST', '/api/v1/connections/main/parked/ignore', {
    cause: { flow: 'purchases', code: 'crosswalk.unmapped' },
    reason: 'Samples for the trade fair.',
  });
  expect(ignored.status, ignored.text).toBe(200);
  expect(await overviewOf(operator)).toMatchObject({ parked: { purchases: 0 }, ignored: 1 });
});

test('a sync that fails makes the connection failing, with an alarm, until one succeeds', async () => {
  const server = await startServer({
    jde: { faults: [{ on: { nth: 1 }, do: { kind: 'status', status: 405 } }] },
  });
  const operator = await server.caller('operator');
  const { body } = await operator.call('POST', '/api/v1/runs', { connection: 'main', kind: 'sync' });
  await operator.call('GET', `/api/v1/runs/${(body as { id: string }).id}/events`);
  const failing = await overviewOf(operator);
  expect(failing).toMatchObject({
    standing: 'failing',
    lastRuns: { sync: { state: 'failed', fault: { hint: expect.stringMatching(/\.$/) } } },
    alarms: [{ event: 'run.failed', title: expect.stringContaining('main') }],
  });
  await carryOut(operator, 'sync');
  expect(await overviewOf(operator)).toMatchObject({ standing: 'fresh', alarms: [] });
});

test('without credentials a connection is unfinished; a paused one has no next run', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.caller('admin');
  const made = await admin.call('POST', '/api/v1/connections', { ...server.wish.settings, name: 'main' });
  expect(made.status, made.text).toBe(201);
  expect(await overviewOf(admin)).toMatchObject({ standing: 'unfinished', budget: null });
  await admin.call('POST', '/api/v1/connections/main/schedules', { cron: '0 3 1 1 *' });
  expect(await overviewOf(admin)).toMatchObject({ next: { kind: 'sync' } });
  await admin.call('POST', '/api/v1/connections/main/pause');
  expect(await overviewOf(admin)).toMatchObject({ next: null, connection: { pausedAt: expect.any(String) } });
});

test('what arrived is counted by day of the zone that is asked for, days without anything included', async () => {
  const server = await startServer({ unmapped: ['location 40'] });
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const path = '/api/v1/connections/main/arrivals?days=3&timeZone=Pacific/Kiritimati';
  const { status, text, body } = await operator.call('GET', path);
  expect(status, text).toBe(200);
  const { items } = body as { items: { day: string; created: number }[] };
  const today = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);
  expect(items).toHaveLength(3);
  expect(items.slice(0, 2)).toMatchObject([{ created: 0 }, { created: 0 }]);
  expect(items.at(-1)).toMatchObject({ day: today, created: 1, updated: 0, voided: 0 });
  const wrong = await operator.call('GET', '/api/v1/connections/main/arrivals?timeZone=Nowhere');
  expect(wrong).toMatchObject({ status: 422, body: { code: 'input.invalid', field: 'timeZone' } });
});

test('nobody sees it without signing in, and a bound token sees its own connection only', async () => {
  const server = await startServer({ config: {} });
  expect((await call(server.url, undefined, 'GET', '/api/v1/overview')).status).toBe(401);
  const admin = await server.caller('admin');
  const made = await admin.call('POST', '/api/v1/connections', server.wish.settings);
  const bound = await server.caller('viewer', (made.body as { id: string }).id);
  const { body } = await bound.call('GET', '/api/v1/overview');
  expect((body as { items: unknown[] }).items).toMatchObject([{ connection: { name: 'second' } }]);
  expect((await bound.call('GET', '/api/v1/connections/main/overview')).status).toBe(403);
  expect((await bound.call('GET', '/api/v1/connections/main/arrivals')).status).toBe(403);
});
