import { type Answer, envelope, refuse, success } from './answers.ts';
import { text } from './book.ts';
import { type ApiCall, parameter } from './call.ts';
import { Fields, includesAnyCase, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { equals, filterRows, listAnswer, pagingOf, startsWith } from './lists.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

const CLASSES = ['ASSET', 'LIABILITY', 'EXPENSE', 'EQUITY', 'REVENUE'];

/** GET /ref/account. An unknown Code is an error, not an empty list. */
export function getAccounts(call: ApiCall, state: CompanyState): Answer {
  const code = parameter(call, 'code');
  if (code !== undefined && state.accounts.byId(code) === undefined) return refuse(recorded.accountNotFound);
  const rows = filterRows(state.accounts.rowsInOrder(state.switches), call, [
    equals('Code'),
    startsWith('Name'),
    equals('Type'),
    equals('Status'),
    equals('Class'),
  ]);
  return listAnswer('AccountsList', rows, pagingOf(call, state.switches));
}

export function getBankAccounts(call: ApiCall, state: CompanyState): Answer {
  const filters = [equals('ID', 'AccountID'), startsWith('Name', 'AccountName'), equals('Bank')];
  const rows = filterRows(state.bankAccounts.rowsInOrder(state.switches), call, filters);
  return listAnswer('BankAccountsList', rows, pagingOf(call, state.switches));
}

export function postAccount(call: ApiCall, state: CompanyState): Answer {
  if (isConnected(state) && state.switches.accountPostWhenConnected === 'refused')
    refuse(recorded.booksReadOnly);
  return writeAccount(call, state, undefined);
}

export function putAccount(call: ApiCall, state: CompanyState): Answer {
  if (isConnected(state)) refuse(recorded.booksReadOnly);
  const problems = new Problems();
  const code = new Fields(call.body, problems, state.switches).text('Code', { required: true });
  problems.settle();
  return writeAccount(call, state, state.accounts.byId(code ?? '') ?? refuse(recorded.accountNotFound));
}

export function deleteAccount(call: ApiCall, state: CompanyState): Answer {
  if (isConnected(state)) refuse(recorded.booksReadOnly);
  const code = parameter(call, 'code') ?? refuse(recorded.missing('Code'));
  return state.accounts.remove(code) ? success() : refuse(recorded.accountNotFound);
}

/** The chart and the tax rules are kept elsewhere while Xero or QuickBooks is connected. */
export function isConnected(state: CompanyState): boolean {
  return state.switches.ledgerOwner !== 'none';
}

function writeAccount(call: ApiCall, state: CompanyState, old: JsonObject | undefined): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const required = (name: string) => ({ required: old === undefined || fields.has(name) });
  const code = fields.text('Code', { max: 50, required: true }) ?? '';
  if (old === undefined && state.accounts.byId(code) !== undefined)
    problems.add(assumed.alreadyExists('account'));
  const name = fields.text('Name', { max: 256, ...required('Name') });
  const type = fields.text('Type', { max: 50, ...required('Type') });
  const status = fields.text('Status', { max: 50, ...required('Status'), oneOf: ['ACTIVE', 'ARCHIVED'] });
  const accountClass = fields.text('Class', { oneOf: CLASSES });
  const isBank = includesAnyCase(['BANK'], type ?? text(old?.['Type']));
  const bank = fields.text('Bank', { required: isBank && old === undefined });
  const number = fields.text('BankAccountNumber', { required: isBank && old === undefined });
  problems.settle();
  const row = accountRow(state, {
    Code: code,
    Name: name ?? old?.['Name'] ?? '',
    Type: type ?? old?.['Type'] ?? '',
    Status: status?.toUpperCase() ?? old?.['Status'] ?? 'ACTIVE',
    Description: fields.text('Description') ?? old?.['Description'] ?? null,
    Class: accountClass?.toUpperCase() ?? old?.['Class'] ?? null,
    // Read-only for PUT.
    SystemAccount:
      old === undefined ? (fields.text('SystemAccount') ?? null) : (old['SystemAccount'] ?? null),
    SystemAccountCode:
      old === undefined ? (fields.text('SystemAccountCode') ?? null) : (old['SystemAccountCode'] ?? null),
    Bank: bank ?? null,
    BankAccountNumber: number ?? old?.['BankAccountNumber'] ?? null,
  });
  return envelope('AccountsList', [row]);
}

/** Keeps an account, and its bank account if it is one; returns the row as GET answers it. */
export function accountRow(state: CompanyState, from: JsonObject): JsonObject {
  const isBank = from['Type'] === 'BANK';
  const existing = isBank
    ? state.bankAccounts.rows.find((row) => row['AccountCode'] === from['Code'])
    : undefined;
  const bankId = isBank ? text(existing?.['AccountID']) || state.chance.guid() : null;
  if (bankId !== null) {
    state.bankAccounts.put({
      AccountID: bankId,
      Bank: text(from['Bank']) || 'Unknown Bank',
      AccountName: from['Name'] ?? '',
      AccountNumber: text(from['BankAccountNumber']) || 'No Number',
      AccountCode: from['Code'] ?? '',
      Currency: state.company.me.Currency,
      StatementBalance: 0,
      BalanceInDear: 0,
      InitialBalance: 0,
    });
  }
  return state.accounts.put({
    Code: from['Code'] ?? '',
    Status: from['Status'] ?? 'ACTIVE',
    Name: from['Name'] ?? '',
    Type: from['Type'] ?? '',
    Description: from['Description'] ?? null,
    Class: from['Class'] ?? null,
    SystemAccount: from['SystemAccount'] ?? null,
    SystemAccountCode: from['SystemAccountCode'] ?? null,
    BankAccountNumber: from['BankAccountNumber'] ?? null,
    BankAccountId: bankId,
    ForPayments: isBank,
    DisplayName: `${text(from['Code'])}: ${text(from['Name'])}`,
    OldCode: null,
  });
}
