import { describe, expect, test } from 'vitest';
import {
  item,
  line,
  order,
  smallDataset,
  supplier,
} from '../src/simulators/dataset/small-dataset.testkit.ts';
import { listTrail } from '../src/store/trail.ts';
import { checkChain } from '../src/trail/chain.ts';
import {
  expectParked,
  expectReadable,
  expectSucceeded,
  lineRow,
  memberOf,
  only,
  orderKey,
  orderRow,
  outcomes,
  rowsOf,
  startTrial,
  type Trial,
  textOf,
} from './support/trial.ts';

/** A supplier with a phone, a fax, an e-mail and an address. */
const reachable = supplier({
  phone: '555-0100',
  fax: '555-0101',
  email: 'orders@example.com',
  address_line_1: '1 Mill Lane',
  city: 'Denver',
  state: 'CO',
  postal_code: '80202',
  country: 'US',
});
const reachableCompany = { dataset: { suppliers: [reachable] } };
const PHONE = { AN8: 4343, IDLN: 0, CNLN: 0, RCK7: 1 };

function idOf(row: Parameters<typeof textOf>[0]): string {
  return textOf(row, 'ID');
}

function orderStatus(trial: Trial, number: string): unknown {
  return memberOf(trial.purchase(number)['Order'], 'Status');
}

function quantities(trial: Trial, number: string): readonly unknown[] {
  return rowsOf(trial.purchase(number), 'Order.Lines').map((row) => row['Quantity']);
}

describe('nothing to do', () => {
  test('a second sync with nothing changed makes no write', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    const writes = trial.cin7.writes;
    const summary = await trial.run();
    expect(trial.cin7.writes).toBe(writes);
    expect(outcomes(summary, 'suppliers')).toEqual({});
    expect(outcomes(summary, 'purchases')).toEqual({});
  });

  test('a row that was stamped again without a change of substance makes no write', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    const writes = trial.cin7.writes;
    trial.change('F0101', { AN8: 4343 });
    trial.change('F4311', lineRow(1001));
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ unchanged: 1 });
    expect(outcomes(summary, 'purchases')).toEqual({ unchanged: 1 });
    expect(trial.cin7.writes).toBe(writes);
  });
});

describe('a supplier changes in JDE', () => {
  test('a new phone number arrives in the contact that is there', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    const before = only(rowsOf(trial.supplier('4343'), 'Contacts'));
    trial.change('F0115', { ...PHONE, PH1: '555-0199' });
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ updated: 1 });
    const after = only(rowsOf(trial.supplier('4343'), 'Contacts'));
    expect(after['ID']).toBe(before['ID']);
    expect(after['Phone']).toBe('555-0199');
    expect(after['Email']).toBe('orders@example.com');
  });

  test('a phone number that is removed is cleared', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    trial.jde.remove('F0115', PHONE);
    trial.jde.remove('F0115', { ...PHONE, RCK7: 2 });
    // JDE stamps nothing for a row that is gone: it is seen once another row of the supplier changes.
    trial.change('F0101', { AN8: 4343, TAX: '77-1' });
    await trial.run();
    const contact = only(rowsOf(trial.supplier('4343'), 'Contacts'));
    expect(contact['Phone'] ?? '').toBe('');
    expect(contact['Fax'] ?? '').toBe('');
    expect(contact['Email']).toBe('orders@example.com');
    expect(trial.supplier('4343')['TaxNumber']).toBe('77-1');
  });

  test('a supplier that can no longer be reached keeps its contact, emptied', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    trial.jde.remove('F0115', PHONE);
    trial.jde.remove('F0115', { ...PHONE, RCK7: 2 });
    trial.jde.remove('F01151', { AN8: 4343, IDLN: 0, RCK7: 1 });
    trial.change('F0101', { AN8: 4343, TAX: '77-1' });
    await trial.run();
    const contact = only(rowsOf(trial.supplier('4343'), 'Contacts'));
    expect(contact['Phone'] ?? '').toBe('');
    expect(contact['Email'] ?? '').toBe('');
    expect(await trial.parked('suppliers')).toEqual([]);
  });

  test('a new address replaces the old one in its place', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    const before = only(rowsOf(trial.supplier('4343'), 'Addresses'));
    const row = only(trial.jde.rows('F0116'));
    trial.change('F0116', { AN8: 4343, EFTB: row['EFTB'] ?? null, ADD1: '9 Quay Street', CTY1: 'Galway' });
    await trial.run();
    const after = only(rowsOf(trial.supplier('4343'), 'Addresses'));
    expect(after).toMatchObject({ ID: before['ID'], Line1: '9 Quay Street', City: 'Galway' });
  });

  test('a new name renames the supplier that is there', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    const id = idOf(trial.supplier('4343'));
    trial.change('F0101', { AN8: 4343, ALPH: 'Parts Palace' });
    trial.change('F0111', { AN8: 4343, IDLN: 0, MLNM: 'Parts Palace' });
    await trial.run();
    expect(trial.supplier('4343')).toMatchObject({ ID: id, Name: 'Parts Palace' });
    expect(trial.cin7.suppliers()).toHaveLength(1);
  });

  test('another currency is never written over the one that Cin7 has: the supplier is parked', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    trial.change('F0401', { AN8: 4343, CRRP: 'EUR' });
    await trial.run();
    await expectParked(trial, {
      flow: 'suppliers',
      recordKey: '4343',
      code: 'suppliers.currency_fixed',
      field: 'Supplier.Currency',
      says: /EUR.*USD/,
    });
    expect(trial.supplier('4343')['Currency']).toBe('USD');
  });
});

