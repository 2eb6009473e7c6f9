import { type Answer, envelope, json } from './answers.ts';
import { type Book, text } from './book.ts';
import type { ApiCall } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { equals, filterRows, listAnswer, pagingOf, startsWith } from './lists.ts';
import { existingRow } from './named-books.ts';
import type { CompanyState } from './state.ts';

/** GET /me: settings of the company; the usual connection test. */
export function getMe(_call: ApiCall, state: CompanyState): Answer {
  const { Company, Currency, TimeZone } = state.company.me;
  const rule = state.taxRules.rows.find((row) => row['IsTaxForSale'] === true);
  return json({
    Company,
    Currency,
    TimeZone,
    DefaultWeightUnits: 'g',
    DefaultDimensionsUnits: 'cm',
    LockDate: null,
    OpeningBalanceDate: '2021-07-31T00:00:00',
    TaxCalculationMethod: 'Total',
    DefaultSaleTaxRuleId: rule?.['ID'] ?? null,
    DefaultSaleTaxRuleName: rule?.['Name'] ?? null,
    MaximumDecimalPlacesInQuantity: 'N2',
    ApplyCustomerDiscountsAfterOtherDiscounts: true,
    DiscountRule: 'Discount',
    AutomaticallyApplyDiscounts: false,
    RoundingTable: [{ RangeTo: 10, RoundToNearest: 0.01, AdjustmentRule: 'N', AdjustmentValue: 0 }],
  });
}

export function getMeAddresses(call: ApiCall, state: CompanyState): Answer {
  const filters = ['Type', 'DefaultForType', 'Country', 'StateProvince', 'CitySuburb'].map((name) =>
    equals(name),
  );
  const rows = filterRows(state.addresses.rowsInOrder(state.switches), call, [
    equals('ID', 'AddressID'),
    ...filters,
  ]);
  return listAnswer('MeAddressesList', rows, pagingOf(call, state.switches));
}

export function writeMeAddress(call: ApiCall, state: CompanyState): Answer {
  const { fields, old, problems } = open(call, state, state.addresses, 'address');
  const required = (name: string) => old === undefined || fields.has(name);
  const part = (name: string, max: number, needed: boolean) =>
    fields.text(name, { max, required: needed && required(name) }) ?? old?.[name] ?? null;
  const row: JsonObject = {
    AddressID: old?.['AddressID'] ?? state.chance.guid(),
    Line1: part('Line1', 256, true),
    Line2: part('Line2', 256, false),
    CitySuburb: part('CitySuburb', 256, true),
    StateProvince: part('StateProvince', 256, true),
    ZipPostCode: part('ZipPostCode', 20, true),
    Country: part('Country', 256, true),
    Type: typeOf(fields, old, ['Billing', 'Business', 'Shipping']),
    DefaultForType: fields.flag('DefaultForType') ?? old?.['DefaultForType'] ?? false,
  };
  problems.settle();
  return envelope('MeAddressesList', [state.addresses.put(row)]);
}

export function getMeContacts(call: ApiCall, state: CompanyState): Answer {
  const filters = ['Type', 'DefaultForType', 'Phone', 'Fax', 'Email'].map((name) => equals(name));
  const rows = filterRows(state.contacts.rowsInOrder(state.switches), call, [
    equals('ID', 'ContactID'),
    startsWith('Name'),
    ...filters,
  ]);
  return listAnswer('MeContactsList', rows, pagingOf(call, state.switches));
}

export function writeMeContact(call: ApiCall, state: CompanyState): Answer {
  const { fields, old, problems } = open(call, state, state.contacts, 'contact');
  const part = (name: string, max: number) => fields.text(name, { max }) ?? old?.[name] ?? null;
  const row: JsonObject = {
    ContactID: old?.['ContactID'] ?? state.chance.guid(),
    Name:
      fields.text('Name', { max: 256, required: old === undefined || fields.has('Name') }) ??
      old?.['Name'] ??
      '',
    Phone: part('Phone', 50),
    Fax: part('Fax', 50),
    Email: part('Email', 256),
    Website: part('Website', 256),
    Comment: part('Comment', 256),
    Type: typeOf(fields, old, ['Billing', 'Business', 'Sale', 'Shipping', 'Employee']),
    DefaultForType: fields.flag('DefaultForType') ?? old?.['DefaultForType'] ?? false,
  };
  problems.settle();
  return envelope('MeContactsList', [state.contacts.put(row)]);
}

function open(call: ApiCall, state: CompanyState, book: Book, noun: string) {
  const old = call.method === 'PUT' ? existingRow(call, state, book, noun) : undefined;
  const problems = new Problems();
  return { fields: new Fields(call.body, problems, state.switches), old, problems };
}

function typeOf(fields: Fields, old: JsonObject | undefined, values: readonly string[]): string {
  const required = old === undefined || fields.has('Type');
  return fields.text('Type', { required, oneOf: values }) ?? text(old?.['Type']);
}
