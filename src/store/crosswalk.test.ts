import { expect, test } from 'vitest';
import { type CrosswalkRow, deleteCrosswalkRow, loadCrosswalk, saveCrosswalkRows } from './crosswalk.ts';
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
