import { isConnected } from './accounts.ts';
import { type Answer, envelope, refuse } from './answers.ts';
import { text } from './book.ts';
import type { ApiCall } from './call.ts';
import { Fields, Problems } from './fields.ts';
import type { JsonObject } from './json.ts';
import { equals, filterRows, listAnswer, pagingOf, startsWith } from './lists.ts';
import { checkUnique, existingRow } from './named-books.ts';
import type { CompanyState } from './state.ts';
import { recorded } from './texts.ts';

const METHODS = [
  'number of days',
  'day of next month',
  'last day of next month',
  'days since the end of the month',
];

/** GET /ref/paymentterm lists inactive terms as well. */
export function getPaymentTerms(call: ApiCall, state: CompanyState): Answer {
  const filters = [
    equals('ID'),
    startsWith('Name'),
    equals('Method'),
    equals('IsActive'),
    equals('IsDefault'),
  ];
  const rows = filterRows(state.paymentTerms.rowsInOrder(state.switches), call, filters);
  return listAnswer('PaymentTermList', rows, pagingOf(call, state.switches));
}

export function postPaymentTerm(call: ApiCall, state: CompanyState): Answer {
  return writeTerm(call, state, undefined);
}

export function putPaymentTerm(call: ApiCall, state: CompanyState): Answer {
  return writeTerm(call, state, existingRow(call, state, state.paymentTerms, 'payment term'));
}

function writeTerm(call: ApiCall, state: CompanyState, old: JsonObject | undefined): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const name = fields.text('Name', { max: 256, required: old === undefined || fields.has('Name') });
  const method = fields.text('Method', { oneOf: METHODS });
  const duration = fields.decimal('Duration');
  const isActive = fields.flag('IsActive');
  const isDefault = fields.flag('IsDefault');
  const id = old === undefined ? undefined : text(old['ID']);
  if (typeof name === 'string')
    checkUnique(name, { book: state.paymentTerms, noun: 'payment term', id }, problems);
  problems.settle();
  const row = state.paymentTerms.put({
    ID: id ?? state.chance.guid(),
    Name: name ?? old?.['Name'] ?? '',
    Duration: duration?.toNumber() ?? old?.['Duration'] ?? 0,
    Method: method ?? old?.['Method'] ?? 'number of days',
    IsActive: isActive ?? old?.['IsActive'] ?? true,
    IsDefault: isDefault ?? old?.['IsDefault'] ?? false,
  });
  return envelope('PaymentTermList', [row]);
}

export function getTaxRules(call: ApiCall, state: CompanyState): Answer {
  const rows = filterRows(state.taxRules.rowsInOrder(state.switches), call, [
    equals('ID'),
    startsWith('Name'),
    equals('IsActive'),
    equals('IsTaxForSale'),
    equals('IsTaxForPurchase'),
    equals('Account'),
  ]);
  return listAnswer('TaxRuleList', rows, pagingOf(call, state.switches));
}

export function postTaxRule(call: ApiCall, state: CompanyState): Answer {
  if (isConnected(state) && state.switches.accountPostWhenConnected === 'refused')
    refuse(recorded.booksReadOnly);
  return writeTaxRule(call, state, undefined);
}

export function putTaxRule(call: ApiCall, state: CompanyState): Answer {
  if (isConnected(state)) refuse(recorded.booksReadOnly);
  return writeTaxRule(call, state, existingRow(call, state, state.taxRules, 'tax rule'));
}

function writeTaxRule(call: ApiCall, state: CompanyState, old: JsonObject | undefined): Answer {
  const problems = new Problems();
  const fields = new Fields(call.body, problems, state.switches);
  const name = fields.text('Name', { max: 50, required: old === undefined || fields.has('Name') });
  const account = fields.text('Account', { required: old === undefined || fields.has('Account') });
  const liability = state.accounts.byId(account ?? '');
  if (
    typeof account === 'string' &&
    (liability?.['Class'] !== 'LIABILITY' || liability['Status'] !== 'ACTIVE')
  ) {
    problems.add(recorded.accountNotFound);
  }
  const flags = Object.fromEntries(
    ['IsActive', 'TaxInclusive', 'IsTaxForSale', 'IsTaxForPurchase'].map((flag) => {
      const required = old === undefined && (flag === 'IsActive' || flag === 'TaxInclusive');
      if (required && !fields.has(flag)) problems.add(recorded.missing(flag));
      return [flag, fields.flag(flag) ?? old?.[flag] ?? false];
    }),
  );
  const components = fields.rows('Components')?.map((row) => readComponent(row, state));
  const id = old === undefined ? undefined : text(old['ID']);
  if (typeof name === 'string') checkUnique(name, { book: state.taxRules, noun: 'tax rule', id }, problems);
  problems.settle();
  const row = taxRow(state, {
    ID: id ?? state.chance.guid(),
    Name: name ?? old?.['Name'] ?? '',
    Account: account ?? old?.['Account'] ?? '',
    TaxPercent: percentOf(components, fields) ?? old?.['TaxPercent'] ?? 0,
    ...flags,
    Components: components?.map((component) => component.row) ?? old?.['Components'] ?? null,
  });
  return envelope('TaxRuleList', [row]);
}

/**
 * The percentage of a rule is documented as read-only. With one plain component it is that one's; how compound components add up is
 * not stated, and the documented example answers what was sent.
 */
function percentOf(
  components: readonly { row: JsonObject }[] | undefined,
  fields: Fields,
): number | undefined {
  const [only, second] = components ?? [];
  if (only !== undefined && second === undefined && only.row['Compound'] !== '1')
    return Number(only.row['Percent']);
  return fields.decimal('TaxPercent')?.toNumber();
}

/** Percent, Compound and ComponentOrder travel as text. */
function readComponent(row: Fields, state: CompanyState): { row: JsonObject } {
  return {
    row: {
      ID: (row.guid('ID') ?? state.chance.guid()).toUpperCase(),
      Name: row.text('Name', { max: 50, required: true }) ?? '',
      Percent: row.decimal('Percent', { required: true })?.toFixed(10) ?? '0.0000000000',
      AccountCode: row.text('AccountCode') ?? '',
      Compound: row.text('Compound') ?? '0',
      ComponentOrder: row.text('ComponentOrder') ?? '1',
    },
  };
}

/** Keeps a tax rule with the documented order of members. */
export function taxRow(state: CompanyState, from: JsonObject): JsonObject {
  const percent = Number(from['TaxPercent'] ?? 0);
  const single = {
    ID: state.chance.guid().toUpperCase(),
    Name: 'Tax',
    Percent: percent.toFixed(10),
    AccountCode: from['Account'] ?? '',
    Compound: '0',
    ComponentOrder: '1',
  };
  return state.taxRules.put({
    ID: from['ID'] ?? state.chance.guid(),
    Name: from['Name'] ?? '',
    Account: from['Account'] ?? '',
    IsActive: from['IsActive'] ?? true,
    TaxInclusive: from['TaxInclusive'] ?? false,
    TaxPercent: percent,
    IsTaxForSale: from['IsTaxForSale'] ?? true,
    IsTaxForPurchase: from['IsTaxForPurchase'] ?? true,
    Components: from['Components'] ?? [single],
  });
}
