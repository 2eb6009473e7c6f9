import { type ExampleWorld, member } from './example-world.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Examples of an Advanced purchase with two receiving and invoicing tasks. */
export async function checkAdvancedPurchaseExamples(world: ExampleWorld): Promise<void> {
  await world.pair('advanced-purchase', { path: '/advanced-purchase' });
  const header = world.load('advanced-purchase.post.request');
  const made = await world.send('POST', '/advanced-purchase', {
    ...header,
    Approach: 'INVOICE',
    PurchaseType: 'Advanced',
    TaxRule: 'Tax on Purchases',
  });
  const purchaseId = member(made.body, 'ID');
  await world.send('POST', '/purchase/order', {
    TaskID: purchaseId,
    Status: 'AUTHORISED',
    Lines: orderLines(world),
  });
  const invoices = await openInvoices(world, purchaseId);
  const [first = '', second = ''] = invoices;
  const replace = { PurchaseID: purchaseId, TaskID: first };
  await world.pair('advanced-purchase-invoice', { path: '/advanced-purchase/invoice', replace });
  await world.send('POST', '/advanced-purchase/invoice', {
    ...secondInvoice(world),
    PurchaseID: purchaseId,
    TaskID: second,
  });
  await world.get('advanced-purchase-invoice', `/advanced-purchase/invoice?PurchaseID=${purchaseId}`);
  await receive(world, { purchaseId, first, second });
  await creditAndPay(world, { purchaseId, first, second });
  await world.get('advanced-purchase', `/advanced-purchase?ID=${purchaseId}`, {
    'ManualJournals.Lines': 'the service posts rows of its own (IsSystem); the simulator does not',
    'CreditNote.AdditionalCharges': 'empty in the example, a charge was credited here',
    'CreditNote.Refunds': 'the refund is on the first credit note only',
    'Invoice.Payments': 'the payment is on the first invoice only',
  });
}

/** Quantities that both invoices together cover. */
function orderLines(world: ExampleWorld): JsonObject[] {
  const lines = rowsOf(world.load('advanced-purchase-invoice.post.request'), 'Lines');
  return lines.map(({ Account: _account, ...line }) => ({
    ...line,
    Quantity: 20,
    Total: Number(line['Price']) * 20,
  }));
}

/** Two tasks, opened by invoices without a TaskID and still drafts. */
async function openInvoices(world: ExampleWorld, purchaseId: string): Promise<string[]> {
  const request = world.load('advanced-purchase-invoice.post.request');
  const draft = {
    ...request,
    PurchaseID: purchaseId,
    TaskID: '00000000-0000-0000-0000-000000000000',
    Status: 'DRAFT',
  };
  await world.send('POST', '/advanced-purchase/invoice', draft);
  const reply = await world.send('POST', '/advanced-purchase/invoice', draft);
  return [0, 1].map((index) => member(reply.body, 'Invoices', index, 'TaskID'));
}

function secondInvoice(world: ExampleWorld): JsonObject {
  return rowsOf(world.load('advanced-purchase-invoice.get.response'), 'Invoices')[1] ?? {};
}

interface Ids {
  readonly purchaseId: string;
  readonly first: string;
  readonly second: string;
}

async function receive(world: ExampleWorld, { purchaseId, first, second }: Ids): Promise<void> {
  const path = '/advanced-purchase/stock';
  const stocked = rowsOf(world.load('advanced-purchase-stock.get.response'), 'StockReceiving')[1] ?? {};
  await world.send('POST', path, { ...stocked, PurchaseID: purchaseId, TaskID: second });
  await world.pair('advanced-purchase-stock', { path, replace: { PurchaseID: purchaseId, TaskID: first } });
  await world.get('advanced-purchase-stock', `${path}?PurchaseID=${purchaseId}`);
  const putAway = rowsOf(world.load('advanced-purchase-put-away.post.response'), 'PutAway')[0] ?? {};
  await world.send('POST', '/advanced-purchase/put-away', {
    ...putAway,
    PurchaseID: purchaseId,
    TaskID: first,
  });
  await world.pair('advanced-purchase-put-away', {
    path: '/advanced-purchase/put-away',
    replace: { PurchaseID: purchaseId, TaskID: second },
  });
}

async function creditAndPay(world: ExampleWorld, { purchaseId, first, second }: Ids): Promise<void> {
  const path = '/advanced-purchase/creditnote';
  const document = await world.send('GET', `/advanced-purchase?ID=${purchaseId}`);
  const cards = [0, 1].map((index) => member(document.body, 'PutAway', 0, 'Lines', index, 'CardID'));
  const request = world.load('advanced-purchase-creditnote.post.request');
  const unstock = rowsOf(request, 'Unstock').map((row, index) => ({ ...row, CardID: cards[index] ?? '' }));
  await world.send('POST', path, {
    ...request,
    PurchaseID: purchaseId,
    Unstock: unstock,
    CreditNoteNumber: 'CR-00103/2',
  });
  const noteShape = {
    'CreditNotes.AdditionalCharges': 'filled in one credit note of the example, empty in the other',
  };
  await world.pair('advanced-purchase-creditnote', {
    path,
    replace: { PurchaseID: purchaseId, Unstock: unstock },
    accepted: noteShape,
  });
  await world.get('advanced-purchase-creditnote', `${path}?PurchaseID=${purchaseId}`, noteShape);
  await world.pair('advanced-purchase-payment', {
    path: '/advanced-purchase/payment',
    replace: { TaskID: first },
  });
  const notes = await world.send('GET', `${path}?PurchaseID=${purchaseId}`);
  const refund = { ...world.load('advanced-purchase-payment.post.request'), Type: 'REFUND' };
  for (const index of [0, 1]) {
    await world.send('POST', '/advanced-purchase/payment', {
      ...refund,
      TaskID: member(notes.body, 'CreditNotes', index, 'TaskID'),
    });
  }
  await world.get('advanced-purchase-payment', `/advanced-purchase/payment?PurchaseID=${purchaseId}`);
  await world.pair('advanced-purchase-manualJournal', {
    path: '/advanced-purchase/manualJournal',
    replace: { PurchaseID: purchaseId, TaskID: second },
    accepted: { 'ManualJournals.Lines': 'one task of the purchase has no journal rows here' },
  });
}

function rowsOf(row: JsonObject, name: string): JsonObject[] {
  const list: Json | undefined = row[name];
  return Array.isArray(list) ? list.filter(isObject) : [];
}
