import type { Db } from './database.ts';

/** Figures of the store for monitoring. Each is one statement; none looks at rows of JDE, links or the trail. */
export interface StoreFigures {
  readonly connections: readonly { readonly id: string; readonly name: string }[];
  readonly staged: readonly FlowFigure[];
  readonly parked: readonly (FlowFigure & { readonly code: string })[];
  /** Per table: the day up to which changes were read. */
  readonly watermarks: readonly {
    readonly connectionId: string;
    readonly table: string;
    readonly changedUntil: string;
  }[];
  /** Runs that wait or are at work. */
  readonly openRuns: readonly {
    readonly connectionId: string;
    readonly state: string;
    readonly count: number;
  }[];
  /** When a run of the kind last succeeded. */
  readonly lastSuccess: readonly {
    readonly connectionId: string;
    readonly kind: string;
    readonly endedAtMs: number;
  }[];
  readonly budget: readonly { readonly keyHash: string; readonly used: number }[];
}

interface FlowFigure {
  readonly connectionId: string;
  readonly flow: string;
  readonly count: number;
  readonly oldestAtMs: number;
}

/** A slot frees a minute after the answer came; the guard of the budget is left out, which shows at most one call more. */
const BUDGET_WINDOW_MS = 60_000;
/** What was begun earlier and never ended was a call of a process that died. */
const CALL_MS_MAX = 10 * 60_000;

export async function readFigures(db: Db, nowMs: number): Promise<StoreFigures> {
  return {
    connections: await db.selectFrom('connections').select(['id', 'name']).orderBy('name').execute(),
    staged: await readStaged(db),
    parked: await readParked(db),
    watermarks: await readWatermarks(db),
    openRuns: await readOpenRuns(db),
    lastSuccess: await readLastSuccess(db),
    budget: await readBudget(db, nowMs),
  };
}

async function readStaged(db: Db): Promise<StoreFigures['staged']> {
  const rows = await db
    .selectFrom('stage')
    .select((eb) => [
      'connection_id',
      'flow',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('staged_at').as('oldest'),
    ])
    .groupBy(['connection_id', 'flow'])
    .execute();
  return rows.map((row) => ({
    connectionId: row.connection_id,
    flow: row.flow,
    count: Number(row.count),
    oldestAtMs: Number(row.oldest),
  }));
}

async function readParked(db: Db): Promise<StoreFigures['parked']> {
  const rows = await db
    .selectFrom('parked')
    .select((eb) => [
      'connection_id',
      'flow',
      'code',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('parked_at').as('oldest'),
    ])
    .groupBy(['connection_id', 'flow', 'code'])
    .execute();
  return rows.map((row) => ({
    connectionId: row.connection_id,
    flow: row.flow,
    code: row.code,
    count: Number(row.count),
    oldestAtMs: Number(row.oldest),
  }));
}

async function readWatermarks(db: Db): Promise<StoreFigures['watermarks']> {
  const rows = await db
    .selectFrom('watermarks')
    .select(['connection_id', 'table_name', 'changed_until'])
    .execute();
  return rows.map((row) => ({
    connectionId: row.connection_id,
    table: row.table_name,
    changedUntil: row.changed_until,
  }));
}

async function readOpenRuns(db: Db): Promise<StoreFigures['openRuns']> {
  const rows = await db
    .selectFrom('runs')
    .select((eb) => ['connection_id', 'state', eb.fn.countAll<number>().as('count')])
    .where('state', 'in', ['queued', 'running'])
    .groupBy(['connection_id', 'state'])
    .execute();
  return rows.map((row) => ({ connectionId: row.connection_id, state: row.state, count: Number(row.count) }));
}

/** One look into the index for each connection and kind, instead of one through all runs there ever were. */
async function readLastSuccess(db: Db): Promise<StoreFigures['lastSuccess']> {
  const kinds = ['sync', 'reconcile'] as const;
  const found: StoreFigures['lastSuccess'][number][] = [];
  for (const kind of kinds) {
    const rows = await db
      .selectFrom('connections')
      .select((eb) => [
        'connections.id as connection_id',
        eb
          .selectFrom('runs')
          .select('ended_at')
          .whereRef('runs.connection_id', '=', 'connections.id')
          .where('kind', '=', kind)
          .where('state', '=', 'succeeded')
          .orderBy('started_at', 'desc')
          .limit(1)
          .as('ended_at'),
      ])
      .execute();
    for (const { connection_id: connectionId, ended_at: endedAt } of rows)
      if (endedAt !== null) found.push({ connectionId, kind, endedAtMs: Number(endedAt) });
  }
  return found;
}

async function readBudget(db: Db, nowMs: number): Promise<StoreFigures['budget']> {
  const rows = await db
    .selectFrom('budget_slots')
    .select((eb) => ['key_hash', eb.fn.countAll<number>().as('used')])
    .where((eb) =>
      eb.or([
        eb('released_at', '>', nowMs - BUDGET_WINDOW_MS),
        eb.and([eb('released_at', 'is', null), eb('started_at', '>', nowMs - CALL_MS_MAX)]),
      ]),
    )
    .groupBy('key_hash')
    .execute();
  return rows.map((row) => ({ keyHash: row.key_hash, used: Number(row.used) }));
}
