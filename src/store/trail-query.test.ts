import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ChainedEntry, TrailEvent } from '../trail/chain.ts';
import { type Db, inTransaction } from './database.ts';
import { isPostgres } from './locks.ts';
import { freshStore, NOW_MS } from './store.testkit.ts';
import { statementsOf, trailEvent, wholeTrail } from './trail.testkit.ts';
import { appendTrail } from './trail.ts';
import { previewPrune } from './trail-prune.ts';
import { queryTrail, type TrailFilter } from './trail-query.ts';

const MINUTE_MS = 60_000;
const ACTIONS = ['record.created', 'record.parked', 'crosswalk.set', 'run.started'];
const ENTRIES = 400;

let db: Db;
beforeEach(async () => {
  db = await freshStore();
});

/** Clocks are set back now and then, as in life. */
function eventAt(index: number): TrailEvent {
  const isRecord = index % 4 < 2;
  return trailEvent({
    at: NOW_MS + index * MINUTE_MS - (index % 50 === 49 ? 30 * MINUTE_MS : 0),
    actor: index % 40 === 0 ? 'user:anna' : 'schedule:nightly',
    action: ACTIONS[index % 4] ?? '',
    flow: isRecord ? (index % 3 === 0 ? 'suppliers' : 'purchases') : null,
    recordKey: isRecord ? `K${index % 30}` : null,
    runId: `run-${Math.floor(index / 100)}`,
    cin7Id: isRecord ? `cin7-${index % 30}` : null,
    data: { label: `Größe "${index % 25}" 100%_`, to: index },
  });
}

async function fill(chain: string, count: number, from = 0): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => eventAt(from + index));
  await inTransaction(db, (tx) => appendTrail(tx, chain, events));
}

function matches(entry: ChainedEntry, filter: TrailFilter): boolean {
  const { actions, actor, flow, recordKey, runId, cin7Id, fromMs, toMs, text } = filter;
  const equal = (wanted: string | undefined, value: string | null): boolean =>
    wanted === undefined || wanted === value;
  const texts = [entry.recordKey, entry.actor, entry.cin7Id, entry.data].map((part) => part?.toLowerCase());
  const written = JSON.stringify(text ?? '')
    .slice(1, -1)
    .toLowerCase();
  return (
    (actions === undefined || actions.length === 0 || actions.includes(entry.action)) &&
    equal(actor, entry.actor) &&
    equal(flow, entry.flow) &&
    equal(recordKey, entry.recordKey) &&
    equal(runId, entry.runId) &&
    equal(cin7Id, entry.cin7Id) &&
    entry.at >= (fromMs ?? 0) &&
    entry.at <= (toMs ?? Number.POSITIVE_INFINITY) &&
    texts.some((part) => part?.includes(written) === true)
  );
}

/** Leafs through all pages. */
async function leaf(filter: TrailFilter, limit: number, way: 'older' | 'newer'): Promise<readonly number[]> {
  const seqs: number[] = [];
  let next: number | undefined = way === 'older' ? Number.MAX_SAFE_INTEGER : 0;
  while (next !== undefined) {
    const page: Awaited<ReturnType<typeof queryTrail>> = await queryTrail(db, filter, {
      ...(way === 'older' ? { before: next } : { after: next }),
      limit,
    });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    const found = page.entries.map(({ seq }) => seq);
    seqs.push(...(way === 'older' ? found : found.toReversed()));
    next = page.next;
  }
  return way === 'older' ? seqs : seqs.toReversed();
}

const some = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined, freq: 2 });

const filters = fc
  .record({
    actions: some(fc.subarray([...ACTIONS, 'never.done'])),
    actor: some(fc.constantFrom('user:anna', 'schedule:nightly', 'nobody')),
    flow: some(fc.constantFrom('suppliers', 'purchases')),
    recordKey: some(fc.nat(31).map((number) => `K${number}`)),
    runId: some(fc.nat(4).map((number) => `run-${number}`)),
    cin7Id: some(fc.nat(31).map((number) => `cin7-${number}`)),
    fromMs: some(fc.nat(ENTRIES).map((minute) => NOW_MS + minute * MINUTE_MS)),
    toMs: some(fc.nat(ENTRIES).map((minute) => NOW_MS + minute * MINUTE_MS)),
    text: some(fc.constantFrom('"7"', 'größe', '100%_', '100__', 'ANNA', 'k1', 'cin7-2', String.raw`\ `)),
  })
  .map((drawn): Omit<TrailFilter, 'chain'> => {
    const given = Object.entries(drawn).filter(([, value]) => value !== undefined);
    // The properties that are left are those of the filter, each with its own type.
    return Object.fromEntries(given) as Omit<TrailFilter, 'chain'>;
  });