describe('people work on suppliers in Cin7', () => {
  test('a contact that people added survives an update from JDE', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    const { Contacts } = trial.supplier('4343');
    trial.cin7.editSupplier(idOf(trial.supplier('4343')), {
      Contacts: [...rowsOf({ Contacts: Contacts ?? [] }, 'Contacts'), { Name: 'Maria', Phone: '555-7777' }],
    });
    trial.change('F0115', { ...PHONE, PH1: '555-0199' });
    await trial.run();
    const contacts = rowsOf(trial.supplier('4343'), 'Contacts');
    expect(contacts.map((row) => [row['Name'], row['Phone']])).toEqual([
      ['Parts Emporium', '555-0199'],
      ['Maria', '555-7777'],
    ]);
  });

  test('it survives even where Cin7 removes rows that are left out', async () => {
    const trial = await startTrial({
      ...reachableCompany,
      cin7: { switches: { supplierNestedRowsOmitted: 'removed' } },
    });
    await trial.run();
    const { Contacts } = trial.supplier('4343');
    trial.cin7.editSupplier(idOf(trial.supplier('4343')), {
      Contacts: [{ Name: 'Maria', Phone: '555-7777' }, ...rowsOf({ Contacts: Contacts ?? [] }, 'Contacts')],
    });
    trial.change('F0115', { ...PHONE, PH1: '555-0199' });
    await trial.run();
    const contacts = rowsOf(trial.supplier('4343'), 'Contacts');
    expect(new Set(contacts.map((row) => row['Phone']))).toEqual(new Set(['555-0199', '555-7777']));
  });

  test('comments that people wrote survive, and so do fields that JDE did not change', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    trial.cin7.editSupplier(idOf(trial.supplier('4343')), {
      Comments: 'Ask for Maria. [JDE main AB 4343]',
      TaxNumber: 'typed by hand',
    });
    trial.change('F0115', { ...PHONE, PH1: '555-0199' });
    await trial.run();
    expect(trial.supplier('4343')).toMatchObject({
      Comments: 'Ask for Maria. [JDE main AB 4343]',
      TaxNumber: 'typed by hand',
    });
  });

  test('a supplier whose marker people deleted stays linked', async () => {
    const trial = await startTrial(reachableCompany);
    await trial.run();
    const id = idOf(trial.supplier('4343'));
    trial.cin7.editSupplier(id, { Comments: '' });
    trial.change('F0115', { ...PHONE, PH1: '555-0199' });
    await trial.run();
    expect(trial.cin7.suppliers().map(idOf)).toEqual([id]);
    expect(await trial.parked('suppliers')).toEqual([]);
  });

  test('where Cin7 hides the IDs of contacts, the supplier is parked instead of getting a second contact', async () => {
    const trial = await startTrial({
      ...reachableCompany,
      cin7: { switches: { nestedRowIdOnGet: 'hidden' } },
    });
    await trial.run();
    trial.change('F0115', { ...PHONE, PH1: '555-0199' });
    await trial.run();
    await expectParked(trial, {
      flow: 'suppliers',
      recordKey: '4343',
      code: 'cin7.nested_without_id',
      field: 'Supplier.Contacts',
      says: /without IDs/,
    });
    expect(rowsOf(trial.supplier('4343'), 'Contacts')).toHaveLength(1);
  });
});

const typedIn = {
  Name: 'PARTS EMPORIUM',
  Currency: 'USD',
  PaymentTerm: '30 days',
  TaxRule: 'Tax Exempt',
  AccountPayable: '800',
};

describe('suppliers that Cin7 had before', () => {
  test('one of the same name in another case is linked, not made again', async () => {
    const trial = await startTrial({
      company: (company) => ({ ...company, suppliers: [{ ...typedIn, Comments: 'Pays in cash' }] }),
    });
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ linked: 1 });
    const linked = only(trial.cin7.suppliers());
    expect(linked['Comments']).toBe('Pays in cash [JDE main AB 4343]');
    expect(trial.purchase('1001')['SupplierID']).toBe(linked['ID']);
  });

  test('of several with the name none is picked: the supplier is parked and its order waits', async () => {
    const trial = await startTrial({
      company: (company) => ({ ...company, suppliers: [typedIn, { ...typedIn, Name: 'Parts emporium' }] }),
    });
    await trial.run();
    await expectParked(trial, {
      flow: 'suppliers',
      recordKey: '4343',
      code: 'suppliers.several_in_cin7',
      field: 'Supplier.Name',
      says: /2 suppliers named "Parts Emporium"/,
    });
    await expectParked(trial, {
      flow: 'purchases',
      recordKey: orderKey('1001'),
      code: 'purchases.supplier_waiting',
      field: 'F4301_AN8',
      says: /4343/,
    });
    expect(trial.cin7.suppliers()).toHaveLength(2);
  });

  test('the marker in the comments of one of them says which, after a retry', async () => {
    const trial = await startTrial({
      company: (company) => ({ ...company, suppliers: [typedIn, { ...typedIn, Name: 'Parts emporium' }] }),
    });
    await trial.run();
    const [, second] = trial.cin7.suppliers();
    trial.cin7.editSupplier(idOf(second ?? {}), { Comments: '[JDE main AB 4343]' });
    await trial.retry('suppliers', '4343');
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ linked: 1 });
    expect(outcomes(summary, 'purchases')).toEqual({ created: 1 });
    expect(trial.purchase('1001')['SupplierID']).toBe(second?.['ID']);
  });

  test('one in another currency is left alone: the supplier is parked', async () => {
    const trial = await startTrial({
      company: (company) => ({ ...company, suppliers: [{ ...typedIn, Currency: 'EUR' }] }),
    });
    await trial.run();
    await expectParked(trial, {
      flow: 'suppliers',
      recordKey: '4343',
      code: 'suppliers.currency_fixed',
      field: 'Supplier.Currency',
      says: /EUR in Cin7.*USD in JDE/,
    });
    expect(only(trial.cin7.suppliers())).toMatchObject({ Currency: 'EUR', Comments: null });
  });
});

test('after the store was lost every supplier is found by its marker, even under another name', async () => {
  const suppliers = ['4343', '4344', '4345'].map((supplier_id) =>
    supplier({ supplier_id, name: `Supplier ${supplier_id}` }),
  );
  const trial = await startTrial({ dataset: { suppliers, purchaseOrders: [], purchaseOrderLines: [] } });
  await trial.run();
  trial.cin7.editSupplier(idOf(trial.supplier('4344')), { Name: 'Renamed by hand' });
  const ids = trial.cin7.suppliers().map(idOf);
  const again = await trial.withoutStore();
  const summary = await again.run();
  expect(outcomes(summary, 'suppliers')).toEqual({ linked: 3 });
  expect(trial.cin7.suppliers().map(idOf)).toEqual(ids);
});

test('after the store was lost no order is made a second time', async () => {
  const trial = await startTrial();
  await trial.run();
  const purchase = trial.purchase('1001');
  const again = await trial.withoutStore();
  const summary = await again.run();
  expect(outcomes(summary, 'purchases')).toEqual({ linked: 1 });
  expect(trial.purchasesOf('1001')).toEqual([
    expect.objectContaining({ ID: purchase['ID'], OrderNumber: purchase['OrderNumber'] }),
  ]);
  expect(quantities(trial, '1001')).toEqual([10]);
  const quiet = await again.run();
  expect(outcomes(quiet, 'purchases')).toEqual({});
  again.change('F4311', { ...lineRow(1001), UORG: '20', AEXP: '50.00' });
  expect(outcomes(await again.run(), 'purchases')).toEqual({ updated: 1 });
  expect(quantities(trial, '1001')).toEqual([20]);
});

