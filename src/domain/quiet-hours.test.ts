import { expect, test } from 'vitest';
import { endOfQuiet, quietSpanAt } from './quiet-hours.ts';

const HOURS = { spans: ['22:00-05:30', '12:00-12:15'], timeZone: 'America/Chicago' };
const at = (text: string): number => Date.parse(text);

test('a span over midnight holds on both days; its end does not belong to it', () => {
  expect(quietSpanAt(HOURS, at('2026-11-24T04:00:00Z'))).toBe('22:00-05:30');
  expect(quietSpanAt(HOURS, at('2026-11-24T11:29:59Z'))).toBe('22:00-05:30');
  expect(quietSpanAt(HOURS, at('2026-11-24T11:30:00Z'))).toBeUndefined();
});

test('the end of quiet is the first minute outside of every span', () => {
  expect(endOfQuiet(HOURS, at('2026-11-24T04:00:30Z'))).toBe(at('2026-11-24T11:30:00Z'));
  const awake = at('2026-11-24T15:00:01Z');
  expect(endOfQuiet(HOURS, awake)).toBe(awake);
});

test('a day that is quiet throughout has no end', () => {
  expect(endOfQuiet({ spans: ['00:00-12:00', '12:00-00:00'], timeZone: 'UTC' }, 0)).toBeUndefined();
});
