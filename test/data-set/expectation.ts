import type { Cin7Company } from '../../src/simulators/cin7/index.ts';
import type { CrosswalkRow } from '../../src/simulators/dataset/index.ts';
import { type CsvFiles, cell } from './csv-files.ts';
import { type ExpectedAccount, expectedAccounts } from './expected-accounts.ts';
import { type ExpectedPurchase, expectedPurchases } from './expected-purchases.ts';
import { type ExpectedSupplier, expectedSuppliers } from './expected-suppliers.ts';
import { openReferenceTable } from './reference-table.ts';

/** What should become of every account, supplier and order: a second reading of the rules, straight from the CSV files. */
export interface Expectation {
  readonly accounts: ReadonlyMap<string, ExpectedAccount>;
  readonly suppliers: ReadonlyMap<string, ExpectedSupplier>;
  readonly purchases: ReadonlyMap<string, ExpectedPurchase>;
}

export interface Given {
  readonly files: CsvFiles;
  readonly company: Cin7Company;
  readonly crosswalk: readonly CrosswalkRow[];
  readonly blankCountry: string;
  readonly orderTypes: readonly string[];
  readonly chargesByLineType: boolean;
}

export function expectationOf(given: Given): Expectation {
  const { files, company } = given;
  const table = openReferenceTable(given);
  const accounts = expectedAccounts(files.accounts, table);
  const suppliers = expectedSuppliers(files.suppliers, table, company);
  const items = new Map(files.items.map((item) => [cell(item, 'item_id'), item]));
  const purchases = expectedPurchases({ ...given, table, accounts, items, suppliers });
  return { accounts, suppliers, purchases };
}

/** What should stand in Cin7, by key. */
export function contentsOf<C>(
  expected: ReadonlyMap<string, { readonly outcome: string; readonly content?: C }>,
): ReadonlyMap<string, C> {
  return new Map(
    [...expected].flatMap(([key, each]) =>
      each.content === undefined ? [] : [[key, each.content] as const],
    ),
  );
}

/** What should be parked, by key, with the reasons that hold. */
export function parkedOf(
  expected: ReadonlyMap<string, { readonly outcome: string; readonly reasons?: readonly string[] }>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...expected].flatMap(([key, each]) =>
      each.reasons === undefined ? [] : [[key, each.reasons] as const],
    ),
  );
}

const BROKEN = 'crosswalk.broken';

/** Accounts whose Cin7 account was archived. Those that have none only stand on the work list of the crosswalk. */
export function parkedAccountsOf(accounts: Expectation['accounts']): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...accounts.values()].flatMap((account) =>
      account.parkedReason === BROKEN ? [[account.accountId, [account.parkedReason]] as const] : [],
    ),
  );
}

/** Usable accounts that Cin7 has no account for. */
export function unmatchedAccountsOf(accounts: Expectation['accounts']): number {
  return [...accounts.values()].filter((account) => ![undefined, BROKEN].includes(account.parkedReason))
    .length;
}

/** How many records should end so. */
export function countOutcome(
  expected: ReadonlyMap<string, { readonly outcome: string }>,
  outcome: string,
): number {
  return [...expected.values()].filter((each) => each.outcome === outcome).length;
}
