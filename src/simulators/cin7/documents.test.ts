import { expect, test } from 'vitest';
import {
  breadLine,
  movableClock,
  rowsOf,
  startTestClient,
  type TestClient,
  textOf,
} from './client.testkit.ts';

const zero = '00000000-0000-0000-0000-000000000000';
const day = '2026-03-02T00:00:00';
const stockLine = { Date: day, SKU: 'Bread', Quantity: 2, Location: 'Main Warehouse' };
const invoiceLine = { ...breadLine, Account: '715' };

/** An authorised order of two breads; answers its TaskID. */
async function ordered(client: TestClient, header: object = {}): Promise<string> {
  const made = await client.send('POST', '/purchase', {
    Supplier: 'ABPA',
    Location: 'Main Warehouse',
    Approach: 'STOCK',
    ...header,
  });
  const id = textOf(made.body['ID']);
  await client.send('POST', '/purchase/order', { TaskID: id, Status: 'AUTHORISED', Lines: [breadLine] });
  return id;
}

test('stock needs an authorised order, a date, a location and known products', async () => {
  const client = await startTestClient();
  const draft = await client.newPurchase();
  const post = async (TaskID: string, line: object) =>
    (
      await client.send('POST', '/purchase/stock', {
        TaskID,
        Status: 'DRAFT',
        Lines: [{ ...stockLine, ...line }],
      })
    ).errors;
  expect(await post(draft, {})).toEqual(['Purchase Order must be AUTHORISED.']);
  const id = await ordered(client);
  expect(await post(id, { Date: undefined })).toEqual(["'Date' is required for 'Lines' line"]);
  expect(await post(id, { Location: 'Nowhere' })).toEqual([
    "Location 'Nowhere' was not found in Locations reference book",
  ]);
  expect(await post(id, { SKU: 'Stone' })).toHaveLength(1);
});

test('POST of stock adds lines, sums equal ones, refuses what is there, and authorises without lines', async () => {
  const client = await startTestClient();
  const id = await ordered(client);
  const post = (Lines: object[], Status = 'DRAFT') =>
    client.send('POST', '/purchase/stock', { TaskID: id, Status, Lines });
  expect((await post([stockLine, { ...stockLine, Location: 'Second Warehouse' }])).errors).toEqual([
    'Lines is invalid',
  ]);
  const half = { ...stockLine, Quantity: 1 };
  expect((await post([half, half])).body).toMatchObject({
    Status: 'DRAFT',
    Lines: [{ Quantity: 2, Received: true }],
  });
  expect((await post([stockLine])).errors).toEqual([
    'Cannot add duplicate value in stock received lines. (Product:Bread, Location:Main Warehouse)',
  ]);
  expect((await post([], 'AUTHORISED')).body).toMatchObject({
    Status: 'AUTHORISED',
    Lines: [{ Quantity: 2 }],
  });
  expect((await post([])).status).toBe(400);
  expect((await client.send('GET', `/purchase?ID=${id}`)).body['Status']).toBe('RECEIVED');
});

test('with the invoice first, stock waits for it and must have its quantities', async () => {
  const client = await startTestClient();
  const id = await ordered(client, { Approach: 'INVOICE' });
  const receive = (Quantity: number) =>
    client.send('POST', '/purchase/stock', {
      TaskID: id,
      Status: 'AUTHORISED',
      Lines: [{ ...stockLine, Quantity }],
    });
  expect((await receive(2)).errors).toEqual([
    "'Invoice First' approach option set. Please authorise Invoice before StockReceived",
  ]);
  await client.send('POST', '/purchase/invoice', { TaskID: id, Status: 'AUTHORISED', Lines: [invoiceLine] });
  expect((await receive(1)).status).toBe(400);
  expect((await receive(2)).status).toBe(200);
  expect((await client.send('GET', `/purchase?ID=${id}`)).body['Status']).toBe('COMPLETED');
});

test('an invoice needs an account per line, takes date, term and number by itself, and is paid', async () => {
  const client = await startTestClient({ clock: movableClock() });
  const id = await ordered(client, { Approach: 'INVOICE' });
  const post = (line: object) =>
    client.send('POST', '/purchase/invoice', { TaskID: id, Status: 'AUTHORISED', Lines: [line] });
  expect((await post(breadLine)).errors).toEqual(["Required attribute 'Account' not provided."]);
  expect((await post({ ...breadLine, Account: '499' })).errors).toEqual([
    'Account with specified ID not found',
  ]);
  const invoice = await post(invoiceLine);
  expect(invoice.body).toMatchObject({
    InvoiceDate: day,
    InvoiceDueDate: '2026-04-01T00:00:00',
    InvoiceNumber: 'INV-00001',
    Total: 5,
  });
  const payment = { TaskID: id, Type: 'PAYMENT', Amount: 5, DatePaid: day, Account: '713', CurrencyRate: 1 };
  expect((await client.send('POST', '/purchase/payment', { ...payment, Type: 'REFUND' })).status).toBe(400);
  const paid = await client.send('POST', '/purchase/payment', payment);
  const row = async () => rowsOf(await client.send('GET', '/purchaseList'), 'PurchaseList')[0];
  expect(await row()).toMatchObject({ InvoiceStatus: 'PAID', CombinedPaymentStatus: 'PAID', PaidAmount: 5 });
  const gone = await client.send('DELETE', `/purchase/payment?ID=${textOf(paid.body['ID'])}`);
  expect(gone.body).toEqual({ Success: true });
  expect(await row()).toMatchObject({ InvoiceStatus: 'AUTHORISED', CombinedPaymentStatus: 'UNPAID' });
});

