import { expect, test } from 'vitest';
import { movableClock, newSupplier, rowsOf, startTestClient, textOf } from './client.testkit.ts';

const address = {
  Line1: '1 Park Street',
  City: '',
  State: 'VIC',
  Postcode: '',
  Country: 'Australia',
  Type: 'Billing',
};

test('a created supplier is answered in the list envelope with an ID of the service', async () => {
  const { send } = await startTestClient();
  const reply = await send('POST', '/supplier', {
    ...newSupplier,
    ID: 'c0ffee00-0000-4000-8000-000000000000',
    JobTitle: 'x',
  });
  const [row] = rowsOf(reply, 'SupplierList');
  expect([reply.body['Total'], reply.body['Page']]).toEqual([1, 1]);
  expect(row).toMatchObject({ ...newSupplier, Comments: '', TaxNumber: '', Addresses: [], Contacts: [] });
  expect(row?.['ID']).not.toBe('c0ffee00-0000-4000-8000-000000000000');
  expect(row).not.toHaveProperty('JobTitle');
});

test('an inactive term, a wrong payables account and an unknown tax rule are refused in recorded words', async () => {
  const { send, sim } = await startTestClient();
  const reply = await send('POST', '/supplier', {
    ...newSupplier,
    PaymentTerm: 'Cash',
    AccountPayable: '801',
    TaxRule: 'VAT',
  });
  expect(reply.status).toBe(400);
  expect(reply.errors.slice(0, 2)).toEqual([
    'Active payment term with name Cash was not found in Payment Terms reference book',
    'Account with specified ID not found',
  ]);
  expect(reply.errors).toHaveLength(3);
  expect(sim.suppliersNamed(newSupplier.Name)).toEqual([]);
});

test('a term is found by its exact name only', async () => {
  const { send, sim } = await startTestClient();
  expect((await send('POST', '/supplier', { ...newSupplier, PaymentTerm: '30 Days' })).status).toBe(400);
  sim.switches.referenceNames = 'anyCase';
  expect((await send('POST', '/supplier', { ...newSupplier, PaymentTerm: '30 Days' })).status).toBe(200);
});

test('required fields, status, currency and lengths are checked', async () => {
  const { send, sim } = await startTestClient();
  const refusal = async (changes: object) =>
    (await send('POST', '/supplier', { ...newSupplier, ...changes })).errors;
  expect(await refusal({ Name: undefined })).toEqual(["Required attribute 'Name' not provided."]);
  expect(await refusal({ Name: '' })).toEqual(["Attribute 'Name' can't be empty."]);
  expect(await refusal({ Status: 'Open' })).toEqual(['Status value should be Active or Deprecated.']);
  expect(await refusal({ Currency: 'Dollar' })).toHaveLength(1);
  expect(await refusal({ Name: 'n'.repeat(257) })).toHaveLength(1);
  expect(await refusal({ Comments: 'c'.repeat(257) })).toHaveLength(1);
  sim.switches.maximumLengths = 'ignored';
  expect(await refusal({ Comments: 'c'.repeat(257) })).toEqual([]);
});

test('PUT keeps what is left out, "" clears, and blank parts of an address come back as null', async () => {
  const { send } = await startTestClient();
  const posted = await send('POST', '/supplier', {
    ...newSupplier,
    Comments: 'JDE 1',
    TaxNumber: 12,
    Addresses: [address],
  });
  const [created] = rowsOf(posted, 'SupplierList');
  const put = await send('PUT', '/supplier', { ID: textOf(created?.['ID']), Comments: '', Discount: '5' });
  const [row] = rowsOf(put, 'SupplierList');
  expect(row).toMatchObject({ Name: newSupplier.Name, Comments: '', TaxNumber: '12', Discount: 5 });
  expect(row?.['Addresses']).toMatchObject([
    { SupplierID: created?.['ID'], City: null, State: 'VIC', Postcode: null },
  ]);
});

test('null in a PUT clears an optional text, or keeps it by the switch', async () => {
  const { send, sim } = await startTestClient();
  const [created] = rowsOf(
    await send('POST', '/supplier', { ...newSupplier, Comments: 'a' }),
    'SupplierList',
  );
  const put = async () =>
    rowsOf(
      await send('PUT', '/supplier', { ID: textOf(created?.['ID']), Comments: null }),
      'SupplierList',
    )[0]?.['Comments'];
  sim.switches.supplierPutNull = 'kept';
  expect(await put()).toBe('a');
  sim.switches.supplierPutNull = 'cleared';
  expect(await put()).toBe('');
});

test('PUT needs a known ID', async () => {
  const { send } = await startTestClient();
  expect((await send('PUT', '/supplier', { Name: 'x' })).errors).toEqual([
    "Required attribute 'ID' not provided.",
  ]);
  expect((await send('PUT', '/supplier', { ID: 'x' })).errors).toEqual(['ID parameter must be of GUID type']);
  expect((await send('PUT', '/supplier', { ID: '00000000-0000-4000-8000-000000000000' })).status).toBe(400);
});

test('nested rows are updated by ID and appended without one; the switches change both', async () => {
  const { send, sim } = await startTestClient();
  const [created] = rowsOf(
    await send('POST', '/supplier', { ...newSupplier, Addresses: [address] }),
    'SupplierList',
  );
  const id = textOf(created?.['ID']);
  const addresses = async (rows: object[]) => {
    const reply = await send('PUT', '/supplier', { ID: id, Addresses: rows });
    const list = rowsOf(reply, 'SupplierList')[0]?.['Addresses'];
    return Array.isArray(list) ? list : [];
  };
  const [first] = await addresses([]);
  const rowId =
    typeof first === 'object' && first !== null && !Array.isArray(first) ? textOf(first['ID']) : '';
  expect(await addresses([{ ID: rowId, City: 'Melbourne' }])).toMatchObject([
    { ID: rowId, City: 'Melbourne', State: 'VIC' },
  ]);
  expect(await addresses([address])).toHaveLength(2);
  sim.switches.supplierNestedRowWithoutId = 'replacesSame';
  expect(await addresses([address])).toHaveLength(2);
  sim.switches.supplierNestedRowsOmitted = 'removed';
  expect(await addresses([{ ID: rowId }])).toHaveLength(1);
});

test('GET filters by prefix of the name, hides deprecated ones, and knows ModifiedSince', async () => {
  const clock = movableClock();
  const { send, sim } = await startTestClient({ clock });
  const names = async (query: string) =>
    rowsOf(await send('GET', `/supplier?${query}`), 'SupplierList').map((row) => row['Name']);
  expect(await names('Name=bayside')).toEqual(['Bayside Club']);
  expect(await names('Name=bayside&IncludeDeprecated=true')).toEqual(['Bayside Club', 'Bayside Wholesale']);
  expect(await names('Name=club')).toEqual([]);
  clock.move(1000);
  sim.editSupplier(textOf(sim.suppliersNamed('abpa')[0]?.['ID']), { Comments: 'edited' });
  expect(await names('ModifiedSince=2026-03-02T10:00:00.500')).toEqual(['ABPA']);
  sim.deprecateSupplier(textOf(sim.suppliersNamed('ABPA')[0]?.['ID']));
  expect(await names('Name=ABPA')).toEqual([]);
});

test('two suppliers may have one name unless the switch forbids it', async () => {
  const { send, sim } = await startTestClient();
  expect((await send('POST', '/supplier', { ...newSupplier, Name: 'abpa' })).status).toBe(200);
  sim.switches.supplierNameUnique = 'error';
  expect((await send('POST', '/supplier', { ...newSupplier, Name: 'Abpa' })).status).toBe(400);
});
