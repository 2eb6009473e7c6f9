import type { SendWay } from '../api/replay.ts';
import type { FlowName } from '../api/types.ts';
import { flowWord } from './flows.ts';
import { counted } from './words.ts';

const noun = (flow: FlowName): string => flowWord(flow).toLowerCase();

export const replayTexts = {
  open: 'Send again…',
  title: (label: string) => `Send ${label} again?`,
  way: 'How',
  ways: { again: 'Send it again', anew: 'Send it anew' } satisfies Record<SendWay, string>,
  wayHints: {
    again: (name: string) =>
      `What JDE held when it was last read goes to ${name} in Cin7, by today’s settings and crosswalk.`,
    anew: (name: string) =>
      `The link to ${name} is forgotten first. Choose this when ${name} is gone from Cin7 or voided there.`,
  } satisfies Record<SendWay, (name: string) => string>,
  asking: 'Asking Cin7 what would happen. This may take a minute while a run is at work. Nothing is changed.',
  would: 'What would happen',
  create: (flow: FlowName) => `Cin7 gets a new ${noun(flow)}.`,
  findOrCreate:
    'Cin7 is searched for the supplier, by its mark and by its name. It is linked to what is found; if nothing is, Cin7 gets a new supplier.',
  update: (name: string) => `${name} is changed in Cin7 in these fields. All others stay as they are.`,
  void: (name: string) => `${name} is voided in Cin7, because the order was cancelled in JDE.`,
  link: 'The account is matched anew. Nothing is written to Cin7.',
  park: 'It cannot be sent now, and would be parked:',
  unchanged:
    'There is nothing to send: what was last sent is still right. What people changed in Cin7 since then stays as they left it.',
  unchangedBecause: (reason: string) => `There is nothing to send: ${REASONS[reason] ?? reason}.`,
  calls: (count: number) => `This takes ${counted(count, 'call', 'calls')} to Cin7.`,
  confirm: {
    again: 'The next sync does this. Until then nothing changes in Cin7.',
    anew: (name: string) =>
      `The link to ${name} is forgotten at once, which cannot be taken back. The next sync does the rest.`,
  },
  go: { again: 'Send it again', anew: 'Forget the link and send it anew' } satisfies Record<SendWay, string>,
  done: 'It goes to Cin7 with the next sync.',
  nothingRead: 'JDE shows no row of it any more, so there is nothing to send.',
  openWrite: 'A write of it is not answered yet. The next sync looks it up first.',
} as const;

/** Of accounts, which stand in the crosswalk. */
const REASONS: Readonly<Record<string, string>> = {
  unmatched: 'no Cin7 account is chosen for this account. Choose one in the crosswalk',
  ambiguous: 'several Cin7 accounts fit this account. Choose one in the crosswalk',
  ignored: 'this account is ignored in the crosswalk',
  broken: 'the Cin7 account that was chosen for it is gone or archived. Choose another one in the crosswalk',
};