test('after the store was lost an order that people authorised is linked, not made again', async () => {
  const trial = await startTrial();
  await trial.run();
  trial.cin7.authoriseOrder(idOf(trial.purchase('1001')));
  const again = await trial.withoutStore();
  const summary = await again.run();
  expect(outcomes(summary, 'purchases')).toEqual({ linked: 1 });
  expect(trial.purchasesOf('1001')).toHaveLength(1);
});

test('a store that lost nothing opens no purchase of other people', async () => {
  const trial = await startTrial();
  await trial.run();
  expect(trial.cin7.calls.filter((call) => call.path.toLowerCase().endsWith('/purchaselist'))).toEqual([]);
});

describe('an order changes in JDE while it is a draft in Cin7', () => {
  test('a new quantity overwrites the lines of the same purchase', async () => {
    const trial = await startTrial();
    await trial.run();
    const id = idOf(trial.purchase('1001'));
    trial.change('F4311', { ...lineRow(1001), UORG: '20', AEXP: '50.00' });
    const summary = await trial.run();
    expect(outcomes(summary, 'purchases')).toEqual({ updated: 1 });
    expect(idOf(trial.purchase('1001'))).toBe(id);
    expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([{ Quantity: 20, Total: 50 }]);
  });

  test('a new line is added, a cancelled one drops out', async () => {
    const trial = await startTrial({
      dataset: {
        purchaseOrderLines: [line(), line({ line_number: '2', quantity: '4', extended_amount: '10' })],
      },
      cin7: { switches: { orderDuplicateSku: 'accepted' } },
    });
    await trial.run();
    expect(quantities(trial, '1001')).toEqual([10, 4]);
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
    const [template] = trial.jde.rows('F4311');
    trial.change('F4311', {
      ...template,
      ...lineRow(1001, '3.000'),
      NXTR: '280',
      LTTR: '220',
      UORG: '7',
      AEXP: '17.50',
    });
    await trial.run();
    expect(quantities(trial, '1001')).toEqual([4, 7]);
  });

  test('a header field is changed without touching the lines', async () => {
    const trial = await startTrial();
    await trial.run();
    const before = trial.cin7.calls.length;
    trial.change('F4301', { ...orderRow(1001), PTC: 'N14' });
    await trial.run();
    expect(trial.purchase('1001')['Terms']).toBe('14 days');
    const paths = trial.cin7.calls.slice(before).filter((call) => call.method !== 'GET');
    expect(paths.map((call) => `${call.method} ${call.path}`)).toEqual(['PUT /advanced-purchase']);
  });

  test('a line that was received stays on the order, at what was ordered', async () => {
    const trial = await startTrial();
    await trial.run();
    const writes = trial.cin7.writes;
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '400', UOPN: '0' });
    const summary = await trial.run();
    expect(outcomes(summary, 'purchases')).toEqual({ unchanged: 1 });
    expect(quantities(trial, '1001')).toEqual([10]);
    expect(trial.cin7.writes).toBe(writes);
  });

  test('an order whose only line was received before it was ever sent does not come in', async () => {
    const trial = await startTrial({
      dataset: { purchaseOrderLines: [line({ next_status: '999', last_status: '400' })] },
    });
    const summary = await trial.run();
    expect(summary.flows.purchases).toMatchObject({ unchanged: 1, notDue: 1, created: 0 });
    expect(trial.cin7.purchases()).toEqual([]);
  });

  test('another supplier parks the order, since a purchase keeps its supplier', async () => {
    const trial = await startTrial({
      dataset: { suppliers: [supplier(), supplier({ supplier_id: '4344', name: 'Other' })] },
    });
    await trial.run();
    trial.change('F4301', { ...orderRow(1001), AN8: 4344 });
    await trial.run();
    await expectParked(trial, {
      flow: 'purchases',
      recordKey: orderKey('1001'),
      code: 'purchases.supplier_changed',
      field: 'F4301_AN8',
      says: /PO-00001/,
    });
    expect(trial.purchase('1001')['SupplierID']).toBe(trial.supplier('4343')['ID']);
  });
});

