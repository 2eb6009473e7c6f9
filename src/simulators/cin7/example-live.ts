import { type ExampleWorld, member } from './example-world.ts';
import { isObject } from './json.ts';

/** Bodies that integrators sent to the real service, and the payloads of webhooks. */
export async function checkLiveExamples(world: ExampleWorld): Promise<void> {
  const { simulator } = world;
  const supplierId = member(simulator.suppliersNamed('Bayside Club')[0], 'ID');
  const header = { ...world.load('live.purchase.post.request'), SupplierID: supplierId };
  const made = await world.send('POST', '/purchase', header);
  world.record('live.purchase.post.request', 'live', made.status === 200 ? [] : [made.text]);
  const body = isObject(made.body) ? made.body : {};
  const order = isObject(body['Order']) ? body['Order'] : {};
  const asRecorded =
    /^PO-\d{5}$/.test(member(body, 'OrderNumber')) &&
    body['CurrencyRate'] === 0.65432 &&
    body['SupplierCurrency'] === 'AUD' &&
    order['Status'] === 'NOT AVAILABLE' &&
    JSON.stringify(order['Lines']) === '[]';
  world.record('live.purchase.post.response-excerpt', 'live', asRecorded ? [] : [made.text]);
  const id = member(body, 'ID');
  const lines = await world.send('POST', '/purchase/order', {
    ...world.load('live.purchase-order.post.request'),
    TaskID: id,
  });
  world.record('live.purchase-order.post.request', 'live', lines.status === 200 ? [] : [lines.text]);
  simulator.authoriseOrder(id);
  const payloads = [
    ['webhook-payload.purchase-order-authorised', 'Purchase/OrderAuthorised'],
    ['webhook-payload.purchase-invoice-authorised', 'Purchase/InvoiceAuthorised'],
    ['webhook-payload.purchase-updated', 'Purchase/Updated'],
  ] as const;
  for (const [file, type] of payloads) {
    const payload = simulator.webhookPayload(type, id);
    world.recordShape(file, 'webhook', payload, {
      'CustomerDetailsList.Phone': 'null in the example, blank as in GET here',
      InvoiceNumber: 'no invoice yet',
    });
  }
  world.recordShape(
    'webhook-payload.supplier-updated',
    'webhook',
    simulator.webhookPayload(
      'Supplier/Updated',
      member(simulator.suppliersNamed('Post Supplier testing')[0], 'ID'),
    ),
    {
      'SupplierDetailsList.Addresses': 'the example supplier has none',
      'SupplierDetailsList.Contacts.MobilePhone': 'left out in the example',
      'SupplierDetailsList.Contacts.Fax': 'null in the example, blank as in GET here',
      'SupplierDetailsList.Contacts.Website': 'as Fax',
      'SupplierDetailsList.Contacts.Comment': 'as Fax',
    },
  );
}

/** Every documented operation is routed: it answers JSON, and not 405. */
export async function checkOperations(world: ExampleWorld): Promise<void> {
  const table = world.load('operations')['operations'];
  const missing: string[] = [];
  world.simulator.switches.productSuppliersGet = '200';
  for (const operation of Array.isArray(table) ? table : []) {
    const [method = '', path = ''] = JSON.stringify(operation).replaceAll('"', '').split(' ');
    const reply = await world.send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
    if (reply.status === 405 || typeof reply.body === 'string') missing.push(`${method} ${path}`);
  }
  world.simulator.switches.productSuppliersGet = '405';
  const known = missing.filter((each) => each !== 'GET /ref/productavailability');
  world.record(
    'operations',
    'table',
    known,
    'GET /ref/productavailability is not simulated: the name of its list is not known',
  );
}
