import type { ChangeKind } from '../api/types.ts';
import { figure } from './figures.ts';

export const planTexts = {
  title: 'Plan',
  lead: 'Every change that a sync would make now, before it happens. Nothing is written.',
  make: 'Dry run',
  makeNew: 'New dry run',
  run: 'Run it now',
  runQuestion: 'Sync now?',
  runText: (words: string) =>
    `This writes to Cin7: ${words}. What changed in JDE since the dry run is taken along. A purchase order is voided only if it was cancelled in JDE.`,
  runNothing: 'The plan has nothing to write. What changed in JDE since then is taken along.',
  emptyTitle: 'No dry run yet',
  emptyText: 'A dry run reads JDE and Cin7 and shows every change that a sync would make. It writes nothing.',
  failed: 'The dry run did not come to its end, so there is no plan to show.',
  atWork: 'The dry run is at work.',
  watch: 'Watch it',
  made: 'Made',
  outdated: 'A sync ran since this dry run: some of these changes may be done already.',
  cost: (writes: number, minutes: number) =>
    writes === 0
      ? 'Nothing to write'
      : `${figure(writes)} ${writes === 1 ? 'call' : 'calls'} to Cin7, ${minutesText(minutes)}`,
  callsLabel: 'Calls to Cin7',
  minutesLabel: 'Time they take',
  minutes: minutesText,
  flow: 'Flow',
  unchanged: 'Unchanged',
  kind: 'Change',
  written: 'What is written',
  record: 'Record',
  what: 'What would change',
  summary: 'The plan in figures',
  changes: 'Changes',
  nothing: 'Both sides are in step: a sync would write nothing.',
  nothingFits: 'No change fits these filters.',
  linkTo: (target: string) => `Cin7 account ${target}`,
  newRecord: 'A new record',
  show: 'Show what Cin7 gets',
  hide: 'Hide it',
  kinds: {
    create: 'Create',
    update: 'Update',
    void: 'Void',
    link: 'Link',
    park: 'Park',
  } satisfies Record<ChangeKind, string>,
  kindWords: {
    create: (count: number) => `${figure(count)} created`,
    update: (count: number) => `${figure(count)} updated`,
    void: (count: number) => `${figure(count)} voided`,
    link: (count: number) => `${figure(count)} linked`,
    park: (count: number) => `${figure(count)} parked`,
  } satisfies Record<ChangeKind, (count: number) => string>,
} as const;

function minutesText(minutes: number): string {
  if (minutes < 1) return 'less than a minute';
  if (minutes < 90) return `about ${Math.ceil(minutes)} minutes`;
  return `about ${(minutes / 60).toFixed(1)} hours`;
}
