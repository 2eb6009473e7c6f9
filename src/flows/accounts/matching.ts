import type { AccountsSettings } from '../../config/settings.ts';
import type { Cin7Account } from '../../connectors/cin7/fields.ts';
import { isActive } from '../../crosswalk/books.ts';
import type { SourceRow } from '../../domain/source-row.ts';
import type { CrosswalkOrigin, CrosswalkRow, CrosswalkState } from '../../store/crosswalk.ts';
import { firstProblem, type SourceRecord, textOf } from '../flow.ts';

/** What the reference table should say of a JDE account. */
export interface AccountMatch {
  /** `30.1411 Raw materials` */
  readonly label: string;
  readonly state: CrosswalkState;
  readonly target: string | null;
  readonly origin: CrosswalkOrigin;
  /** Why, in one sentence; empty for a plain match. */
  readonly detail: string;
}

export interface AccountContext {
  readonly settings: AccountsSettings;
  readonly chart: Chart;
  businessUnit(code: string): SourceRow | undefined;
  /** What the reference table says now. */
  entry(accountId: string): CrosswalkRow | undefined;
}

/** The Cin7 chart, by code and by name. */
export class Chart {
  readonly #byCode = new Map<string, Cin7Account>();
  readonly #byFoldedCode = new Map<string, Cin7Account[]>();
  readonly #byName = new Map<string, Cin7Account>();

  constructor(accounts: readonly Cin7Account[]) {
    for (const account of accounts) this.add(account);
  }

  add(account: Cin7Account): void {
    this.#byCode.set(account.Code, account);
    const folded = account.Code.trim().toLowerCase();
    this.#byFoldedCode.set(folded, [...(this.#byFoldedCode.get(folded) ?? []), account]);
    if (isActive(account.Status)) this.#byName.set(account.Name.trim().toLowerCase(), account);
  }

  withCode(code: string): readonly Cin7Account[] {
    const exact = this.#byCode.get(code);
    return exact === undefined ? (this.#byFoldedCode.get(code.trim().toLowerCase()) ?? []) : [exact];
  }

  /** Equal names are only a suggestion: the same name stands for different accounts in different charts. */
  suggestionFor(name: string): Cin7Account | undefined {
    return this.#byName.get(name.trim().toLowerCase());
  }
}

/** Matches a JDE account with the Cin7 chart. A person's choice is never overruled, only marked as broken. */
export function matchAccount(record: SourceRecord, context: AccountContext): AccountMatch {
  const row = record.rows['F0901']?.[0];
  const entry = context.entry(record.key);
  const label = row === undefined ? (entry?.label ?? record.key) : labelOf(row);
  const keep = { label, target: entry?.target ?? null, origin: entry?.origin ?? 'auto' } as const;
  if (row === undefined)
    return { ...keep, state: 'broken', detail: 'The account is no longer visible in JDE.' };
  const problem = firstProblem(record);
  if (problem !== undefined) return { ...keep, state: 'broken', detail: problem.detail };
  if (entry !== undefined && entry.origin !== 'auto' && entry.state === 'ignored' && entry.target === null)
    return { ...keep, state: 'ignored', detail: entry.detail };

  const unusable = whyUnusable(row, context);
  if (unusable !== undefined) return { ...keep, state: 'ignored', detail: unusable };
  // The key is the account id: an account that is renamed keeps its mapping.
  if (entry !== undefined && entry.target !== null)
    return verify(entry.target, { label, origin: entry.origin }, context.chart);
  return findByCode(row, label, context);
}

/** The Cin7 code of an account by the template. */
export function codeFromTemplate(template: string, row: SourceRow): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, alias: string) => textOf(row, alias));
}

export function labelOf(row: SourceRow): string {
  const code = [textOf(row, 'MCU'), textOf(row, 'OBJ'), textOf(row, 'SUB')]
    .filter((part) => part !== '')
    .join('.');
  return `${code} ${textOf(row, 'DL01')}`.trim();
}

function whyUnusable(row: SourceRow, context: AccountContext): string | undefined {
  const { settings } = context;
  const postingCode = textOf(row, 'PEC');
  if (!settings.postingEditCodes.includes(postingCode))
    return `Posting edit code ${postingCode || '(blank)'} does not allow posting.`;
  const model = textOf(row, 'FMOD');
  if (model === 'M' || model === 'C')
    return model === 'M' ? 'It is a model account.' : 'It is a consolidation account.';
  const unitCode = textOf(row, 'MCU');
  const unit = context.businessUnit(unitCode);
  if (unit === undefined) return `Business unit ${unitCode} is not visible.`;
  const unitPosting = textOf(unit, 'PECC');
  if (!settings.businessUnitEditCodes.includes(unitPosting))
    return `Business unit ${unitCode} has posting edit code ${unitPosting}.`;
  if (settings.companies.length > 0 && !settings.companies.includes(textOf(row, 'CO')))
    return `Company ${textOf(row, 'CO')} is not synced.`;
  return undefined;
}

function verify(
  target: string,
  known: { label: string; origin: CrosswalkOrigin },
  chart: Chart,
): AccountMatch {
  const [account] = chart.withCode(target);
  const state = known.origin === 'auto' ? 'matched' : 'confirmed';
  if (account !== undefined && isActive(account.Status)) return { ...known, state, target, detail: '' };
  const what = account === undefined ? 'is no longer in the chart of Cin7' : 'was archived in Cin7';
  return { ...known, state: 'broken', target, detail: `Account ${target} ${what}.` };
}

function findByCode(row: SourceRow, label: string, context: AccountContext): AccountMatch {
  const code = codeFromTemplate(context.settings.codeTemplate, row);
  const found = context.chart.withCode(code);
  const [account, second] = found;
  if (second !== undefined) {
    const detail = `Code ${code} fits ${found.map((candidate) => candidate.Code).join(', ')}.`;
    return { label, state: 'ambiguous', target: null, origin: 'auto', detail };
  }
  if (account !== undefined) return verify(account.Code, { label, origin: 'auto' }, context.chart);
  const suggestion = context.chart.suggestionFor(textOf(row, 'DL01'));
  const hint =
    suggestion === undefined
      ? ''
      : ` The account ${suggestion.Code} has the same name: "${suggestion.Name}".`;
  return {
    label,
    state: 'unmatched',
    target: null,
    origin: 'auto',
    detail: `Cin7 has no account with the code ${code}.${hint}`,
  };
}
