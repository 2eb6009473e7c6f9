import type { CrosswalkKind } from '../config/settings.ts';
import type { Cin7Books } from '../connectors/connector.ts';
import { type Books, isActive } from './books.ts';

/** What a code may be mapped to, by its exact name in Cin7. */
export interface TargetIndex {
  /** `active`: usable; `inactive`: exists, but Cin7 would refuse or hide it; `absent`: not there. */
  stateOf(target: string): 'active' | 'inactive' | 'absent';
  /** The entry that fits a code without anybody's help, in Cin7's spelling. */
  matchCode(code: string): { readonly found: readonly string[] };
  /** What can be chosen, where Cin7 has a book of it. */
  names(): readonly string[];
}

const ISO_CURRENCY = /^[A-Z]{3}$/;
const ISO_COUNTRY = /^[A-Z]{2}$/;

/** Builds the index of one kind from the reference books; `account` is matched by its own flow. */
export async function indexTargets(kind: CrosswalkKind, books: Books): Promise<TargetIndex> {
  switch (kind) {
    case 'account':
      return byName(
        (await books.get('accounts')).map((a) => ({ name: a.Code, active: isActive(a.Status) })),
        false,
      );
    case 'paymentTerm':
      return byName(
        (await books.get('paymentTerms')).map((t) => ({ name: t.Name, active: t.IsActive })),
        true,
      );
    case 'taxRule':
      return byName(
        (await books.get('taxRules')).map((t) => ({ name: t.Name, active: t.IsActive })),
        true,
      );
    case 'location':
      return byName(
        (await books.get('locations')).map((l) => ({ name: l.Name, active: !l.IsDeprecated })),
        true,
      );
    case 'unit':
      return byName(
        (await books.get('units')).map((u) => ({ name: u.Name, active: true })),
        true,
      );
    case 'item':
      return byName(
        (await books.get('products')).map((p) => ({ name: p.SKU, active: usable(p) })),
        false,
      );
    case 'serviceProduct':
      return serviceProducts(await books.get('products'));
    case 'currency':
      return freeText((code) => (ISO_CURRENCY.test(code) ? code : undefined));
    case 'country':
      return freeText(countryName);
  }
}

/** A product that is deprecated is hidden in Cin7; one whose set-up is not finished can be bought. */
function usable(product: Cin7Books['products']): boolean {
  return product.Status.toLowerCase() !== 'deprecated';
}

function byName(entries: readonly { name: string; active: boolean }[], ignoreCase: boolean): TargetIndex {
  const exact = new Map(entries.map((entry) => [entry.name, entry.active]));
  const folded = new Map<string, string[]>();
  for (const entry of entries) {
    if (!entry.active) continue;
    const key = fold(entry.name, ignoreCase);
    folded.set(key, [...(folded.get(key) ?? []), entry.name]);
  }
  return {
    stateOf: (target) => stateOf(exact.get(target)),
    matchCode: (code) => ({ found: code === '' ? [] : (folded.get(fold(code, ignoreCase)) ?? []) }),
    names: () => [...exact.keys()],
  };
}

function serviceProducts(products: readonly Cin7Books['products'][]): TargetIndex {
  const services = products.filter((product) => product.Type.toLowerCase() === 'service');
  const exact = new Map(services.map((product) => [product.SKU, usable(product)]));
  const byAccount = new Map<string, string[]>();
  for (const product of services) {
    if (!usable(product) || product.ExpenseAccount === '') continue;
    byAccount.set(product.ExpenseAccount, [...(byAccount.get(product.ExpenseAccount) ?? []), product.SKU]);
  }
  return {
    stateOf: (target) => stateOf(exact.get(target)),
    matchCode: (code) => ({ found: byAccount.get(code) ?? [] }),
    names: () => [...exact.keys()],
  };
}

/** Cin7 has no book of currencies or countries: any text may be right. */
function freeText(match: (code: string) => string | undefined): TargetIndex {
  return {
    stateOf: (target) => (target === '' ? 'absent' : 'active'),
    matchCode: (code) => {
      const found = match(code);
      return { found: found === undefined ? [] : [found] };
    },
    names: () => [],
  };
}

const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

function countryName(code: string): string | undefined {
  return ISO_COUNTRY.test(code) ? countryNames.of(code) : undefined;
}

function stateOf(active: boolean | undefined): 'active' | 'inactive' | 'absent' {
  if (active === undefined) return 'absent';
  return active ? 'active' : 'inactive';
}

const fold = (text: string, ignoreCase: boolean): string =>
  ignoreCase ? text.trim().toLowerCase() : text.trim();
