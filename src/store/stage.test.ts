import { describe, expect, test } from 'vitest';
import {
  countRows,
  loadRows,
  loadTable,
  recordsWithRows,
  replaceRows,
  saveChangedRows,
} from './source-rows.ts';
import {
  countStaged,
  listStaged,
  listToFetch,
  markFetched,
  stageAllRecords,
  stageRecords,
  unstage,
} from './stage.ts';
import { freshStore, NOW_MS, owned } from './store.testkit.ts';

const of = { connectionId: 'c1', flow: 'suppliers' };
const table = { connectionId: 'c1', table: 'F0401' };
const staging = { reason: 'changed', needsFetch: false, nowMs: NOW_MS } as const;

describe('the stage', () => {
  test('holds a record once, however often it is staged, and counts the new ones', async () => {
    const db = await freshStore();
    expect(await stageRecords(db, of, { ...staging, recordKeys: ['1', '2'] })).toBe(2);
    expect(await stageRecords(db, of, { ...staging, recordKeys: ['2', '3'] })).toBe(1);
    expect(await countStaged(db, of)).toBe(3);
  });

  test('keeps flows and connections apart', async () => {
    const db = await freshStore();
    await stageRecords(db, of, { ...staging, recordKeys: ['1'] });
    await stageRecords(db, { ...of, flow: 'purchases' }, { ...staging, recordKeys: ['1'] });
    await stageRecords(db, { ...of, connectionId: 'c2' }, { ...staging, recordKeys: ['1'] });
    await unstage(db, of, ['1']);
    expect(await countStaged(db, of)).toBe(0);
    expect(await countStaged(db, { ...of, flow: 'purchases' })).toBe(1);
    expect(await countStaged(db, { ...of, connectionId: 'c2' })).toBe(1);
  });

  test('is worked off page by page in the order of the keys', async () => {
    const db = await freshStore();
    await stageRecords(db, of, { ...staging, recordKeys: ['b', 'd', 'a', 'c', 'e'] });
    const pages: string[][] = [];
    for (let afterKey = ''; ; ) {
      const page = await listStaged(db, of, { afterKey, limit: 2 });
      if (page.length === 0) break;
      pages.push(page.map((record) => record.recordKey));
      afterKey = page.at(-1)?.recordKey ?? '';
    }
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('asks again for the rows of a record that waits and has changed once more', async () => {
    const db = await freshStore();
    await stageRecords(db, of, { ...staging, recordKeys: ['1', '2'], needsFetch: true });
    await markFetched(db, of, ['1', '2']);
    expect(await listToFetch(db, of, 10)).toEqual([]);
    expect(await stageRecords(db, of, { ...staging, recordKeys: ['2'], needsFetch: true })).toBe(0);
    expect(await listToFetch(db, of, 10)).toEqual(['2']);
  });

  test('does not forget that rows are to be read when the record is staged for another reason', async () => {
    const db = await freshStore();
    await stageRecords(db, of, { ...staging, recordKeys: ['1'], needsFetch: true });
    await stageRecords(db, of, { ...staging, recordKeys: ['1'], reason: 'waiting' });
    expect(await listToFetch(db, of, 10)).toEqual(['1']);
    expect(await listStaged(db, of, { afterKey: '', limit: 10 })).toEqual([
      { recordKey: '1', reason: 'changed' },
    ]);
  });

  test('takes more records than one statement can carry', async () => {
    const db = await freshStore();
    const recordKeys = Array.from({ length: 9_001 }, (_, index) => String(index));
    expect(await stageRecords(db, of, { ...staging, recordKeys, needsFetch: true })).toBe(9_001);
    await unstage(db, of, recordKeys.slice(1));
    expect(await listToFetch(db, of, 10)).toEqual(['0']);
  });

  test('takes in every record that has a row in a table, each once', async () => {
    const db = await freshStore();
    await saveChangedRows(db, table, [owned('1', 'a'), owned('1', 'b'), owned('2', 'c')], NOW_MS);
    await saveChangedRows(db, { ...table, connectionId: 'c2' }, [owned('9', 'a')], NOW_MS);
    await stageRecords(db, of, { ...staging, recordKeys: ['2'] });
    expect(await stageAllRecords(db, { ...of, table: 'F0401' }, 'remap', NOW_MS)).toBe(1);
    expect(await listStaged(db, of, { afterKey: '', limit: 10 })).toEqual([
      { recordKey: '1', reason: 'remap' },
      { recordKey: '2', reason: 'changed' },
    ]);
  });
});

describe('rows read from JDE', () => {
  test('are stored when they are new or differ, and not when they came again', async () => {
    const db = await freshStore();
    const save = (value: string) =>
      saveChangedRows(db, table, [owned('1', 'a', { NAME: value }), owned('2', 'b')], NOW_MS);
    expect(await save('old')).toHaveLength(2);
    expect(await save('old')).toEqual([]);
    expect((await save('new')).map((entry) => entry.row.key)).toEqual(['a']);
    expect((await loadRows(db, table, ['1'])).get('1')).toEqual([
      { key: 'a', values: { NAME: 'new' }, problems: [] },
    ]);
  });

  test('keep their problems, and a problem that goes is a change', async () => {
    const db = await freshStore();
    const problem = { code: 'jde.value_masked', field: 'F0101_TAX', detail: 'The value is masked.' } as const;
    const masked = { recordKey: '1', row: { key: 'a', values: { TAX: null }, problems: [problem] } };
    await saveChangedRows(db, table, [masked], NOW_MS);
    expect((await loadTable(db, table))[0]?.problems).toEqual([problem]);
    const shown = { recordKey: '1', row: { key: 'a', values: { TAX: null }, problems: [] } };
    expect(await saveChangedRows(db, table, [shown], NOW_MS)).toHaveLength(1);
    expect((await loadTable(db, table))[0]?.problems).toEqual([]);
  });

  test('of a record that was read whole replace what was known: a child row that is gone is dropped', async () => {
    const db = await freshStore();
    await saveChangedRows(db, table, [owned('1', '1|a'), owned('1', '1|b'), owned('2', '2|a')], NOW_MS);
    await replaceRows(db, { ...table, recordKeys: ['1'] }, [owned('1', '1|b'), owned('1', '1|c')], NOW_MS);
    const rows = await loadRows(db, table, ['1', '2', '3']);
    expect([...rows].map(([key, found]) => [key, found.map((each) => each.key)])).toEqual([
      ['1', ['1|b', '1|c']],
      ['2', ['2|a']],
    ]);
  });

  test('move to another record with their key, when JDE moved them', async () => {
    const db = await freshStore();
    await saveChangedRows(db, table, [owned('1', 'a', { AN8: '1' })], NOW_MS);
    await saveChangedRows(db, table, [owned('2', 'a', { AN8: '2' })], NOW_MS);
    expect(await recordsWithRows(db, table, ['1', '2'])).toEqual(new Set(['2']));
    expect(await countRows(db, table)).toBe(1);
  });

  test('are found by record however many records are asked for', async () => {
    const db = await freshStore();
    const rows = Array.from({ length: 8_500 }, (_, index) => owned(String(index), `k${index}`));
    await saveChangedRows(db, table, rows, NOW_MS);
    const keys = rows.map((entry) => entry.recordKey);
    expect((await loadRows(db, table, keys)).size).toBe(8_500);
    expect((await recordsWithRows(db, table, keys)).size).toBe(8_500);
  });
});