describe('an order that was authorised in Cin7', () => {
  async function authorised(settings?: Record<string, unknown>): Promise<Trial> {
    const trial = await startTrial(settings === undefined ? {} : { settings });
    await trial.run();
    trial.cin7.authoriseOrder(idOf(trial.purchase('1001')));
    return trial;
  }
  const more = { ...lineRow(1001), UORG: '20', AEXP: '50.00' };

  test('is parked with the difference when it changes in JDE, and Cin7 keeps what it has', async () => {
    const trial = await authorised();
    trial.change('F4311', more);
    await trial.run();
    await expectParked(trial, {
      flow: 'purchases',
      recordKey: orderKey('1001'),
      code: 'purchases.authorised_in_cin7',
      field: 'Purchase.Order.Status',
      says: /order\.Lines\[0\]\.Quantity: 10 -> 20/,
    });
    expect(quantities(trial, '1001')).toEqual([10]);
    expect(orderStatus(trial, '1001')).toBe('AUTHORISED');
  });

  test('is settled by itself once people have made the same change in Cin7', async () => {
    const trial = await authorised();
    trial.change('F4311', more);
    await trial.run();
    const id = idOf(trial.purchase('1001'));
    const lines = rowsOf(trial.purchase('1001'), 'Order.Lines');
    trial.cin7.editPurchase(id, { Lines: lines.map((row) => ({ ...row, Quantity: 20, Total: 50 })) });
    await trial.retry('purchases', orderKey('1001'));
    const summary = await trial.run();
    expect(outcomes(summary, 'purchases')).toEqual({ unchanged: 1 });
    expect(await trial.parked('purchases')).toEqual([]);
    expect(outcomes(await trial.run(), 'purchases')).toEqual({});
  });

  test('is undone and written again, still authorised, with the setting redo', async () => {
    const trial = await authorised({ purchases: { authorisedChange: 'redo' } });
    trial.change('F4311', more);
    const summary = await trial.run();
    expect(outcomes(summary, 'purchases')).toEqual({ updated: 1 });
    expect(quantities(trial, '1001')).toEqual([20]);
    expect(orderStatus(trial, '1001')).toBe('AUTHORISED');
  });

  test('is authorised again after a change of its header alone', async () => {
    const trial = await authorised({ purchases: { authorisedChange: 'redo', orderStatus: 'AUTHORISED' } });
    trial.change('F4301', { ...orderRow(1001), PTC: 'N14' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ updated: 1 });
    expect(trial.purchase('1001')['Terms']).toBe('14 days');
    expect(orderStatus(trial, '1001')).toBe('AUTHORISED');
  });

  for (const [method, path] of [
    ['DELETE', '/advanced-purchase'],
    ['POST', '/purchase/order'],
  ] as const) {
    for (const kind of ['hangUpAfter', 'hangUpBefore'] as const) {
      test(`is authorised again when an answer of redo was lost: ${method} ${path}, ${kind}`, async () => {
        const trial = await authorised({ purchases: { authorisedChange: 'redo' } });
        trial.change('F4311', more);
        trial.cin7.addFault({ on: { method, path }, do: { kind }, times: 1 });
        await trial.run();
        expect(quantities(trial, '1001')).toEqual([20]);
        expect(orderStatus(trial, '1001')).toBe('AUTHORISED');
        expect(await trial.parked('purchases')).toEqual([]);
        const writes = trial.cin7.writes;
        await trial.run();
        expect(trial.cin7.writes).toBe(writes);
      });
    }
  }

  test('is authorised again by the next run when Cin7 failed in the middle of redo', async () => {
    const trial = await authorised({ purchases: { authorisedChange: 'redo' } });
    trial.change('F4311', more);
    trial.cin7.addFault({
      on: { method: 'POST', path: '/purchase/order' },
      do: { kind: 'status', status: 403 },
      times: 1,
    });
    expect((await trial.sync()).state).toBe('failed');
    expect(orderStatus(trial, '1001')).toBe('DRAFT');
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ updated: 1 });
    expect(quantities(trial, '1001')).toEqual([20]);
    expect(orderStatus(trial, '1001')).toBe('AUTHORISED');
  });

  test('is authorised again after Cin7 refused the new lines, once they are accepted', async () => {
    const trial = await authorised({ purchases: { authorisedChange: 'redo' } });
    trial.change('F4311', more);
    trial.cin7.addFault({
      on: { method: 'POST', path: '/purchase/order' },
      do: { kind: 'status', status: 400, body: '[{"ErrorCode":400,"Exception":"Not today."}]' },
      times: 1,
    });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ parked: 1 });
    await trial.retry('purchases', orderKey('1001'));
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ updated: 1 });
    expect(quantities(trial, '1001')).toEqual([20]);
    expect(orderStatus(trial, '1001')).toBe('AUTHORISED');
  });

  test('is parked in spite of redo when goods have been received', async () => {
    const trial = await authorised({ purchases: { authorisedChange: 'redo' } });
    trial.cin7.receiveStock(idOf(trial.purchase('1001')));
    trial.change('F4311', more);
    await trial.run();
    await expectParked(trial, {
      flow: 'purchases',
      recordKey: orderKey('1001'),
      code: 'purchases.authorised_in_cin7',
      field: 'Purchase.Order.Status',
      says: /already followed/,
    });
    expect(quantities(trial, '1001')).toEqual([10]);
  });

  test('is parked when it is cancelled in JDE', async () => {
    const trial = await authorised();
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
    await trial.run();
    await expectParked(trial, {
      flow: 'purchases',
      recordKey: orderKey('1001'),
      code: 'purchases.cancelled_after_authorised',
      field: 'Purchase.Order.Status',
      says: /cancelled/,
    });
    expect(orderStatus(trial, '1001')).toBe('AUTHORISED');
  });

  test('leaves the parked list once people have voided it by hand', async () => {
    const trial = await authorised();
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
    await trial.run();
    trial.cin7.voidPurchase(idOf(trial.purchase('1001')));
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ voided: 1 });
    expect(await trial.parked('purchases')).toEqual([]);
  });

  test('and parked says at the next look that people have voided it since', async () => {
    const trial = await authorised();
    trial.change('F4311', more);
    await trial.run();
    expect((await trial.parked('purchases')).map(({ code }) => code)).toEqual([
      'purchases.authorised_in_cin7',
    ]);
    trial.cin7.voidPurchase(idOf(trial.purchase('1001')));
    await trial.run();
    await expectParked(trial, {
      flow: 'purchases',
      recordKey: orderKey('1001'),
      code: 'purchases.voided_in_cin7',
      field: 'Purchase.Status',
      says: /PO-00001 was voided in Cin7/,
    });
    const calls = trial.cin7.calls.length;
    await trial.run();
    // It is the list that is looked at from then on, and nothing is opened.
    expect(trial.cin7.calls.slice(calls).filter(({ path }) => path.includes('advanced-purchase'))).toEqual(
      [],
    );
  });

  test('and parked is written once people have taken it back to a draft', async () => {
    const trial = await authorised();
    trial.change('F4311', more);
    await trial.run();
    trial.cin7.undoPurchase(idOf(trial.purchase('1001')));
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ updated: 1 });
    expect(quantities(trial, '1001')).toEqual([20]);
    expect(await trial.parked('purchases')).toEqual([]);
  });
});

describe('an order is cancelled', () => {
  test('in JDE: the draft in Cin7 is voided, once', async () => {
    const trial = await startTrial();
    await trial.run();
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ voided: 1 });
    expect(trial.purchase('1001')['Status']).toBe('VOIDED');
    trial.change('F4311', { ...lineRow(1001), DSC1: 'Touched again' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ unchanged: 1 });
  });

  test('before it was ever sent: nothing arrives', async () => {
    const trial = await startTrial({
      dataset: { purchaseOrderLines: [line({ next_status: '999', last_status: '980' })] },
    });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ unchanged: 1 });
    expect(trial.cin7.purchases()).toEqual([]);
  });

  test('and released anew: it arrives as a second purchase, the voided one stays voided', async () => {
    const trial = await startTrial();
    await trial.run();
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
    await trial.run();
    trial.change('F4311', { ...lineRow(1001), NXTR: '280', LTTR: '220' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
    const statuses = trial.purchasesOf('1001').map((row) => row['Status']);
    expect(statuses.filter((status) => status === 'VOIDED')).toHaveLength(1);
    expect(statuses).toHaveLength(2);
  });

  test('by hand in Cin7, while JDE still changes it: the order is parked, nothing is made a second time', async () => {
    const trial = await startTrial();
    await trial.run();
    trial.cin7.voidPurchase(idOf(trial.purchase('1001')));
    trial.change('F4311', { ...lineRow(1001), UORG: '20', AEXP: '50.00' });
    await trial.run();
    await expectParked(trial, {
      flow: 'purchases',
      recordKey: orderKey('1001'),
      code: 'purchases.voided_in_cin7',
      field: 'Purchase.Status',
      says: /PO-00001 was voided in Cin7/,
    });
    expect(trial.cin7.purchases()).toHaveLength(1);
  });
});

