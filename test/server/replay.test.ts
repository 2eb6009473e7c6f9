import { expect, test } from 'vitest';
import { carryOut } from '../support/api-runs.ts';
import { startServer, type TestServer } from '../support/server.ts';

const REPLAY = '/api/v1/connections/main/records/suppliers/4343/replay';

async function synced() {
  const server = await startServer();
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  return { server, operator };
}

const supplierIds = ({ cin7 }: TestServer) => cin7.suppliers().map(({ ID }) => ID);

test('a replay is shown first and changes nothing; applied, the next sync carries it out', async () => {
  const { server, operator } = await synced();
  const [before] = supplierIds(server);
  server.cin7.removeSupplier(String(before));
  const shown = await operator.call('POST', REPLAY, { relink: true });
  expect(shown.status, shown.text).toBe(200);
  expect(shown.body).toMatchObject({ change: 'create', calls: 1, applied: false });
  await carryOut(operator, 'sync');
  expect(supplierIds(server)).toEqual([]);

  const applied = await operator.call('POST', REPLAY, { relink: true, apply: true });
  expect(applied.body).toMatchObject({ change: 'create', applied: true });
  await carryOut(operator, 'sync');
  expect(supplierIds(server)).toHaveLength(1);
  const { body } = await operator.call('GET', '/api/v1/trail/main?recordKey=4343&action=record.relinked');
  expect(body).toMatchObject({ items: [{ actor: expect.stringMatching(/^token:/) }] });
});

test('what Cin7 was given already needs nothing, and an order that stands in Cin7 is not made twice', async () => {
  const { operator } = await synced();
  const again = await operator.call('POST', REPLAY, {});
  expect(again.body).toMatchObject({ change: 'unchanged', calls: 0, differences: [] });
  const order = '/api/v1/connections/main/records/purchases/00001-OP-1001-000/replay';
  const twice = await operator.call('POST', order, { relink: true, apply: true });
  expect(twice.status).toBe(422);
  expect(twice.body).toMatchObject({ code: 'input.invalid', detail: expect.stringContaining('Void it') });
});

test('a viewer may not replay, and nothing is known of some records', async () => {
  const { server, operator } = await synced();
  const viewer = await server.caller('viewer');
  expect((await viewer.call('POST', REPLAY, {})).status).toBe(403);
  const unknown = await operator.call('POST', REPLAY.replace('4343', '9999'), {});
  expect(unknown.body).toMatchObject({ code: 'input.invalid' });
});
