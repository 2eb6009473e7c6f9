import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { ChainedEntry } from '../trail/chain.ts';
import type { Db } from './database.ts';
import type { Schema, TrailTable } from './schema.ts';
import { entryOf } from './trail.ts';
import { unindexed, unindexedNumber } from './unindexed.ts';

export interface TrailFilter {
  /** Connection id, or `system`. */
  readonly chain: string;
  /** Any of these; an empty list asks for all. */
  readonly actions?: readonly string[];
  readonly actor?: string;
  readonly flow?: string;
  readonly recordKey?: string;
  readonly runId?: string;
  readonly cin7Id?: string;
  /** Both ends belong to it. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Part of the key, the actor, the Cin7 id or the old and new values; capital letters of A to Z do not matter. */
  readonly text?: string;
}

export interface TrailPageOrder {
  /** Entries older than this number; without `before` and `after` the newest. */
  readonly before?: number;
  /** Entries newer than this number, the oldest of them first on the way, the newest first in the answer. */
  readonly after?: number;
  readonly limit: number;
}

export interface TrailPage {
  /** Newest first. May be fewer than asked for although there are more: what matters is `next`. */
  readonly entries: readonly ChainedEntry[];
  /** Where the next page in the same direction goes on: its `before` or `after`. `undefined`: there is nothing more. */
  readonly next: number | undefined;
}

/** Entries that are looked at for one page, where an index finds more than what is asked for. */
const EXAMINED_MAX = 5_000;
/** How far the matches of a filter are counted, to find the rarest. */
const COUNTED_MAX = 1_000;

/**
 * One page of the trail. Each filter alone is answered from an index; of several, the rarest leads and the others are checked on at most
 * `EXAMINED_MAX` entries. So a page takes milliseconds at any length of the trail; a search for something rare may take several pages.
 */
export async function queryTrail(db: Db, filter: TrailFilter, order: TrailPageOrder): Promise<TrailPage> {
  const way: Way = order.after === undefined ? 'older' : 'newer';
  const range = await rangeOf(db, filter, order);
  const lead = await chooseLead(db, filter, range);
  const rest = restOf(filter, lead);
  const bound = rest.length === 0 ? undefined : await examinedUntil(db, filter, lead, range, way);
  const narrowed = bound === undefined ? range : narrow(range, bound, way);
  const found: ChainedEntry[] = [];
  for (const value of lead.values) {
    const select = rest.reduce(
      (query, condition) => query.where(condition),
      along(selectLed(db, filter, lead.column, value, narrowed).selectAll(), way),
    );
    found.push(...(await select.limit(order.limit).execute()).map(entryOf));
  }
  const onTheWay = found
    .toSorted((a, b) => (way === 'older' ? b.seq - a.seq : a.seq - b.seq))
    .slice(0, order.limit);
  const next = onTheWay.length === order.limit ? onTheWay.at(-1)?.seq : bound;
  return { entries: way === 'older' ? onTheWay : onTheWay.toReversed(), next };
}

type Way = 'older' | 'newer';
type LeadColumn = 'record_key' | 'cin7_id' | 'run_id' | 'actor' | 'action' | 'flow' | 'chain';

/** The filter that is answered from an index, with its values. */
interface Lead {
  readonly column: LeadColumn;
  readonly values: readonly string[];
}

/** Numbers between, without both ends. */
interface SeqRange {
  readonly above: number;
  readonly below: number | undefined;
}

type TrailSelect<O> = SelectQueryBuilder<Schema, 'trail', O>;

async function rangeOf(db: Db, filter: TrailFilter, order: TrailPageOrder): Promise<SeqRange> {
  const times = await timeRange(db, filter);
  return {
    above: Math.max(times.above, order.after ?? 0),
    below: least(times.below, order.before),
  };
}

/**
 * The numbers that surely hold a span of time. Times of a chain rise but for clocks that are set back and differ, by no more than
 * `backwards_ms`: before an entry that is older than the span by that much, and behind one that is younger by as much, none belongs to it.
 */
async function timeRange(db: Db, { chain, fromMs, toMs }: TrailFilter): Promise<SeqRange> {
  if (fromMs === undefined && toMs === undefined) return { above: 0, below: undefined };
  const head = await db
    .selectFrom('trail_heads')
    .select('backwards_ms')
    .where('chain', '=', chain)
    .executeTakeFirst();
  const slackMs = Number(head?.backwards_ms ?? 0);
  const select = db.selectFrom('trail').select('seq').where('chain', '=', chain).limit(1);
  const before =
    fromMs === undefined
      ? undefined
      : await select
          .where('at', '<', fromMs - slackMs)
          .orderBy('at', 'desc')
          .executeTakeFirst();
  const behind =
    toMs === undefined
      ? undefined
      : await select
          .where('at', '>', toMs + slackMs)
          .orderBy('at')
          .executeTakeFirst();
  return {
    above: before === undefined ? 0 : Number(before.seq),
    below: behind === undefined ? undefined : Number(behind.seq),
  };
}