describe('what an order waits for', () => {
  test('an order on hold follows by itself once it is released', async () => {
    const trial = await startTrial({ dataset: { purchaseOrders: [order({ hold_code: 'A1' })] } });
    await trial.run();
    await expectParked(trial, {
      flow: 'purchases',
      recordKey: orderKey('1001'),
      code: 'purchases.on_hold',
      field: 'F4301_HOLD',
      says: /code A1/,
    });
    // A release need not stamp the header with a day that polling would see.
    trial.jde.upsert('F4301', { ...orderRow(1001), HOLD: '' }, { stamp: { date: '2001-01-01' } });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
    expect(await trial.parked('purchases')).toEqual([]);
  });

  test('an order that is not released yet comes in when its line is', async () => {
    const trial = await startTrial({
      dataset: { purchaseOrderLines: [line({ next_status: '220', last_status: '210' })] },
    });
    expect((await trial.run()).flows.purchases).toMatchObject({ unchanged: 1, notDue: 1 });
    trial.change('F4311', { ...lineRow(1001), NXTR: '280', LTTR: '230' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
  });

  test('a code that a person maps releases the orders that wait for it, at the next sync', async () => {
    const orders = ['1001', '1002'].map((order_seq, index) =>
      order({ order_id: `O${index}`, order_seq, payment_terms: 'N45' }),
    );
    const trial = await startTrial({
      dataset: {
        purchaseOrders: orders,
        purchaseOrderLines: [line({ order_id: 'O0' }), line({ order_id: 'O1' })],
      },
      unmapped: ['paymentTerm N45'],
    });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ parked: 2 });
    for (const record of await trial.parked('purchases')) expectReadable(record);
    await trial.map([{ kind: 'paymentTerm', code: 'N45', target: '45 days' }]);
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 2 });
    expect(trial.purchase('1002')['Terms']).toBe('45 days');
    expect(await trial.parked('purchases')).toEqual([]);
  });

  test('a mapping that a person changes is carried to the orders that were written with it', async () => {
    const trial = await startTrial();
    await trial.run();
    await trial.map([{ kind: 'paymentTerm', code: 'N60', target: '14 days' }]);
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ updated: 1 });
    expect(outcomes(summary, 'purchases')).toEqual({ updated: 1 });
    expect(trial.purchase('1001')['Terms']).toBe('14 days');
    expect(trial.supplier('4343')['PaymentTerm']).toBe('14 days');
  });

  test('a mapping that is taken back parks what needs it', async () => {
    const trial = await startTrial();
    await trial.run();
    await trial.map([{ kind: 'taxRule', code: 'E/EXEMPT', target: '' }]);
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ parked: 1 });
    expect((await trial.parked('purchases')).map((record) => record.code)).toEqual(['crosswalk.unmapped']);
  });
});

test('a changed setting maps every record anew, and writes only what differs', async () => {
  const trial = await startTrial(reachableCompany);
  await trial.run();
  const writes = trial.cin7.writes;
  const summary = await trial.run({ suppliers: { addressType: 'Billing' } });
  expect(summary.flows.suppliers).toMatchObject({ updated: 1 });
  expect(summary.flows.purchases).toMatchObject({ unchanged: 1 });
  expect(trial.cin7.writes).toBe(writes + 1);
  expect(rowsOf(trial.supplier('4343'), 'Addresses').map((row) => row['Type'])).toContain('Billing');
});

describe('what Cin7 refused', () => {
  const refusal = {
    on: { method: 'POST', path: '/supplier' },
    do: { kind: 'status', status: 400, body: '[{"ErrorCode":400,"Exception":"Name is not to our liking"}]' },
    times: 1,
  } as const;

  test('is parked with its words and not sent again as it is', async () => {
    const trial = await startTrial({ cin7: { faults: [refusal] } });
    await trial.run();
    await expectParkedSupplier(trial);
    const posts = trial.cin7.calls.filter((call) => call.method === 'POST').length;
    await trial.run();
    expect(trial.cin7.calls.filter((call) => call.method === 'POST')).toHaveLength(posts);
    expect(trial.cin7.suppliers()).toEqual([]);
  });

  test('is sent again once it has changed in JDE', async () => {
    const trial = await startTrial({ cin7: { faults: [refusal] } });
    await trial.run();
    trial.change('F0101', { AN8: 4343, TAX: '77-1' });
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ created: 1 });
    expect(outcomes(summary, 'purchases')).toEqual({ created: 1 });
    expect(await trial.parked('suppliers')).toEqual([]);
  });

  test('is sent again when a person asks', async () => {
    const trial = await startTrial({ cin7: { faults: [refusal] } });
    await trial.run();
    await trial.retry('suppliers', '4343');
    expect(outcomes(await trial.run(), 'suppliers')).toEqual({ created: 1 });
  });

  test('a purchase whose lines were refused is filled later, not made a second time', async () => {
    const trial = await startTrial({
      cin7: { faults: [{ ...refusal, on: { method: 'POST', path: '/purchase/order' } }] },
    });
    await trial.run();
    const [record] = await trial.parked('purchases');
    expect(record).toMatchObject({ code: 'cin7.refused', field: 'Purchase.Order' });
    const id = idOf(trial.purchase('1001'));
    await trial.retry('purchases', orderKey('1001'));
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
    expect(trial.cin7.purchases().map(idOf)).toEqual([id]);
    expect(quantities(trial, '1001')).toEqual([10]);
  });

  async function expectParkedSupplier(trial: Trial): Promise<void> {
    const record = only(await trial.parked('suppliers'));
    expect(record).toMatchObject({
      code: 'cin7.refused',
      field: 'Supplier',
      detail: 'Name is not to our liking',
    });
  }
});

