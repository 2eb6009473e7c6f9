import type { CrosswalkKind, CrosswalkRow, CrosswalkState } from '../api/crosswalk.ts';
import { counted } from './words.ts';

/** A kind of code in words: one, several, and what is chosen for it in Cin7. */
const kinds: Readonly<
  Record<CrosswalkKind, { readonly one: string; readonly many: string; readonly choose: string }>
> = {
  account: { one: 'account', many: 'accounts', choose: 'Choose the Cin7 account' },
  item: { one: 'item', many: 'items', choose: 'Choose the Cin7 product' },
  paymentTerm: { one: 'payment term', many: 'payment terms', choose: 'Choose the Cin7 payment term' },
  taxRule: { one: 'tax area', many: 'tax areas', choose: 'Choose the Cin7 tax rule' },
  currency: { one: 'currency', many: 'currencies', choose: 'Currency in Cin7, such as USD' },
  country: { one: 'country', many: 'countries', choose: 'Country in Cin7, such as Germany' },
  location: { one: 'branch/plant', many: 'branch/plants', choose: 'Choose the Cin7 location' },
  unit: { one: 'unit of measure', many: 'units of measure', choose: 'Choose the Cin7 unit' },
  serviceProduct: {
    one: 'charge',
    many: 'charges',
    choose: 'Choose the Cin7 service product',
  },
};

const states: Readonly<Record<CrosswalkState, string>> = {
  broken: 'No longer in Cin7',
  ambiguous: 'Several fit',
  unmatched: 'Not mapped',
  ignored: 'Left out',
  matched: 'Matched by itself',
  confirmed: 'Chosen',
};

export const crosswalk = {
  title: 'Crosswalk',
  lead: 'What each JDE code is in Cin7. What is unknown stands first; records wait until somebody has decided.',
  kinds,
  states,
  blank: '(blank)',
  all: 'All kinds',
  kind: 'Kind',
  open: (count: number) => `${counted(count, 'code needs', 'codes need')} a decision`,
  search: 'Search',
  searchHint: 'Part of a code, a name or a Cin7 entry',
  onlyOpen: 'Only what needs a decision',
  code: 'JDE code',
  target: 'In Cin7',
  state: 'State',
  waiting: 'Waiting',
  changed: 'Decided',
  save: 'Save',
  saveChosen: (count: number) =>
    count === 0 ? 'Save choices' : `Save ${counted(count, 'choice', 'choices')}`,
  change: 'Change',
  leaveOut: 'Leave out',
  takeBack: 'Take back',
  takenBack: 'The decision was taken back.',
  saved: (count: number) =>
    `${counted(count, 'code is', 'codes are')} mapped. What waited for them follows with the next sync.`,
  leftOut: 'The code is left out.',
  bySystem: 'by itself',
  undecided: 'Not yet',
  suggested: (target: string) => `Take ${target}`,
  noneFound: 'Nothing in Cin7 fits. Type a part of the code or of the name.',
  notActive: 'not active in Cin7',
  moreEntries: (count: number) => `${counted(count, 'more entry', 'more entries')}: type to narrow down`,
  clear: 'Empty the choice',
  refreshBook: 'Read Cin7’s list again',
  bookUnreadable: 'Cin7’s list cannot be read now.',
  shown: (shown: number, total: number) =>
    `${shown.toLocaleString('en')} of ${counted(total, 'code', 'codes')}`,
  older: 'Next page',
  newer: 'Page before',
  emptyTitle: 'No codes yet',
  emptyText: 'Codes appear with the first sync or dry run, as records ask for them.',
  nothingOpenTitle: 'Everything is mapped',
  nothingOpenText: 'No code of this kind waits for a decision.',
  noMatchTitle: 'Nothing fits',
  noMatchText: 'No code has this text. Search for a shorter part of it.',
  accept: (count: number) => `Look at ${counted(count, 'suggestion', 'suggestions')}`,
  acceptTitle: 'Suggestions',
  acceptText:
    'Each is the nearest entry of Cin7. Take only those that you know are right; nothing is taken by itself.',
  acceptChosen: (count: number) => `Take ${counted(count, 'suggestion', 'suggestions')}`,
  acceptAll: 'All',
  take: 'Take',
  reason: 'Why',
  history: 'Who changed what',
  exportCsv: 'Save as CSV',
  importCsv: 'Load CSV',
  importTitle: 'Load a CSV file',
  importText:
    'A file with the columns kind, code and target: a saved file has them. An empty target takes a decision back; other columns are left aside. Nothing changes until you have seen what would.',
  importFile: 'CSV file',
  importChoose: 'Choose a file',
  importClear: 'Take the file away',
  importDo: (count: number) => `Change ${counted(count, 'code', 'codes')}`,
  importNothing: 'The file changes nothing.',
  importSame: (count: number) => `${counted(count, 'line says', 'lines say')} what is so already.`,
  importFirst: (count: number) => `The first ${count.toLocaleString('en')} changes:`,
  unknownTarget: 'Not active in Cin7',
  importUnknown: (count: number) =>
    `${counted(count, 'line names', 'lines name')} something that is not active in Cin7: records that need it would wait.`,
  importTooLarge: 'The file is larger than 900 KB. Split it.',
  imported: (count: number) => `${counted(count, 'code was', 'codes were')} changed.`,
  from: 'So far',
  to: 'From now on',
  effects: { add: 'New', change: 'Changed', remove: 'Taken back', same: 'As it was' },
} as const;

/** JDE numbers accounts inside; people know them by what the row is called. */
export function codeName({ kind, code, label }: Pick<CrosswalkRow, 'kind' | 'code' | 'label'>): string {
  const shown = code.trim() === '' ? crosswalk.blank : code;
  if (label === '') return shown;
  return kind === 'account' ? label : `${shown} · ${label}`;
}
