import { describe, expect, test } from 'vitest';
import { type ChainedEntry, checkChain, type TrailEvent } from '../trail/chain.ts';
import { type Db, inTransaction } from './database.ts';
import { freshStore, NOW_MS } from './store.testkit.ts';
import { appendTrail, listTrail } from './trail.ts';

const event = (own: Partial<TrailEvent> = {}): TrailEvent => ({
  at: NOW_MS,
  actor: 'test',
  origin: 'here',
  action: 'record.created',
  flow: 'suppliers',
  recordKey: '4343',
  runId: 'run-1',
  settingsVersion: 1,
  cin7Id: 'id-1',
  data: { label: 'Parts Emporium “Ø”' },
  ...own,
});

const all = (db: Db, chain = 'c1'): Promise<readonly ChainedEntry[]> =>
  listTrail(db, { chain, afterSeq: 0, limit: 1_000 });

async function withTrail(): Promise<Db> {
  const db = await freshStore();
  await appendTrail(db, 'c1', [event({ recordKey: '1' }), event({ recordKey: '2' })]);
  await appendTrail(db, 'c1', []);
  await appendTrail(db, 'c1', [event({ recordKey: '3', flow: null, cin7Id: null, runId: 'run-2' })]);
  await appendTrail(db, 'c2', [event()]);
  return db;
}

describe('the trail', () => {
  test('numbers entries without a gap, each chain for itself', async () => {
    const db = await withTrail();
    expect((await all(db)).map((entry) => entry.seq)).toEqual([1, 2, 3]);
    expect((await all(db, 'c2')).map((entry) => entry.seq)).toEqual([1]);
  });

  test('that nobody touched is sound, also when it is checked in parts', async () => {
    const db = await withTrail();
    const entries = await all(db);
    const [first, ...rest] = entries;
    expect(checkChain(undefined, entries)).toMatchObject({ last: { seq: 3 } });
    expect(checkChain(first, rest)).toMatchObject({ last: { seq: 3 } });
  });

  test('is listed by run, by record and in pages', async () => {
    const db = await withTrail();
    const keys = async (query: { runId?: string; recordKey?: string; afterSeq: number; limit: number }) =>
      (await listTrail(db, { chain: 'c1', ...query })).map((entry) => entry.recordKey);
    expect(await keys({ runId: 'run-2', afterSeq: 0, limit: 10 })).toEqual(['3']);
    expect(await keys({ recordKey: '2', afterSeq: 0, limit: 10 })).toEqual(['2']);
    expect(await keys({ afterSeq: 1, limit: 1 })).toEqual(['2']);
  });

  test('says nothing of a transaction that was rolled back', async () => {
    const db = await withTrail();
    const work = inTransaction(db, async (tx) => {
      await appendTrail(tx, 'c1', [event()]);
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    await appendTrail(db, 'c1', [event({ recordKey: '4' })]);
    expect(checkChain(undefined, await all(db))).toMatchObject({ last: { seq: 4 } });
  });

  test('takes the events of a large batch in order', async () => {
    const db = await freshStore();
    await appendTrail(
      db,
      'c1',
      Array.from({ length: 700 }, (_, index) => event({ recordKey: String(index) })),
    );
    const entries = await all(db);
    expect(entries.map((entry) => entry.recordKey)).toEqual(entries.map((_, index) => String(index)));
    expect(checkChain(undefined, entries)).toMatchObject({ last: { seq: 700 } });
  });
});

describe('tampering in the database is found', () => {
  const changes = [
    ['actor', { actor: 'somebody else' }],
    ['time', { at: NOW_MS - 1 }],
    ['data', { data: '{"label":"Other"}' }],
    ['record', { record_key: '9' }],
    ['origin', { origin: 'elsewhere' }],
    ['action', { action: 'record.parked' }],
    ['Cin7 id', { cin7_id: 'id-2' }],
    ['settings version', { settings_version: 2 }],
  ] as const;

  test.each(changes)('a changed %s', async (_, change) => {
    const db = await withTrail();
    await db.updateTable('trail').set(change).where('chain', '=', 'c1').where('seq', '=', 2).execute();
    expect(checkChain(undefined, await all(db))).toEqual({ flaw: { seq: 2, problem: 'changed' } });
  });

  test('a removed entry', async () => {
    const db = await withTrail();
    await db.deleteFrom('trail').where('chain', '=', 'c1').where('seq', '=', 2).execute();
    expect(checkChain(undefined, await all(db))).toEqual({ flaw: { seq: 2, problem: 'missing' } });
  });

  test('a removed first entry', async () => {
    const db = await withTrail();
    await db.deleteFrom('trail').where('chain', '=', 'c1').where('seq', '=', 1).execute();
    expect(checkChain(undefined, await all(db))).toEqual({ flaw: { seq: 1, problem: 'missing' } });
  });

  test('a removed entry whose number was given to the next', async () => {
    const db = await withTrail();
    await db.deleteFrom('trail').where('chain', '=', 'c1').where('seq', '=', 2).execute();
    await db.updateTable('trail').set({ seq: 2 }).where('chain', '=', 'c1').where('seq', '=', 3).execute();
    expect(checkChain(undefined, await all(db))).toEqual({ flaw: { seq: 2, problem: 'broken link' } });
  });

  test('an inserted entry', async () => {
    const db = await withTrail();
    await db.updateTable('trail').set({ seq: 4 }).where('chain', '=', 'c1').where('seq', '=', 3).execute();
    const [, second] = await all(db);
    await db
      .insertInto('trail')
      .values({
        chain: 'c1',
        seq: 3,
        at: NOW_MS,
        actor: 'forger',
        origin: 'here',
        action: 'record.created',
        flow: null,
        record_key: null,
        run_id: null,
        settings_version: null,
        cin7_id: null,
        data: '{}',
        prev_hash: second?.hash ?? '',
        hash: '0'.repeat(64),
      })
      .execute();
    expect(checkChain(undefined, await all(db))).toEqual({ flaw: { seq: 3, problem: 'changed' } });
  });

  test('two entries that were swapped', async () => {
    const db = await withTrail();
    const swap = (from: number, to: number) =>
      db.updateTable('trail').set({ seq: to }).where('chain', '=', 'c1').where('seq', '=', from).execute();
    await swap(2, 99);
    await swap(3, 2);
    await swap(99, 3);
    expect(checkChain(undefined, await all(db))).toEqual({ flaw: { seq: 2, problem: 'broken link' } });
  });

  test('an entry that was moved in from another chain', async () => {
    const db = await withTrail();
    await db.deleteFrom('trail').where('chain', '=', 'c1').execute();
    await db.updateTable('trail').set({ chain: 'c1' }).where('chain', '=', 'c2').execute();
    expect(checkChain(undefined, await all(db))).toEqual({ flaw: { seq: 1, problem: 'changed' } });
  });
});