describe('a write whose answer is lost', () => {
  const creating = [
    { path: '/supplier', of: 'a supplier' },
    { path: '/advanced-purchase', of: 'the header of a purchase' },
    { path: '/purchase/order', of: 'the lines of a purchase' },
  ];
  const losses = ['hangUpAfter', 'hangUpBefore', 'status500After', 'unreadable'] as const;
  const lags = [0, 0.3];

  for (const { path, of } of creating) {
    for (const kind of losses) {
      for (const listLagSeconds of lags) {
        const lag = listLagSeconds === 0 ? '' : ', while lists trail behind';
        test(`makes exactly one object: ${of}, ${kind}${lag}`, async () => {
          const trial = await startTrial({
            settings: { cin7: { listLagSeconds } },
            cin7: {
              switches: { listLagSeconds },
              faults: [{ on: { method: 'POST', path }, do: { kind }, times: 1 }],
            },
          });
          await trial.run();
          expect(trial.cin7.suppliers()).toHaveLength(1);
          expect(trial.cin7.purchases()).toHaveLength(1);
          expect(quantities(trial, '1001')).toEqual([10]);
          const summary = await trial.run();
          expect(outcomes(summary, 'suppliers')).toEqual({});
          expect(outcomes(summary, 'purchases')).toEqual({});
        });
      }
    }
  }

  test('makes exactly one object even when the call went out long after its intent was noted', async () => {
    const trial = await startTrial({
      dataset: { suppliers: [supplier(), supplier({ supplier_id: '4344', name: 'Other' })] },
      settings: { cin7: { listLagSeconds: 0.4, writesAtOnce: 1 } },
      cin7: {
        switches: { listLagSeconds: 0.4 },
        faults: [
          { on: { method: 'POST', path: '/supplier', nth: 1 }, do: { kind: 'slow', ms: 200 } },
          { on: { method: 'POST', path: '/supplier', nth: 1 }, do: { kind: 'hangUpAfter' } },
        ],
      },
    });
    await trial.run();
    expect(trial.cin7.suppliers()).toHaveLength(2);
  });

  test('is counted as created by the run that looked it up', async () => {
    const trial = await startTrial({
      cin7: {
        faults: [{ on: { method: 'POST', path: '/supplier' }, do: { kind: 'hangUpAfter' }, times: 1 }],
      },
    });
    const summary = await trial.run();
    expect(outcomes(summary, 'suppliers')).toEqual({ created: 1 });
    expect(outcomes(summary, 'purchases')).toEqual({ created: 1 });
  });

  test('a supplier found by a look-up can be changed like any other', async () => {
    const trial = await startTrial({
      ...reachableCompany,
      cin7: {
        faults: [{ on: { method: 'POST', path: '/supplier' }, do: { kind: 'hangUpAfter' }, times: 1 }],
      },
    });
    await trial.run();
    trial.change('F0115', { ...PHONE, PH1: '555-0199' });
    await trial.run();
    const contact = only(rowsOf(trial.supplier('4343'), 'Contacts'));
    expect(contact['Phone']).toBe('555-0199');
  });

  test('a supplier that changed in JDE before it was looked up is brought up to date, not made again', async () => {
    const trial = await startTrial({
      ...reachableCompany,
      cin7: {
        faults: [{ on: { method: 'POST', path: '/supplier' }, do: { kind: 'hangUpAfter' }, times: 1 }],
      },
    });
    // The run ends right after the lost answer: the list that would find it is out of order.
    const repaired = trial.cin7.addFault({
      on: { method: 'GET', path: '/supplier', nth: 2 },
      do: { kind: 'status', status: 500 },
    });
    const ending = await trial.sync({ cin7: { retriesMax: 0 } });
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'cin7.server_error' } });
    repaired();
    trial.change('F0101', { AN8: 4343, ALPH: 'Parts Palace' });
    trial.change('F0111', { AN8: 4343, IDLN: 0, MLNM: 'Parts Palace' });
    await trial.run();
    expect(only(trial.cin7.suppliers())['Name']).toBe('Parts Palace');
  });

  for (const kind of ['hangUpAfter', 'hangUpBefore', 'status500After'] as const) {
    test(`an update is simply done again: ${kind}`, async () => {
      const trial = await startTrial(reachableCompany);
      await trial.run();
      trial.change('F0115', { ...PHONE, PH1: '555-0199' });
      trial.change('F4311', { ...lineRow(1001), UORG: '20', AEXP: '50.00' });
      for (const [method, path] of [
        ['PUT', '/supplier'],
        ['POST', '/purchase/order'],
      ])
        trial.cin7.addFault({ on: { method, path }, do: { kind }, times: 1 });
      await trial.run();
      expect(only(rowsOf(trial.supplier('4343'), 'Contacts'))['Phone']).toBe('555-0199');
      expect(quantities(trial, '1001')).toEqual([20]);
      expect(await trial.parked()).toEqual([]);
    });

    test(`a void is simply done again: ${kind}`, async () => {
      const trial = await startTrial();
      await trial.run();
      trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
      trial.cin7.addFault({ on: { method: 'DELETE' }, do: { kind }, times: 1 });
      await trial.run();
      expect(trial.purchase('1001')['Status']).toBe('VOIDED');
      expect(await trial.parked('purchases')).toEqual([]);
    });
  }
});

test('a code that a person maps otherwise while its order is being written is written anew by the next run', async () => {
  const trial = await startTrial({
    dataset: { items: [item(), item({ item_id: '60012', item_number: 'BC-2' })] },
  });
  let mapped: Promise<void> | undefined;
  const stop = trial.cin7.onAnswered((n) => {
    const call = trial.cin7.calls[n - 1];
    if (mapped === undefined && call?.method === 'POST' && call.path === '/advanced-purchase')
      mapped = trial.map([{ kind: 'item', code: 'BC-1', target: 'BC-2' }]);
  });
  expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1, left: 1 });
  stop();
  await mapped;
  expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([{ SKU: 'BC-1' }]);
  expect(outcomes(await trial.run(), 'purchases')).toEqual({ updated: 1 });
  expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([{ SKU: 'BC-2' }]);
  expect(outcomes(await trial.run(), 'purchases')).toEqual({});
});

