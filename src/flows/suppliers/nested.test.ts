import { describe, expect, test } from 'vitest';
import type { Cin7Supplier, SupplierContactFields } from '../../connectors/cin7/fields.ts';
import { detailsOf, mergeAddresses, mergeContacts, NO_DETAILS } from './nested.ts';
import type { AddressPayload, ContactPayload, SupplierPayload } from './payload.ts';

const contact = (own: Partial<SupplierContactFields> = {}): SupplierContactFields => ({
  Name: 'Parts Emporium',
  Phone: '1',
  MobilePhone: '',
  Fax: '',
  Email: 'a@example.com',
  Website: '',
  Default: true,
  IncludeInEmail: true,
  ...own,
});
const ours = (line: string, own: Partial<SupplierContactFields> = {}): ContactPayload => ({
  ...contact(own),
  line,
});
const address = (own: Partial<AddressPayload> = {}): AddressPayload => ({
  Line1: '1 Mill Lane',
  Line2: '',
  City: 'Denver',
  State: '',
  Postcode: '',
  Country: 'United States',
  Type: 'Business',
  DefaultForType: true,
  ...own,
});

const supplier = (own: Partial<Cin7Supplier>): Cin7Supplier => ({
  ID: 'id-1',
  Name: 'Parts Emporium',
  Currency: 'USD',
  PaymentTerm: '',
  AccountPayable: '',
  TaxRule: '',
  Status: 'Active',
  TaxNumber: '',
  Comments: '',
  Addresses: [],
  Contacts: [],
  LastModifiedOn: '',
  ...own,
});
const payload = (own: Partial<SupplierPayload>): SupplierPayload => {
  const { ID: _, LastModifiedOn: __, Status: ___, Addresses: ____, Contacts: _____, ...flat } = supplier({});
  return { ...flat, Status: 'Active', Addresses: [], Contacts: [], ...own };
};

describe('contacts are merged with what Cin7 holds', () => {
  test('a changed one is found by its ID, whatever people made of it', () => {
    const current = supplier({ Contacts: [contact({ ID: 'c1', Name: 'By hand', Phone: '9', Email: '' })] });
    const merged = mergeContacts(current, payload({ Contacts: [ours('0', { Phone: '2' })] }), {
      details: { contacts: { '0': 'c1' }, addresses: {} },
      payload: payload({ Contacts: [ours('0')] }),
    });
    expect(merged).toEqual({ ok: true, rows: [contact({ ID: 'c1', Phone: '2' })] });
  });

  test('a changed one is found by what was last written, where no ID is known', () => {
    const current = supplier({ Contacts: [contact({ ID: 'c1' })] });
    const merged = mergeContacts(current, payload({ Contacts: [ours('0', { Phone: '2' })] }), {
      details: NO_DETAILS,
      payload: payload({ Contacts: [ours('0')] }),
    });
    expect(merged).toEqual({ ok: true, rows: [contact({ ID: 'c1', Phone: '2' })] });
  });

  test('rows of people are sent back as they are, new ones go behind them', () => {
    const theirs = contact({ ID: 'c9', Name: 'Maria', Phone: '7', Email: '' });
    const merged = mergeContacts(supplier({ Contacts: [theirs] }), payload({ Contacts: [ours('0')] }), {
      details: NO_DETAILS,
      payload: undefined,
    });
    expect(merged).toEqual({ ok: true, rows: [theirs, contact()] });
  });

  test('two of one name and number are two rows', () => {
    const current = supplier({ Contacts: [contact({ ID: 'c1' }), contact({ ID: 'c2' })] });
    const merged = mergeContacts(current, payload({ Contacts: [ours('0'), ours('1')] }), {
      details: NO_DETAILS,
      payload: undefined,
    });
    expect(merged).toMatchObject({ ok: true, rows: [{ ID: 'c1' }, { ID: 'c2' }] });
  });

  test.each([
    ['by its ID', { contacts: { '0': 'c1' }, addresses: {} }],
    ['by what was last written', NO_DETAILS],
  ])('one that is gone in JDE is found %s and no longer reaches anybody', (_, details) => {
    const current = supplier({ Contacts: [contact({ ID: 'c1' }), contact({ ID: 'c2', Name: 'Maria' })] });
    const merged = mergeContacts(current, payload({}), {
      details,
      payload: payload({ Contacts: [ours('0')] }),
    });
    expect(merged).toMatchObject({
      ok: true,
      rows: [
        { ID: 'c1', Name: 'Parts Emporium', Phone: '', Email: '', IncludeInEmail: false },
        { ID: 'c2', Name: 'Maria', Phone: '1', Email: 'a@example.com' },
      ],
    });
  });

  test('rows without IDs cannot be merged', () => {
    const merged = mergeContacts(supplier({ Contacts: [contact()] }), payload({}), {
      details: NO_DETAILS,
      payload: undefined,
    });
    expect(merged).toEqual({ ok: false });
  });
});

describe('addresses are merged with what Cin7 holds', () => {
  test('ours is replaced in its place, those of people stay, whatever their type is called', () => {
    const theirs = { ...address({ Line1: 'Dock 3' }), ID: 'a2', Type: 'Warehouse' };
    const current = supplier({ Addresses: [{ ...address(), ID: 'a1' }, theirs] });
    const merged = mergeAddresses(current, payload({ Addresses: [address({ Line1: '9 Quay Street' })] }), {
      details: { contacts: {}, addresses: { Business: 'a1' } },
      payload: payload({ Addresses: [address()] }),
    });
    expect(merged).toEqual({
      ok: true,
      rows: [{ ...address({ Line1: '9 Quay Street' }), ID: 'a1' }, theirs],
    });
  });

  test('a first one is added', () => {
    const merged = mergeAddresses(supplier({}), payload({ Addresses: [address()] }), {
      details: NO_DETAILS,
      payload: undefined,
    });
    expect(merged).toEqual({ ok: true, rows: [address()] });
  });
});

test('the IDs of our rows are taken from the answer, each at most once', () => {
  const answered = supplier({
    Contacts: [contact({ ID: 'c1' }), contact({ ID: 'c2' }), contact({ ID: 'c3', Name: 'Maria' })],
    Addresses: [{ ...address(), ID: 'a1' }],
  });
  const sent = payload({ Contacts: [ours('0'), ours('2')], Addresses: [address()] });
  expect(detailsOf(answered, sent)).toEqual({
    contacts: { '0': 'c1', '2': 'c2' },
    addresses: { Business: 'a1' },
  });
});
