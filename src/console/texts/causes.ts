import type { FlowName } from '../api/types.ts';
import { counted } from './words.ts';

const records: Readonly<Record<FlowName, readonly [string, string]>> = {
  accounts: ['account', 'accounts'],
  suppliers: ['supplier', 'suppliers'],
  purchases: ['purchase order', 'purchase orders'],
};

/** Why records are parked, in the words of people who buy; and what to do about it on this page. */
interface CauseWords {
  /** Goes on after `37 purchase orders`. */
  readonly why: string;
  readonly next?: string;
}

const causes: Readonly<Record<string, CauseWords>> = {
  'cin7.refused': {
    why: 'were refused by Cin7',
    next: 'Read what Cin7 said, correct it in JDE or in the crosswalk, then try again.',
  },
  'cin7.fails': {
    why: 'make Cin7 fail',
    next: 'Look for unusual characters or values, or ask Cin7 support with the time of the attempt; then try again.',
  },
  'cin7.stored_differently': {
    why: 'were stored by Cin7 in another form than sent',
    next: 'Compare the named fields in Cin7, then try again.',
  },
  'cin7.record_gone': {
    why: 'are no longer in Cin7',
    next: 'Restore them in Cin7 and try again, or make them anew.',
  },
  'cin7.nested_without_id': {
    why: 'have addresses or contacts that Cin7 lets nobody change from outside',
    next: 'Change them by hand in Cin7, then try again.',
  },
  'jde.value_undecodable': { why: 'have a value that cannot be read' },
  'jde.value_masked': { why: 'have values that JDE hides' },
  'jde.row_missing': {
    why: 'lack a row that the JDE user can see',
    next: 'Ask the JDE administrator whether the row is absent or hidden by row security.',
  },
  'crosswalk.unmapped': {
    why: 'wait for codes that are not mapped',
    next: 'Choose what each is in Cin7.',
  },
  'crosswalk.broken': {
    why: 'are mapped to something that is no longer in Cin7',
    next: 'Choose another entry, or make it active again in Cin7 and try again.',
  },
  'crosswalk.ambiguous': { why: 'fit several entries of Cin7', next: 'Choose the right one.' },
  'accounts.unmatched': {
    why: 'are booked to accounts that Cin7 does not have',
    next: 'Choose the Cin7 account, or add it to the chart in Cin7 and try again.',
  },
  'accounts.not_usable': {
    why: 'are booked to accounts that JDE closes to posting',
    next: 'Correct the account on the order line in JDE; the order follows by itself.',
  },
  'suppliers.name_missing': { why: 'have no name' },
  'suppliers.name_too_long': { why: 'have a name longer than the 256 characters of Cin7' },
  'suppliers.name_shared': {
    why: 'have the name of another',
    next: 'Rename one in JDE, or let the later one get its number behind the name: Settings, suppliers, duplicateName.',
  },
  'suppliers.several_in_cin7': {
    why: 'are in Cin7 several times',
    next: 'Merge them in Cin7, or write the marker of the supplier into the comments of the right one; then try again.',
  },
  'suppliers.currency_missing': {
    why: 'have no currency',
    next: 'Set the payables currency in JDE, or a default currency in the settings.',
  },
  'suppliers.currency_fixed': {
    why: 'changed currency, which Cin7 does not allow once there are documents',
  },
  'purchases.supplier_waiting': {
    why: 'wait for a supplier that has not arrived',
    next: 'Nothing to do here: they follow by themselves once the supplier has arrived.',
  },
  'purchases.currency_differs': { why: 'are in another currency than the supplier' },
  'purchases.quantity_not_positive': { why: 'have a line with a quantity that is not above zero' },
  'purchases.credit_line': {
    why: 'have a credit line, which Cin7 does not take',
    next: 'Enter the credit as a credit note in Cin7, or have such lines sent all the same: Settings, purchases, negativeLines.',
  },
  'purchases.account_missing': { why: 'have a line without an account' },
  'purchases.date_missing': { why: 'have no order date' },
  'purchases.unit_differs': { why: 'are in another unit than Cin7 keeps the item in' },
  'purchases.several_locations': { why: 'go to several locations' },
  'purchases.on_hold': { why: 'are on hold in JDE' },
  'purchases.header_missing': { why: 'have lines but no header that can be seen' },
  'suppliers.too_long': { why: 'have a text longer than Cin7 allows' },
  'purchases.too_long': { why: 'have a text longer than Cin7 allows' },
  'purchases.authorised_in_cin7': {
    why: 'changed in JDE after being authorised in Cin7',
    next: 'Make the change by hand in Cin7, or let the connector undo and write anew: Settings, purchases, authorisedChange.',
  },
  'purchases.voided_in_cin7': {
    why: 'were voided in Cin7 but live in JDE',
    next: 'Cancel them in JDE, or make them anew in Cin7.',
  },
  'purchases.cancelled_after_authorised': {
    why: 'were cancelled in JDE after being authorised in Cin7',
    next: 'Void them in Cin7 by hand, then try again.',
  },
  'purchases.supplier_changed': {
    why: 'got another supplier in JDE',
    next: 'Void the purchase in Cin7, then make it anew.',
  },
};

/** `37 purchase orders` */
export const recordsText = (flow: FlowName, count: number): string => counted(count, ...records[flow]);

/** How the phrases above begin when it is one record. */
const ofOne: Readonly<Record<string, string>> = {
  are: 'is',
  were: 'was',
  have: 'has',
  wait: 'waits',
  lack: 'lacks',
  make: 'makes',
  fit: 'fits',
  go: 'goes',
};

/** Goes on after `37 purchase orders`. A code of a later version reads as itself. */
export function whyText(code: string, count: number): string {
  const [verb = '', ...rest] = (causes[code]?.why ?? `are parked (${code})`).split(' ');
  return [count === 1 ? (ofOne[verb] ?? verb) : verb, ...rest].join(' ');
}

/** What to do about it in the console; the server's own hint speaks of commands. */
export const nextText = (code: string, hint: string): string => causes[code]?.next ?? hint;