describe('a run that another one has taken over', () => {
  async function takenOver(path: string): Promise<Trial> {
    const trial = await startTrial();
    await losesLease(trial, 'POST', path);
    return trial;
  }

  /** Runs a sync whose lease is taken as soon as Cin7 has carried out a call. */
  async function losesLease(trial: Trial, method: string, path: string): Promise<void> {
    let taken: Promise<unknown> | undefined;
    const stop = trial.cin7.onAnswered((n) => {
      const call = trial.cin7.calls[n - 1];
      if (taken !== undefined || call?.method !== method || call.path !== path) return;
      taken = trial.database.db
        .updateTable('leases')
        .set((eb) => ({ number: eb('number', '+', 1), holder: null, expires_at: 0 }))
        .execute();
    });
    const ending = await trial.sync();
    stop();
    await taken;
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'run.lease_lost' } });
  }

  test('tells of what it has voided itself', async () => {
    const trial = await startTrial();
    await trial.run();
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
    await losesLease(trial, 'DELETE', '/advanced-purchase');
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ voided: 1 });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({});
  });

  test('knows what it has voided itself, when the order comes alive again before the next run', async () => {
    const trial = await startTrial();
    await trial.run();
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
    await losesLease(trial, 'DELETE', '/advanced-purchase');
    trial.change('F4311', { ...lineRow(1001), NXTR: '280', LTTR: '220' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
    const statuses = trial.purchasesOf('1001').map((row) => textOf(row, 'Status'));
    expect(statuses.toSorted((a, b) => a.localeCompare(b))).toEqual(['ORDERING', 'VOIDED']);
    expect(await trial.parked('purchases')).toEqual([]);
  });

  for (const path of ['/supplier', '/advanced-purchase', '/purchase/order']) {
    test(`stores nothing more, and what it had sent is found by the next run: POST ${path}`, async () => {
      const trial = await takenOver(path);
      const { db } = trial.database;
      const before = await db.selectFrom('intents').select('record_key').execute();
      expect(before).toHaveLength(1);
      await trial.run();
      expect(trial.cin7.suppliers()).toHaveLength(1);
      expect(trial.cin7.purchases()).toHaveLength(1);
      expect(quantities(trial, '1001')).toEqual([10]);
      expect(await db.selectFrom('intents').select('record_key').execute()).toEqual([]);
      const writes = trial.cin7.writes;
      await trial.run();
      expect(trial.cin7.writes).toBe(writes);
    });
  }
});

describe('what the books of a run say', () => {
  test('balances with what stands in Cin7, in the store and in the trail', async () => {
    const trial = await startTrial();
    const summary = await trial.run();
    const { db } = trial.database;
    const { id } = await trial.stored();
    expect(await db.selectFrom('stage').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('intents').selectAll().execute()).toEqual([]);
    const links = await db.selectFrom('links').select(['flow', 'cin7_id']).orderBy('flow').execute();
    expect(links).toEqual([
      { flow: 'purchases', cin7_id: idOf(trial.purchase('1001')) },
      { flow: 'suppliers', cin7_id: idOf(trial.supplier('4343')) },
    ]);
    const trail = await listTrail(db, { chain: id, afterSeq: 0, limit: 1_000 });
    expect(checkChain(undefined, trail)).toMatchObject({ last: { seq: trail.length } });
    const created = trail.filter((entry) => entry.action === 'record.created');
    expect(created.map((entry) => entry.cin7Id)).toEqual([
      idOf(trial.supplier('4343')),
      idOf(trial.purchase('1001')),
    ]);
    expect(outcomes(summary, 'suppliers')).toEqual({ created: 1 });
    expect(summary.refusals).toBe(0);
  });
});

describe('a first load that takes only what changed since a day', () => {
  const settings = { run: { initialSince: '2020-01-01' } };
  const twoLines = [line(), line({ line_number: '2', item_id: '7', quantity: '4', extended_amount: '10' })];
  const items = [item(), item({ item_id: '7', item_number: 'X-7' })];

  test('brings in an order of which one line changed, with its header and all of its lines', async () => {
    const trial = await startTrial({
      dataset: { purchaseOrderLines: twoLines, items },
      settings,
      tables: (tables) => {
        tables.F4311[1] = { ...tables.F4311[1], UPMJ: '2021-05-01' };
      },
    });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
    expect(quantities(trial, '1001')).toEqual([10, 4]);
  });

  test('leaves an older order out, until it changes', async () => {
    const trial = await startTrial({ dataset: { purchaseOrderLines: twoLines, items }, settings });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({});
    trial.change('F4311', { ...lineRow(1001, '2.000'), UORG: '5', AEXP: '12.50' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
    expect(quantities(trial, '1001')).toEqual([10, 5]);
  });
});

describe('AIS fails in the middle of reading', () => {
  const suppliers = Array.from({ length: 12 }, (_, index) =>
    supplier({ supplier_id: String(5000 + index), name: `Supplier ${index}` }),
  );
  const dataset = {
    suppliers,
    purchaseOrders: suppliers.map((row, index) =>
      order({ order_id: `O${index}`, order_seq: String(2000 + index), supplier_id: row.supplier_id }),
    ),
    purchaseOrderLines: suppliers.map((_, index) => line({ order_id: `O${index}` })),
  };
  const settings = { jde: { pageSize: 3 } };

  for (const kind of ['killSession', 'restart', 'expireCursor', 'reset', 'hangUp'] as const) {
    const action = kind === 'hangUp' ? ({ kind: 'truncate', bytes: 40 } as const) : ({ kind } as const);
    test(`nothing is lost and nothing comes twice: ${kind}`, async () => {
      const trial = await startTrial({
        dataset,
        settings,
        jde: {
          faults: [
            { on: { service: 'next', nth: 2 }, do: action },
            { on: { table: 'F4311', nth: 1 }, do: action },
          ],
        },
      });
      const summary = await trial.run();
      expect(outcomes(summary, 'suppliers')).toEqual({ created: 12 });
      expect(outcomes(summary, 'purchases')).toEqual({ created: 12 });
      expect(new Set(trial.cin7.suppliers().map((row) => row['Name'])).size).toBe(12);
    });
  }

  test('a lost HTML session ends the run at the latest; the next one goes on and loses nothing', async () => {
    const trial = await startTrial({
      dataset,
      settings,
      jde: { faults: [{ on: { service: 'next', nth: 2 }, do: { kind: 'loseHtmlSession' } }] },
    });
    await trial.sync();
    await trial.run();
    expect(trial.cin7.suppliers()).toHaveLength(12);
    expect(trial.cin7.purchases()).toHaveLength(12);
  });

  test('a run that AIS ends is taken up where it stopped', async () => {
    const trial = await startTrial({
      dataset,
      settings,
      jde: { faults: [{ on: { table: 'F4311' }, do: { kind: 'status', status: 500 } }] },
    });
    const ending = await trial.sync({ jde: { retriesMax: 1 } });
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'jde.server_error' } });
    expect(ending.summary.flows.suppliers).toMatchObject({ created: 12 });
    trial.jde.clearFaults();
    const next = await trial.sync();
    expectSucceeded(next);
    expect(outcomes(next.summary, 'suppliers')).toEqual({});
    expect(outcomes(next.summary, 'purchases')).toEqual({ created: 12 });
  });
});

