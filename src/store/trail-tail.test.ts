import { describe, expect, test } from 'vitest';
import type { TrailTable } from './schema.ts';
import { freshStore } from './store.testkit.ts';
import { tamper, trailEvent } from './trail.testkit.ts';
import { appendTrail } from './trail.ts';
import { verifyTail } from './trail-tail.ts';

async function written(entries: number) {
  const db = await freshStore();
  await appendTrail(
    db,
    'main',
    Array.from({ length: entries }, () => trailEvent()),
  );
  return db;
}

const forged = (seq: number) => (rows: readonly TrailTable[]) =>
  rows.map((row) => (row.seq === seq ? { ...row, actor: 'nobody' } : row));

describe('the end of a trail', () => {
  test('is checked without what lies before it', async () => {
    const db = await written(30);
    expect(await verifyTail(db, 'main', 10)).toMatchObject({
      entries: 10,
      flaw: undefined,
      head: { seq: 30 },
    });
    expect(await verifyTail(db, 'main', 100)).toMatchObject({ entries: 30, flaw: undefined });
    await tamper(db, 'main', forged(5));
    expect((await verifyTail(db, 'main', 10)).flaw).toBeUndefined();
    expect((await verifyTail(db, 'main', 100)).flaw).toEqual({ seq: 5, problem: 'changed' });
  });

  test('shows entries that were changed, cut off or taken away', async () => {
    const changed = await written(30);
    await tamper(changed, 'main', forged(25));
    expect((await verifyTail(changed, 'main', 10)).flaw).toEqual({ seq: 25, problem: 'changed' });
    const cut = await written(30);
    await tamper(cut, 'main', (rows) => rows.slice(0, 28));
    expect((await verifyTail(cut, 'main', 10)).flaw).toEqual({ seq: 29, problem: 'cut off' });
    const gone = await written(5);
    await tamper(gone, 'main', () => []);
    expect((await verifyTail(gone, 'main', 10)).flaw).toMatchObject({ problem: 'cut off' });
  });

  test('of a trail that nothing was written to is sound', async () => {
    expect(await verifyTail(await freshStore(), 'system', 10)).toMatchObject({ entries: 0, flaw: undefined });
  });
});
