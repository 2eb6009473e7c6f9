import type { MappingSettings } from '../../config/settings.ts';
import type { Cin7Account } from '../../connectors/cin7/fields.ts';
import type { Target } from '../../connectors/connector.ts';
import type { Books } from '../../crosswalk/books.ts';
import type { Rejection } from '../../domain/decoded.ts';
import type { SourceRow } from '../../domain/source-row.ts';
import type { CrosswalkRow } from '../../store/crosswalk.ts';
import { type SourceRecord, textOf } from '../flow.ts';
import { type AccountMatch, Chart, codeFromTemplate, matchAccount } from './matching.ts';

/** What is to be done for an account in the reference table. Nothing of it is a write to Cin7, unless accounts are created. */
export interface AccountChange {
  readonly recordKey: string;
  readonly match: AccountMatch;
  readonly before: CrosswalkRow | undefined;
  readonly outcome: 'linked' | 'updated' | 'unchanged' | 'parked';
  readonly rejection?: Rejection;
  /** An account to create in Cin7 first, by the switch `createAccounts`. */
  readonly toCreate?: Pick<Cin7Account, 'Code' | 'Name' | 'Type' | 'Status' | 'Class'>;
}

export interface AccountMatcher {
  match(record: SourceRecord): AccountChange;
  /** Makes a missing account in Cin7 and returns the change that follows from it. */
  create(
    record: SourceRecord,
    change: AccountChange,
    target: Target,
    signal: AbortSignal,
  ): Promise<AccountChange>;
}

/** Takes the snapshots that accounts are matched with: the Cin7 chart, the business units, the reference table. */
export async function openAccountMatcher(ports: {
  settings: MappingSettings;
  books: Books;
  businessUnits: readonly SourceRow[];
  entries: readonly CrosswalkRow[];
}): Promise<AccountMatcher> {
  const chart = new Chart(await ports.books.get('accounts'));
  const units = new Map(ports.businessUnits.map((row) => [textOf(row, 'MCU'), row]));
  const entries = new Map(ports.entries.map((entry) => [entry.code, entry]));
  const settings = ports.settings.accounts;
  const match = (record: SourceRecord): AccountChange => {
    const before = entries.get(record.key);
    const result = matchAccount(record, {
      settings,
      chart,
      businessUnit: (code) => units.get(code),
      entry: () => before,
    });
    return changeOf(
      record,
      result,
      before,
      settings.createAccounts ? accountToCreate(record, result, ports.settings) : undefined,
    );
  };
  return {
    match,
    async create(record, change, target, signal) {
      if (change.toCreate === undefined) return change;
      // Many JDE accounts may share one code: the first creates it, the others find it.
      if (chart.withCode(change.toCreate.Code).length === 0)
        chart.add(await target.createAccount(change.toCreate, signal));
      return match(record);
    },
  };
}

function changeOf(
  record: SourceRecord,
  match: AccountMatch,
  before: CrosswalkRow | undefined,
  toCreate: AccountChange['toCreate'],
): AccountChange {
  const base = { recordKey: record.key, match, before, ...(toCreate === undefined ? {} : { toCreate }) };
  // An account without a Cin7 account only stands on the work list of the crosswalk, since most are never used by an order; an order
  // that uses one is parked. A mapping that no longer holds is another matter: somebody relied on it.
  if (match.state !== 'broken') return { ...base, outcome: outcomeOf(match, before) };
  const rejection: Rejection = { code: 'crosswalk.broken', field: 'F0901_OBJ', detail: match.detail };
  return { ...base, outcome: 'parked', rejection };
}

function outcomeOf(
  match: AccountMatch,
  before: CrosswalkRow | undefined,
): 'linked' | 'updated' | 'unchanged' {
  const wasMapped = before?.state === 'matched' || before?.state === 'confirmed';
  const isMapped = match.state === 'matched' || match.state === 'confirmed';
  if (isMapped && !wasMapped) return 'linked';
  if (before === undefined) return 'unchanged';
  return before.label === match.label && before.target === match.target && before.state === match.state
    ? 'unchanged'
    : 'updated';
}

function accountToCreate(
  record: SourceRecord,
  match: AccountMatch,
  settings: MappingSettings,
): AccountChange['toCreate'] {
  const row = record.rows['F0901']?.[0];
  if (match.state !== 'unmatched' || row === undefined) return undefined;
  const code = codeFromTemplate(settings.accounts.codeTemplate, row);
  const { createdAccountType, createdAccountClass } = settings.accounts;
  return {
    Code: code,
    Name: textOf(row, 'DL01') || code,
    Type: createdAccountType,
    Status: 'ACTIVE',
    Class: createdAccountClass,
  };
}

/** Whether orders that were mapped with this entry have to be mapped anew. */
export function affectsOrders(change: AccountChange): boolean {
  const { before, match } = change;
  const wasMapped = before?.state === 'matched' || before?.state === 'confirmed';
  const isMapped = match.state === 'matched' || match.state === 'confirmed';
  return wasMapped && (!isMapped || before.target !== match.target);
}
