import type { FlowName, Outcome, Run } from '../api/types.ts';
import { figure } from './figures.ts';
import { whoWords } from './who.ts';

type Phase = NonNullable<Run['progress']>['phase'];

export const runs = {
  title: 'Runs',
  run: 'Run',
  lead: 'What was done, and what is being done.',
  start: 'Sync now',
  plan: 'Dry run',
  reconcile: 'Reconcile',
  stop: 'Stop',
  stopping: (by: string) => `${whoWords(by)} asked it to stop. Writes under way are finished first.`,
  again: 'Run again',
  emptyTitle: 'No run yet',
  emptyText: 'A sync brings Cin7 in step with JDE. A dry run shows first what it would change.',
  nothingFits: 'No run fits these filters.',
  busy: 'Another run of this connection is at work.',
  noCredentials: 'The connection has no credentials yet. Set them on its settings page.',
  stopQuestion: 'Stop this run?',
  stopText: 'Writes under way are finished. What is left goes on with the next run; nothing is lost.',
  kind: 'Kind',
  state: 'State',
  any: 'All',
  started: 'Started',
  took: 'Took',
  by: 'By',
  from: (origin: string) => `from ${origin}`,
  result: 'Result',
  nothingNew: 'Nothing new',
  outcome: 'Outcome',
  record: 'Record',
  change: 'What changed',
  outcomes: 'Records of this run',
  outcomesLead:
    'Unchanged records are only counted. A record that stays parked for the same reason is told once.',
  noOutcomes: 'No record was changed or newly parked.',
  balance: 'Balance',
  balanceText: 'Everything that was staged has an outcome, or is left for the next run.',
  flow: 'Flow',
  staged: 'Staged',
  left: 'Left',
  rowsRead: 'Rows read',
  total: 'Total',
  calls: 'Calls',
  callsText: (jde: number, cin7: number) => `${figure(jde)} calls to JDE, ${figure(cin7)} to Cin7`,
  refusals: (count: number) => `${count} were refused because of the allowance, and repeated`,
  budget: 'Calls to Cin7',
  progress: 'Progress',
  phase: {
    settle: (flow: string) => `Looking up ${flow} whose last write was not answered`,
    read: (flow: string) => `Reading ${flow} from JDE`,
    fetch: (flow: string) => `Reading all that belongs to changed ${flow}`,
    work: (flow: string) => `Writing ${flow} to Cin7`,
    done: (flow: string) => `Done with ${flow}`,
    offline: () => 'Waiting: a system does not answer. The run goes on by itself when it is back.',
  } satisfies Record<Phase, (flow: string) => string>,
  done: (done: number, of: number) => `${figure(done)} of ${figure(of)} records`,
  rate: (perMinute: number) => `${figure(perMinute)} records a minute`,
  minutesLeft: (minutes: number) =>
    minutes < 1 ? 'less than a minute left' : `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} left`,
  waiting: 'Waits to begin',
  connectionLost: 'The live view broke off. It is opened again by itself.',
  seePlan: 'See the changes',
  seeReport: 'See the differences',
  fault: (code: string) => `Code ${code}`,
  seconds: (seconds: number) =>
    seconds < 60
      ? `${Math.round(seconds * 10) / 10} s`
      : seconds < 3_600
        ? `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
        : `${Math.floor(seconds / 3_600)} h ${Math.round((seconds % 3_600) / 60)} min`,
  nextRunTakes: 'The next sync reads this.',
  kinds: { sync: 'Sync', plan: 'Dry run', reconcile: 'Reconcile', backfill: 'Backfill' } satisfies Record<
    Run['kind'],
    string
  >,
  states: {
    queued: 'Waiting',
    running: 'Running',
    skipped: 'Left out',
    succeeded: 'Succeeded',
    failed: 'Failed',
    stopped: 'Stopped',
    interrupted: 'Interrupted',
  } satisfies Record<Run['state'], string>,
  outcomeNames: {
    created: 'Created',
    updated: 'Updated',
    linked: 'Linked',
    unchanged: 'Unchanged',
    voided: 'Voided',
    parked: 'Parked',
  } satisfies Record<Outcome, string>,
  flows: { accounts: 'Accounts', suppliers: 'Suppliers', purchases: 'Purchase orders' } satisfies Record<
    FlowName,
    string
  >,
} as const;
