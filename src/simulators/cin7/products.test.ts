import { expect, test } from 'vitest';
import { rowsOf, startTestClient, textOf } from './client.testkit.ts';

const product = {
  SKU: 'P1',
  Name: 'Part',
  Category: 'Other',
  Type: 'Stock',
  CostingMethod: 'FIFO',
  UOM: 'Item',
  Status: 'Active',
};

test('Sku and Name match anywhere, or from the start, as the switch says', async () => {
  const { send, sim } = await startTestClient();
  const found = async (query: string) =>
    rowsOf(await send('GET', `/product?${query}`), 'Products').map((row) => row['SKU']);
  expect(await found('Sku=rea')).toEqual(['Bread', 'Bread (new)']);
  sim.switches.productFilter = 'startsWith';
  expect(await found('Sku=rea')).toEqual([]);
  expect(await found('Name=half')).toEqual(['TRAIN']);
});

test('SKU is unique, and the books are checked in recorded words', async () => {
  const { send } = await startTestClient();
  const errors = async (changes: object) =>
    (await send('POST', '/product', { ...product, ...changes })).errors;
  expect(await errors({ SKU: 'bread' })).toEqual(["Specified attribute 'SKU' already exists."]);
  expect(await errors({ Category: 'None' })).toEqual(['Category not found.']);
  expect(await errors({ UOM: 'Box' })).toEqual([
    "Unit of measure with name 'Box' was not found reference book.",
  ]);
  expect(await errors({ Brand: 'X' })).toEqual(["Brand 'X' was not found in reference book"]);
  expect(await errors({ Type: 'Thing' })).toEqual([
    "Required attribute 'Type' valid values are 'Stock' and 'Service'.",
  ]);
  expect(await errors({ CostingMethod: 'LIFO' })).toEqual(["Required attribute 'CostingMethod' not valid."]);
  expect(await errors({})).toEqual([]);
});

test('PUT keeps what is left out and never changes the type; deprecated products are hidden', async () => {
  const { send } = await startTestClient();
  const [made] = rowsOf(await send('POST', '/product', product), 'Products');
  const put = await send('PUT', '/product', {
    ID: textOf(made?.['ID']),
    Status: 'Deprecated',
    Type: 'Service',
  });
  expect(rowsOf(put, 'Products')[0]).toMatchObject({
    SKU: 'P1',
    Name: 'Part',
    Type: 'Stock',
    Status: 'Deprecated',
  });
  expect((await send('GET', '/product?Sku=P1')).body['Total']).toBe(0);
  expect((await send('GET', '/product?Sku=P1&IncludeDeprecated=true')).body['Total']).toBe(1);
});

test('GET of product suppliers is 405 as seen live', async () => {
  const { send } = await startTestClient();
  expect((await send('GET', '/product-suppliers?ProductID=x')).status).toBe(405);
  expect((await send('POST', '/product-suppliers', { ProductSuppliers: [] })).errors).toEqual([
    'ProductSuppliers collection cannot be empty',
  ]);
});