test('a credit note needs an invoice, and takes goods back by their card', async () => {
  const client = await startTestClient();
  const id = await ordered(client);
  const post = (changes: object) =>
    client.send('POST', '/purchase/creditnote', {
      TaskID: id,
      Status: 'AUTHORISED',
      CreditNoteNumber: 'C1',
      CreditNoteDate: day,
      Lines: [invoiceLine],
      Unstock: [],
      ...changes,
    });
  expect((await post({})).status).toBe(400);
  const stock = await client.send('POST', '/purchase/stock', {
    TaskID: id,
    Status: 'AUTHORISED',
    Lines: [stockLine],
  });
  await client.send('POST', '/purchase/invoice', { TaskID: id, Status: 'AUTHORISED', Lines: [invoiceLine] });
  expect((await post({ Unstock: [{ CardID: zero, Quantity: 1 }] })).status).toBe(400);
  const CardID = rowsOf(stock, 'Lines')[0]?.['CardID'];
  expect((await post({ Unstock: [{ CardID, Quantity: 1 }] })).body).toMatchObject({
    Status: 'AUTHORISED',
    Unstock: [{ SKU: 'Bread' }],
  });
  expect((await post({})).status).toBe(400);
  expect((await client.send('GET', '/purchaseCreditNoteList')).body['Total']).toBe(1);
  expect((await client.send('GET', `/purchase?ID=${id}`)).body['Status']).toBe('CREDITED');
});

test('receiving through the new face opens a task and makes a Simple purchase Advanced', async () => {
  const client = await startTestClient();
  const id = await ordered(client);
  const body = { PurchaseID: id, TaskID: zero, Status: 'AUTHORISED', Lines: [stockLine] };
  const reply = await client.send('POST', '/advanced-purchase/stock', body);
  expect(reply.body).toMatchObject({
    PurchaseID: id,
    StockReceiving: [{ Status: 'AUTHORISED', Lines: [{ Location: null }] }],
  });
  const document = await client.send('GET', `/advanced-purchase?ID=${id}`);
  expect(document.body).toMatchObject({
    Type: 'Advanced Purchase',
    Invoice: [{ Status: 'DRAFT', Lines: [] }],
  });
  const taskId = textOf(rowsOf(reply, 'StockReceiving')[0]?.['TaskID']);
  const undone = await client.send('DELETE', `/advanced-purchase/stock?TaskID=${taskId}`);
  expect(rowsOf(undone, 'StockReceiving')[0]?.['Status']).toBe('DRAFT');
  client.sim.switches.putAwaySetting = 'off';
  expect((await client.send('POST', '/advanced-purchase/stock', body)).status).toBe(400);
});

test('a Simple purchase read through the new face has shells in place of its stock', async () => {
  const client = await startTestClient();
  const id = await ordered(client);
  client.sim.receiveStock(id);
  const stock = async () =>
    rowsOf(await client.send('GET', `/advanced-purchase?ID=${id}`), 'StockReceived')[0];
  expect(await stock()).toMatchObject({ Status: '', Lines: [] });
  client.sim.switches.simpleStockOnAdvanced = 'full';
  expect(await stock()).toMatchObject({ Status: 'AUTHORISED' });
});

test('journals need known accounts, attachments come and go', async () => {
  const client = await startTestClient();
  const id = await ordered(client);
  const line = { Reference: 'r', Amount: '2.005', Date: day, Debit: '720', Credit: '404' };
  const journal = (row: object) =>
    client.send('POST', '/purchase/manualJournal', { TaskID: id, Status: 'DRAFT', Lines: [row] });
  expect((await journal({ ...line, Debit: '1' })).errors).toEqual(['Account with specified ID not found']);
  expect((await journal(line)).body).toMatchObject({ Lines: [{ Amount: 2.01, IsSystem: false }] });
  const attached = await client.send('POST', '/purchase/attachment', {
    PurchaseID: id,
    FileName: 'a.pdf',
    Content: 'JVBERi0x',
  });
  const [row] = rowsOf(attached, 'Lines');
  expect(row).toMatchObject({ FileName: 'a.pdf', ContentType: 'application/pdf' });
  expect(
    (await client.send('DELETE', `/purchase/attachment?ID=${textOf(row?.['ID'])}`)).body['Lines'],
  ).toEqual([]);
});
