import { describe, expect, test } from 'vitest';
import {
  type CrosswalkRow,
  deleteCrosswalkRow,
  loadCrosswalk,
  saveCrosswalkRows,
  saveFoundRows,
} from './crosswalk.ts';
import { freshStore, NOW_MS } from './store.testkit.ts';

const entry = (own: Partial<CrosswalkRow> = {}): CrosswalkRow => ({
  kind: 'paymentTerm',
  code: 'N30',
  label: 'Net 30 Days',
  target: '30 days',
  state: 'confirmed',
  origin: 'person',
  detail: '',
  updatedAtMs: NOW_MS,
  updatedBy: 'anna',
  ...own,
});

test('a code has one row of a kind; a later one takes its place', async () => {
  const db = await freshStore();
  await saveCrosswalkRows(db, 'c1', [entry(), entry({ kind: 'unit' })]);
  await saveCrosswalkRows(db, 'c1', [entry({ target: '14 days', updatedBy: 'bert' })]);
  expect(await loadCrosswalk(db, 'c1', 'paymentTerm')).toEqual([
    entry({ target: '14 days', updatedBy: 'bert' }),
  ]);
  expect(await loadCrosswalk(db, 'c1')).toHaveLength(2);
});

test('a blank code is a code like any other, and case counts', async () => {
  const db = await freshStore();
  await saveCrosswalkRows(db, 'c1', [entry({ code: '' }), entry({ code: 'n30' }), entry()]);
  expect((await loadCrosswalk(db, 'c1')).map((row) => row.code)).toEqual(['', 'N30', 'n30']);
});

test('connections do not see each other', async () => {
  const db = await freshStore();
  await saveCrosswalkRows(db, 'c1', [entry()]);
  expect(await loadCrosswalk(db, 'c2')).toEqual([]);
  expect(await deleteCrosswalkRow(db, 'c2', entry())).toBe(false);
  expect(await deleteCrosswalkRow(db, 'c1', entry())).toBe(true);
  expect(await loadCrosswalk(db, 'c1')).toEqual([]);
});

test('an item list of thousands of codes is saved at once', async () => {
  const db = await freshStore();
  const rows = Array.from({ length: 3_000 }, (_, index) => entry({ kind: 'item', code: `SKU-${index}` }));
  await saveCrosswalkRows(db, 'c1', rows);
  expect(await loadCrosswalk(db, 'c1', 'item')).toHaveLength(3_000);
});

describe('what a run found out about codes', () => {
  const found = entry({
    origin: 'auto',
    state: 'unmatched',
    target: null,
    updatedBy: 'ml-connector',
    label: 'New',
  });

  test('is stored for codes that are new or were matched by rule', async () => {
    const db = await freshStore();
    await saveFoundRows(db, 'c1', [found]);
    await saveFoundRows(db, 'c1', [{ ...found, state: 'matched', target: '30 days' }]);
    expect(await loadCrosswalk(db, 'c1')).toEqual([{ ...found, state: 'matched', target: '30 days' }]);
  });

  test('never takes the place of what a person chose while the run was at work', async () => {
    const db = await freshStore();
    await saveCrosswalkRows(db, 'c1', [entry()]);
    await saveFoundRows(db, 'c1', [found]);
    await saveFoundRows(db, 'c1', [entry({ target: '14 days', state: 'broken', updatedBy: 'ml-connector' })]);
    expect(await loadCrosswalk(db, 'c1')).toEqual([entry()]);
  });

  test('adds a label and a state to the choice, and leaves the name of who chose', async () => {
    const db = await freshStore();
    await saveCrosswalkRows(db, 'c1', [entry({ label: '' })]);
    const broken = { label: 'Net 30', state: 'broken', detail: 'Not active.' } as const;
    await saveFoundRows(db, 'c1', [entry({ ...broken, updatedBy: 'ml-connector' })]);
    expect(await loadCrosswalk(db, 'c1')).toEqual([entry({ ...broken, updatedBy: 'anna' })]);
  });

  test('does not bring back a choice that was taken back', async () => {
    const db = await freshStore();
    await saveFoundRows(db, 'c1', [entry()]);
    expect(await loadCrosswalk(db, 'c1')).toEqual([]);
  });
});
