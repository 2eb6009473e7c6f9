import type { BookName, Cin7Books } from '../connectors/connector.ts';
import { decimal } from '../domain/decimal.ts';
import type { Books } from './books.ts';

const term = (Name: string, IsActive = true): Cin7Books['paymentTerms'] => ({
  ID: Name,
  Name,
  Duration: 30,
  IsActive,
  IsDefault: false,
});
const tax = (Name: string, IsActive = true): Cin7Books['taxRules'] => ({
  ID: Name,
  Name,
  IsActive,
  IsTaxForPurchase: true,
  TaxInclusive: false,
  TaxPercent: decimal(Name.includes('20') ? 20 : 0),
});
const location = (Name: string, IsDeprecated = false): Cin7Books['locations'] => ({
  ID: Name,
  Name,
  IsDeprecated,
  IsDefault: false,
});

export function product(own: Partial<Cin7Books['products']> = {}): Cin7Books['products'] {
  return {
    ID: own.SKU ?? 'BC-1',
    SKU: 'BC-1',
    Name: 'Brake cable',
    Type: 'Stock',
    UOM: 'EA',
    Status: 'Active',
    ExpenseAccount: '',
    ...own,
  };
}

export function cin7Account(own: Partial<Cin7Books['accounts']> = {}): Cin7Books['accounts'] {
  return {
    Code: '5100',
    Name: 'Supplies',
    Type: 'EXPENSE',
    Class: 'EXPENSE',
    Status: 'ACTIVE',
    SystemAccount: '',
    SystemAccountCode: '',
    ...own,
  };
}

type SmallBooks = { readonly [B in BookName]: readonly Cin7Books[B][] };

/** The reference books of a small Cin7 company. */
export const SMALL_BOOKS: SmallBooks = {
  accounts: [
    cin7Account(),
    cin7Account({ Code: '5200', Name: 'Old supplies', Status: 'ARCHIVED' }),
    cin7Account({ Code: '800', Name: 'Payables', SystemAccountCode: 'CREDITORS' }),
  ],
  paymentTerms: [term('30 days'), term('14 Days'), term('60 days', false)],
  taxRules: [tax('Tax Exempt'), tax('VAT 20%'), tax('Old VAT', false)],
  locations: [location('East'), location('West'), location('Closed', true)],
  units: [
    { ID: 'EA', Name: 'EA' },
    { ID: 'Box', Name: 'Box' },
  ],
  products: [
    product(),
    product({ SKU: 'OLD-1', Status: 'DEPRECATED' }),
    product({ SKU: 'NEW-1', Status: 'Set-up not finished', UOM: '' }),
    product({ SKU: 'SVC-1', Name: 'Freight', Type: 'service', ExpenseAccount: '5100' }),
    product({ SKU: 'SVC-2', Name: 'Duty', Type: 'Service', ExpenseAccount: '5300' }),
    product({ SKU: 'SVC-3', Name: 'Customs', Type: 'Service', ExpenseAccount: '5300' }),
  ],
};

export function booksOf(own: Partial<SmallBooks> = {}): Books {
  const books: SmallBooks = { ...SMALL_BOOKS, ...own };
  return { get: <B extends BookName>(book: B) => Promise.resolve(books[book]) };
}
