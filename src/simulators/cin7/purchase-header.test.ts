import { expect, test } from 'vitest';
import {
  breadLine,
  movableClock,
  newSupplier,
  startTestClient,
  type TestClient,
  textOf,
} from './client.testkit.ts';
import { isObject } from './json.ts';

const header = { Supplier: 'ABPA', Location: 'Main Warehouse', Approach: 'Stock' };

const order = (client: TestClient, taskId: string, status = 'AUTHORISED') =>
  client.send('POST', '/purchase/order', { TaskID: taskId, Status: status, Lines: [breadLine] });

test('the header alone makes a purchase; nested Order and Lines vanish in silence', async () => {
  const client = await startTestClient({ clock: movableClock() });
  const { status, body } = await client.send('POST', '/advanced-purchase', {
    ...header,
    Lines: [breadLine],
    Order: { Status: 'AUTHORISED', Lines: [breadLine] },
    OrderNumber: 'PO-77777',
    Note: 'JDE OP 1',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    OrderNumber: 'PO-00001',
    Status: 'DRAFT',
    Type: 'Simple Purchase',
    Approach: 'STOCK',
  });
  expect(body).toMatchObject({
    Terms: '30 days',
    TaxRule: 'Sales Tax on Imports',
    CurrencyRate: 1,
    Note: 'JDE OP 1',
  });
  expect(body['Order']).toMatchObject({ Status: 'NOT AVAILABLE', Lines: [], Total: 0 });
  expect(body['OrderDate']).toBe('2026-03-02T00:00:00');
  expect(client.sim.purchasesWithNote('JDE OP 1')).toHaveLength(1);
});

test('two equal posts make two purchases', async () => {
  const client = await startTestClient();
  expect(await client.newPurchase()).not.toBe(await client.newPurchase());
  expect(client.sim.purchases().map((row) => row['OrderNumber'])).toEqual(['PO-00001', 'PO-00002']);
});

test('supplier, location, terms and approach are checked', async () => {
  const { send } = await startTestClient();
  const errors = async (changes: object) =>
    (await send('POST', '/advanced-purchase', { ...header, ...changes })).errors;
  expect(await errors({ Location: 'Main' })).toEqual([
    "Location 'Main' was not found in Locations reference book",
  ]);
  expect(await errors({ Location: undefined })).toEqual(["Required attribute 'Location' not provided."]);
  expect(await errors({ Supplier: undefined })).toEqual(["Required attribute 'SupplierID' not provided."]);
  expect(await errors({ Terms: 'Cash' })).toEqual([
    'Active payment term with name Cash was not found in Payment Terms reference book',
  ]);
  expect(await errors({ Approach: 'Later' })).toHaveLength(1);
  expect(await errors({ Note: 'n'.repeat(1025) })).toHaveLength(1);
});

test('the rate comes from the currency of the supplier, or from the request, also as text', async () => {
  const { send } = await startTestClient();
  await send('POST', '/supplier', newSupplier);
  const rate = async (changes: object) =>
    (await send('POST', '/advanced-purchase', { ...header, ...changes })).body['CurrencyRate'];
  expect(await rate({ Supplier: newSupplier.Name })).toBe(0.65432);
  expect(await rate({ CurrencyRate: '1.5' })).toBe(1.5);
});

test('when SupplierID and Supplier differ, the ID wins', async () => {
  const { send } = await startTestClient();
  const SupplierID = '92c27d86-a8d3-4335-9da1-d3ebd82cb568';
  expect((await send('POST', '/advanced-purchase', { ...header, SupplierID })).body['Supplier']).toBe(
    'Test Supplier',
  );
});