async function chooseLead(db: Db, filter: TrailFilter, range: SeqRange): Promise<Lead> {
  const leads = leadsOf(filter);
  const [only, second] = leads;
  if (only === undefined) return { column: 'chain', values: [filter.chain] };
  if (second === undefined) return only;
  const counts = await Promise.all(leads.map((lead) => countMatches(db, filter, lead, range)));
  return leads[counts.indexOf(Math.min(...counts))] ?? only;
}

function leadsOf(filter: TrailFilter): readonly Lead[] {
  const columns = [
    ['record_key', filter.recordKey],
    ['cin7_id', filter.cin7Id],
    ['run_id', filter.runId],
    ['actor', filter.actor],
    ['flow', filter.flow],
  ] as const;
  return [
    ...columns.flatMap(([column, value]) => (value === undefined ? [] : [{ column, values: [value] }])),
    ...(filter.actions === undefined || filter.actions.length === 0
      ? []
      : [{ column: 'action' as const, values: [...new Set(filter.actions)] }]),
  ];
}

async function countMatches(db: Db, filter: TrailFilter, lead: Lead, range: SeqRange): Promise<number> {
  let matches = 0;
  for (const value of lead.values) {
    const some = selectLed(db, filter, lead.column, value, range).select('seq').limit(COUNTED_MAX).as('some');
    const row = await db
      .selectFrom(some)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    matches += Number(row.count);
  }
  return matches;
}

/** Where the look at the entries of the lead ends, short of its end; `undefined`: they are few enough to be looked at to the end. */
async function examinedUntil(
  db: Db,
  filter: TrailFilter,
  lead: Lead,
  range: SeqRange,
  way: Way,
): Promise<number | undefined> {
  const share = Math.ceil(EXAMINED_MAX / Math.max(1, lead.values.length));
  const ends: number[] = [];
  for (const value of lead.values) {
    const select = along(selectLed(db, filter, lead.column, value, range).select('seq'), way);
    const row = await select
      .limit(1)
      .offset(share - 1)
      .executeTakeFirst();
    if (row !== undefined) ends.push(Number(row.seq));
  }
  if (ends.length === 0) return undefined;
  return way === 'older' ? Math.max(...ends) : Math.min(...ends);
}

/** Up to the bound, the bound included: the next page begins behind it. */
function narrow(range: SeqRange, bound: number, way: Way): SeqRange {
  return way === 'older' ? { ...range, above: bound - 1 } : { ...range, below: bound + 1 };
}

/** Entries of the lead, found in its index in the order of their numbers. */
function selectLed(
  db: Db,
  filter: TrailFilter,
  column: LeadColumn,
  value: string,
  range: SeqRange,
): TrailSelect<object> {
  const hasChain = column === 'chain' || column === 'actor' || column === 'action' || column === 'flow';
  let select = db.selectFrom('trail').where(column, '=', value);
  if (column !== 'chain') select = select.where(hasChain ? 'chain' : unindexed('chain'), '=', filter.chain);
  if (range.above > 0) select = select.where('seq', '>', range.above);
  if (range.below !== undefined) select = select.where('seq', '<', range.below);
  return select;
}

function along<O>(select: TrailSelect<O>, way: Way): TrailSelect<O> {
  return select.orderBy('seq', way === 'older' ? 'desc' : 'asc');
}

/** The conditions that the lead leaves. */
function restOf(filter: TrailFilter, lead: Lead): readonly Expression<SqlBool>[] {
  const rest = leadsOf(filter)
    .filter(({ column }) => column !== lead.column)
    .map(({ column, values }) => sql<SqlBool>`${unindexed(column)} in (${sql.join([...values])})`);
  const at = unindexedNumber('at');
  if (filter.fromMs !== undefined) rest.push(sql<SqlBool>`${at} >= ${filter.fromMs}`);
  if (filter.toMs !== undefined) rest.push(sql<SqlBool>`${at} <= ${filter.toMs}`);
  if (filter.text !== undefined && filter.text !== '') rest.push(holdsText(filter.text));
  return rest;
}

const SEARCHED = ['record_key', 'actor', 'cin7_id'] as const satisfies readonly (keyof TrailTable)[];

function holdsText(text: string): RawCondition {
  const plain = likePattern(text);
  // Values stand in the document as JSON writes them.
  const written = likePattern(JSON.stringify(text).slice(1, -1));
  const columns = SEARCHED.map((column) => sql`lower(${sql.ref(column)}) like ${plain} escape '\\'`);
  return sql<SqlBool>`(lower(data) like ${written} escape '\\' or ${sql.join(columns, sql` or `)})`;
}

type RawCondition = ReturnType<typeof sql<SqlBool>>;

function likePattern(text: string): string {
  return `%${asciiLower(text).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

/** As the databases do it: PostgreSQL in the collation of the columns, SQLite always. */
function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