describe('accounts change', () => {
  const dataset = smallDataset({
    accounts: [
      ...smallDataset().accounts,
      { ...only(smallDataset().accounts), account_id: '30.5100', object: '5100', description: 'Supplies' },
    ],
    purchaseOrderLines: [line({ account_id: '30.5100' })],
  });

  test('an account that is archived in Cin7 parks the orders that need it, without a change in JDE', async () => {
    const trial = await startTrial({ dataset });
    await trial.run();
    expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([
      { Comment: 'line 1 · GL 30.5100 = 5100' },
    ]);
    trial.cin7.archiveAccount('5100');
    await trial.run();
    const record = only(await trial.parked('purchases'));
    expect(record).toMatchObject({ code: 'crosswalk.broken', field: 'F4311_AID' });
    expectReadable(record);
  });

  test('a person who maps the account anew releases them', async () => {
    const trial = await startTrial({ dataset });
    await trial.run();
    trial.cin7.archiveAccount('5100');
    await trial.run();
    await trial.map([{ kind: 'account', code: '00000002', target: '310' }]);
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ updated: 1 });
    expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([
      { Comment: 'line 1 · GL 30.5100 = 310' },
    ]);
  });

  test('an account that is renamed in JDE keeps its mapping', async () => {
    const trial = await startTrial({ dataset });
    await trial.run();
    trial.change('F0901', { AID: '00000002', OBJ: '5177', DL01: 'Supplies and tools' });
    const summary = await trial.run();
    expect(summary.flows.accounts).toMatchObject({ updated: 1 });
    expect(await trial.parked('purchases')).toEqual([]);
  });
});

describe('a system that goes away in the middle of a run', () => {
  const patient = { run: { offlineMinutes: 5, probeSeconds: 1 }, cin7: { retriesMax: 0, refusalsMax: 1 } };

  test('is waited for, and the run goes on by itself when it is back', async () => {
    const trial = await startTrial({
      settings: patient,
      cin7: {
        faults: [{ on: { method: 'GET', path: '/product' }, do: { kind: 'status', status: 500 }, times: 1 }],
      },
    });
    const summary = await trial.run();
    expect(outcomes(summary, 'purchases')).toEqual({ created: 1 });
    expect(summary.flows.purchases).toMatchObject({ staged: 1, left: 0 });
    expect(trial.cin7.calls.some((call) => call.path.toLowerCase().endsWith('/me'))).toBe(true);
  });

  test('that answers the knock and still fails the work ends the run with the reason', async () => {
    const trial = await startTrial({
      settings: patient,
      cin7: { faults: [{ on: { method: 'GET', path: '/product' }, do: { kind: 'status', status: 500 } }] },
    });
    const ending = await trial.sync();
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'cin7.server_error' } });
    expect(ending.summary.flows.purchases).toMatchObject({ staged: 1, left: 1 });
  });

  test('before anything was done ends the run at once', async () => {
    const trial = await startTrial({
      settings: patient,
      jde: { faults: [{ on: {}, do: { kind: 'html', status: 503 } }] },
    });
    const ending = await trial.sync();
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'jde.server_error' } });
    expect(trial.cin7.calls).toEqual([]);
  });
});

test('a record on which Cin7 fails each time is parked at last, and holds nobody up', async () => {
  const trial = await startTrial({
    dataset: { suppliers: [supplier({}), supplier({ supplier_id: '4344', name: 'Healthy' })] },
    cin7: {
      faults: [{ on: { method: 'POST', path: '/purchase/order' }, do: { kind: 'status', status: 500 } }],
    },
  });
  const summary = await trial.run();
  expect(outcomes(summary, 'suppliers')).toEqual({ created: 2 });
  await expectParked(trial, {
    flow: 'purchases',
    recordKey: '00001-OP-1001-000',
    code: 'cin7.fails',
    field: 'Cin7',
    says: /3 attempts/,
  });
  const calls = trial.cin7.calls.filter((call) => call.method === 'POST').length;
  await trial.run();
  expect(trial.cin7.calls.filter((call) => call.method === 'POST')).toHaveLength(calls);
  trial.cin7.clearFaults();
  await trial.retry('purchases', '00001-OP-1001-000');
  await trial.run();
  expect(trial.purchasesOf('1001')).toHaveLength(1);
  expect(quantities(trial, '1001')).toEqual([10]);
});

describe('a table that brings nothing where rows were known', () => {
  test.each(['F0901', 'F0401', 'F4311'])('%s: fails the run when security hides all of it', async (table) => {
    const trial = await startTrial();
    await trial.run();
    const before = { cin7: trial.cin7.writes, purchases: trial.cin7.purchases().length };
    const [user] = trial.jde.users;
    if (user === undefined) throw new Error('The simulator has a user.');
    user.rowSecurity = { [table]: () => false };
    expect(await trial.sync()).toMatchObject({
      state: 'failed',
      fault: {
        code: 'jde.rows_vanished',
        message: expect.stringMatching(/came back empty; \d+ rows were known/),
      },
    });
    expect({ cin7: trial.cin7.writes, purchases: trial.cin7.purchases().length }).toEqual(before);
    user.rowSecurity = {};
    expect(outcomes(await trial.run(), 'purchases')).toEqual({});
  });

  test('is taken for quiet when only what was seen last is gone', async () => {
    const trial = await startTrial({
      tables: (tables) => {
        for (const row of tables['F0401'] ?? []) row['UPMJ'] = '2024-01-01';
        tables['F0401']?.push({ ...tables['F0401'][0], AN8: 4399, UPMJ: '2024-06-01' });
      },
    });
    await trial.run();
    trial.jde.remove('F0401', { AN8: 4399 });
    expect((await trial.run()).refusals).toBe(0);
  });
});

test('three runs in a row that leave the same work raise the alarm, and a good one ends it', async () => {
  const trial = await startTrial({
    cin7: { faults: [{ on: { method: 'GET', path: '/product' }, do: { kind: 'html' } }] },
  });
  expect((await trial.sync()).stuckRuns).toBeUndefined();
  expect((await trial.sync()).stuckRuns).toBeUndefined();
  expect(await trial.sync()).toMatchObject({ state: 'failed', stuckRuns: 3 });
  trial.cin7.clearFaults();
  const good = await trial.sync();
  expect(good).toMatchObject({ state: 'succeeded' });
  expect(good.stuckRuns).toBeUndefined();
  expect((await trial.sync()).stuckRuns).toBeUndefined();
});
