import { type ExampleWorld, member, type Reply } from './example-world.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Recorded exchanges with the real service: requests are made up to bring about the recorded answer. */
export async function checkExchanges(world: ExampleWorld): Promise<void> {
  const wrong = { 'api-auth-accountid': 'wrong', 'api-auth-applicationkey': 'wrong' };
  compare(world, 'http.auth.403-text', await world.send('GET', '/me', undefined, wrong));
  compare(world, 'http.unknown-path.200-html', await world.send('GET', '/AdvancedPurchase'), { body: false });
  compare(world, 'http.purchase-order.put-405', await world.send('PUT', '/purchase/order', {}));
  await checkRateLimits(world);
  await checkProductRefusals(world);
  const supplier = { ...world.load('supplier.post.request'), PaymentTerm: 'cash' };
  compare(world, 'http.supplier.payment-term-400', await world.send('POST', '/supplier', supplier));
  await checkPurchaseRefusals(world);
}

async function checkRateLimits(world: ExampleWorld): Promise<void> {
  const { simulator } = world;
  for (const [file, form] of [
    ['http.rate-limit.429-text', '429'],
    ['http.rate-limit.400-json', '400'],
  ] as const) {
    simulator.addFault({ on: {}, do: { kind: 'rateLimit', form }, times: 1 });
    // The words name the allowance in force, which is larger here than the recorded 60 calls.
    compare(world, file, await world.send('GET', '/purchaseList'), { numbers: false });
  }
}

async function checkProductRefusals(world: ExampleWorld): Promise<void> {
  const product = world.load('product.post.request');
  const twice = await world.send('POST', '/product', { ...product, SKU: 'Bread' });
  compare(world, 'http.product.duplicate-sku-400', twice);
  const uncategorised = await world.send('POST', '/product', {
    ...product,
    SKU: 'Bread 3',
    Category: 'Nowhere',
  });
  compare(world, 'http.product.category-404', uncategorised);
}

async function checkPurchaseRefusals(world: ExampleWorld): Promise<void> {
  const header = world.load('advanced-purchase.post.request');
  const mixed = await world.send('POST', '/advanced-purchase', {
    ...header,
    Location: 'Main Warehouse Nooo',
    Terms: 'Sparkie',
  });
  const codes = Array.isArray(mixed.body) ? mixed.body.map((row) => isObject(row) && row['ErrorCode']) : [];
  const asRecorded = mixed.status === 400 && codes.includes(404) && codes.includes(400);
  world.record(
    'http.validation.400-mixed-codes',
    'exchange',
    asRecorded ? [] : [`status ${mixed.status}: ${mixed.text}`],
    'recorded on PUT /customer, which is not simulated; POST /advanced-purchase mixes the codes alike',
  );
  const made = await world.send('POST', '/advanced-purchase', {
    ...header,
    Approach: 'INVOICE',
    PurchaseType: 'Advanced',
  });
  const advancedId = member(made.body, 'ID');
  const old = await world.send('GET', `/purchase?ID=${advancedId}&CombineAdditionalCharges=false`);
  compare(world, 'http.purchase.deprecated-endpoint-400', old);
  await checkOrderTotal(world, advancedId);
  await checkInvoiceFirst(world);
}

async function checkOrderTotal(world: ExampleWorld, taskId: string): Promise<void> {
  const line = { SKU: 'Bread', Quantity: 10, Price: 143.65, Tax: 0, Total: 1436 };
  const reply = await world.send('POST', '/purchase/order', {
    TaskID: taskId,
    Status: 'DRAFT',
    Lines: [line],
  });
  const text = member(reply.body, 0, 'Exception');
  const parts = ["attribute 'Total' doesn't match", 'Expected value is: 1436.50'];
  world.record(
    'http.purchase-order.total-mismatch-400',
    'exchange',
    parts.filter((part) => !text.includes(part)).map((part) => `text lacks: ${part}`),
    'the middle of the recorded text is not known',
  );
}

async function checkInvoiceFirst(world: ExampleWorld): Promise<void> {
  // The documented order names one product twice.
  world.simulator.switches.orderDuplicateSku = 'accepted';
  const made = await world.send('POST', '/purchase', world.load('purchase.post.request'));
  const taskId = member(made.body, 'ID');
  await world.send('POST', '/purchase/order', {
    ...world.load('purchase-order.post.request'),
    TaskID: taskId,
  });
  const stock = { ...world.load('purchase-stock.post.request'), TaskID: taskId };
  compare(world, 'http.purchase-stock.invoice-first-400', await world.send('POST', '/purchase/stock', stock));
  world.simulator.switches.orderDuplicateSku = 'rejected';
}

/** Same status, recorded headers, and the same body or text. */
function compare(
  world: ExampleWorld,
  file: string,
  reply: Reply,
  how: { body?: boolean; numbers?: boolean } = {},
): void {
  const response = objectIn(world.load(file), 'response');
  const problems: string[] = [];
  if (response['status'] !== reply.status) problems.push(`status ${reply.status}`);
  const plain = (text: string): string => (how.numbers === false ? text.replace(/\d+/g, '0') : text);
  for (const [name, value] of Object.entries(objectIn(response, 'headers'))) {
    const sent = reply.headers.get(name) ?? '';
    if (typeof value === 'string' && !plain(sent).startsWith(plain(value))) problems.push(`${name}: ${sent}`);
  }
  const recorded: Json = response['body'] ?? response['bodyText'] ?? '';
  const expected = typeof recorded === 'string' ? recorded : JSON.stringify(recorded);
  if (how.body !== false && plain(reply.text) !== plain(expected)) problems.push(`body ${reply.text}`);
  if (how.body === false && !reply.text.includes('Page not found')) problems.push('no HTML page');
  const notes = [
    how.body === false ? 'the recorded page is shortened' : '',
    how.numbers === false ? 'brought about by a fault; the figures name the allowance in force' : '',
  ];
  world.record(file, 'exchange', problems, notes.filter(Boolean).join('; '));
}

function objectIn(row: JsonObject, name: string): JsonObject {
  const value = row[name];
  return isObject(value) ? value : {};
}
