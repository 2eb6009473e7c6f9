import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';

/** One change that a plan found. */
export interface StoredPlannedChange {
  readonly seq: number;
  readonly flow: string;
  /** create, update, void, link, park */
  readonly kind: string;
  readonly recordKey: string;
  /** JSON document of the engine. */
  readonly data: string;
}

interface PlanOf {
  readonly runId: string;
  readonly connectionId: string;
}

export async function savePlannedChanges(
  db: Db,
  of: PlanOf,
  changes: readonly StoredPlannedChange[],
): Promise<void> {
  for (const chunk of chunksOf(changes, 7)) {
    await db
      .insertInto('planned_changes')
      .values(
        chunk.map((change) => ({
          run_id: of.runId,
          connection_id: of.connectionId,
          seq: change.seq,
          flow: change.flow,
          kind: change.kind,
          record_key: change.recordKey,
          data: change.data,
        })),
      )
      .execute();
  }
}

interface PlanQuery {
  readonly runId: string;
  readonly flow?: string | undefined;
  /** Any of these. */
  readonly kinds?: readonly string[] | undefined;
  readonly afterSeq: number;
  readonly limit: number;
}

export async function listPlannedChanges(db: Db, query: PlanQuery): Promise<readonly StoredPlannedChange[]> {
  let select = db
    .selectFrom('planned_changes')
    .selectAll()
    .where('run_id', '=', query.runId)
    .where('seq', '>', query.afterSeq)
    .orderBy('seq')
    .limit(query.limit);
  if (query.flow !== undefined) select = select.where('flow', '=', query.flow);
  if (query.kinds !== undefined) select = select.where('kind', 'in', [...query.kinds]);
  return (await select.execute()).map((row) => ({
    seq: Number(row.seq),
    flow: row.flow,
    kind: row.kind,
    recordKey: row.record_key,
    data: row.data,
  }));
}

/** Forgets the changes of all but the newest plans of a connection. */
export async function dropOldPlans(db: Db, connectionId: string, keep: number): Promise<void> {
  const kept = await db
    .selectFrom('runs')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'plan')
    .orderBy('started_at', 'desc')
    .limit(keep)
    .execute();
  let doomed = db.deleteFrom('planned_changes').where('connection_id', '=', connectionId);
  if (kept.length > 0)
    doomed = doomed.where(
      'run_id',
      'not in',
      kept.map((run) => run.id),
    );
  await doomed.execute();
}
