import type { Standing } from '../api/types.ts';
import { figure } from './figures.ts';
import { whoWords } from './who.ts';

export const overview = {
  title: 'Overview',
  allWell: 'Everything is in step. Nobody needs to do anything.',
  needs: (count: number) => (count === 1 ? 'One thing needs somebody:' : `${count} things need somebody:`),
  emptyTitle: 'No connection yet',
  emptyText:
    'A connection joins one JDE environment to one Cin7 company. Setting one up takes some minutes: you need a read-only JDE user and a Cin7 application key.',
  setUp: 'Set up a connection',
  setUpNeedsAdmin: 'An admin sets up the first connection.',
  open: 'Look at it',
  standing: {
    unfinished: 'Not set up',
    offline: 'Offline',
    failing: 'Failing',
    stale: 'Out of date',
    paused: 'Paused',
    new: 'Not synced yet',
    running: 'At work',
    fresh: 'Up to date',
  } satisfies Record<Standing, string>,
  lastSync: 'Last sync',
  lastSuccess: 'Last success',
  nextRun: 'Next run',
  noNext: 'none planned',
  paused: (by: string) => `paused by ${whoWords(by)}`,
  today: 'Arrived today',
  parked: 'Parked',
  parkedNone: 'none',
  ignored: (count: number) => `${count} set aside`,
  staged: 'Waiting',
  records: (count: number) =>
    count === 0 ? 'nothing' : count === 1 ? '1 record' : `${figure(count)} records`,
  budget: 'Calls to Cin7',
  budgetText: (used: number, limit: number) => `${figure(used)} of ${figure(limit)} in the last minute`,
  noBudget: 'known once credentials are set',
  atWork: 'At work now',
  arrivals: 'Records that arrived, by day',
  arrivalsAll: (count: number) => `${figure(count)} in the last 30 days`,
  arrivalsNone: 'Nothing arrived in the last 30 days.',
  asTable: 'Show as a table',
  day: 'Day',
  need: {
    unfinished: (name: string) => `${name} has no credentials yet: nothing can run.`,
    offline: (name: string) =>
      `${name}: JDE or Cin7 does not answer. Nothing is lost; the work goes on by itself when it is back.`,
    failing: (name: string, text: string) => `${name}: the last sync failed. ${text}`,
    interrupted: (name: string) => `${name}: the last sync broke off. The next one goes on from there.`,
    stuck: (name: string) => `${name}: several syncs in a row left the same work behind.`,
    stale: (name: string) =>
      `${name}: no sync has succeeded for long. What is new in JDE may not be in Cin7.`,
    neverSynced: (name: string) =>
      `${name} was never synced. A dry run shows first what a sync would change.`,
    parked: (name: string, count: number) =>
      count === 1
        ? `${name}: 1 record is parked and waits for a correction.`
        : `${name}: ${count} records are parked and wait for a correction.`,
    differences: (name: string, sentence: string) => `${name}: ${sentence}`,
    noSchedule: (name: string) => `${name}: no schedule starts syncs. They run only when somebody asks.`,
    paused: (name: string, by: string) =>
      `${name} was paused by ${whoWords(by)}: schedules rest until somebody resumes it.`,
  },
} as const;
