import { expect, test } from 'vitest';
import { carryOut } from '../support/api-runs.ts';
import { startServer } from '../support/server.ts';

test('a reconcile over the API says that both sides agree, with their totals', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const run = await carryOut(operator, 'reconcile');
  expect(run).toMatchObject({
    reconcile: {
      agree: true,
      sentence: 'Both sides agree.',
      flows: {
        suppliers: { jde: 1, cin7: 1, links: 1, counts: { equal: 1 } },
        purchases: { totals: { jde: { orders: 1, sums: { USD: '25' } }, cin7: { orders: 1 } } },
      },
    },
  });
});

test('what differs is listed with the next step, by class, page by page, and as a file for spreadsheets', async () => {
  const server = await startServer({ unmapped: ['location 40'] });
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const { id } = await carryOut(operator, 'reconcile');
  const { body } = await operator.call('GET', `/api/v1/runs/${id}/findings?class=waiting&limit=1`);
  expect(body).toMatchObject({
    items: [
      {
        flow: 'purchases',
        class: 'waiting',
        recordKey: '00001-OP-1001-000',
        code: 'crosswalk.unmapped',
        nextStep: expect.stringMatching(/\.$/),
      },
    ],
    next: null,
  });
  const file = await operator.call('GET', `/api/v1/runs/${id}/findings/export?class=waiting`);
  expect(file.headers.get('content-type')).toContain('text/csv');
  expect(file.headers.get('content-disposition')).toContain(`reconcile-${id.slice(0, 8)}.csv`);
  const lines = file.text.trim().split('\n');
  expect(lines[0]).toContain('record,name');
  expect(lines[1]).toContain('purchases,waiting,00001-OP-1001-000');
  expect(lines).toHaveLength(2);
});

test('a plan says over the API what it will cost; other runs have neither findings nor a plan', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  const plan = await carryOut(operator, 'plan');
  expect(plan).toMatchObject({
    plan: { writes: 3, minutes: 0.1, flows: { suppliers: { create: 1 }, purchases: { create: 1 } } },
    reconcile: null,
  });
  const kinds = 'change=update&change=create&change=void';
  const { body } = await operator.call('GET', `/api/v1/runs/${plan.id}/changes?${kinds}`);
  expect((body as { items: unknown[] }).items).toMatchObject([{ flow: 'suppliers' }, { flow: 'purchases' }]);
  expect((await operator.call('GET', `/api/v1/runs/${plan.id}/findings`)).status).toBe(404);
  const sync = await carryOut(operator, 'sync');
  expect(sync).toMatchObject({ plan: null, reconcile: null });
});

test('a plan says of what would be parked why, and what to do', async () => {
  const server = await startServer({ unmapped: ['location 40'] });
  const operator = await server.caller('operator');
  const { id } = await carryOut(operator, 'plan');
  const { status, text, body } = await operator.call('GET', `/api/v1/runs/${id}/changes?change=park`);
  expect(status, text).toBe(200);
  expect(body).toMatchObject({
    items: [{ flow: 'purchases', code: 'crosswalk.unmapped', hint: expect.stringMatching(/\.$/) }],
  });
});

test('a backfill over the API reads records again; a scope that means nothing is said at once', async () => {
  const server = await startServer();
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const run = await carryOut(operator, 'backfill', { flows: ['suppliers'], backfill: { fromKey: '4343' } });
  expect(run).toMatchObject({ flows: { suppliers: { staged: 1, unchanged: 1 } } });
  const order = { connection: 'main', kind: 'backfill', backfill: { fromKey: '4343' } };
  const { body } = await operator.call('POST', '/api/v1/runs', order);
  const { id } = body as { id: string };
  await operator.call('GET', `/api/v1/runs/${id}/events`);
  expect((await operator.call('GET', `/api/v1/runs/${id}`)).body).toMatchObject({
    state: 'failed',
    fault: { code: 'input.invalid', text: expect.stringContaining('--flow') },
  });
});
