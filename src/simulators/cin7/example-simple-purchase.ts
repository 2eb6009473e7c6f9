import { type ExampleWorld, member } from './example-world.ts';

/** Examples of a Simple purchase through /purchase, from the header to the refund. */
export async function checkSimplePurchaseExamples(world: ExampleWorld): Promise<void> {
  const { switches } = world.simulator;
  switches.invoiceNumberKey = 'InvocieNumber';
  switches.orderDuplicateSku = 'accepted';
  switches.orderLineOrder = 'reversed';
  const posted = await world.pair('purchase', { path: '/purchase' });
  const id = member(posted.body, 'ID');
  const replace = { TaskID: id };
  await world.pair('purchase-order', { path: '/purchase/order', replace });
  await world.send('POST', '/purchase/payment', {
    ...world.load('purchase-payment.post.request'),
    TaskID: id,
    Type: 'PREPAYMENT',
  });
  await world.pair('purchase-invoice', { path: '/purchase/invoice', replace });
  const stock = await world.pair('purchase-stock', { path: '/purchase/stock', replace });
  await world.send('POST', '/purchase/stock', { TaskID: id, Status: 'AUTHORISED', Lines: [] });
  const note = world.load('purchase-creditnote.post.request');
  const unstock = Array.isArray(note['Unstock']) ? note['Unstock'] : [];
  const cardId = member(stock.body, 'Lines', 0, 'CardID');
  await world.pair('purchase-creditnote', {
    path: '/purchase/creditnote',
    replace: { ...replace, Unstock: [{ ...asRow(unstock[0]), CardID: cardId }] },
  });
  await world.pair('purchase-payment', { path: '/purchase/payment', replace });
  const payment = world.load('purchase-payment.post.request');
  await world.send('POST', '/purchase/payment', { ...payment, TaskID: id, Type: 'REFUND' });
  await world.get('purchase-payment', `/purchase/payment?TaskID=${id}`);
  await world.pair('purchase-manualJournal', { path: '/purchase/manualJournal', replace });
  await world.pair('purchase-attachment', { path: '/purchase/attachment', replace: { PurchaseID: id } });
  await world.get('purchase-attachment', `/purchase/attachment?TaskID=${id}`);
  await world.get('purchase', `/purchase?ID=${id}`, productDetailNotes());
  await world.get('purchaseList', '/purchaseList');
  switches.invoiceNumberKey = 'InvoiceNumber';
  switches.orderLineOrder = 'asSent';
  switches.orderDuplicateSku = 'rejected';
}

/** Custom fields of products are null in one example and blank in the other. */
function productDetailNotes(): Record<string, string> {
  const lists = [
    'Order.Lines',
    'StockReceived.Lines',
    'Invoice.Lines',
    'CreditNote.Lines',
    'CreditNote.Unstock.Lines',
    'InventoryMovements',
  ];
  const fields = Array.from({ length: 10 }, (_, index) => `ProductCustomField${index + 1}`);
  const note = 'null in this example, blank in that of /advanced-purchase; blank here';
  return Object.fromEntries(lists.flatMap((list) => fields.map((field) => [`${list}.${field}`, note])));
}

function asRow(value: unknown): Record<string, never> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
