import { describe, expect, test } from 'vitest';
import { assert, Fault, hintOf, isFault } from './fault.ts';
import { FAULTS, type FaultCode } from './fault-codes.ts';

describe('a fault', () => {
  test('knows who must act and what to do next', () => {
    const fault = new Fault('cin7.write_unanswered', 'Cin7 did not answer POST /supplier.');
    expect(fault.kind).toBe('uncertain');
    expect(fault.hint).toBe(hintOf('cin7.write_unanswered'));
  });

  test('keeps its cause, its field and the wait that was asked for', () => {
    const cause = new Error('socket hang up');
    const fault = new Fault('jde.timeout', 'No answer.', { cause, field: 'F0101', retryAfterMs: 500 });
    expect(fault).toMatchObject({ cause, field: 'F0101', retryAfterMs: 500, name: 'Fault' });
  });

  test('is told apart from other errors by its kind', () => {
    const fault = new Fault('jde.timeout', 'No answer.');
    expect(isFault(fault)).toBe(true);
    expect(isFault(fault, 'retry')).toBe(true);
    expect(isFault(fault, 'halt', 'uncertain')).toBe(false);
    expect(isFault(new Error('No answer.'), 'retry')).toBe(false);
  });
});

describe('every code', () => {
  const codes = Object.keys(FAULTS) as FaultCode[];

  test.each(codes)('%s has a next step that is a sentence', (code) => {
    expect(hintOf(code)).toMatch(/^([A-Z]|jde\.).{15,}\.$/su);
  });

  test('is written alike: area, dot, words with underscores', () => {
    for (const code of codes) expect(code).toMatch(/^[a-z0-9]+\.[a-z_0-9]+$/);
  });
});

test('a mistake of our own is loud', () => {
  expect(() => assert(false, 'one is two')).toThrow('Assertion failed: one is two');
  expect(() => assert(0, 'nought is a value')).not.toThrow();
});
