import { FAULTS, type FaultCode, type FaultKind } from '../../src/faults/fault-codes.ts';
import { code, generatedNote, page, table } from './markdown.ts';

const KINDS: Readonly<Record<FaultKind, { readonly short: string; readonly long: string }>> = {
  retry: {
    short: 'tried again',
    long: 'The other side is busy or away. The call is repeated, a bounded number of times; if it still fails the run ends and the next one goes on.',
  },
  uncertain: {
    short: 'looked up',
    long: 'A write was sent and no answer came. The record is looked up in Cin7 before anything is sent for it again.',
  },
  halt: {
    short: 'stops',
    long: 'Something that a person must change. The run stops; nothing is lost, the next run goes on from there.',
  },
  park: {
    short: 'parks the record',
    long: 'One record cannot be written now. It is parked with the reason; all others go on.',
  },
};

/** Groups in the order in which they are met; a code belongs to the group of its first word. */
const GROUPS: readonly (readonly [title: string, prefixes: readonly string[]])[] = [
  ['Configuration and command line', ['config', 'input']],
  ['Store and runs', ['store', 'run']],
  ['JDE', ['jde']],
  ['Cin7', ['cin7']],
  ['Crosswalk and accounts', ['crosswalk', 'accounts']],
  ['Suppliers', ['suppliers']],
  ['Purchases', ['purchases']],
];

export function faultsPage(): string {
  const codes = Object.keys(FAULTS) as FaultCode[]; // The keys of the table are the codes.
  const groups = GROUPS.map(([title, prefixes]) => ({
    title,
    codes: codes.filter((each) => prefixes.includes(prefixOf(each))),
  }));
  const others = codes.filter((each) => !GROUPS.some(([, prefixes]) => prefixes.includes(prefixOf(each))));
  if (others.length > 0) groups.push({ title: 'Others', codes: others });
  return page(
    generatedNote(),
    '# Fault codes',
    `Whatever goes wrong has one of these ${codes.length} codes. A code keeps its meaning for ever. It stands in the output of commands, in ${code('parked list')} and in the audit trail, together with the words of the other side and the next step below.`,
    table(
      ['kind', 'what happens'],
      Object.values(KINDS).map(({ short, long }) => [short, long]),
    ),
    ...groups
      .filter((group) => group.codes.length > 0)
      .flatMap((group) => [`## ${group.title}`, tableOf(group.codes)]),
  );
}

function tableOf(codes: readonly FaultCode[]): string {
  return table(
    ['code', 'kind', 'next step'],
    codes.map((each) => [code(each), KINDS[FAULTS[each].kind].short, FAULTS[each].hint]),
  );
}

const prefixOf = (each: string): string => each.split('.', 1)[0] ?? '';
