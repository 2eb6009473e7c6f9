import { describe, expect, test } from 'vitest';
import type { Mapped } from '../flows/flow.ts';
import type { Link } from '../store/links.ts';
import type { ParkedRecord } from '../store/parked.ts';
import { diffRecord } from './diff.ts';
import { fingerprintOf } from './fingerprint.ts';

interface Payload {
  readonly Name: string;
}

const payload: Payload = { Name: 'Parts Emporium' };
const fingerprint = fingerprintOf(payload);
const mapped: Mapped<Payload> = { kind: 'payload', label: 'Parts', payload };
const link = (own: Partial<Link> = {}): Link => ({
  recordKey: '4343',
  cin7Id: 'id-1',
  cin7Number: '',
  state: 'live',
  label: 'Parts',
  nameKey: 'parts',
  fingerprint,
  payload: JSON.stringify(payload),
  details: '{}',
  ...own,
});
const parked = (own: Partial<ParkedRecord> = {}): ParkedRecord => ({
  flow: 'suppliers',
  recordKey: '4343',
  label: 'Parts',
  code: 'cin7.refused',
  field: 'Supplier',
  detail: 'Not to our liking.',
  subject: '',
  ignored: null,
  assignee: null,
  fingerprint,
  retryAsked: false,
  parkedAtMs: 0,
  seenAtMs: 0,
  runId: 'run-1',
  ...own,
});

function diff(own: { mapped?: Mapped<Payload>; link?: Link; parked?: ParkedRecord } = {}) {
  return diffRecord<Payload>({
    recordKey: '4343',
    mapped: own.mapped ?? mapped,
    link: own.link,
    parked: own.parked,
    differences: (before, after) => [{ field: 'Name', from: before.Name, to: after.Name }],
  });
}

const old = { fingerprint: 'old', payload: '{"Name":"Old"}' };
const voided: Mapped<Payload> = { kind: 'cancelled', label: 'Parts' };

describe('what is to be done for a record', () => {
  test('that Cin7 does not have: create it', () => {
    expect(diff()).toMatchObject({ kind: 'create', payload, fingerprint, differences: [] });
  });

  test('that Cin7 holds as it is: nothing', () => {
    expect(diff({ link: link() })).toEqual({
      recordKey: '4343',
      label: 'Parts',
      notes: [],
      kind: 'unchanged',
    });
  });

  test('that has changed: update it, with the fields that differ', () => {
    expect(diff({ link: link(old) })).toMatchObject({
      kind: 'update',
      differences: [{ field: 'Name', from: 'Old', to: 'Parts Emporium' }],
    });
  });

  test('that was made by a call whose answer was never seen: take it over', () => {
    expect(diff({ link: link({ state: 'begun' }) })).toMatchObject({ kind: 'adopted' });
  });

  test('that was begun and is not complete: finish it, never make another', () => {
    expect(diff({ link: link({ state: 'begun', fingerprint: '' }) })).toMatchObject({ kind: 'update' });
  });

  test('that was voided and lives again: create it anew', () => {
    expect(diff({ link: link({ state: 'voided' }) })).toMatchObject({ kind: 'create', notes: [] });
  });

  test('that was voided by a call whose answer was never seen: tell of it', () => {
    const untold = link({ state: 'voided', fingerprint: '', cin7Number: 'PO-00007' });
    expect(diff({ mapped: voided, link: untold })).toMatchObject({
      kind: 'adopted',
      link: { state: 'voided', fingerprint: 'void:id-1' },
    });
    expect(diff({ link: untold })).toMatchObject({
      kind: 'create',
      notes: ['PO-00007 was voided before, unanswered'],
    });
  });

  test('that is none of our business now: nothing, even where Cin7 has it', () => {
    const notDue: Mapped<Payload> = { kind: 'notDue', label: 'Parts', reason: 'not released yet' };
    expect(diff({ mapped: notDue, link: link() })).toMatchObject({
      kind: 'unchanged',
      reason: 'not released yet',
    });
  });

  test('that cannot be mapped: park it', () => {
    const rejection = { code: 'crosswalk.unmapped', field: 'F0401_TRAP', detail: 'Not mapped.' } as const;
    expect(diff({ mapped: { kind: 'rejected', label: 'Parts', rejection } })).toMatchObject({
      kind: 'parked',
      rejection,
      fingerprint: null,
    });
  });

  test('that was cancelled: void what Cin7 has, and nothing twice', () => {
    expect(diff({ mapped: voided, link: link() })).toMatchObject({ kind: 'void', fingerprint: 'void:id-1' });
    expect(diff({ mapped: voided })).toMatchObject({ kind: 'unchanged', reason: 'cancelled in JDE' });
    expect(diff({ mapped: voided, link: link({ state: 'voided' }) })).toMatchObject({ kind: 'unchanged' });
  });

  test('keeps its notes', () => {
    expect(diff({ mapped: { ...mapped, notes: ['text cut'] } })).toMatchObject({ notes: ['text cut'] });
  });
});

describe('what Cin7 refused before', () => {
  test('is not sent again as it is', () => {
    const again = {
      kind: 'parked',
      rejection: { code: 'cin7.refused', detail: 'Not to our liking.' },
      fingerprint,
    };
    expect(diff({ parked: parked() })).toMatchObject(again);
    expect(diff({ parked: parked(), link: link(old) })).toMatchObject(again);
    const refusedVoid = parked({ fingerprint: 'void:id-1' });
    expect(diff({ mapped: voided, link: link(), parked: refusedVoid })).toMatchObject({ kind: 'parked' });
  });

  test('is sent once a person asks', () => {
    expect(diff({ parked: parked({ retryAsked: true }) })).toMatchObject({ kind: 'create' });
  });

  test('is sent once it has changed, or when nothing of it was sent', () => {
    expect(diff({ parked: parked({ fingerprint: 'other' }) })).toMatchObject({ kind: 'create' });
    expect(diff({ parked: parked({ fingerprint: null }) })).toMatchObject({ kind: 'create' });
  });

  test('is settled when JDE has gone back to what Cin7 holds', () => {
    expect(diff({ parked: parked({ fingerprint: 'other' }), link: link() })).toMatchObject({
      kind: 'unchanged',
    });
  });
});

describe('a fingerprint', () => {
  test('sees values, not the order of members', () => {
    expect(fingerprintOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      fingerprintOf({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });

  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: null }, {}],
    [{ a: '' }, { a: null }],
    [{ a: 'é' }, { a: 'e' }],
  ])('tells %j from %j', (a, b) => {
    expect(fingerprintOf(a)).not.toBe(fingerprintOf(b));
  });
});
