import { describe, expect, test } from 'vitest';
import { checkTiming, nextDue, nextDues, type Timing } from './timing.ts';

const at = (text: string): number => Date.parse(text);
const cron = (line: string, timeZone = 'America/Chicago'): Timing => ({
  cron: line,
  timeZone,
  everySeconds: null,
});
const dues = (timing: Timing, after: string, count: number): readonly string[] =>
  nextDues(timing, at(after), count).map((ms) => new Date(ms).toISOString().slice(0, 16));

describe('a cron line', () => {
  test('is read in its own time zone', () => {
    expect(dues(cron('0 6 * * 1-5'), '2026-11-20T12:00:00Z', 3)).toEqual([
      '2026-11-23T12:00',
      '2026-11-24T12:00',
      '2026-11-25T12:00',
    ]);
  });

  test('of a time that a spring night leaves out is due when the clock goes on, once', () => {
    expect(dues(cron('30 2 * * *'), '2026-03-07T09:00:00Z', 3)).toEqual([
      '2026-03-08T08:00',
      '2026-03-09T07:30',
      '2026-03-10T07:30',
    ]);
  });

  test('of a time that an autumn night has twice is due once', () => {
    expect(dues(cron('30 1 * * *'), '2026-10-31T07:00:00Z', 2)).toEqual([
      '2026-11-01T06:30',
      '2026-11-02T07:30',
    ]);
  });

  test('for every hour is due in each real hour of such nights', () => {
    expect(dues(cron('0 * * * *'), '2026-11-01T04:30:00Z', 4)).toEqual([
      '2026-11-01T05:00',
      '2026-11-01T06:00',
      '2026-11-01T07:00',
      '2026-11-01T08:00',
    ]);
    expect(dues(cron('0 * * * *'), '2026-03-08T06:30:00Z', 3)).toEqual([
      '2026-03-08T07:00',
      '2026-03-08T08:00',
      '2026-03-08T09:00',
    ]);
  });
});

test('a distance counts from the moment before', () => {
  expect(nextDue({ cron: null, timeZone: 'UTC', everySeconds: 900 }, 1_000)).toBe(901_000);
});

test.each<[string, Timing, string, RegExp]>([
  [
    'neither',
    { cron: null, timeZone: 'UTC', everySeconds: null },
    'cron',
    /either a cron line or a distance/,
  ],
  ['both', { cron: '0 6 * * *', timeZone: 'UTC', everySeconds: 900 }, 'cron', /either/],
  ['a line of other parts', cron('0 0 6 * * *'), 'cron', /five parts/],
  ['a line of nonsense', cron('every morning'), 'cron', /five parts/],
  ['a minute that is none', cron('61 6 * * *'), 'cron', /five parts/],
  ['a day that never comes', cron('0 6 30 2 *'), 'cron', /never comes/],
  ['a zone that is none', cron('0 6 * * *', 'Chicago time'), 'timeZone', /America\/Chicago/],
  ['a distance too short', { cron: null, timeZone: 'UTC', everySeconds: 5 }, 'everySeconds', /60 seconds/],
])('%s is refused by its field', (_, timing, field, says) => {
  expect(() => checkTiming(timing)).toThrow(expect.objectContaining({ code: 'input.invalid', field }));
  expect(() => checkTiming(timing)).toThrow(says);
});