describe('looking through the trail', () => {
  test('finds with any filters what they describe and nothing else, in both directions and any page length', async () => {
    await fill('c1', ENTRIES);
    await fill('c2', 50);
    const entries = await wholeTrail(db, 'c1');
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.integer({ min: 20, max: 500 }),
        fc.constantFrom('older', 'newer'),
        async (own, limit, way) => {
          const filter = { chain: 'c1', ...own };
          const wanted = entries.filter((entry) => matches(entry, filter)).map(({ seq }) => seq);
          expect(await leaf(filter, limit, way)).toEqual(wanted.toReversed());
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  test('shows the newest page first, newest entry first', async () => {
    await fill('c1', 10);
    const page = await queryTrail(db, { chain: 'c1' }, { limit: 3 });
    expect(page.entries.map(({ seq }) => seq)).toEqual([10, 9, 8]);
    expect(page.next).toBe(8);
  });

  test('a rare match behind thousands of others is found over several bounded pages', async () => {
    await fill('c1', 12_000, 1);
    await inTransaction(db, (tx) =>
      appendTrail(tx, 'c1', [trailEvent({ data: { label: 'needle' }, flow: 'suppliers' })]),
    );
    await fill('c1', 12_000, 1);
    const filter = { chain: 'c1', text: 'NEEDLE' };
    const first = await queryTrail(db, filter, { limit: 10 });
    expect(first.entries).toEqual([]);
    expect(first.next).toBeGreaterThan(18_000);
    expect(await leaf(filter, 10, 'older')).toEqual([12_001]);
    expect(await leaf({ ...filter, flow: 'suppliers' }, 10, 'newer')).toEqual([12_001]);
  });
});

/** How SQLite goes about a statement: https://www.sqlite.org/eqp.html */
async function plansOf(work: (db: Db) => Promise<unknown>): Promise<readonly string[]> {
  const details: string[] = [];
  for (const { sql, parameters } of await statementsOf(db, work)) {
    const plan = await db.executeQuery<{ detail: string }>({
      sql: `explain query plan ${sql}`,
      parameters,
      query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
      queryId: { queryId: 'plan' },
    });
    details.push(...plan.rows.map(({ detail }) => detail));
  }
  return details;
}

describe('every way of looking is answered from an index, without sorting', () => {
  const day = { fromMs: NOW_MS + 500 * MINUTE_MS, toMs: NOW_MS + 2_500 * MINUTE_MS };
  const ways: readonly (readonly [string, Omit<TrailFilter, 'chain'>, RegExp])[] = [
    ['everything', {}, /sqlite_autoindex_trail_1 \(chain=\?/],
    ['a record', { recordKey: 'K1' }, /trail_by_record_key \(record_key=\?/],
    ['a run', { runId: 'run-1' }, /trail_by_run_id \(run_id=\?/],
    ['an object in Cin7', { cin7Id: 'cin7-1' }, /trail_by_cin7_id \(cin7_id=\?/],
    ['an act', { actions: ['crosswalk.set'] }, /trail_by_action \(chain=\? AND action=\?/],
    ['several acts', { actions: ACTIONS }, /trail_by_action \(chain=\? AND action=\?/],
    ['a person', { actor: 'user:anna' }, /trail_by_actor \(chain=\? AND actor=\?/],
    ['a flow', { flow: 'suppliers' }, /trail_by_flow \(chain=\? AND flow=\?/],
    ['a day', day, /sqlite_autoindex_trail_1 \(chain=\? AND seq>/],
    ['a text', { text: 'parts' }, /sqlite_autoindex_trail_1 \(chain=\?/],
    [
      'an act on a day',
      { ...day, actions: ['crosswalk.set'] },
      /trail_by_action \(chain=\? AND action=\? AND seq>/,
    ],
    ['a person on a day', { ...day, actor: 'user:anna' }, /trail_by_actor \(chain=\? AND actor=\? AND seq>/],
    ['a flow on a day', { ...day, flow: 'suppliers' }, /trail_by_flow \(chain=\? AND flow=\? AND seq>/],
    ['a record on a day', { ...day, recordKey: 'K1' }, /trail_by_record_key \(record_key=\? AND seq>/],
    [
      'an act of a person',
      { actor: 'user:anna', actions: ['crosswalk.set'] },
      /trail_by_actor \(chain=\? AND actor/,
    ],
    ['an act in a run', { runId: 'run-1', actions: ACTIONS }, /trail_by_run_id \(run_id=\?/],
    ['a record of a flow', { recordKey: 'K1', flow: 'suppliers' }, /trail_by_record_key \(record_key=\?/],
    ['a text of a record', { recordKey: 'K1', text: 'x' }, /trail_by_record_key \(record_key=\?/],
  ];

  test.each(ways)('%s', async (_, filter, index) => {
    if (isPostgres(db)) return; // It plans by statistics, of which a fresh store has none.
    await fill('c1', 3_000);
    for (const order of [{ limit: 50 }, { before: 1_000, limit: 50 }, { after: 1_000, limit: 50 }]) {
      const plans = await plansOf((listened) => queryTrail(listened, { chain: 'c1', ...filter }, order));
      expect(plans.join('\n')).not.toMatch(/SCAN trail(?!_heads)|TEMP B-TREE/);
      // The entries themselves are read last.
      expect(plans.at(-1)).toMatch(index);
    }
  });

  test('what a pruning asks of each record as well', async () => {
    if (isPostgres(db)) return;
    await fill('c1', 3_000);
    const day = 86_400_000;
    const order = { chain: 'c1', beforeMs: NOW_MS + day, nowMs: NOW_MS + 400 * day };
    const plans = (await plansOf((listened) => previewPrune(listened, order))).join('\n');
    expect(plans).not.toMatch(/SCAN trail(?!_summaries)/);
    expect(plans).toMatch(/SEARCH later USING INDEX trail_by_record_key \(record_key=\?\)/);
  });
});
