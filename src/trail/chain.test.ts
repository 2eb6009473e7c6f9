import { describe, expect, test } from 'vitest';
import { chainEvents, checkChain, GENESIS_HASH, hashEntry, type TrailEvent } from './chain.ts';

const event = (data: Record<string, unknown> = {}): TrailEvent => ({
  at: 1,
  actor: 'test',
  origin: 'here',
  action: 'run.started',
  flow: null,
  recordKey: null,
  runId: null,
  settingsVersion: null,
  cin7Id: null,
  data,
});

describe('a chain', () => {
  test('begins with a known hash, and each entry holds the hash of the one before', () => {
    const [first, second] = chainEvents('c1', undefined, [event({ a: 1 }), event({ a: 2 })]);
    expect(first).toMatchObject({ seq: 1, prevHash: GENESIS_HASH });
    expect(second).toMatchObject({ seq: 2, prevHash: first?.hash });
  });

  test('goes on behind its last entry', () => {
    const start = chainEvents('c1', undefined, [event()]);
    const more = chainEvents('c1', start[0], [event(), event()]);
    expect(checkChain(undefined, [...start, ...more])).toMatchObject({ last: { seq: 3 } });
  });

  test('that is empty is sound', () => {
    expect(checkChain(undefined, [])).toEqual({ last: undefined });
    expect(checkChain({ seq: 7, hash: 'h' }, [])).toEqual({ last: { seq: 7, hash: 'h' } });
  });

  test('cannot be forged by moving text from one field to the next', () => {
    const [entry] = chainEvents('c1', undefined, [event()]);
    if (entry === undefined) throw new Error('No entry.');
    const moved = { ...entry, actor: 'testhere', origin: '' };
    expect(hashEntry(moved)).not.toBe(entry.hash);
    expect(checkChain(undefined, [moved])).toEqual({ flaw: { seq: 1, problem: 'changed' } });
  });

  test('that was cut off at its end is only found by its anchor', () => {
    const entries = chainEvents('c1', undefined, [event(), event()]);
    const anchor = entries.at(-1);
    const result = checkChain(undefined, entries.slice(0, 1));
    expect(result).toMatchObject({ last: { seq: 1 } });
    expect('last' in result && result.last?.hash).not.toBe(anchor?.hash);
  });
});
