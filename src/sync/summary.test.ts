import { describe, expect, test } from 'vitest';
import { addCounters, assertBalance, NO_COUNTERS, parseSummary } from './summary.ts';

describe('the balance of a run', () => {
  test('holds when every staged record has an outcome or is left', () => {
    const counters = addCounters(NO_COUNTERS, {
      staged: 7,
      created: 1,
      updated: 1,
      linked: 1,
      unchanged: 1,
      voided: 1,
      parked: 1,
      left: 1,
    });
    expect(() => assertBalance('suppliers', counters)).not.toThrow();
  });

  test.each([
    ['one is missing', { staged: 2, created: 1 }],
    ['one is counted twice', { staged: 1, created: 1, left: 1 }],
    ['one came from nowhere', { parked: 1 }],
  ])('ends the run loudly when %s', (_, changes) => {
    expect(() => assertBalance('purchases', addCounters(NO_COUNTERS, changes))).toThrow(/purchases: staged/);
  });

  test('does not count rows and reasons among records', () => {
    const counters = addCounters(NO_COUNTERS, {
      staged: 1,
      unchanged: 1,
      notDue: 1,
      rowsRead: 9,
      rowsChanged: 3,
    });
    expect(() => assertBalance('accounts', counters)).not.toThrow();
  });
});

test('counters add up and change nothing in place', () => {
  const first = addCounters(NO_COUNTERS, { staged: 2, created: 1 });
  const second = addCounters(first, { staged: 1, rowsRead: 5 });
  expect(second).toMatchObject({ staged: 3, created: 1, rowsRead: 5 });
  expect(first).toMatchObject({ staged: 2, rowsRead: 0 });
  expect(NO_COUNTERS.staged).toBe(0);
});

test('a stored summary is read back; what it lacks counts as nothing, and what has no outcome as left', () => {
  const summary = {
    flows: { suppliers: addCounters(NO_COUNTERS, { staged: 1, created: 1 }) },
    calls: { jde: 3, cin7: 2 },
    refusals: 1,
    seconds: 1.5,
  };
  expect(parseSummary(JSON.stringify(summary))).toEqual(summary);
  expect(parseSummary('{}')).toEqual({ flows: {}, calls: { jde: 0, cin7: 0 }, refusals: 0, seconds: 0 });
  expect(parseSummary('{"flows":{"purchases":{"staged":4}}}').flows.purchases).toEqual({
    ...NO_COUNTERS,
    staged: 4,
    left: 4,
  });
});
