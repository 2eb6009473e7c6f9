import type { Cin7Company } from '../../src/simulators/cin7/index.ts';
import { codesOfSupplier } from './assignments.ts';
import { type Cells, cell, fit, ownOr } from './csv-files.ts';
import type { ReferenceTable, Translated } from './reference-table.ts';

/** What should stand in Cin7 for a supplier. Comments and identifiers are looked at apart. */
export interface SupplierContent {
  readonly Name: string;
  readonly Currency: string;
  readonly PaymentTerm: string;
  readonly TaxRule: string;
  readonly AccountPayable: string;
  readonly TaxNumber: string;
  readonly Status: string;
  readonly Addresses: readonly Readonly<Record<string, string>>[];
  readonly Contacts: readonly Readonly<Record<string, string>>[];
}

export type ExpectedSupplier =
  | { readonly outcome: 'created' | 'linked'; readonly content: SupplierContent }
  | { readonly outcome: 'parked'; readonly reasons: readonly string[] };

/** Every supplier, by address number. */
export function expectedSuppliers(
  suppliers: readonly Cells[],
  table: ReferenceTable,
  company: Cin7Company,
): ReadonlyMap<string, ExpectedSupplier> {
  const typedIn = new Set(company.suppliers.map((supplier) => folded(supplier.Name)));
  const taken = new Set<string>();
  const expected = new Map<string, ExpectedSupplier>();
  // Of several suppliers of one name the first in the order of keys, which are texts, keeps it.
  const inOrder = suppliers.toSorted((a, b) => (cell(a, 'supplier_id') < cell(b, 'supplier_id') ? -1 : 1));
  for (const row of inOrder) {
    const number = cell(row, 'supplier_id');
    const name = fit(ownOr(row, 'mailing_name', cell(row, 'name')), 40);
    const reasons = reasonsOf(row, name, table);
    if (reasons.includes('jde.value_masked')) {
      expected.set(number, { outcome: 'parked', reasons });
      continue;
    }
    const isFirst = !taken.has(folded(name));
    taken.add(folded(name));
    if (reasons.length > 0) {
      expected.set(number, { outcome: 'parked', reasons });
      continue;
    }
    const content = contentOf(row, { name, suffix: isFirst ? '' : ` (${number})` }, table);
    expected.set(number, { outcome: isFirst && typedIn.has(folded(name)) ? 'linked' : 'created', content });
  }
  return expected;
}

function reasonsOf(row: Cells, name: string, table: ReferenceTable): readonly string[] {
  const seen = [name, fit(cell(row, 'name'), 40), cell(row, 'registration_id')];
  if (seen.some((text) => /^\*{2,}$/.test(text))) return ['jde.value_masked'];
  const reasons = name === '' ? ['suppliers.name_missing'] : [];
  const { currency, term, tax, country } = translations(row, table);
  const asked = hasAddress(row) ? [currency, term, tax, country] : [currency, term, tax];
  for (const found of asked) if ('reason' in found) reasons.push(found.reason);
  if (cell(row, 'currency') === '') reasons.push('suppliers.currency_missing');
  return reasons;
}

function translations(
  row: Cells,
  table: ReferenceTable,
): Record<'currency' | 'term' | 'tax' | 'country', Translated> {
  const codes = codesOfSupplier(row);
  return {
    currency: table.translate('currency', fit(cell(row, 'currency'), 3)),
    term: table.translate('paymentTerm', fit(codes.terms, 3)),
    tax: table.translate('taxRule', `${fit(codes.explanation, 2)}/${fit(codes.area, 10)}`),
    country: table.translate('country', fit(cell(row, 'country'), 3)),
  };
}

function contentOf(
  row: Cells,
  named: { readonly name: string; readonly suffix: string },
  table: ReferenceTable,
): SupplierContent {
  const { currency, term, tax, country } = translations(row, table);
  return {
    Name: `${named.name}${named.suffix}`,
    Currency: targetOf(currency),
    PaymentTerm: targetOf(term),
    TaxRule: targetOf(tax),
    AccountPayable: table.payablesAccount,
    TaxNumber: fit(cell(row, 'registration_id'), 20),
    Status: 'Active',
    Addresses: hasAddress(row) ? [addressOf(row, targetOf(country))] : [],
    Contacts: contactsOf(row, named.name),
  };
}

/** An address of neither street nor city is none for Cin7. */
function hasAddress(row: Cells): boolean {
  return ['address_line_1', 'address_line_2', 'city'].some((column) => fit(cell(row, column), 40) !== '');
}

function addressOf(row: Cells, country: string): Readonly<Record<string, string>> {
  const city = fit(cell(row, 'city'), 25);
  const [first = city, second = ''] = [
    fit(cell(row, 'address_line_1'), 40),
    fit(cell(row, 'address_line_2'), 40),
  ].filter((line) => line !== '');
  return {
    Type: 'Business',
    Line1: first,
    Line2: second,
    City: city,
    State: fit(cell(row, 'state'), 3),
    Postcode: fit(cell(row, 'postal_code'), 12),
    Country: country,
  };
}

function contactsOf(row: Cells, name: string): readonly Readonly<Record<string, string>>[] {
  const reach = {
    Phone: fit(cell(row, 'phone'), 20),
    MobilePhone: '',
    Fax: fit(cell(row, 'fax'), 20),
    Email: fit(cell(row, 'email'), 256),
  };
  const isEmpty = Object.values(reach).every((text) => text === '');
  return isEmpty ? [] : [{ Name: name, ...reach }];
}

/** Spaces at the ends and letter case make no other name. */
const folded = (name: string): string => name.trim().replaceAll(/\s+/g, ' ').toLowerCase();

const targetOf = (found: Translated): string => ('target' in found ? found.target : '');
