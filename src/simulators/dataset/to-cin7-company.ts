import type { Cin7AccountSeed, Cin7Company, Cin7ProductSeed, Cin7SupplierSeed } from '../cin7/company.ts';
import type { Dataset } from './columns.ts';
import { DEFAULT_UNIT, PAYMENT_TERMS, TAX_CODES } from './conventions.ts';
import { locationNames, textOf, usedObjects } from './locations.ts';
import { toJdeTables } from './to-jde-tables.ts';

export interface Cin7CompanyOptions {
  readonly name?: string;
  /** Base currency; default USD. */
  readonly currency?: string;
  /** JDE objects that people forgot to set up in Cin7: no account and no service product. Default none. */
  readonly omitObjects?: readonly string[];
  /** Item numbers that Cin7 has no product for. Default none. */
  readonly omitItems?: readonly string[];
  /** Objects whose Cin7 account is an asset instead of an expense, without a service product. Default 1411. */
  readonly assetObjects?: readonly string[];
  /** Suppliers typed in by hand before. Default none. */
  readonly suppliers?: readonly Cin7SupplierSeed[];
}

/** Accounts that every Cin7 company has. */
const BALANCE_ACCOUNTS: readonly Cin7AccountSeed[] = [
  {
    Code: '610',
    Name: 'Accounts Receivable',
    Type: 'CURRENT',
    Class: 'ASSET',
    SystemAccount: 'Accounts receivable',
    SystemAccountCode: 'DEBTORS',
  },
  { Code: '630', Name: 'Inventory', Type: 'CURRENT', Class: 'ASSET' },
  {
    Code: '800',
    Name: 'Accounts Payable',
    Type: 'CURRLIAB',
    Class: 'LIABILITY',
    SystemAccount: 'Accounts payable',
    SystemAccountCode: 'CREDITORS',
  },
  {
    Code: '801',
    Name: 'Unpaid Expense Claims',
    Type: 'CURRLIAB',
    Class: 'LIABILITY',
    SystemAccount: 'Unpaid expense claims',
    SystemAccountCode: 'UNPAIDEXPCLM',
  },
  {
    Code: '820',
    Name: 'Sales Tax',
    Type: 'CURRLIAB',
    Class: 'LIABILITY',
    SystemAccount: 'GST / VAT',
    SystemAccountCode: 'GST',
  },
  {
    Code: '960',
    Name: 'Retained Earnings',
    Type: 'EQUITY',
    Class: 'EQUITY',
    SystemAccount: 'Retained earnings',
    SystemAccountCode: 'RETAINEDEARNINGS',
  },
  { Code: '200', Name: 'Sales', Type: 'REVENUE', Class: 'REVENUE' },
  { Code: '310', Name: 'Cost of Goods Sold', Type: 'DIRECTCOSTS', Class: 'EXPENSE' },
];

/** Units of the base currency per unit, where that is the US dollar; others are converted through it. */
const DOLLARS_PER_UNIT: Readonly<Record<string, number>> = {
  USD: 1,
  EUR: 1.1,
  GBP: 1.27,
  JPY: 0.0067,
  CHF: 1.13,
  KWD: 3.25,
};

/**
 * A Cin7 company that fits a data set: an account per object that lines use (same code), a service product per
 * expense account (`SVC-` and the code), a stock product per item (same number), a location per branch/plant.
 */
export function toCin7Company(dataset: Dataset, options: Cin7CompanyOptions = {}): Cin7Company {
  const tables = toJdeTables(dataset);
  const currency = options.currency ?? 'USD';
  const accounts = chart(usedObjects(tables), options);
  const currencies = new Set(dataset.suppliers.map((row) => row.currency).filter((code) => code !== ''));
  return {
    me: { Company: options.name ?? 'Sample Trading Company', Currency: currency, TimeZone: 'UTC' },
    accounts: [...BALANCE_ACCOUNTS, ...accounts],
    paymentTerms: uniqueBy(
      PAYMENT_TERMS.map((term) => ({ Name: term.target, Duration: term.netDays })),
      (term) => term.Name,
    ),
    taxRules: uniqueBy(
      TAX_CODES.map((code) => ({ Name: code.target, TaxPercent: Number(code.percent), Account: '820' })),
      (rule) => rule.Name,
    ),
    locations: [
      { Name: 'Main Warehouse', IsDefault: true },
      ...[...locationNames(tables).values()].map((Name) => ({ Name })),
    ],
    units: [...new Set([DEFAULT_UNIT, ...tables.F4101.map((row) => textOf(row, 'UOM1'))])],
    categories: [...new Set(['Services', 'Other', ...dataset.items.map(categoryOf)])],
    products: [...stockProducts(dataset, options.omitItems ?? []), ...serviceProducts(accounts)],
    suppliers: options.suppliers ?? [],
    currencyRates: Object.fromEntries([...currencies].sort().map((code) => [code, rate(code, currency)])),
  };
}

function chart(objects: ReadonlyMap<string, string>, options: Cin7CompanyOptions): Cin7AccountSeed[] {
  const omitted = new Set([
    ...(options.omitObjects ?? []),
    ...BALANCE_ACCOUNTS.map((account) => account.Code),
  ]);
  const assets = new Set(options.assetObjects ?? ['1411']);
  return [...objects]
    .filter(([object]) => !omitted.has(object))
    .map(([object, description]) => ({
      Code: object,
      Name: `${description || 'Object'} (${object})`,
      ...(assets.has(object)
        ? { Type: 'CURRENT', Class: 'ASSET' as const }
        : { Type: 'EXPENSE', Class: 'EXPENSE' as const }),
    }));
}

/** Cin7 refuses a second product of one name, so a repeated description gets the item number. */
function stockProducts(dataset: Dataset, omitted: readonly string[]): Cin7ProductSeed[] {
  const names = new Set<string>();
  return dataset.items
    .filter((item) => !omitted.includes(item.item_number))
    .map((item) => {
      const plain = item.description.trim() || item.item_number;
      const Name = names.has(plain.toLowerCase()) ? `${plain} [${item.item_number}]` : plain;
      names.add(plain.toLowerCase());
      return {
        SKU: item.item_number,
        Name: Name.slice(0, 256),
        Type: 'Stock' as const,
        UOM: item.uom || DEFAULT_UNIT,
        Category: categoryOf(item),
      };
    });
}

function serviceProducts(accounts: readonly Cin7AccountSeed[]): Cin7ProductSeed[] {
  return accounts
    .filter((account) => account.Class === 'EXPENSE')
    .map((account) => ({
      SKU: `SVC-${account.Code}`,
      Name: account.Name,
      Type: 'Service',
      UOM: DEFAULT_UNIT,
      Category: 'Services',
      ExpenseAccount: account.Code,
    }));
}

function categoryOf(item: { category_code: string; category_name: string }): string {
  return [item.category_code, item.category_name].filter((part) => part !== '').join(' ') || 'Other';
}

function rate(code: string, base: string): number {
  const perUnit = (DOLLARS_PER_UNIT[code] ?? 1) / (DOLLARS_PER_UNIT[base] ?? 1);
  return Math.round(perUnit * 10_000) / 10_000;
}

function uniqueBy<T>(list: readonly T[], keyOf: (entry: T) => string): T[] {
  return [...new Map(list.toReversed().map((entry) => [keyOf(entry), entry])).values()].toReversed();
}
