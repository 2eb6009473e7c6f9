import { describe, expect, test } from 'vitest';
import { dropBackfill, loadBackfill, saveBackfill } from './backfills.ts';
import { type Finding, listFindings, pruneReports, saveFindings } from './findings.ts';
import { endRun, type RunHandle } from './runs.ts';
import { freshStore, NOW_MS, startedRun } from './store.testkit.ts';
import {
  countSwept,
  dropSwept,
  listSwept,
  loadForeignPurchases,
  loadSwept,
  saveForeignPurchases,
  saveSwept,
  saveSweptLines,
} from './sweep.ts';

const finding = (recordKey: string, parts: Partial<Finding> = {}): Finding => ({
  flow: 'purchases',
  class: 'neverArrived',
  recordKey,
  label: `Order ${recordKey}`,
  cin7Id: null,
  field: null,
  jdeValue: null,
  cin7Value: null,
  code: null,
  explanation: 'It never arrived.',
  nextStep: 'Read it again.',
  ...parts,
});

describe('a report', () => {
  test('is read page by page, by flow and by class', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    const supplier = finding('4343', { flow: 'suppliers', class: 'edited' });
    await saveFindings(db, run, 1, [finding('A'), supplier]);
    await saveFindings(db, run, 3, [finding('B')]);
    const list = (query: Partial<Parameters<typeof listFindings>[1]>) =>
      listFindings(db, { runId: run.runId, afterSeq: 0, limit: 10, ...query });
    expect((await list({})).map(({ seq, recordKey }) => [seq, recordKey])).toEqual([
      [1, 'A'],
      [2, '4343'],
      [3, 'B'],
    ]);
    expect(await list({ afterSeq: 2 })).toEqual([{ ...finding('B'), seq: 3 }]);
    expect(await list({ flow: 'suppliers' })).toEqual([{ ...supplier, seq: 2 }]);
    expect(await list({ class: 'neverArrived', limit: 1 })).toEqual([{ ...finding('A'), seq: 1 }]);
  });

  test('goes when newer ones have come; one of a run that failed goes at once', async () => {
    const db = await freshStore();
    const first = await startedRun(db);
    const handle = (runId: string): RunHandle => ({ ...first, runId });
    const runs = ['r1', 'r2', 'r3', 'r4'];
    for (const [place, id] of runs.entries()) {
      await db
        .insertInto('runs')
        .values({
          ...(await db.selectFrom('runs').selectAll().executeTakeFirstOrThrow()),
          id,
          kind: 'reconcile',
          started_at: NOW_MS + place,
        })
        .execute();
      const state = id === 'r2' ? 'failed' : 'succeeded';
      await endRun(db, handle(id), { state, nowMs: NOW_MS, summary: '{}' });
      await saveFindings(db, handle(id), 1, [finding(id)]);
    }
    await saveFindings(db, handle('now'), 1, [finding('now')]);
    await pruneReports(db, first.connectionId, { reports: 2, alsoRunId: 'now' });
    const kept = await db.selectFrom('findings').select('run_id').orderBy('run_id').execute();
    expect(kept.map((row) => row.run_id)).toEqual(['now', 'r3', 'r4']);
  });
});

describe('the sweep', () => {
  test('joins the header and the lines of an order, whichever comes first', async () => {
    const db = await freshStore();
    const { connectionId } = await startedRun(db);
    const of = { connectionId, flow: 'purchases' };
    await saveSwept(db, { ...of, side: 'jde' }, [
      { key: 'A', data: 'a' },
      { key: 'B', data: 'b' },
    ]);
    await saveSweptLines(db, of, [
      { key: 'B', lines: '[1]' },
      { key: 'C', lines: '[2]' },
    ]);
    await saveSwept(db, { ...of, side: 'jde' }, [{ key: 'C', data: 'c' }]);
    expect(await listSwept(db, { ...of, side: 'jde' }, { afterKey: 'A', limit: 5 })).toEqual([
      { key: 'B', data: 'b', lines: '[1]' },
      { key: 'C', data: 'c', lines: '[2]' },
    ]);
    expect(await countSwept(db, { ...of, side: 'jde' })).toBe(3);
    expect(await countSwept(db, { ...of, side: 'cin7' })).toBe(0);
    expect([...(await loadSwept(db, { ...of, side: 'jde' }, ['A', 'Z'])).keys()]).toEqual(['A']);
    await dropSwept(db, connectionId);
    expect(await countSwept(db, { ...of, side: 'jde' })).toBe(0);
  });

  test('remembers purchases that are not ours', async () => {
    const db = await freshStore();
    const { connectionId } = await startedRun(db);
    await saveForeignPurchases(db, connectionId, ['p1', 'p2'], NOW_MS);
    await saveForeignPurchases(db, connectionId, ['p2', 'p3'], NOW_MS);
    expect(await loadForeignPurchases(db, connectionId, ['p1', 'p3', 'p4'])).toEqual(new Set(['p1', 'p3']));
    expect(await loadForeignPurchases(db, 'other', ['p1'])).toEqual(new Set());
  });
});

test('a connection has one backfill, which keeps its scope while its position moves', async () => {
  const db = await freshStore();
  const { connectionId } = await startedRun(db);
  const begun = {
    scope: '{"flows":[]}',
    position: '{"step":0}',
    staged: 0,
    requestedBy: 'anna',
    startedAtMs: NOW_MS,
  };
  await saveBackfill(db, connectionId, begun, NOW_MS);
  await saveBackfill(db, connectionId, { ...begun, position: '{"step":1}', staged: 7 }, NOW_MS + 1);
  expect(await loadBackfill(db, connectionId)).toEqual({ ...begun, position: '{"step":1}', staged: 7 });
  await dropBackfill(db, connectionId);
  expect(await loadBackfill(db, connectionId)).toBeUndefined();
});
