import type { RecordState } from '../api/types.ts';
import { whoWords } from './who.ts';

export const records = {
  title: 'Records',
  lead: 'Find a supplier, a purchase order or an account, and see its whole life.',
  search: 'Search',
  searchHint: 'Supplier name, address number, order number, account, or number in Cin7',
  examples: 'For example: a part of a supplier’s name, 4343, OP 4711, PO-00102.',
  none: (text: string) => `Nothing is known of “${text}”.`,
  noneText:
    'A record is known once a sync has read it from JDE. Check the spelling, or search for a part of it.',
  found: (count: number) => (count === 1 ? '1 record' : `${count} records`),
  first: (count: number) => `The first ${count} records. Add a word to find fewer.`,
  record: 'Record',
  number: 'Number in Cin7',
  state: 'State',
  states: {
    live: 'In Cin7',
    begun: 'In Cin7, without its lines',
    voided: 'Voided',
    parked: 'Parked',
    staged: 'Waiting',
    read: 'Read from JDE',
    mapped: 'Mapped',
  } satisfies Record<RecordState, string>,
  jde: 'In JDE',
  jdeNone: 'JDE shows no row of it any more.',
  jdeLead: 'As the last run read it.',
  blank: (count: number) => `Show ${count} blank ${count === 1 ? 'field' : 'fields'}`,
  cin7: 'In Cin7',
  cin7None: 'Nothing was written to Cin7.',
  cin7Lead: 'As it was last written.',
  open: 'Open it in Cin7',
  written: 'Last written',
  mappingVersion: 'by settings version',
  id: 'Id',
  account: 'Cin7 account',
  accountNone: 'No Cin7 account is chosen for it.',
  accountState: 'Chosen',
  parked: (detail: string) => `It is parked: ${detail}`,
  parkedSince: 'Since',
  parkedCode: ({ code, field }: { readonly code: string; readonly field: string }) =>
    field === '' ? `code ${code}` : `code ${code}, field ${field}`,
  toParked: 'Look at the parked records',
  retryAsked: 'The next sync tries it again.',
  ignored: (by: string, reason: string) => `${whoWords(by)} set it aside: ${reason}`,
  staged: (reason: string) => `It waits for the next sync: ${STAGED[reason] ?? reason}.`,
  openWrite:
    'A write was sent and its answer is not known. The next sync looks it up before it writes again.',
  trail: 'What happened to it',
  trailNone: 'Nothing has happened to it yet.',
  when: 'When',
  what: 'What',
  who: 'Who',
  values: 'What changed',
  run: 'Run',
  version: 'Settings',
  notFound: 'Nothing is known of this record.',
} as const;

const STAGED: Readonly<Record<string, string>> = {
  changed: 'it changed in JDE',
  waiting: 'what it waited for may have come',
  remap: 'settings or the crosswalk changed',
  retry: 'somebody asked for another try',
  backfill: 'it is part of a backfill',
};

const ACTIONS: Readonly<Record<string, string>> = {
  'record.created': 'Created',
  'record.updated': 'Updated',
  'record.linked': 'Linked',
  'record.voided': 'Voided',
  'record.parked': 'Parked',
  'record.replayed': 'Asked to be sent again',
  'record.relinked': 'Asked to be sent anew',
};

/** What an entry of the trail tells, in a word. */
export function actionWords(action: string): string {
  return ACTIONS[action] ?? action.replaceAll(/[._]/g, ' ').replace(/^\w/, (letter) => letter.toUpperCase());
}
