import { accept, crosswalkSubject, type Decoded, reject } from '../../domain/decoded.ts';
import type { SourceRow } from '../../domain/source-row.ts';
import { textOf } from '../flow.ts';
import type { PurchaseContext } from './context.ts';

export interface AccountRef {
  /** As it stands on the order line: `30.1411`. */
  readonly jdeCode: string;
  readonly cin7Code: string;
}

/**
 * A cost must point at a valid account: the line's account has to be matched or confirmed, and active in Cin7. A line without an
 * account passes (stock lines often have none; JDE decides it at receipt).
 */
export function gateAccount(
  row: SourceRow,
  what: string,
  context: PurchaseContext,
): Decoded<AccountRef | undefined> {
  const accountId = textOf(row, 'AID');
  if (accountId === '') return accept(undefined);
  const jdeCode = accountText(row, accountId);
  const entry = context.crosswalk.account(accountId);
  if (entry === undefined) {
    return reject(
      'jde.row_missing',
      'F4311_AID',
      `${what}: account ${jdeCode} (${accountId}) is not in the account master that the JDE user sees.`,
    );
  }
  const subject = crosswalkSubject('account', accountId);
  switch (entry.state) {
    case 'matched':
    case 'confirmed':
      if (entry.target === null) break;
      return accept({ jdeCode, cin7Code: entry.target });
    case 'ambiguous':
      return reject(
        'crosswalk.ambiguous',
        'F4311_AID',
        `${what}: account ${jdeCode} fits several Cin7 accounts. ${entry.detail}`,
        subject,
      );
    case 'broken':
      return reject('crosswalk.broken', 'F4311_AID', `${what}: account ${jdeCode}: ${entry.detail}`, subject);
    case 'ignored':
      return reject(
        'accounts.not_usable',
        'F4311_AID',
        `${what}: account ${jdeCode}: ${entry.detail}`,
        subject,
      );
    case 'unmatched':
      break;
  }
  return reject(
    'accounts.unmatched',
    'F4311_AID',
    `${what}: account ${jdeCode} has no Cin7 account. ${entry.detail}`,
    subject,
  );
}

/** The account as entered on the line, without the padding of its business unit; never taken apart. */
function accountText(row: SourceRow, accountId: string): string {
  const entered = textOf(row, 'ANI');
  if (entered !== '') return entered;
  const parts = [textOf(row, 'OMCU'), textOf(row, 'OBJ'), textOf(row, 'SUB')].filter((part) => part !== '');
  return parts.length > 1 ? parts.join('.') : accountId;
}
