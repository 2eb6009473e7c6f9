import { describe, expect, test } from 'vitest';
import { makeAnchor } from '../trail/anchor.ts';
import type { TrailEvent } from '../trail/chain.ts';
import { ed25519Signer, newSigningKey, type TrailSigner } from '../trail/signer.ts';
import { type Db, inTransaction } from './database.ts';
import { freshStore, NOW_MS } from './store.testkit.ts';
import { tamper, trailEvent, wholeTrail } from './trail.testkit.ts';
import { appendTrail } from './trail.ts';
import { previewPrune, pruneExpired, pruneTrail } from './trail-prune.ts';
import { listSummaries, loadHead, verifyStoredTrail } from './trail-source.ts';

const DAY_MS = 86_400_000;
const signer = ed25519Signer(newSigningKey());
const requester = { actor: 'cli:anna', origin: 'here' };

const before = { beforeMs: NOW_MS - 400 * DAY_MS, nowMs: NOW_MS };
const order = { ...before, chain: 'c1', requester, signer };

const oldEvent = (own: Partial<TrailEvent> = {}): TrailEvent =>
  trailEvent({ at: NOW_MS - 700 * DAY_MS, ...own });

async function append(db: Db, events: readonly TrailEvent[], chain = 'c1'): Promise<void> {
  await inTransaction(db, (tx) => appendTrail(tx, chain, events));
}

/** 5,000 old entries of 100 orders, and 500 of today. */
async function twoYears(): Promise<Db> {
  const db = await freshStore();
  const events = Array.from({ length: 5_500 }, (_, index) => {
    const own = { recordKey: `K${index % 100}`, action: index < 100 ? 'record.created' : 'record.updated' };
    return index < 5_000 ? oldEvent(own) : trailEvent(own);
  });
  await append(db, events);
  return db;
}

const problemOf = async (db: Db, verifier: TrailSigner | undefined = signer) =>
  (await verifyStoredTrail(db, 'c1', { verifier })).flaw;

