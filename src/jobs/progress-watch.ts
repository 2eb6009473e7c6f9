import { hash } from 'node:crypto';
import type { Db } from '../store/database.ts';
import { loadMark, saveMark } from '../store/marks.ts';
import type { RunSummary } from '../sync/summary.ts';

const MARK = 'run.progress';
/** From so many runs in a row on that left the same work behind, the connection raises its alarm. */
export const STUCK_RUNS_MIN = 3;

interface Standing {
  readonly picture: string;
  readonly runs: number;
}

/**
 * Counts the runs in a row that ended where the run before them had ended: same watermarks, same positions, same work left. A run
 * that left nothing starts the count anew; being quiet is no standstill.
 *
 * @returns how many there are now, this one included; 0 when nothing was left.
 */
export async function countStuckRuns(
  tx: Db,
  connectionId: string,
  run: { readonly summary: RunSummary; readonly failed: boolean; readonly nowMs: number },
): Promise<number> {
  const left = Object.values(run.summary.flows).reduce((sum, counters) => sum + counters.left, 0);
  const runs = left === 0 && !run.failed ? 0 : await standingRuns(tx, connectionId);
  const standing: Standing = { picture: runs === 0 ? '' : await pictureOf(tx, connectionId), runs };
  await saveMark(tx, connectionId, { name: MARK, value: JSON.stringify(standing), nowMs: run.nowMs });
  return runs;
}

async function standingRuns(tx: Db, connectionId: string): Promise<number> {
  const stored = await loadMark(tx, connectionId, MARK);
  // Written above.
  const before = stored === undefined ? undefined : (JSON.parse(stored) as Standing);
  return before?.picture === (await pictureOf(tx, connectionId)) ? before.runs + 1 : 1;
}

/** Where reading stands, and which records wait. */
async function pictureOf(tx: Db, connectionId: string): Promise<string> {
  const watermarks = await tx
    .selectFrom('watermarks')
    .select(['table_name', 'changed_until'])
    .where('connection_id', '=', connectionId)
    .orderBy('table_name')
    .execute();
  const positions = await tx
    .selectFrom('read_positions')
    .select(['table_name', 'last_key'])
    .where('connection_id', '=', connectionId)
    .orderBy('table_name')
    .execute();
  const staged = await tx
    .selectFrom('stage')
    .select((eb) => ['flow', eb.fn.countAll<number>().as('count'), eb.fn.max('record_key').as('last')])
    .where('connection_id', '=', connectionId)
    .groupBy('flow')
    .orderBy('flow')
    .execute();
  return hash('sha256', JSON.stringify([watermarks, positions, staged]), 'base64url');
}
