import { expect, test } from 'vitest';
import {
  breadLine,
  movableClock,
  newSupplier,
  rowsOf,
  startTestClient,
  type TestClient,
  textOf,
} from './client.testkit.ts';

const numbers = async (client: TestClient, query = '') =>
  rowsOf(await client.send('GET', `/purchaseList?${query}`), 'PurchaseList').map((row) => row['OrderNumber']);

test('pages ascend by number; past the end is 200 with an empty list', async () => {
  const client = await startTestClient();
  for (let count = 0; count < 5; count += 1) await client.newPurchase();
  expect(await numbers(client, 'Page=2&Limit=2')).toEqual(['PO-00003', 'PO-00004']);
  const past = await client.send('GET', '/purchaseList?page=9&LIMIT=2');
  expect(past.body).toEqual({ Total: 5, Page: 9, PurchaseList: [] });
  expect(await numbers(client, 'Limit=0&Page=x')).toHaveLength(5);
});

test('Limit above 1000 is cut or refused; locations are cut at 500', async () => {
  const client = await startTestClient();
  expect((await client.send('GET', '/supplier?Limit=2000')).status).toBe(200);
  client.sim.switches.limitTooHigh = 'refused';
  expect((await client.send('GET', '/supplier?Limit=2000')).status).toBe(400);
  for (let count = 0; count < 510; count += 1)
    await client.send('POST', '/ref/location', { Name: `Bin ${count}` });
  const reply = await client.send('GET', '/ref/location?Limit=1000');
  expect([reply.body['Total'], rowsOf(reply, 'LocationList').length]).toEqual([512, 500]);
});

test('filters join with AND, unknown and dead ones are ignored', async () => {
  const client = await startTestClient();
  const first = await client.newPurchase({ RequiredBy: '2026-04-01' });
  await client.newPurchase();
  await client.send('POST', '/purchase/order', { TaskID: first, Status: 'AUTHORISED', Lines: [breadLine] });
  expect(await numbers(client, 'OrderStatus=AUTHORISED&Status=ORDERED')).toEqual(['PO-00001']);
  expect(await numbers(client, 'OrderStatus=AUTHORISED&Status=DRAFT')).toEqual([]);
  expect(await numbers(client, 'OrderStatus=AUTHORISED,DRAFT')).toEqual([]);
  expect(await numbers(client, 'Type=Nothing&OrderBy=x&RestockReceivedStatus=x')).toHaveLength(2);
  expect(await numbers(client, 'StockReceivedStatus=AUTHORISED')).toEqual([]);
  expect(await numbers(client, 'RequiredBy=2026-04-01')).toEqual(['PO-00001']);
  expect(await numbers(client, 'RequiredBy=2026-03-31')).toEqual([]);
});

test('Search covers number, status and supplier but not the note', async () => {
  const client = await startTestClient();
  await client.newPurchase({ Note: 'JDE 4711' });
  expect(await numbers(client, 'Search=JDE')).toEqual([]);
  expect(await numbers(client, 'Search=abp')).toEqual(['PO-00001']);
  expect(await numbers(client, 'Search=po-00001')).toEqual(['PO-00001']);
  client.sim.switches.purchaseSearch = 'exact';
  expect(await numbers(client, 'Search=abp')).toEqual([]);
});

test('UpdatedSince is exclusive by default and moves with every change', async () => {
  const clock = movableClock();
  const client = await startTestClient({ clock });
  const first = await client.newPurchase();
  clock.move(60_000);
  await client.newPurchase();
  const since = 'UpdatedSince=2026-03-02T10:00:00.000Z';
  expect(await numbers(client, since)).toEqual(['PO-00002']);
  client.sim.switches.updatedSinceBoundary = 'inclusive';
  expect(await numbers(client, since)).toHaveLength(2);
  expect(await numbers(client, 'UpdatedUntil=2026-03-02T10:00:30')).toEqual(['PO-00001']);
  clock.move(60_000);
  client.sim.editPurchase(first, { Note: 'edited' });
  expect(await numbers(client, 'UpdatedSince=2026-03-02T10:01:30')).toEqual(['PO-00001']);
});

test('with a lag, lists show new and changed records later; the detail shows them at once', async () => {
  const clock = movableClock();
  const client = await startTestClient({ clock, switches: { listLagSeconds: 90 } });
  const id = await client.newPurchase();
  expect(await numbers(client)).toEqual([]);
  expect((await client.send('GET', `/advanced-purchase?ID=${id}`)).status).toBe(200);
  clock.move(89_999);
  expect(await numbers(client)).toEqual([]);
  clock.move(1);
  expect(await numbers(client)).toEqual(['PO-00001']);
  client.sim.authoriseOrder(id);
  expect(await numbers(client, 'OrderStatus=AUTHORISED')).toEqual([]);
  clock.move(30_000);
  client.sim.voidPurchase(id);
  clock.move(60_000);
  expect(await numbers(client, 'OrderStatus=AUTHORISED')).toEqual(['PO-00001']);
  clock.move(30_000);
  expect(await numbers(client, 'Status=VOIDED')).toEqual(['PO-00001']);
});

test('the lag holds for suppliers as well, but not for a read by ID', async () => {
  const clock = movableClock();
  const client = await startTestClient({ clock, switches: { listLagSeconds: 10 } });
  const [row] = rowsOf(await client.send('POST', '/supplier', newSupplier), 'SupplierList');
  const total = async (query: string) => (await client.send('GET', `/supplier?${query}`)).body['Total'];
  expect([await total('Name=Parts'), await total(`ID=${textOf(row?.['ID'])}`)]).toEqual([0, 1]);
  clock.move(10_000);
  expect(await total('Name=Parts')).toBe(1);
  client.sim.editSupplier(textOf(row?.['ID']), { Name: 'Renamed' });
  expect([await total('Name=Parts'), await total('Name=Renamed')]).toEqual([1, 0]);
  clock.move(10_000);
  expect([await total('Name=Parts'), await total('Name=Renamed')]).toEqual([0, 1]);
});

test('suppliers can be listed by name instead of age', async () => {
  const client = await startTestClient({ switches: { listOrder: 'name' } });
  await client.send('POST', '/supplier', { ...newSupplier, Name: 'AAA' });
  expect(rowsOf(await client.send('GET', '/supplier'), 'SupplierList')[0]?.['Name']).toBe('AAA');
});

test('purchaseCreditNoteList holds purchases with a credit note, under the same list key', async () => {
  const client = await startTestClient();
  await client.newPurchase();
  expect((await client.send('GET', '/purchaseCreditNoteList')).body).toEqual({
    Total: 0,
    Page: 1,
    PurchaseList: [],
  });
});