describe('pruning', () => {
  test('removes what is old, in segments with a signed summary each, and the trail goes on behind them', async () => {
    const db = await twoYears();
    expect(await pruneTrail(db, order)).toEqual({ removed: 5_000, kept: 0, firstSeq: 1, lastSeq: 5_000 });
    const summaries = await listSummaries(db, 'c1');
    expect(summaries.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq])).toEqual([
      [1, 2_000],
      [2_001, 4_000],
      [4_001, 5_000],
    ]);
    expect(summaries[0]).toMatchObject({
      removed: 2_000,
      actions: { 'record.created': 100, 'record.updated': 1_900 },
      firstAtMs: NOW_MS - 700 * DAY_MS,
      keyId: signer.keyId,
    });
    expect(await verifyStoredTrail(db, 'c1', { verifier: signer })).toMatchObject({
      flaw: undefined,
      removed: 5_000,
      entries: 503,
      unknownKeys: [],
    });
    await append(db, [trailEvent()]);
    expect(await problemOf(db)).toBeUndefined();
  });

  test('is an entry of the trail itself, with who asked for it', async () => {
    const db = await twoYears();
    await pruneTrail(db, order);
    const told = (await wholeTrail(db, 'c1')).filter((entry) => entry.action === 'trail.pruned');
    expect(told).toHaveLength(3);
    expect(told[0]).toMatchObject({ actor: 'cli:anna', origin: 'here', at: NOW_MS });
    expect(JSON.parse(told[0]?.data ?? '')).toMatchObject({ firstSeq: 1, lastSeq: 2_000, removed: 2_000 });
  });

  test('leaves the last write of each record, and why it was parked last', async () => {
    const db = await freshStore();
    await append(db, [
      oldEvent({ recordKey: 'still', action: 'record.created' }),
      oldEvent({ recordKey: 'still', action: 'record.updated' }),
      oldEvent({ recordKey: 'moved', action: 'record.created' }),
      oldEvent({ recordKey: 'stuck', action: 'record.parked', data: { code: 'a' } }),
      oldEvent({ recordKey: 'stuck', action: 'record.parked', data: { code: 'b' } }),
      oldEvent({ recordKey: 'stuck', action: 'record.created', flow: 'purchases' }),
      oldEvent({ recordKey: null, action: 'crosswalk.set' }),
      trailEvent({ recordKey: 'moved', action: 'record.voided' }),
    ]);
    expect(await pruneTrail(db, order)).toMatchObject({ removed: 4, kept: 3 });
    expect((await wholeTrail(db, 'c1')).map(({ seq }) => seq)).toEqual([2, 5, 6, 8, 9]);
    expect(await problemOf(db)).toBeUndefined();
  });

  test('changes nothing when it is only shown, and shows what it would do', async () => {
    const db = await twoYears();
    const shown = await previewPrune(db, { chain: 'c1', ...before });
    expect(await wholeTrail(db, 'c1')).toHaveLength(5_500);
    expect(await pruneTrail(db, order)).toEqual(shown);
    expect(await previewPrune(db, { chain: 'c1', ...before })).toMatchObject({ removed: 0, kept: 0 });
  });

  test('ends where everything is old, and does not take its own entries for old ones', async () => {
    const db = await freshStore();
    await append(db, [oldEvent({ recordKey: null }), oldEvent({ recordKey: null })]);
    const late = { ...order, nowMs: NOW_MS + 900 * DAY_MS, beforeMs: NOW_MS };
    expect(await pruneTrail(db, late)).toMatchObject({ removed: 2, lastSeq: 2 });
    expect(await problemOf(db)).toBeUndefined();
  });

  test('stops at the first young entry, also where a clock was set back behind it', async () => {
    const db = await freshStore();
    const other = { recordKey: null };
    await append(db, [oldEvent(other), trailEvent(other), oldEvent(other)]);
    expect(await pruneTrail(db, order)).toMatchObject({ removed: 1, lastSeq: 1 });
  });

  test('refuses to touch the last 365 days', async () => {
    const db = await twoYears();
    const young = { ...order, beforeMs: NOW_MS - 364 * DAY_MS };
    await expect(pruneTrail(db, young)).rejects.toMatchObject({ code: 'trail.too_young' });
    expect(await wholeTrail(db, 'c1')).toHaveLength(5_500);
  });

  test('refuses to sum up entries that were changed: a signature must not hide that', async () => {
    const db = await twoYears();
    await db.updateTable('trail').set({ actor: 'x' }).where('seq', '=', 2_500).execute();
    await expect(pruneTrail(db, order)).rejects.toMatchObject({ code: 'trail.damaged' });
    expect(await listSummaries(db, 'c1')).toHaveLength(1);
    expect(await problemOf(db)).toEqual({ seq: 2_500, problem: 'changed' });
  });

  test('by the setting goes through all chains, once a day', async () => {
    const db = await twoYears();
    await append(db, [oldEvent({ recordKey: null })], 'system');
    const daily = { retentionDays: 400, nowMs: NOW_MS, requester, signer };
    const results = await pruneExpired(db, daily);
    expect([...results].map(([chain, { removed }]) => [chain, removed])).toEqual([
      ['c1', 5_000],
      ['system', 1],
    ]);
    const again = await pruneExpired(db, { ...daily, nowMs: NOW_MS + DAY_MS });
    expect([...again.values()].map(({ removed }) => removed)).toEqual([0, 0]);
  });
});

describe('a pruning that is stopped in the middle', () => {
  test.each([1, 2, 3])(
    'while segment %i is being summed up leaves a sound trail, and the next one goes on',
    async (fatal) => {
      const db = await twoYears();
      let signed = 0;
      const dying: TrailSigner = {
        ...signer,
        sign(text) {
          signed += 1;
          if (signed === fatal) throw new Error('killed');
          return signer.sign(text);
        },
      };
      await expect(pruneTrail(db, { ...order, signer: dying })).rejects.toThrow('killed');
      expect(await listSummaries(db, 'c1')).toHaveLength(fatal - 1);
      expect(await problemOf(db)).toBeUndefined();
      await pruneTrail(db, order);
      expect(await verifyStoredTrail(db, 'c1', { verifier: signer })).toMatchObject({
        flaw: undefined,
        removed: 5_000,
      });
    },
  );

  test('on request ends between two segments', async () => {
    const db = await twoYears();
    const stop = new AbortController();
    const stopping = { ...signer, sign: (text: string) => (stop.abort(), signer.sign(text)) };
    await expect(pruneTrail(db, { ...order, signer: stopping, signal: stop.signal })).rejects.toThrow(
      'aborted',
    );
    expect(await listSummaries(db, 'c1')).toHaveLength(1);
    expect(await problemOf(db)).toBeUndefined();
  });
});

