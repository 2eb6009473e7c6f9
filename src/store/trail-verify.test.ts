import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeAnchor } from '../trail/anchor.ts';
import { type ChainedEntry, chainEvents, GENESIS_HASH, hashEntry, type TrailEvent } from '../trail/chain.ts';
import { type Db, inTransaction } from './database.ts';
import type { TrailTable } from './schema.ts';
import { freshStore, NOW_MS } from './store.testkit.ts';
import { renumbered, tamper, trailEvent, wholeTrail } from './trail.testkit.ts';
import { appendTrail, entryOf } from './trail.ts';
import { listChains, loadHead, verifyStoredTrail } from './trail-source.ts';

const events = fc.array(
  fc.record({
    at: fc.integer({ min: NOW_MS, max: NOW_MS + 1_000_000 }),
    actor: fc.string(),
    action: fc.constantFrom('record.created', 'record.parked', 'crosswalk.set'),
    flow: fc.option(fc.constantFrom('suppliers', 'purchases')),
    recordKey: fc.option(fc.string()),
    settingsVersion: fc.option(fc.nat()),
    cin7Id: fc.option(fc.uuid()),
    data: fc.dictionary(
      fc.string(),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null)),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

/** A place in a trail, drawn before its length is known. */
const place = fc.nat();

/** What was done to the rows, and the first entry that is not what or where it was. */
interface Tampering {
  readonly rows: readonly TrailTable[];
  readonly firstBad: number;
}

type Tamper = (rows: readonly TrailTable[], a: number, b: number) => Tampering;

const FIELDS = ['actor', 'origin', 'action', 'flow', 'record_key', 'run_id', 'cin7_id', 'data'] as const;

const at = (rows: readonly TrailTable[], draw: number): number => draw % rows.length;

function replaced(rows: readonly TrailTable[], index: number, change: Partial<TrailTable>): Tampering {
  return { rows: rows.with(index, { ...rowAt(rows, index), ...change }), firstBad: index + 1 };
}

function rowAt(rows: readonly TrailTable[], index: number): TrailTable {
  const row = rows[index];
  if (row === undefined) throw new Error(`There is no row ${index}.`);
  return row;
}

const TAMPERINGS: readonly (readonly [string, Tamper])[] = [
  ...FIELDS.map((field): readonly [string, Tamper] => [
    `a changed ${field}`,
    (rows, a) => replaced(rows, at(rows, a), { [field]: `${rowAt(rows, at(rows, a))[field] ?? ''}?` }),
  ]),
  ['a changed time', (rows, a) => replaced(rows, at(rows, a), { at: NOW_MS - 1 })],
  ['a changed settings version', (rows, a) => replaced(rows, at(rows, a), { settings_version: -1 })],
  ['a replaced hash', (rows, a) => replaced(rows, at(rows, a), { hash: 'f'.repeat(64) })],
  ['a replaced hash before', (rows, a) => replaced(rows, at(rows, a), { prev_hash: 'f'.repeat(64) })],
  ['a removed entry', (rows, a) => ({ rows: rows.toSpliced(at(rows, a), 1), firstBad: at(rows, a) + 1 })],
  [
    'a removed entry whose gap was closed',
    (rows, a) => ({ rows: renumbered(rows.toSpliced(at(rows, a), 1)), firstBad: at(rows, a) + 1 }),
  ],
  ['an end that was cut off', (rows, a) => ({ rows: rows.slice(0, at(rows, a)), firstBad: at(rows, a) + 1 })],
  [
    'an inserted entry',
    (rows, a) => {
      const index = a % (rows.length + 1);
      const forged = { ...rowAt(rows, 0), prev_hash: rows[index - 1]?.hash ?? GENESIS_HASH, data: '{"x":1}' };
      return { rows: renumbered(rows.toSpliced(index, 0, forged)), firstBad: index + 1 };
    },
  ],
  [
    'an inserted entry with a hash that fits',
    (rows, a) => {
      const index = a % (rows.length + 1);
      const before = rows[index - 1];
      const forged = forge({ ...rowAt(rows, 0), seq: index + 1, prev_hash: before?.hash ?? GENESIS_HASH });
      // The forged entry is a fair continuation; what does not follow is the one behind it.
      const firstBad = index === rows.length ? index + 1 : index + 2;
      return { rows: renumbered(rows.toSpliced(index, 0, forged)), firstBad };
    },
  ],
  [
    'two entries that were swapped',
    (rows, a, b) => {
      const [first, second] = [at(rows, a), at(rows, b)].toSorted((x, y) => x - y);
      if (first === undefined || second === undefined || first === second) return removeFirst(rows);
      const swapped = rows.with(first, rowAt(rows, second)).with(second, rowAt(rows, first));
      return { rows: renumbered(swapped), firstBad: first + 1 };
    },
  ],
  [
    'entries in another order',
    (rows, a) => {
      const index = at(rows, a);
      if (index === rows.length - 1) return removeFirst(rows);
      const turned = [...rows.slice(0, index), ...rows.slice(index).toReversed()];
      return { rows: renumbered(turned), firstBad: index + 1 };
    },
  ],
  [
    'an entry that became another of the same trail',
    (rows, a, b) => copyOver(rows, at(rows, a), at(rows, b)),
  ],
];

const removeFirst = (rows: readonly TrailTable[]): Tampering => ({ rows: rows.slice(1), firstBad: 1 });

function copyOver(rows: readonly TrailTable[], from: number, to: number): Tampering {
  if (from === to) return removeFirst(rows);
  return { rows: renumbered(rows.with(to, rowAt(rows, from))), firstBad: to + 1 };
}

function forge(row: TrailTable): TrailTable {
  return { ...row, hash: hashEntry(entryOf(row)) };
}

let chains = 0;

async function newChain(db: Db, drawn: readonly Partial<TrailEvent>[]): Promise<string> {
  chains += 1;
  const chain = `chain-${chains}`;
  for (const part of [drawn.slice(0, 5), drawn.slice(5)])
    await inTransaction(db, (tx) => appendTrail(tx, chain, part.map(trailEvent)));
  return chain;
}

describe('of any trail, the first bad entry is named after', () => {
  test.each(TAMPERINGS)('%s', async (_, change) => {
    const db = await freshStore();
    await fc.assert(
      fc.asyncProperty(events, place, place, async (drawn, a, b) => {
        const chain = await newChain(db, drawn);
        expect(await verifyStoredTrail(db, chain)).toMatchObject({ flaw: undefined, entries: drawn.length });
        let firstBad = 0;
        await tamper(db, chain, (rows) => {
          const tampering = change(rows, a, b);
          firstBad = tampering.firstBad;
          return tampering.rows;
        });
        expect(await verifyStoredTrail(db, chain)).toMatchObject({ flaw: { seq: firstBad } });
      }),
      { numRuns: 25 },
    );
  });
});

/** Somebody who knows the program calculates everything anew from an entry on, the noted end as well. */
async function rewrite(db: Db, chain: string, fromSeq: number, change: Partial<TrailEvent>): Promise<void> {
  const entries = await wholeTrail(db, chain);
  const kept = entries.slice(0, fromSeq - 1);
  const again = entries.slice(fromSeq - 1).map(({ data, ...entry }) => ({
    ...entry,
    data: JSON.parse(data) as Record<string, unknown>,
    ...change,
  }));
  const forged: readonly ChainedEntry[] = [...kept, ...chainEvents(chain, kept.at(-1), again)];
  await tamper(db, chain, (rows) =>
    rows.map((row, index) => {
      const entry = forged[index];
      return entry === undefined
        ? row
        : { ...row, actor: entry.actor, prev_hash: entry.prevHash, hash: entry.hash };
    }),
  );
  await db
    .updateTable('trail_heads')
    .set({ hash: forged.at(-1)?.hash ?? '' })
    .where('chain', '=', chain)
    .execute();
}

async function anchorOf(db: Db, chain: string) {
  const head = await loadHead(db, chain);
  if (head === undefined) throw new Error('The chain is empty.');
  const taken = { chain, connection: 'main', ...head, at: new Date(NOW_MS).toISOString() };
  return makeAnchor(taken, undefined);
}

const five = (): readonly Partial<TrailEvent>[] =>
  ['1', '2', '3', '4', '5'].map((recordKey) => ({ recordKey }));

describe('the noted end of a trail', () => {
  test('also finds a cut that new entries were appended behind', async () => {
    const db = await freshStore();
    const chain = await newChain(db, five());
    await tamper(db, chain, (rows) => rows.slice(0, 3));
    await appendTrail(db, chain, [trailEvent()]);
    expect((await verifyStoredTrail(db, chain)).flaw).toEqual({ seq: 4, problem: 'missing' });
  });

  test('that was removed or changed is a flaw itself', async () => {
    const db = await freshStore();
    const chain = await newChain(db, five());
    const heads = db.updateTable('trail_heads').where('chain', '=', chain);
    await heads.set({ hash: 'f'.repeat(64) }).execute();
    expect((await verifyStoredTrail(db, chain)).flaw).toEqual({ seq: 5, problem: 'replaced' });
    await heads.set({ seq: 3 }).execute();
    expect((await verifyStoredTrail(db, chain)).flaw).toEqual({ seq: 4, problem: 'added' });
    await db.deleteFrom('trail_heads').where('chain', '=', chain).execute();
    expect((await verifyStoredTrail(db, chain)).flaw).toEqual({ seq: 1, problem: 'added' });
    expect(await listChains(db)).toContain(chain);
  });

  test('of a trail that has lost all its entries says so', async () => {
    const db = await freshStore();
    const chain = await newChain(db, five());
    await tamper(db, chain, () => []);
    expect((await verifyStoredTrail(db, chain)).flaw).toEqual({ seq: 1, problem: 'cut off' });
    expect(await listChains(db)).toContain(chain);
  });
});

describe('an anchor', () => {
  test('finds a trail that was calculated anew, at the anchored entry', async () => {
    const db = await freshStore();
    const chain = await newChain(db, five());
    const anchors = [await anchorOf(db, chain)];
    await appendTrail(db, chain, [trailEvent({ recordKey: '6' })]);
    expect((await verifyStoredTrail(db, chain, { anchors })).flaw).toBeUndefined();
    await rewrite(db, chain, 2, { actor: 'cli:nobody' });
    expect((await verifyStoredTrail(db, chain)).flaw).toBeUndefined();
    const verdict = await verifyStoredTrail(db, chain, { anchors });
    expect(verdict.flaw).toEqual({ seq: 5, problem: 'rewritten' });
  });

  test('of several, the first that does not hold is told, so that what was sound before is known', async () => {
    const db = await freshStore();
    const chain = await newChain(db, five().slice(0, 2));
    const early = await anchorOf(db, chain);
    await appendTrail(db, chain, five().map(trailEvent));
    const late = await anchorOf(db, chain);
    await rewrite(db, chain, 4, { actor: 'cli:nobody' });
    expect((await verifyStoredTrail(db, chain, { anchors: [early] })).flaw).toBeUndefined();
    const verdict = await verifyStoredTrail(db, chain, { anchors: [late, early] });
    expect(verdict.flaw).toEqual({ seq: 7, problem: 'rewritten' });
  });

  test('finds an end that was cut off with the noted end', async () => {
    const db = await freshStore();
    const chain = await newChain(db, five());
    const anchors = [await anchorOf(db, chain)];
    await tamper(db, chain, (rows) => rows.slice(0, 3));
    const third = (await wholeTrail(db, chain)).at(-1);
    await db
      .updateTable('trail_heads')
      .set({ seq: 3, hash: third?.hash ?? '' })
      .where('chain', '=', chain)
      .execute();
    expect((await verifyStoredTrail(db, chain)).flaw).toBeUndefined();
    expect((await verifyStoredTrail(db, chain, { anchors })).flaw).toEqual({ seq: 4, problem: 'cut off' });
  });

  test('finds a trail that is gone as a whole', async () => {
    const db = await freshStore();
    const chain = await newChain(db, five());
    const anchors = [await anchorOf(db, chain)];
    await db.deleteFrom('trail').where('chain', '=', chain).execute();
    await db.deleteFrom('trail_heads').where('chain', '=', chain).execute();
    expect((await verifyStoredTrail(db, chain, { anchors })).flaw).toEqual({ seq: 1, problem: 'cut off' });
  });
});

test('entries that are appended while a trail is verified do not disturb', async () => {
  const db = await freshStore();
  const chain = await newChain(db, []);
  const many = Array.from({ length: 2_000 }, (_, index) => trailEvent({ recordKey: String(index) }));
  await inTransaction(db, (tx) => appendTrail(tx, chain, many));
  const verified = verifyStoredTrail(db, chain);
  for (let round = 0; round < 5; round += 1)
    await inTransaction(db, (tx) => appendTrail(tx, chain, [trailEvent()]));
  expect((await verified).flaw).toBeUndefined();
  expect(await verifyStoredTrail(db, chain)).toMatchObject({ flaw: undefined, entries: 2_005 });
});
