import { expect, test } from 'vitest';
import type { ConnectionOverview, ReconcileSummary, Run } from '../../api/types.ts';
import { needsOf } from './needs.ts';

const RUN: Run = {
  id: '3f0a11d2',
  connectionId: 'c1',
  kind: 'sync',
  state: 'succeeded',
  trigger: 'schedule',
  requestedBy: 'schedule:1',
  settingsVersion: 1,
  queuedAt: '2026-11-23T06:00:00.000Z',
  startedAt: '2026-11-23T06:00:00.000Z',
  endedAt: '2026-11-23T06:02:00.000Z',
  seconds: 120,
  stopAskedBy: null,
  fault: null,
  flows: {},
  calls: { jde: 1, cin7: 1 },
  refusals: 0,
  progress: null,
  wish: {},
  plan: null,
  reconcile: null,
};

function connection(own: Partial<ConnectionOverview> = {}): ConnectionOverview {
  return {
    connection: { id: 'c1', name: 'main', pausedAt: null, pausedBy: null },
    standing: 'fresh',
    openRun: null,
    lastRuns: { sync: RUN },
    lastSuccessAt: RUN.endedAt,
    next: { at: '2026-11-24T06:00:00.000Z', kind: 'sync' },
    parked: {},
    ignored: 0,
    staged: {},
    budget: { used: 0, limit: 60 },
    alarms: [],
    ...own,
  };
}

const FAULT = { code: 'jde.sign_in_refused', text: 'JDE refused the user.', hint: 'Check the password.' };
const DIFFERS: ReconcileSummary = {
  flows: {},
  agree: false,
  sentence: '2 differences need a person.',
  compared: 0,
};

test('a connection that is in step needs nobody', () => {
  expect(needsOf([connection()])).toEqual([]);
});

test.each<[string, Partial<ConnectionOverview>, RegExp, string]>([
  [
    'credentials are missing',
    { standing: 'unfinished', budget: null },
    /no credentials yet/,
    '/c/main/settings',
  ],
  ['a system is away', { standing: 'offline', openRun: RUN }, /Nothing is lost/, `/c/main/runs/${RUN.id}`],
  [
    'the last sync failed',
    { standing: 'failing', lastRuns: { sync: { ...RUN, state: 'failed', fault: FAULT } } },
    /JDE refused the user\. Check the password\./,
    `/c/main/runs/${RUN.id}`,
  ],
  [
    'the last sync broke off',
    { standing: 'failing', lastRuns: { sync: { ...RUN, state: 'interrupted' } } },
    /broke off/,
    `/c/main/runs/${RUN.id}`,
  ],
  [
    'syncs get nowhere',
    { standing: 'failing', alarms: [{ event: 'run.no_progress', title: '', since: '', times: 3 }] },
    /left the same work behind/,
    `/c/main/runs/${RUN.id}`,
  ],
  ['nothing is fresh', { standing: 'stale' }, /may not be in Cin7/, '/c/main/runs'],
  ['nothing was synced yet', { standing: 'new', lastRuns: {}, next: null }, /dry run/, '/c/main/plan'],
  [
    'records are parked',
    { parked: { suppliers: 1, purchases: 2 } },
    /3 records are parked/,
    '/c/main/parked',
  ],
  ['no schedule starts runs', { next: null }, /no schedule/, '/c/main/settings'],
  [
    'both sides differ',
    { lastRuns: { sync: RUN, reconcile: { ...RUN, kind: 'reconcile', reconcile: DIFFERS } } },
    /2 differences need a person/,
    '/c/main/reconcile',
  ],
  [
    'it is paused',
    {
      standing: 'paused',
      next: null,
      connection: { id: 'c1', name: 'main', pausedAt: '2026-11-23T06:00:00.000Z', pausedBy: 'user:anna' },
    },
    /paused by anna/,
    '/c/main/settings',
  ],
])('when %s, one thing needs somebody, and the page that helps is named', (_, own, text, path) => {
  const needs = needsOf([connection(own)]);
  expect(needs).toHaveLength(1);
  expect(needs[0]?.text).toMatch(text);
  expect(needs[0]?.path).toBe(path);
});

test('the gravest stands first, whichever connection it is of', () => {
  const needs = needsOf([
    connection({ parked: { suppliers: 1 } }),
    connection({
      standing: 'offline',
      connection: { id: 'c2', name: 'second', pausedAt: null, pausedBy: null },
    }),
  ]);
  expect(needs.map(({ text }) => text.split(/[ :]/)[0])).toEqual(['second', 'main']);
});
