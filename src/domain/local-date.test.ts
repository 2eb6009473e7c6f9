import { describe, expect, test } from 'vitest';
import { addDays, dayIn, earlier, type LocalDate, later, localDate, parseLocalDate } from './local-date.ts';

const day = (text: string): LocalDate => parseLocalDate(text) ?? ('' as LocalDate);

describe('text becomes a day', () => {
  test.each(['2014-03-31', '2024-02-29', '2000-02-29', '2099-12-31'])('%s is a day', (text) => {
    expect(parseLocalDate(text)).toBe(text);
  });

  test.each([
    '2014-02-30',
    '2023-02-29',
    '1900-02-29',
    '2014-13-01',
    '2014-00-10',
    '2014-04-31',
    '2014-4-1',
    '0014-03-31',
  ])('%s does not exist or is of another form', (text) => {
    expect(parseLocalDate(text)).toBeUndefined();
  });

  test.each(['', '20140331', '31/03/2014', '2014-03-31T00:00:00', ' 2014-03-31'])('%j is no day', (text) => {
    expect(parseLocalDate(text)).toBeUndefined();
  });

  test('parts that overflow do not roll over into another day', () => {
    expect(localDate(2014, 2, 29)).toBeUndefined();
    expect(localDate(2016, 2, 29)).toBe('2016-02-29');
  });
});

describe('days are counted', () => {
  test.each([
    ['2014-03-31', 1, '2014-04-01'],
    ['2014-03-01', -1, '2014-02-28'],
    ['2024-02-28', 2, '2024-03-01'],
    ['2014-12-31', 1, '2015-01-01'],
    ['2014-03-31', 0, '2014-03-31'],
    // In both nights a zone somewhere has 23 or 25 hours.
    ['2026-03-29', 1, '2026-03-30'],
    ['2026-10-25', 1, '2026-10-26'],
  ])('%s and %i days is %s', (from, days, expected) => {
    expect(addDays(day(from), days)).toBe(expected);
  });

  test('of two days the earlier and the later one', () => {
    expect(earlier(day('2014-09-30'), day('2014-10-01'))).toBe('2014-09-30');
    expect(later(day('2014-09-30'), day('2014-10-01'))).toBe('2014-10-01');
  });
});

test('one moment falls on different days in different zones', () => {
  const at = Date.UTC(2026, 0, 1, 3, 30);
  expect(dayIn('UTC', at)).toBe('2026-01-01');
  expect(dayIn('America/Denver', at)).toBe('2025-12-31');
  expect(dayIn('Asia/Tokyo', Date.UTC(2025, 11, 31, 20))).toBe('2026-01-01');
});