test('/purchase makes and reads Simple purchases only', async () => {
  const { send, newPurchase } = await startTestClient();
  const made = await send('POST', '/purchase', { ...header, Approach: 'INVOICE' });
  expect(made.body).not.toHaveProperty('Type');
  expect(made.body).toMatchObject({ Status: 'ORDERING', Note: null, Invoice: { Status: 'DRAFT' } });
  const advanced = await newPurchase({ PurchaseType: 'Advanced' });
  const refused = await send('GET', `/purchase?ID=${advanced}`);
  expect(refused.errors[0]).toContain('This endpoint is deprecated and does not support Advanced Purchase');
  expect((await send('GET', `/advanced-purchase?ID=${advanced}`)).body['Type']).toBe('Advanced Purchase');
});

test('a read without ID, or by the wrong name, finds no purchase task', async () => {
  const { send, newPurchase } = await startTestClient();
  const id = await newPurchase();
  expect((await send('GET', `/advanced-purchase?TaskID=${id}`)).errors).toEqual([
    'Purchase Task with specified ID not found',
  ]);
});

test('PUT changes the header and keeps what is left out, until the order is authorised', async () => {
  const client = await startTestClient();
  const id = await client.newPurchase({ Note: 'kept' });
  const put = await client.send('PUT', '/advanced-purchase', { ID: id, Location: 'Second Warehouse' });
  expect(put.body).toMatchObject({ Location: 'Second Warehouse', Note: 'kept', Supplier: 'ABPA' });
  await order(client, id);
  expect((await client.send('PUT', '/advanced-purchase', { ID: id, Note: 'late' })).status).toBe(400);
  client.sim.switches.headerAfterAuthorised = 'accepted';
  expect((await client.send('PUT', '/advanced-purchase', { ID: id, Note: 'late' })).body['Note']).toBe(
    'late',
  );
});

test('DELETE undoes by default and voids when told to', async () => {
  const client = await startTestClient();
  const id = await client.newPurchase();
  await order(client, id);
  const undone = await client.send('DELETE', `/advanced-purchase?ID=${id}`);
  const kept = undone.body['Order'];
  expect(isObject(kept) ? [kept['Status'], kept['Total']] : []).toEqual(['DRAFT', 5]);
  expect((await order(client, id)).status).toBe(200);
  const voided = await client.send('DELETE', `/advanced-purchase?ID=${id}&Void=True`);
  expect(voided.body).toMatchObject({ Status: 'VOIDED', Order: { Status: 'VOIDED' } });
  expect((await order(client, id)).status).toBe(400);
  expect((await client.send('PUT', '/advanced-purchase', { ID: id, Note: 'x' })).errors).toEqual([
    'Purchase is VOIDED.',
  ]);
});

test('a received purchase cannot be voided, an authorised one by the switch', async () => {
  const client = await startTestClient();
  const id = await client.newPurchase();
  await order(client, id);
  client.sim.switches.voidAuthorised = 'refused';
  const tryVoid = async () => (await client.send('DELETE', `/advanced-purchase?ID=${id}&Void=true`)).status;
  expect(await tryVoid()).toBe(400);
  client.sim.receiveStock(id);
  client.sim.switches.voidAuthorised = 'accepted';
  expect(await tryVoid()).toBe(400);
  client.sim.switches.voidReceived = 'accepted';
  expect(await tryVoid()).toBe(200);
});

test('people authorise, edit and receive in the user interface, and the API shows it', async () => {
  const client = await startTestClient();
  const id = await client.newPurchase({ PurchaseType: 'Advanced' });
  await order(client, id, 'DRAFT');
  const status = async () => textOf((await client.send('GET', `/advanced-purchase?ID=${id}`)).body['Status']);
  expect(await status()).toBe('ORDERING');
  client.sim.authoriseOrder(id);
  expect(await status()).toBe('ORDERED');
  client.sim.receiveStock(id);
  expect(await status()).toBe('RECEIVED');
  client.sim.undoPurchase(id);
  client.sim.editPurchase(id, { Note: 'by hand', Lines: [{ ...breadLine, Quantity: 9 }] });
  expect(client.sim.purchase(id)).toMatchObject({
    Status: 'ORDERING',
    Note: 'by hand',
    Order: { Lines: [{ Quantity: 9 }] },
  });
});
