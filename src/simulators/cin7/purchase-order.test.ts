import { expect, test } from 'vitest';
import { breadLine, startTestClient, type TestClient } from './client.testkit.ts';
import type { Cin7Switches } from './switches.ts';

const charge = { Description: 'Rounding', Price: 3, Quantity: 1, Tax: 0, Total: 3 };

async function postOrder(client: TestClient, order: object, taskId?: string) {
  const id = taskId ?? (await client.newPurchase());
  return client.send('POST', '/purchase/order', { TaskID: id, Status: 'DRAFT', ...order });
}

/** Texts of the refusal of one line, under the given switches; none when it is taken. */
async function lineErrors(client: TestClient, line: object, switches: Partial<Cin7Switches> = {}) {
  Object.assign(client.sim.switches, switches);
  return (await postOrder(client, { Lines: [{ ...breadLine, ...line }] })).errors;
}

test('an order by SKU alone is answered with product, name and totals', async () => {
  const client = await startTestClient();
  const reply = await postOrder(client, { Memo: 'm', Lines: [breadLine], AdditionalCharges: [charge] });
  expect(reply.body).toMatchObject({ Memo: 'm', Status: 'DRAFT', TotalBeforeTax: 8, Tax: 0, Total: 8 });
  expect(reply.body['Lines']).toMatchObject([
    {
      ProductID: 'c08b3876-89cc-46c4-af52-b77f058fdf81',
      SKU: 'Bread',
      Name: 'Baked Bread',
      TaxRule: 'Sales Tax on Imports',
    },
  ]);
});

test('POST overwrites the order while it is a draft, and is refused afterwards', async () => {
  const client = await startTestClient();
  const id = await client.newPurchase();
  await postOrder(client, { Lines: [breadLine], AdditionalCharges: [charge] }, id);
  const second = await postOrder(
    client,
    { Status: 'AUTHORISED', Lines: [{ ...breadLine, Quantity: 4, Total: 10 }] },
    id,
  );
  expect(second.body).toMatchObject({ Total: 10, AdditionalCharges: [] });
  const third = await postOrder(client, { Lines: [] }, id);
  expect([third.status, third.errors]).toEqual([
    400,
    ['Purchase Order cannot be modified. Order status is AUTHORISED.'],
  ]);
});

test('an unknown purchase, product or status is refused', async () => {
  const client = await startTestClient();
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect((await postOrder(client, {}, unknown)).errors).toEqual([
    'Purchase Task with specified ID not found',
  ]);
  expect(await lineErrors(client, { SKU: 'Stone' })).toEqual(["Product with SKU 'Stone' not found."]);
  expect(await lineErrors(client, { SKU: undefined })).toEqual([
    "Required attribute 'ProductID' not provided.",
  ]);
  expect((await postOrder(client, { Status: 'VOIDED' })).status).toBe(400);
});

test('Total must be quantity x price less discount', async () => {
  const client = await startTestClient();
  expect(await lineErrors(client, { Quantity: 10, Price: 143.65, Total: 1436 })).toEqual([
    "Bread attribute 'Total' doesn't match calculated value. Expected value is: 1436.50",
  ]);
  expect(await lineErrors(client, { Quantity: 3, Price: 10, Discount: 12.5, Total: 26.25 })).toEqual([]);
  expect(await lineErrors(client, { Quantity: '1.1', Price: '0.1', Total: '0.11' })).toEqual([]);
  expect(await lineErrors(client, { Quantity: 3, Price: 0.3333, Total: 1 })).toEqual([]);
  expect(await lineErrors(client, { Quantity: 3, Price: 0.3333, Total: 0.9999 })).toEqual([]);
  expect(await lineErrors(client, { Total: undefined })).toEqual([
    "Required attribute 'Total' not provided.",
  ]);
});

test('Total with tax, decimals, rounding and tolerance are switches', async () => {
  const client = await startTestClient();
  const taxed = { Tax: 0.5, TaxRule: 'Tax on Purchases' };
  expect(await lineErrors(client, { ...taxed, Total: 5.5 })).toHaveLength(1);
  expect(await lineErrors(client, { ...taxed, Total: 5.5 }, { orderTotal: 'withTax' })).toEqual([]);
  expect(await lineErrors(client, { ...taxed, Total: 5 })).toHaveLength(1);
  expect(await lineErrors(client, { ...taxed, Total: 5 }, { orderTotal: 'either' })).toEqual([]);
  expect(await lineErrors(client, { Quantity: 1, Price: 0.125, Total: 0.12 })).toHaveLength(1);
  expect(
    await lineErrors(client, { Quantity: 1, Price: 0.125, Total: 0.12 }, { orderTotalRounding: 'halfEven' }),
  ).toEqual([]);
  expect(await lineErrors(client, { Total: 5.01 }, { orderTotalTolerance: '0.01' })).toEqual([]);
  expect(
    await lineErrors(
      client,
      { Quantity: 1, Price: 0.3333, Total: 0.33 },
      { orderTotalDecimals: 4, orderTotalTolerance: '0' },
    ),
  ).toHaveLength(1);
  expect(await lineErrors(client, { Total: 99 }, { orderTotal: 'unchecked' })).toEqual([]);
});