describe('of a pruned trail is found', () => {
  const changes = [
    ['a changed count', { removed: 1 }],
    ['a changed end', { last_hash: 'f'.repeat(64) }],
    ['a changed time', { first_at: 0 }],
    ['changed numbers of acts', { actions: '{}' }],
    ['acts that cannot be read', { actions: 'x' }],
    ['a changed signature', { signature: 'AAAA' }],
    ['a changed hash of what was kept', { kept_hash: '' }],
    ['a changed moment of removal', { created_at: 0 }],
  ] as const;

  test.each(changes)('%s in a summary', async (_, change) => {
    const db = await withKept();
    await db.updateTable('trail_summaries').set(change).where('first_seq', '=', 1).execute();
    expect(await problemOf(db)).toEqual({ seq: 1, problem: 'forged summary' });
  });

  /** Three old entries, of which the second stays; one of today. */
  async function withKept(): Promise<Db> {
    const db = await freshStore();
    await append(db, [oldEvent({ recordKey: null }), oldEvent(), oldEvent({ recordKey: null })]);
    await append(db, [trailEvent({ recordKey: 'young' })]);
    await pruneTrail(db, order);
    expect((await wholeTrail(db, 'c1')).map(({ seq }) => seq)).toEqual([2, 4, 5]);
    return db;
  }

  test('a removed summary', async () => {
    const db = await twoYears();
    await pruneTrail(db, order);
    await db.deleteFrom('trail_summaries').where('first_seq', '=', 2_001).execute();
    expect(await problemOf(db)).toEqual({ seq: 2_001, problem: 'forged summary' });
    await db.deleteFrom('trail_summaries').execute();
    expect(await problemOf(db)).toEqual({ seq: 1, problem: 'missing' });
  });

  test('a summary that somebody wrote who has no key', async () => {
    const db = await freshStore();
    await append(db, [oldEvent({ recordKey: null }), trailEvent()]);
    await pruneTrail(db, { ...order, signer: { ...ed25519Signer(newSigningKey()), keyId: signer.keyId } });
    await db.updateTable('trail_summaries').set({ key_id: signer.keyId }).execute();
    expect(await problemOf(db)).toEqual({ seq: 1, problem: 'forged summary' });
  });

  test('a kept entry that was removed, changed or added', async () => {
    const removed = await withKept();
    await tamper(removed, 'c1', (rows) => rows.filter(({ seq }) => seq !== 2));
    expect(await problemOf(removed)).toEqual({ seq: 1, problem: 'kept entries' });

    const changed = await withKept();
    await changed.updateTable('trail').set({ data: '{}' }).where('seq', '=', 2).execute();
    expect(await problemOf(changed)).toEqual({ seq: 2, problem: 'changed' });

    const added = await withKept();
    await tamper(added, 'c1', (rows) =>
      rows.flatMap((row) => (row.seq === 2 ? [row, { ...row, seq: 3 }] : [row])),
    );
    expect(await problemOf(added)).toEqual({ seq: 3, problem: 'changed' });
  });

  test('a changed entry behind the removed ones', async () => {
    const db = await withKept();
    await db.updateTable('trail').set({ actor: 'x' }).where('seq', '=', 4).execute();
    expect(await problemOf(db)).toEqual({ seq: 4, problem: 'changed' });
  });
});

test('without its key a pruned trail is not called sound: which keys are missing is told', async () => {
  const db = await twoYears();
  await pruneTrail(db, order);
  const verdict = await verifyStoredTrail(db, 'c1');
  expect(verdict).toMatchObject({ flaw: undefined, unknownKeys: [signer.keyId] });
});

test('an anchor of a removed entry proves nothing any more, and that is told; one of the last removed still does', async () => {
  const db = await twoYears();
  const entries = await wholeTrail(db, 'c1');
  const anchorAt = (seq: number) => {
    const hash = entries[seq - 1]?.hash ?? '';
    return makeAnchor(
      { chain: 'c1', connection: 'main', seq, hash, at: new Date(NOW_MS).toISOString() },
      signer,
    );
  };
  await pruneTrail(db, order);
  const anchors = [anchorAt(1_000), anchorAt(5_000), anchorAt(5_100)];
  const verdict = await verifyStoredTrail(db, 'c1', { anchors, verifier: signer });
  expect(verdict).toMatchObject({ flaw: undefined, unprovenAnchors: 1 });
  expect((await loadHead(db, 'c1'))?.seq).toBe(5_503);
});
