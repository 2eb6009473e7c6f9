import { describe, expect, test } from 'vitest';
import { type LocalDate, parseLocalDate } from '../domain/local-date.ts';
import { freshStore, NOW_MS, startedRun } from './store.testkit.ts';
import {
  dropPosition,
  loadPosition,
  loadWatermark,
  moveWatermark,
  type ReadPosition,
  savePosition,
} from './watermarks.ts';

const day = (text: string): LocalDate => parseLocalDate(text) ?? ('' as LocalDate);

describe('a watermark', () => {
  test('is absent until a table was read to its end', async () => {
    const db = await freshStore();
    expect(await loadWatermark(db, { connectionId: 'c1', table: 'F0401' })).toBeUndefined();
  });

  test('moves forward and never back', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    const of = { connectionId: run.connectionId, table: 'F0401' };
    const seen = [];
    for (const until of ['2014-03-31', '2014-03-30', '2014-03-31', '2014-04-01', '2001-01-01']) {
      await moveWatermark(db, run, { table: 'F0401', until: day(until), nowMs: NOW_MS });
      seen.push(await loadWatermark(db, of));
    }
    expect(seen).toEqual(['2014-03-31', '2014-03-31', '2014-03-31', '2014-04-01', '2014-04-01']);
  });

  test('belongs to one table of one connection', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    await moveWatermark(db, run, { table: 'F0401', until: day('2014-03-31'), nowMs: NOW_MS });
    expect(await loadWatermark(db, { connectionId: run.connectionId, table: 'F0101' })).toBeUndefined();
    expect(await loadWatermark(db, { connectionId: 'another', table: 'F0401' })).toBeUndefined();
  });
});

describe('the position of a read', () => {
  const of = { connectionId: 'c1', table: 'F4311' };
  const position: ReadPosition = {
    changedSince: null,
    startedDay: day('2026-11-23'),
    maxSeen: day('2014-03-31'),
    lastKey: ['1001', 'OP', '00001', '000', '1.001'],
    rowsRead: 1_000,
  };

  test('is kept whole until the read is done', async () => {
    const db = await freshStore();
    expect(await loadPosition(db, of)).toBeUndefined();
    await savePosition(db, of, position, NOW_MS);
    expect(await loadPosition(db, of)).toEqual(position);
    const next = {
      ...position,
      changedSince: day('2014-03-30'),
      lastKey: [],
      rowsRead: 2_000,
      maxSeen: null,
    };
    await savePosition(db, of, next, NOW_MS);
    expect(await loadPosition(db, of)).toEqual(next);
    await dropPosition(db, of);
    expect(await loadPosition(db, of)).toBeUndefined();
  });

  test('that is damaged stops the run instead of reading from somewhere', async () => {
    const db = await freshStore();
    await savePosition(db, of, position, NOW_MS);
    await db.updateTable('read_positions').set({ last_key: '{}' }).execute();
    await expect(loadPosition(db, of)).rejects.toMatchObject({ code: 'store.unusable' });
  });
});
