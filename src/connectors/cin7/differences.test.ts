import { describe, expect, test } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import { headerFields, lineFields, orderFields, supplierFields } from './cin7.testkit.ts';
import { decodeOrder, decodePurchase, decodeSupplier } from './decode.ts';
import { differences } from './differences.ts';

const address = {
  Line1: 'Main St 1',
  Line2: '',
  City: 'Perth',
  State: '',
  Postcode: '6000',
  Country: 'Australia',
  Type: 'Billing',
  DefaultForType: true,
} as const;

describe('of a supplier', () => {
  const answered = (changes: object) =>
    decodeSupplier({ ID: 's-1', ...supplierFields(), Comments: null, Status: 'ACTIVE', ...changes });

  test('null for an empty text and case of fixed words are none', () => {
    expect(differences(supplierFields({ Comments: '' }), answered({}))).toEqual([]);
  });

  test('a field that was dropped or changed is one', () => {
    expect(differences(supplierFields({ Comments: 'JDE 1' }), answered({ TaxRule: 'Other' }))).toEqual([
      { field: 'TaxRule', sent: 'Tax Exempt', got: 'Other' },
      { field: 'Comments', sent: 'JDE 1', got: '' },
    ]);
  });

  test('case of a name is one: it is not a fixed word', () => {
    expect(differences({ PaymentTerm: '30 Days' }, answered({}))).toHaveLength(1);
  });

  test('rows that people added, ids, order and default flags are none', () => {
    const second = { ...address, Line1: 'Harbour 2', Type: 'Shipping' } as const;
    const rows = [
      { ...second, ID: 'a-2' },
      { ...address, ID: 'a-9', Line1: 'added' },
      { ...address, ID: 'a-1', DefaultForType: false },
    ];
    expect(differences({ Addresses: [address, second] }, answered({ Addresses: rows }))).toEqual([]);
  });

  test('a row that is missing, or has another content, is one', () => {
    const other = { ...address, City: 'Fremantle' };
    expect(differences({ Addresses: [address] }, answered({ Addresses: [other] }))).toEqual([
      { field: 'Addresses[0].City', sent: 'Perth', got: 'Fremantle' },
    ]);
    expect(differences({ Addresses: [address] }, answered({ Addresses: [] }))).toMatchObject([
      { field: 'Addresses[0]' },
    ]);
  });

  test('a row with an id is compared with that row only', () => {
    const sent = { Addresses: [{ ...address, ID: 'A-1' }] };
    const rows = [
      { ...address, ID: 'a-2' },
      { ...address, ID: 'a-1', City: 'Old' },
    ];
    expect(differences(sent, answered({ Addresses: rows }))).toEqual([
      { field: 'Addresses[0].City', sent: 'Perth', got: 'Old' },
    ]);
  });
});

describe('of a purchase header', () => {
  const answered = (changes: object) =>
    decodePurchase({
      ID: 'p-1',
      ...headerFields('S-1'),
      RequiredBy: '2027-03-01T00:00:00',
      Order: { Lines: [] },
      ...changes,
    });

  test('a time behind a date and case of an id are none', () => {
    expect(
      differences(headerFields('s-1', { PurchaseType: 'Simple', IsServiceOnly: false }), answered({})),
    ).toEqual([]);
  });

  test('another location is one', () => {
    expect(differences(headerFields('S-1'), answered({ Location: 'Annex' }))).toEqual([
      { field: 'Location', sent: 'Main Warehouse', got: 'Annex' },
    ]);
  });
});

describe('of an order', () => {
  const pump = lineFields({ SKU: 'PUMP', Name: 'Pump', Price: decimal('1.5'), Total: decimal(3) });

  test('order of lines, form of numbers and blanks are none', () => {
    const Lines = [
      { ...pump, Quantity: 2.0, Price: '1.5000', Total: 3 },
      { ...lineFields(), Quantity: 2, Price: 10.25, Total: 20.5, Comment: null, Name: 'Bicycle ' },
    ];
    expect(differences(orderFields([lineFields(), pump]), decodeOrder({ Status: 'Draft', Lines }))).toEqual(
      [],
    );
  });

  test('a price that differs is one, at the line as it was sent', () => {
    const Lines = [pump, { ...lineFields(), Price: 10.26 }];
    expect(differences(orderFields([lineFields(), pump]), decodeOrder({ Status: 'DRAFT', Lines }))).toEqual([
      { field: 'Lines[0].Price', sent: '10.25', got: '10.26' },
    ]);
  });

  test('a line too few and a line too many are differences', () => {
    const sent = orderFields([lineFields(), pump]);
    expect(differences(sent, decodeOrder({ Status: 'DRAFT', Lines: [pump] }))).toMatchObject([
      { field: 'Lines[0]', got: '' },
    ]);
    expect(
      differences(orderFields([pump]), decodeOrder({ Status: 'DRAFT', Lines: [pump, lineFields()] })),
    ).toMatchObject([{ field: 'Lines', sent: '' }]);
  });

  test('an order that stayed empty is told line by line', () => {
    const got = decodeOrder({ Status: 'NOT AVAILABLE', Lines: [] });
    expect(differences(orderFields([lineFields()]), got).map((each) => each.field)).toEqual([
      'Status',
      'Lines[0]',
    ]);
  });
});
