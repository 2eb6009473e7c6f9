import { expect, test } from 'vitest';
import type { Counters, Run } from '../../api/types.ts';
import { resultWords } from './result-words.ts';

const NONE: Counters = {
  staged: 0,
  created: 0,
  updated: 0,
  linked: 0,
  unchanged: 0,
  voided: 0,
  parked: 0,
  left: 0,
  rowsRead: 0,
  rowsChanged: 0,
  notDue: 0,
  unmatched: 0,
};

function run(own: Partial<Run>): Run {
  return {
    id: '3f0a11d2',
    connectionId: 'c1',
    kind: 'sync',
    state: 'succeeded',
    trigger: 'person',
    requestedBy: 'user:anna',
    settingsVersion: 1,
    queuedAt: '2026-11-23T06:00:00.000Z',
    startedAt: null,
    endedAt: null,
    seconds: null,
    stopAskedBy: null,
    fault: null,
    flows: {},
    calls: { jde: 0, cin7: 0 },
    refusals: 0,
    progress: null,
    wish: {},
    plan: null,
    reconcile: null,
    ...own,
  };
}

const flows = {
  suppliers: { ...NONE, staged: 4, created: 3, unchanged: 1 },
  purchases: { ...NONE, staged: 1_202, created: 1_200, parked: 2 },
};

test.each<[string, Partial<Run>, RegExp]>([
  ['outcomes are added up over the flows', { flows }, /^1.203 created, 2 parked$/],
  [
    'nothing but unchanged records is nothing new',
    { flows: { suppliers: { ...NONE, unchanged: 9 } } },
    /^Nothing new$/,
  ],
  ['a run at work that has done nothing says nothing', { state: 'running' }, /^$/],
  [
    'a plan says what it costs',
    { kind: 'plan', plan: { flows: {}, writes: 28, minutes: 0.5 } },
    /^28 calls to Cin7, less/,
  ],
  [
    'a reconcile says its sentence',
    { kind: 'reconcile', reconcile: { flows: {}, agree: true, sentence: 'Both sides agree.', compared: 0 } },
    /^Both sides agree\.$/,
  ],
  [
    'what went wrong goes before all else',
    { state: 'failed', flows, fault: { code: 'jde.away', text: 'JDE does not answer.', hint: '' } },
    /^JDE does not answer\.$/,
  ],
])('%s', (_, own, words) => {
  expect(resultWords(run(own))).toMatch(words);
});