test('Tax is taken as sent, checked or recomputed', async () => {
  const client = await startTestClient();
  const taxed = { TaxRule: 'Tax on Purchases', Tax: 0.4 };
  expect(await lineErrors(client, taxed)).toEqual([]);
  expect(await lineErrors(client, taxed, { orderTax: 'checked' })).toHaveLength(1);
  client.sim.switches.orderTax = 'recomputed';
  const reply = await postOrder(client, { Lines: [{ ...breadLine, ...taxed }] });
  expect(reply.body).toMatchObject({ TotalBeforeTax: 5, Tax: 0.5, Total: 5.5 });
});

test('with inclusive tax the total contains it', async () => {
  const client = await startTestClient();
  const id = await client.newPurchase({ TaxCalculation: 'Inclusive' });
  const reply = await postOrder(client, { Lines: [{ ...breadLine, Tax: 0.45 }] }, id);
  expect(reply.body).toMatchObject({ TotalBeforeTax: 4.55, Tax: 0.45, Total: 5 });
});

test('quantities and prices below their minimum are refused', async () => {
  const client = await startTestClient();
  expect(await lineErrors(client, { Quantity: 0.5, Total: 1.25 })).toHaveLength(1);
  expect(
    await lineErrors(client, { Quantity: 0.5, Total: 1.25 }, { orderQuantityMinimum: 'aboveZero' }),
  ).toEqual([]);
  expect(await lineErrors(client, { Quantity: -1, Total: -2.5 })).toHaveLength(1);
  expect(await lineErrors(client, { Quantity: -1, Total: -2.5 }, { orderQuantityMinimum: 'any' })).toEqual(
    [],
  );
  expect(await lineErrors(client, { Price: -1, Total: -2 })).toHaveLength(1);
  expect(await lineErrors(client, { Price: -1, Total: -2 }, { orderNegativePrice: 'accepted' })).toEqual([]);
  expect(await lineErrors(client, { Discount: 101, Total: -0.05 })).not.toEqual([]);
});

test('one product twice is refused, or taken', async () => {
  const client = await startTestClient();
  const twice = { Lines: [breadLine, breadLine] };
  expect((await postOrder(client, twice)).status).toBe(400);
  client.sim.switches.orderDuplicateSku = 'accepted';
  expect((await postOrder(client, twice)).body['Total']).toBe(10);
});

test('a charge must name a service product', async () => {
  const client = await startTestClient();
  const wrong = { Lines: [breadLine], AdditionalCharges: [{ ...charge, Description: 'Baked Bread' }] };
  expect((await postOrder(client, wrong)).status).toBe(400);
  client.sim.switches.orderChargeService = 'free';
  expect((await postOrder(client, wrong)).status).toBe(200);
});

test('charges alone, and an order with nothing at all', async () => {
  const client = await startTestClient();
  expect((await postOrder(client, { AdditionalCharges: [charge] })).status).toBe(200);
  client.sim.switches.orderChargesOnly = 'refused';
  expect((await postOrder(client, { AdditionalCharges: [charge] })).status).toBe(400);
  expect((await postOrder(client, { Lines: [] })).status).toBe(200);
  expect((await postOrder(client, { Lines: [], Status: 'AUTHORISED' })).status).toBe(400);
});

test('the documented required fields can be demanded', async () => {
  const client = await startTestClient();
  expect(await lineErrors(client, { Price: undefined, Total: 0 })).toEqual([]);
  expect(await lineErrors(client, {}, { orderRequiredFields: 'documented' })).toEqual([
    "Required attribute 'ProductID' not provided.",
    "Required attribute 'Name' not provided.",
    "Required attribute 'TaxRule' not provided.",
  ]);
});

test('lines of a service purchase become charges; combined reading shows charges as lines', async () => {
  const client = await startTestClient();
  const id = await client.newPurchase({ IsServiceOnly: true });
  const line = { SKU: 'ROUND', Quantity: 1, Price: 3, Tax: 0, Total: 3 };
  const reply = await postOrder(client, { Lines: [line] }, id);
  expect(reply.body).toMatchObject({ Lines: [], AdditionalCharges: [{ Description: 'Rounding', Total: 3 }] });
  const combined = await client.send('GET', `/purchase/order?TaskID=${id}&CombineAdditionalCharges=true`);
  expect(combined.body).toMatchObject({ Lines: [{ SKU: 'ROUND', Total: 3 }], AdditionalCharges: [] });
});
