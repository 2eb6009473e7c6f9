import type { Cin7Company } from '../../src/simulators/cin7/index.ts';
import type { CrosswalkRow } from '../../src/simulators/dataset/index.ts';

/** What a code is in Cin7, or why it is nothing. */
export type Translated = { readonly target: string } | { readonly reason: string };

/** The reference table that the customer imported, over what the Cin7 company holds. */
export interface ReferenceTable {
  translate(kind: CrosswalkRow['kind'], code: string): Translated;
  /** Code of the Cin7 account that a person chose for an account id. */
  accountByHand(accountId: string): string | undefined;
  accountState(code: string): 'active' | 'archived' | 'absent';
  product(sku: string): Cin7Company['products'][number] | undefined;
  readonly payablesAccount: string;
}

export function openReferenceTable(given: {
  readonly company: Cin7Company;
  readonly crosswalk: readonly CrosswalkRow[];
  /** Cin7 name of the country where JDE has a blank. */
  readonly blankCountry: string;
}): ReferenceTable {
  const { company, blankCountry } = given;
  const table = new Map(given.crosswalk.map((row) => [`${row.kind} ${row.code}`, row.target]));
  const products = new Map(company.products.map((product) => [product.SKU, product]));
  const accounts = new Map(company.accounts.map((account) => [account.Code, account]));
  const names = namesInCin7(company);
  return {
    translate(kind, code) {
      const chosen = table.get(`${kind} ${code}`);
      if (chosen !== undefined)
        return holds(names[kind], chosen) ? { target: chosen } : { reason: 'crosswalk.broken' };
      const own = ownName(kind, code, company);
      if (own !== undefined) return { target: own };
      if (kind === 'country' && code === '' && blankCountry !== '') return { target: blankCountry };
      return { reason: 'crosswalk.unmapped' };
    },
    accountByHand: (accountId) => table.get(`account ${accountId}`),
    accountState(code) {
      const account = accounts.get(code);
      if (account === undefined) return 'absent';
      return account.Status === 'ARCHIVED' ? 'archived' : 'active';
    },
    product: (sku) => products.get(sku),
    payablesAccount: company.accounts.find((entry) => entry.SystemAccountCode === 'CREDITORS')?.Code ?? '',
  };
}

/** What a target may be; countries and currencies are in no book of Cin7. */
function namesInCin7(company: Cin7Company): Partial<Record<CrosswalkRow['kind'], ReadonlySet<string>>> {
  const live = company.products.filter((product) => product.Status !== 'Deprecated');
  return {
    paymentTerm: new Set(
      company.paymentTerms.filter((term) => term.IsActive !== false).map((term) => term.Name),
    ),
    taxRule: new Set(company.taxRules.filter((rule) => rule.IsActive !== false).map((rule) => rule.Name)),
    location: new Set(
      company.locations.filter((place) => place.IsDeprecated !== true).map((place) => place.Name),
    ),
    unit: new Set(company.units),
    item: new Set(live.map((product) => product.SKU)),
    serviceProduct: new Set(
      live.filter((product) => product.Type === 'Service').map((product) => product.SKU),
    ),
  };
}

const holds = (names: ReadonlySet<string> | undefined, target: string): boolean =>
  names === undefined || names.has(target);

/** A code that fits by itself: the SKU, the name, the ISO currency; a service product by its one expense account. */
function ownName(kind: CrosswalkRow['kind'], code: string, company: Cin7Company): string | undefined {
  if (code === '') return undefined;
  if (kind === 'currency') return /^[A-Z]{3}$/.test(code) ? code : undefined;
  if (kind === 'serviceProduct') {
    const booked = company.products.filter((each) => each.Type === 'Service' && each.ExpenseAccount === code);
    return booked.length === 1 ? booked[0]?.SKU : undefined;
  }
  const names = [...(namesInCin7(company)[kind] ?? [])];
  return kind === 'item'
    ? names.find((name) => name === code)
    : names.find((name) => name.toLowerCase() === code.toLowerCase());
}
