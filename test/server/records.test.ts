import { expect, test } from 'vitest';
import { line } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { carryOut } from '../support/api-runs.ts';
import { startServer } from '../support/server.ts';

const RECORDS = '/api/v1/connections/main/records';

test.each([
  ['parts emp', 'suppliers', '4343'],
  ['4343', 'suppliers', '4343'],
  ['1001', 'purchases', '00001-OP-1001-000'],
])('a record is found by %s and shows both of its sides', async (text, flow, recordKey) => {
  const server = await startServer();
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const found = await operator.call('GET', `${RECORDS}?text=${encodeURIComponent(text)}`);
  expect(found.body).toMatchObject({ items: [{ flow, recordKey, state: 'live' }] });
  const { status, text: told, body } = await operator.call('GET', `${RECORDS}/${flow}/${recordKey}`);
  expect(status, told).toBe(200);
  const record = body as { jde: { table: string; rows: unknown[] }[] };
  expect(record).toMatchObject({ flow, recordKey, state: 'live', parked: null, openWrite: null });
  expect(record).toMatchObject({
    cin7: { id: expect.any(String), state: 'live', page: expect.stringContaining('#') },
  });
  expect(record.jde.map(({ table }) => table)).toContain(flow === 'suppliers' ? 'F0401' : 'F4311');
  expect(record.jde.every(({ rows }) => rows.length > 0)).toBe(true);
});

test('what was written stands there as Cin7 got it, and a parked record says why it waits', async () => {
  const server = await startServer({ unmapped: ['location 40'] });
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const supplier = await operator.call('GET', `${RECORDS}/suppliers/4343`);
  expect(supplier.body).toMatchObject({ cin7: { payload: { Name: 'Parts Emporium', Currency: 'USD' } } });
  const order = await operator.call('GET', `${RECORDS}/purchases/00001-OP-1001-000`);
  expect(order.body).toMatchObject({
    state: 'parked',
    cin7: null,
    parked: { code: 'crosswalk.unmapped', hint: expect.stringMatching(/\.$/), ignored: null },
  });
});

test('an account shows the Cin7 account that it is mapped to', async () => {
  const lines = [line({ account_id: '30.1411' })];
  const server = await startServer({ dataset: { purchaseOrderLines: lines } });
  const operator = await server.caller('operator');
  await carryOut(operator, 'sync');
  const found = await operator.call('GET', `${RECORDS}?text=Inventory`);
  const { items } = found.body as { items: { flow: string; recordKey: string }[] };
  const [account] = items.filter(({ flow }) => flow === 'accounts');
  const { body } = await operator.call('GET', `${RECORDS}/accounts/${account?.recordKey}`);
  expect(body).toMatchObject({ flow: 'accounts', mapping: { target: '1411' }, cin7: null });
});

test('what nobody knows is not found; a search needs a text', async () => {
  const server = await startServer();
  const viewer = await server.caller('viewer');
  expect((await viewer.call('GET', `${RECORDS}?text=nobody`)).body).toEqual({ items: [] });
  expect((await viewer.call('GET', `${RECORDS}?text=%20`)).status).toBe(422);
  expect((await viewer.call('GET', `${RECORDS}/suppliers/999`)).body).toMatchObject({
    status: 404,
    code: 'api.not_found',
  });
});
