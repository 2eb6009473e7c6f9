import { type Book, text } from './book.ts';
import type { Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

/** Checks of names and codes against the reference books. Each reports a problem and goes on. */

export function checkActiveTerm(name: string, state: CompanyState, problems: Problems): void {
  const term = state.paymentTerms.byName(name, state.switches);
  if (term?.['IsActive'] !== true) problems.add(recorded.termNotActive(name));
}

export function checkTaxRule(name: string, state: CompanyState, problems: Problems): JsonObject | undefined {
  const rule = state.taxRules.byName(name, state.switches);
  if (rule === undefined) problems.add(assumed.taxRuleNotFound(name));
  return rule;
}

/** The one account whose system account is accounts payable; another of the same type and class is refused. */
export function checkPayableAccount(code: string, state: CompanyState, problems: Problems): void {
  const account = state.accounts.byId(code);
  const payable =
    account?.['SystemAccountCode'] === 'CREDITORS' || text(account?.['SystemAccount']) === 'Accounts payable';
  if (account === undefined || account['Status'] !== 'ACTIVE' || !payable)
    problems.add(recorded.accountNotFound);
}

export function checkAccount(code: string, state: CompanyState, problems: Problems): void {
  if (state.accounts.byId(code)?.['Status'] !== 'ACTIVE') problems.add(recorded.accountNotFound);
}

export function checkLocation(name: string, state: CompanyState, problems: Problems): JsonObject | undefined {
  const location = state.locations.byName(name, state.switches);
  if (location === undefined) problems.add(recorded.locationNotFound(name), 404);
  return location;
}

export function checkInBook(
  name: string,
  where: { book: Book; state: CompanyState; problems: Problems },
  missing: { text: string; code?: 400 | 404 },
): void {
  if (where.book.byName(name, where.state.switches) === undefined) {
    where.problems.add(missing.text, missing.code ?? 400);
  }
}
