import type { ParkCode } from '../faults/fault-codes.ts';
import type { Db } from './database.ts';

/** Records that a run parked and that were not parked for that code before, by cause. */
export interface NewlyParked {
  readonly flow: string;
  readonly code: ParkCode;
  readonly field: string;
  readonly count: number;
  /** Labels of the first few. */
  readonly examples: readonly string[];
}

interface NewsQuery {
  readonly connectionId: string;
  readonly runId: string;
  readonly examplesMax: number;
}

/** Most first. What a person chose to ignore is left out. */
export async function newlyParked(db: Db, query: NewsQuery): Promise<readonly NewlyParked[]> {
  const news = db
    .selectFrom('parked')
    .where('connection_id', '=', query.connectionId)
    .where('run_id', '=', query.runId)
    // What was parked before the run began is no news.
    .where('parked_at', '>=', (eb) =>
      eb.selectFrom('runs').select('started_at').where('id', '=', query.runId),
    )
    .where('ignored_at', 'is', null);
  const causes = await news
    .select((eb) => ['flow', 'code', 'field', eb.fn.countAll<number>().as('count')])
    .groupBy(['flow', 'code', 'field'])
    .execute();
  const told: NewlyParked[] = [];
  for (const { flow, code, field, count } of causes) {
    const examples = await news
      .select('label')
      .where('flow', '=', flow)
      .where('code', '=', code)
      .where('field', '=', field)
      .orderBy('record_key')
      .limit(query.examplesMax)
      .execute();
    told.push({
      flow,
      code: code as ParkCode, // Written from the same list.
      field,
      count: Number(count),
      examples: examples.map((row) => row.label),
    });
  }
  return told.toSorted((a, b) => b.count - a.count || a.code.localeCompare(b.code));
}
