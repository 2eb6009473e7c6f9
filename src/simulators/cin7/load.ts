import { accountRow } from './accounts.ts';
import type { Cin7Company, Cin7ProductSeed, Cin7SupplierSeed } from './company.ts';
import type { JsonObject } from './json.ts';
import { locationRow } from './locations.ts';
import { attributeSetRow } from './other-books.ts';
import { keepProduct } from './product-row.ts';
import type { CompanyState } from './state.ts';
import type { Supplier } from './supplier-model.ts';
import { taxRow } from './terms-and-taxes.ts';

/** Fills an empty state with what the company holds before anything is synced. */
export function loadCompany(company: Cin7Company, state: CompanyState): void {
  for (const account of company.accounts) accountRow(state, { ...account });
  for (const term of company.paymentTerms) {
    state.paymentTerms.put({
      ID: state.chance.guid(),
      Name: term.Name,
      Duration: term.Duration,
      Method: 'number of days',
      IsActive: term.IsActive ?? true,
      IsDefault: false,
    });
  }
  for (const rule of company.taxRules) taxRow(state, { ...rule });
  for (const location of company.locations) locationRow(state, { ...location });
  for (const name of company.units) state.units.put({ ID: state.chance.guid(), Name: name });
  for (const name of company.categories) state.categories.put({ ID: state.chance.guid(), Name: name });
  for (const name of company.brands ?? []) state.brands.put({ ID: state.chance.guid(), Name: name });
  for (const name of company.carriers ?? ['DEFAULT Carrier']) {
    state.carriers.put({ CarrierID: state.chance.guid(), Description: name });
  }
  for (const name of company.attributeSets ?? []) attributeSetRow(state, { Name: name });
  for (const type of ['Billing', 'Shipping']) loadOwnAddress(type, state);
  for (const product of company.products) seedProduct(product, state);
  for (const supplier of company.suppliers) seedSupplier(supplier, state);
  for (const deposit of company.supplierDeposits ?? []) {
    const [supplier] = state.suppliersNamed(deposit.SupplierName);
    state.deposits.push({
      DepositID: state.chance.guid(),
      SupplierID: supplier?.id ?? null,
      SupplierName: deposit.SupplierName,
      Account: deposit.Account,
      Amount: deposit.Amount,
      RemainingAmount: deposit.RemainingAmount,
      Currency: supplier?.currency ?? company.me.Currency,
      ConvRate: 1,
      Date: deposit.Date,
      Description: '',
    });
  }
}

export function seedProduct(seed: Cin7ProductSeed, state: CompanyState): JsonObject {
  return keepProduct(state, { ...seed, Status: seed.Status ?? 'Active' });
}

/** A supplier as people type it in: what they left blank is null. */
function seedSupplier(seed: Cin7SupplierSeed, state: CompanyState): Supplier {
  const supplier: Supplier = {
    id: seed.ID?.toLowerCase() ?? state.chance.guid(),
    name: seed.Name,
    nameKey: seed.Name.toLowerCase(),
    currency: seed.Currency,
    paymentTerm: seed.PaymentTerm,
    taxRule: seed.TaxRule,
    accountPayable: seed.AccountPayable,
    status: seed.Status ?? 'Active',
    discount: 0,
    comments: seed.Comments ?? null,
    taxNumber: null,
    attributeSet: null,
    attributes: Array.from({ length: 10 }, () => null),
    addresses: [],
    contacts: [],
    modifiedAt: state.clock.now(),
  };
  state.addSupplier(supplier);
  supplier.versions = undefined;
  return supplier;
}

/** Every company has a default billing and shipping address, and a contact for each. */
function loadOwnAddress(type: string, state: CompanyState): void {
  const name = `DEFAULT ${type.toLowerCase()}`;
  state.addresses.put({
    AddressID: state.chance.guid(),
    Line1: `${name} address`,
    Line2: null,
    CitySuburb: 'DEFAULT City',
    StateProvince: 'DEFAULT State',
    ZipPostCode: 'DEFAULT Postcode',
    Country: 'Australia',
    Type: type,
    DefaultForType: true,
  });
  state.contacts.put({
    ContactID: state.chance.guid(),
    Name: `${name} contact`,
    Phone: '12345678',
    Fax: null,
    Email: `${type.toLowerCase()}@company.example`,
    Website: null,
    Comment: null,
    Type: type,
    DefaultForType: true,
  });
}
