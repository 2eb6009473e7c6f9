import { expect, test } from 'vitest';
import { rowsOf, startTestClient, textOf } from './client.testkit.ts';

test('an account is found by code; an unknown code is an error and not an empty list', async () => {
  const { send } = await startTestClient();
  expect(rowsOf(await send('GET', '/ref/account?Code=800'), 'AccountsList')).toMatchObject([
    { DisplayName: '800: Accounts Payable' },
  ]);
  const unknown = await send('GET', '/ref/account?Code=80');
  expect([unknown.status, unknown.errors]).toEqual([400, ['Account with specified ID not found']]);
  expect((await send('GET', '/ref/account?Status=ARCHIVED&Class=expense')).body['Total']).toBe(1);
  expect((await send('GET', '/ref/location?Name=Nowhere')).body).toEqual({
    Total: 0,
    Page: 1,
    LocationList: [],
  });
});

test('accounts are made, changed and deleted by code, and an archived one leaves the payables', async () => {
  const { send, sim } = await startTestClient();
  const account = { Code: '999', Name: 'New', Type: 'EXPENSE', Class: 'EXPENSE', Status: 'ACTIVE' };
  expect((await send('POST', '/ref/account', account)).body['Total']).toBe(1);
  expect((await send('POST', '/ref/account', account)).status).toBe(400);
  const put = await send('PUT', '/ref/account', {
    Code: '999',
    Name: 'Renamed',
    SystemAccountCode: 'CREDITORS',
  });
  expect(rowsOf(put, 'AccountsList')[0]).toMatchObject({
    Name: 'Renamed',
    Type: 'EXPENSE',
    SystemAccountCode: null,
  });
  expect((await send('DELETE', '/ref/account?Code=999')).body).toEqual({ Success: true });
  sim.archiveAccount('800');
  const supplier = { ID: textOf(sim.suppliers()[0]?.['ID']), AccountPayable: '800' };
  expect((await send('PUT', '/supplier', supplier)).errors).toEqual(['Account with specified ID not found']);
});

test('a bank account needs bank and number, and appears among the bank accounts', async () => {
  const { send } = await startTestClient();
  const bank = { Code: '719', Name: 'New bank', Type: 'BANK', Class: 'ASSET', Status: 'ACTIVE' };
  expect((await send('POST', '/ref/account', bank)).errors).toHaveLength(2);
  await send('POST', '/ref/account', { ...bank, Bank: 'B', BankAccountNumber: '1' });
  const banks = rowsOf(await send('GET', '/ref/account/bank?Name=New'), 'BankAccountsList');
  expect(banks).toMatchObject([{ AccountCode: '719', AccountNumber: '1', Bank: 'B' }]);
});

test('with Xero connected accounts and tax rules are read-only', async () => {
  const { send, sim } = await startTestClient({ switches: { ledgerOwner: 'xero' } });
  const text = 'Updating accounts is not allowed while integration with Xero or Quickbooks enabled';
  expect((await send('PUT', '/ref/account', { Code: '800', Name: 'x' })).errors).toEqual([text]);
  expect((await send('PUT', '/ref/tax', {})).errors).toEqual([text]);
  const account = { Code: '999', Name: 'New', Type: 'EXPENSE', Class: 'EXPENSE', Status: 'ACTIVE' };
  expect((await send('POST', '/ref/account', account)).status).toBe(400);
  sim.switches.accountPostWhenConnected = 'accepted';
  expect((await send('POST', '/ref/account', account)).status).toBe(200);
});

test('names of reference books are unique in any letter case', async () => {
  const { send } = await startTestClient();
  expect((await send('POST', '/ref/unit', { Name: 'hour' })).errors).toEqual([
    'This unit already exists. Unit name must be unique.',
  ]);
  for (const [path, body] of [
    ['/ref/brand', { Name: 'NEW BRAND' }],
    ['/ref/category', { Name: 'other' }],
    ['/ref/carrier', { Description: 'default carrier' }],
    ['/ref/location', { Name: 'main warehouse' }],
    ['/ref/paymentterm', { Name: '30 DAYS' }],
  ] as const) {
    expect((await send('POST', path, body)).status).toBe(400);
  }
});

test('a row of a reference book is renamed, found by prefix and deleted', async () => {
  const { send } = await startTestClient();
  const made = await send('POST', '/ref/brand', { Name: 'Alpha' });
  const id = textOf(made.body['ID']);
  expect((await send('PUT', '/ref/brand', { ID: id, Name: 'Beta' })).body).toEqual({ ID: id, Name: 'Beta' });
  expect(rowsOf(await send('GET', '/ref/brand?Name=be'), 'BrandList')).toEqual([{ ID: id, Name: 'Beta' }]);
  expect((await send('DELETE', `/ref/brand?ID=${id}`)).body).toEqual({ Success: true });
  expect((await send('DELETE', `/ref/brand?ID=${id}`)).status).toBe(400);
});

test('inactive payment terms stay listed', async () => {
  const { send, sim } = await startTestClient();
  sim.deactivateTerm('30 days');
  expect((await send('GET', '/ref/paymentterm?IsActive=false')).body['Total']).toBe(2);
  expect((await send('GET', '/ref/paymentterm')).body['Total']).toBe(3);
});

test('a tax rule needs an active liability account', async () => {
  const { send } = await startTestClient();
  const rule = { Name: 'New', Account: '400', IsActive: true, TaxInclusive: false };
  expect((await send('POST', '/ref/tax', rule)).errors).toEqual(['Account with specified ID not found']);
  const made = await send('POST', '/ref/tax', { ...rule, Account: '820', TaxPercent: 5 });
  expect(rowsOf(made, 'TaxRuleList')[0]).toMatchObject({
    TaxPercent: 5,
    Components: [{ Percent: '5.0000000000' }],
  });
});

test('people add products and accounts in the user interface', async () => {
  const { send, sim } = await startTestClient();
  sim.addProduct({ SKU: 'FRESH', Name: 'New thing', Type: 'Stock', UOM: 'Item', Category: 'Other' });
  sim.addAccount({ Code: '555', Name: 'New', Type: 'EXPENSE', Class: 'EXPENSE' });
  expect((await send('GET', '/product?Sku=FRESH')).body['Total']).toBe(1);
  expect((await send('GET', '/ref/account?Code=555')).body['Total']).toBe(1);
});

test('at most five webhooks of one type, every verb answers the same envelope', async () => {
  const { send } = await startTestClient();
  const hook = {
    Type: 'Supplier/Updated',
    IsActive: true,
    ExternalURL: 'https://x.example',
    ExternalAuthorizationType: 'noauth',
  };
  let id = '';
  for (let count = 0; count < 5; count += 1)
    id = textOf(rowsOf(await send('POST', '/webhooks', hook), 'Webhooks')[0]?.['ID']);
  expect((await send('POST', '/webhooks', hook)).status).toBe(400);
  expect(rowsOf(await send('DELETE', `/webhooks?ID=${id}`), 'Webhooks')).toHaveLength(1);
  expect(rowsOf(await send('GET', '/webhooks'), 'Webhooks')).toHaveLength(4);
});
