import { Big } from 'big.js';
import type { Cin7Simulator } from '../../src/simulators/cin7/index.ts';
import type { CrosswalkRow } from '../../src/simulators/dataset/index.ts';
import type { JdeRow, JdeSimulator } from '../../src/simulators/jde/index.ts';

/** What an order's content depends on besides the two systems. */
export interface Choices {
  readonly duplicateSku: 'auto' | 'separate' | 'merge';
  readonly orderStatus: 'DRAFT' | 'AUTHORISED';
  readonly authorisedChange: 'park' | 'redo';
}

/** What the judge looks at. It knows the two systems, the customer's mapping and settings, and nothing of the connector. */
export interface Evidence {
  readonly jde: JdeSimulator;
  readonly cin7: Cin7Simulator;
  readonly crosswalk: readonly CrosswalkRow[];
  readonly choices: Choices;
  /** Account id -> object under which Cin7 knows it, where the account was renamed after it had been matched. */
  readonly renamedAccounts: ReadonlyMap<string, string>;
}

export type Translated = { readonly target: string } | { readonly reason: string };

/** Looks codes up as a customer would: the table that was imported, else an entry of Cin7 that fits by itself. */
export class Dictionary {
  readonly #mapped: ReadonlyMap<string, string>;
  readonly #names: Readonly<Record<string, readonly string[]>>;
  readonly #products: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly #accounts: ReadonlyMap<string, string>;
  readonly payables: string;

  constructor({ cin7, crosswalk }: Evidence) {
    this.#mapped = new Map(crosswalk.map((row) => [`${row.kind} ${row.code}`, row.target]));
    const products = cin7.products();
    this.#products = new Map(products.map((row) => [plain(row['SKU']), row]));
    this.#accounts = new Map(cin7.accounts().map((row) => [plain(row['Code']), plain(row['Status'])]));
    const payables = cin7.accounts().find((row) => row['SystemAccountCode'] === 'CREDITORS');
    this.payables = plain(payables?.['Code']);
    this.#names = {
      paymentTerm: cin7.paymentTerms().map((row) => plain(row['Name'])),
      taxRule: cin7.taxRules().map((row) => plain(row['Name'])),
      location: cin7.locations().map((row) => plain(row['Name'])),
      item: [...this.#products.keys()],
    };
  }

  translate(kind: CrosswalkRow['kind'], code: string): Translated {
    const chosen = this.#mapped.get(`${kind} ${code}`);
    if (chosen !== undefined)
      return this.#holds(kind, chosen) ? { target: chosen } : { reason: 'crosswalk.broken' };
    if (kind === 'currency' && /^[A-Z]{3}$/.test(code)) return { target: code };
    if (kind === 'country' && COUNTRIES[code] !== undefined) return { target: COUNTRIES[code] };
    if (kind === 'serviceProduct') return this.#serviceOf(code);
    const fits = (this.#names[kind] ?? []).find((name) => name.toLowerCase() === code.toLowerCase());
    return fits === undefined || code === '' ? { reason: 'crosswalk.unmapped' } : { target: fits };
  }

  product(sku: string): Readonly<Record<string, unknown>> | undefined {
    return this.#products.get(sku);
  }

  accountState(code: string): 'active' | 'archived' | 'absent' {
    const status = this.#accounts.get(code);
    return status === undefined ? 'absent' : status.toUpperCase() === 'ARCHIVED' ? 'archived' : 'active';
  }

  #serviceOf(account: string): Translated {
    const found = [...this.#products.values()].filter(
      (row) => row['Type'] === 'Service' && row['ExpenseAccount'] === account,
    );
    return found.length === 1 ? { target: plain(found[0]?.['SKU']) } : { reason: 'crosswalk.unmapped' };
  }

  #holds(kind: string, target: string): boolean {
    if (kind === 'serviceProduct') return this.#products.get(target)?.['Type'] === 'Service';
    return this.#names[kind]?.includes(target) ?? true;
  }
}

/** An ISO code of a country stands for its name. */
const COUNTRIES: Readonly<Record<string, string>> = { US: 'United States', IE: 'Ireland', FR: 'France' };

/** Text of a column of JDE, without its padding. */
export const textOf = (row: JdeRow | undefined, column: string): string => String(row?.[column] ?? '').trim();

export const numberOf = (row: JdeRow | undefined, column: string): Big => new Big(textOf(row, column) || '0');

export const plain = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

export const reasonsOf = (...found: readonly (Translated | undefined)[]): readonly string[] =>
  found.flatMap((each) => (each !== undefined && 'reason' in each ? [each.reason] : []));

export const targetOf = (found: Translated): string => ('target' in found ? found.target : '');
