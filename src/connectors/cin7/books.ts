import type { BookName, Cin7Books } from '../connector.ts';
import { countIn, decimalIn, flagIn, keyIn, membersOf, textIn, Unreadable } from './decode-parts.ts';
import type {
  Cin7Account,
  Cin7Company,
  Cin7Location,
  Cin7PaymentTerm,
  Cin7Product,
  Cin7TaxRule,
  Cin7Unit,
} from './fields.ts';
import type { ListSpec } from './lists.ts';

/** Where each reference book is read. Without a filter, inactive and archived entries are listed too. */
export const bookSpecs: { readonly [B in BookName]: ListSpec<Cin7Books[B]> } = {
  accounts: { path: 'ref/account', key: 'AccountsList', decode: decodeAccount, keyOf: (row) => row.Code },
  paymentTerms: {
    path: 'ref/paymentterm',
    key: 'PaymentTermList',
    decode: decodePaymentTerm,
    keyOf: (row) => row.ID,
  },
  taxRules: { path: 'ref/tax', key: 'TaxRuleList', decode: decodeTaxRule, keyOf: (row) => row.ID },
  locations: { path: 'ref/location', key: 'LocationList', decode: decodeLocation, keyOf: (row) => row.ID },
  units: { path: 'ref/unit', key: 'UnitList', decode: decodeUnit, keyOf: (row) => row.ID },
  products: {
    path: 'product',
    key: 'Products',
    query: { IncludeDeprecated: 'true' },
    decode: decodeProduct,
    keyOf: (row) => row.ID,
  },
};

/** The `Code` is the key of an account; there is no ID. */
export function decodeAccount(value: unknown): Cin7Account {
  const row = membersOf(value, 'Account');
  return {
    Code: keyIn(row, 'Code', 'Account'),
    Name: textIn(row, 'Name'),
    Type: textIn(row, 'Type'),
    Class: textIn(row, 'Class'),
    Status: textIn(row, 'Status'),
    SystemAccount: textIn(row, 'SystemAccount'),
    SystemAccountCode: textIn(row, 'SystemAccountCode'),
  };
}

export function decodePaymentTerm(value: unknown): Cin7PaymentTerm {
  const row = membersOf(value, 'Payment term');
  return {
    ID: keyIn(row, 'ID', 'Payment term'),
    Name: textIn(row, 'Name'),
    Duration: countIn(row, 'Duration', 'Payment term'),
    // The documented default of IsActive.
    IsActive: flagIn(row, 'IsActive', true),
    IsDefault: flagIn(row, 'IsDefault'),
  };
}

export function decodeTaxRule(value: unknown): Cin7TaxRule {
  const row = membersOf(value, 'Tax rule');
  return {
    ID: keyIn(row, 'ID', 'Tax rule'),
    Name: textIn(row, 'Name'),
    IsActive: flagIn(row, 'IsActive', true),
    IsTaxForPurchase: flagIn(row, 'IsTaxForPurchase'),
    TaxInclusive: flagIn(row, 'TaxInclusive'),
    TaxPercent: decimalIn(row, 'TaxPercent', 'Tax rule'),
  };
}

export function decodeLocation(value: unknown): Cin7Location {
  const row = membersOf(value, 'Location');
  return {
    ID: keyIn(row, 'ID', 'Location'),
    Name: textIn(row, 'Name'),
    // The table of the documentation calls it `Deprecated`, its examples `IsDeprecated`.
    IsDeprecated: flagIn(row, 'IsDeprecated') || flagIn(row, 'Deprecated'),
    IsDefault: flagIn(row, 'IsDefault'),
  };
}

export function decodeUnit(value: unknown): Cin7Unit {
  const row = membersOf(value, 'Unit');
  return { ID: keyIn(row, 'ID', 'Unit'), Name: textIn(row, 'Name') };
}

export function decodeProduct(value: unknown): Cin7Product {
  const row = membersOf(value, 'Product');
  return {
    ID: keyIn(row, 'ID', 'Product'),
    SKU: textIn(row, 'SKU'),
    Name: textIn(row, 'Name'),
    Type: textIn(row, 'Type'),
    UOM: textIn(row, 'UOM'),
    Status: textIn(row, 'Status'),
    ExpenseAccount: textIn(row, 'ExpenseAccount'),
  };
}

export function decodeCompany(value: unknown): Cin7Company {
  const row = membersOf(value, 'Company');
  if (!('Company' in row) || !('Currency' in row)) throw new Unreadable('the answer is no company');
  return {
    Company: textIn(row, 'Company'),
    Currency: textIn(row, 'Currency'),
    TimeZone: textIn(row, 'TimeZone'),
    LockDate: textIn(row, 'LockDate'),
    TaxCalculationMethod: textIn(row, 'TaxCalculationMethod'),
  };
}
