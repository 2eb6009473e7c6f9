import { type Cells, cell, fit, ownOr } from './csv-files.ts';
import type { ReferenceTable } from './reference-table.ts';

/** What the reference table should say of a JDE account. */
export interface ExpectedAccount {
  readonly accountId: string;
  /** As it stands on an order line: `30.1411`, `9000.6140.LAB`. */
  readonly entered: string;
  /** Code in Cin7, where the account may be used. */
  readonly cin7Code: string | undefined;
  /** Why an order line may not point at it. */
  readonly lineReason: string | undefined;
  /** Why the account itself waits for a person. */
  readonly parkedReason: string | undefined;
}

/** Every account of the chart, by source and account number. */
export function expectedAccounts(
  accounts: readonly Cells[],
  table: ReferenceTable,
): ReadonlyMap<string, ExpectedAccount> {
  const unitOf = businessUnits(accounts);
  const closedUnits = new Set(
    accounts.filter((row) => ownOr(row, 'business_unit_posting', '') !== '').map(unitOf),
  );
  const ids = accountIds(accounts);
  return new Map(
    accounts.map((row, place) => {
      const accountId = ids[place] ?? '';
      const parts = [unitOf(row), fit(cell(row, 'object'), 6), fit(cell(row, 'subsidiary'), 8)];
      const usable = mayBePosted(row) && !closedUnits.has(unitOf(row));
      const found = usable ? findInCin7(accountId, parts[1] ?? '', table) : { line: 'accounts.not_usable' };
      const account = {
        accountId,
        entered: parts.filter((part) => part !== '').join('.'),
        cin7Code: 'code' in found ? found.code : undefined,
        lineReason: 'line' in found ? found.line : undefined,
        parkedReason: usable && 'line' in found ? found.line : undefined,
      };
      return [`${cell(row, 'source')} ${cell(row, 'account_id')}`, account];
    }),
  );
}

/** The first 8-digit number that no row claims for itself, from position to position. */
function accountIds(accounts: readonly Cells[]): readonly string[] {
  const claimed = new Set(accounts.map((row) => cell(row, 'account_aid')));
  let last = 0;
  return accounts.map((row) => {
    const own = cell(row, 'account_aid');
    if (own !== '') return own;
    do last += 1;
    while (claimed.has(String(last).padStart(8, '0')));
    return String(last).padStart(8, '0');
  });
}

/** A unit of two sources is kept apart by the later source's code in front of it. */
function businessUnits(accounts: readonly Cells[]): (row: Cells) => string {
  const first = new Map<string, string>();
  for (const row of accounts) {
    const unit = cell(row, 'business_unit');
    if (!first.has(unit)) first.set(unit, cell(row, 'source'));
  }
  return (row) => {
    const unit = cell(row, 'business_unit');
    return fit(first.get(unit) === cell(row, 'source') ? unit : `${cell(row, 'source')}${unit}`, 12);
  };
}

/** Titles are not posted to, nor models, nor what the posting edit code closes. */
function mayBePosted(row: Cells): boolean {
  const isTitle = ['1', '2', '3'].includes(cell(row, 'level_of_detail'));
  const code = ownOr(row, 'posting_edit_code', isTitle ? 'N' : '');
  return ['', 'L', 'S', 'U', 'X'].includes(code) && !['M', 'C'].includes(ownOr(row, 'model_flag', ''));
}

function findInCin7(
  accountId: string,
  object: string,
  table: ReferenceTable,
): { readonly code: string } | { readonly line: string } {
  const byHand = table.accountByHand(accountId);
  const code = byHand ?? object;
  switch (table.accountState(code)) {
    case 'active':
      return { code };
    case 'archived':
      return { line: 'crosswalk.broken' };
    case 'absent':
      return { line: byHand === undefined ? 'accounts.unmatched' : 'crosswalk.broken' };
  }
}
