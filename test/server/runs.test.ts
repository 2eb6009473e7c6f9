import { expect, test } from 'vitest';
import { type Caller, call, startServer } from '../support/server.ts';

interface Run {
  readonly id: string;
  readonly state: string;
  readonly endedAt: string | null;
  readonly flows: Record<string, Record<string, number>>;
  readonly fault: { readonly code: string } | null;
}

async function startRun(caller: Caller, kind: string): Promise<Run> {
  const answer = await caller.call('POST', '/api/v1/runs', { connection: 'main', kind });
  expect(answer.status, answer.text).toBe(202);
  return answer.body as Run;
}

/** Watches a run as the console does, until it has ended. */
async function ended(caller: Caller, id: string): Promise<{ run: Run; states: readonly string[] }> {
  const { text } = await caller.call('GET', `/api/v1/runs/${id}/events`);
  const runs = [...text.matchAll(/^event: run\ndata: (.*)$/gm)].map(
    ([, data = '']) => JSON.parse(data) as Run,
  );
  const last = runs.at(-1);
  if (last === undefined) throw new Error('No event came.');
  return { run: last, states: runs.map(({ state }) => state) };
}

test('a sync that was started over the API is watched to its end, and brings Cin7 in step', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const { id } = await startRun(operator, 'sync');
  const { run, states } = await ended(operator, id);
  expect(run.fault).toBeNull();
  expect(states.at(-1)).toBe('succeeded');
  expect(run.flows).toMatchObject({ suppliers: { created: 1 }, purchases: { created: 1 } });
  expect(server.cin7.suppliers()).toHaveLength(1);
  const { body } = await operator.call('GET', '/api/v1/runs?connection=main&limit=1');
  expect(body).toMatchObject({ items: [{ id, kind: 'sync', trigger: 'person', state: 'succeeded' }] });
});

test('a plan keeps its changes, page by page, and writes nothing', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const { id } = await startRun(operator, 'plan');
  expect((await ended(operator, id)).run.state).toBe('succeeded');
  const changes: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = cursor === '' ? '' : `&cursor=${cursor}`;
    const { body } = await operator.call('GET', `/api/v1/runs/${id}/changes?change=create&limit=1${query}`);
    const page = body as { items: unknown[]; next: string | null };
    expect(page.items.length).toBeLessThanOrEqual(1);
    changes.push(...page.items);
    cursor = page.next;
  }
  expect(changes).toMatchObject([
    { flow: 'suppliers', change: 'create', recordKey: '4343', payload: { Name: 'Parts Emporium' } },
    { flow: 'purchases', change: 'create', payload: { order: { Lines: [{ SKU: 'BC-1' }] } } },
  ]);
  expect(server.cin7.suppliers()).toEqual([]);
});

test('the same post with the same key starts one run and gets the same answer', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const key = { 'idempotency-key': 'nightly-2026-11-23' };
  const order = { connection: 'main', kind: 'sync' };
  const first = await operator.call('POST', '/api/v1/runs', order, key);
  const again = await operator.call('POST', '/api/v1/runs', order, key);
  expect(again.status).toBe(202);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.text).toBe(first.text);
  const other = await operator.call('POST', '/api/v1/runs', { ...order, kind: 'plan' }, key);
  expect(other).toMatchObject({ status: 409, body: { code: 'api.conflict', field: 'Idempotency-Key' } });
  const { body } = await operator.call('GET', '/api/v1/runs');
  expect((body as { items: unknown[] }).items).toHaveLength(1);
});

test('runs of one connection never overlap, and one at work can be stopped', async () => {
  const server = await startServer({ jde: { faults: [{ on: {}, do: { kind: 'slow', ms: 400 } }] } });
  const operator = await server.caller('operator');
  const { id } = await startRun(operator, 'sync');
  const second = await operator.call('POST', '/api/v1/runs', { connection: 'main', kind: 'sync' });
  expect(second).toMatchObject({ status: 409, body: { code: 'run.busy' } });
  const stopped = await operator.call('POST', `/api/v1/runs/${id}/stop`);
  expect(stopped.status).toBe(202);
  const { run } = await ended(operator, id);
  expect(run.state).toBe('stopped');
  const again = await operator.call('POST', `/api/v1/runs/${id}/stop`);
  expect(again).toMatchObject({ status: 409, body: { code: 'api.conflict' } });
  expect((await ended(operator, (await startRun(operator, 'sync')).id)).run.state).toBe('succeeded');
});

test('a run that cannot even begin says why', async () => {
  const server = await startServer({ empty: true });
  const admin = await server.caller('admin');
  const made = await admin.call('POST', '/api/v1/connections', server.wish.settings);
  expect(made.status, made.text).toBe(201);
  const answer = await admin.call('POST', '/api/v1/runs', { connection: 'second', kind: 'sync' });
  const { run } = await ended(admin, (answer.body as Run).id);
  expect(run).toMatchObject({
    state: 'failed',
    fault: {
      code: 'config.credential_missing',
      text: expect.stringContaining('no credentials yet'),
      hint: expect.stringMatching(/\.$/),
    },
  });
});

test('nobody, a viewer and a trigger token cannot start runs; the hook is for the last', async () => {
  const server = await startServer();
  const order = { connection: 'main', kind: 'sync' };
  expect((await call(server.url, undefined, 'POST', '/api/v1/runs', order)).status).toBe(401);
  const viewer = await server.caller('viewer');
  expect((await viewer.call('POST', '/api/v1/runs', order)).body).toMatchObject({ code: 'access.forbidden' });
  const trigger = await server.caller('trigger');
  expect((await trigger.call('GET', '/api/v1/runs')).status).toBe(403);
  const hooked = await trigger.call('POST', '/api/v1/hooks/main/run');
  expect(hooked).toMatchObject({ status: 202, body: { trigger: 'hook', kind: 'sync' } });
});

test.each([
  [{ connection: 'main', kind: 'explode' }, 422, 'kind'],
  [{ connection: 'nowhere', kind: 'sync' }, 404, 'connection'],
  [{ connection: 'main', kind: 'sync', force: true }, 422, ''],
  ['{"connection":', 400, undefined],
])('a wrong order %j is answered with %i and names what is wrong', async (order, status, field) => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const answer = await operator.call('POST', '/api/v1/runs', order);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({ status, requestId: expect.any(String), hint: expect.any(String) });
  expect((answer.body as { field?: string }).field).toBe(field);
});
