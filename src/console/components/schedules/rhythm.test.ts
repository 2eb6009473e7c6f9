import { expect, test } from 'vitest';
import { asKind, type Rhythm, rhythmOf, timingOf } from './rhythm.ts';

const ZONE = 'America/Chicago';

test.each<[string, Rhythm]>([
  ['every quarter of an hour', { kind: 'minutes', minutes: 15 }],
  ['every day', { kind: 'daily', at: '00:05' }],
  ['every weekday', { kind: 'weekdays', at: '06:00' }],
  ['two days of the week', { kind: 'days', at: '17:30', days: ['1', '4'] }],
  ['something that has no plain words', { kind: 'cron', cron: '*/10 6-18 * * 1-5' }],
])('%s is the same after it was stored', (_, rhythm) => {
  expect(rhythmOf(timingOf(rhythm, ZONE))).toEqual(rhythm);
});

test('a distance that is no number of minutes keeps its cron line empty rather than being rounded', () => {
  expect(rhythmOf({ cron: null, timeZone: ZONE, everySeconds: 90 })).toEqual({ kind: 'cron', cron: '' });
});

test('no chosen day means every day, never a line that the server refuses', () => {
  expect(timingOf({ kind: 'days', at: '06:00', days: [] }, ZONE).cron).toBe('0 6 * * *');
});

test('said in another way, the time of day stays', () => {
  const weekdays: Rhythm = { kind: 'weekdays', at: '07:45' };
  expect(asKind(weekdays, 'daily', ZONE)).toEqual({ kind: 'daily', at: '07:45' });
  expect(asKind(weekdays, 'cron', ZONE)).toEqual({ kind: 'cron', cron: '45 7 * * 1-5' });
});
