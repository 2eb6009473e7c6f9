import { noteEvent, noteRecovery } from '../notices/note.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { listFindings } from '../store/findings.ts';
import type { StoredRun } from '../store/runs.ts';
import { DIFFERENCE_WORDS, DIFFERENCES, type ReconcileSummary } from '../sync/reconcile-summary.ts';

const EXAMPLES_MAX = 3;

/** Tells people of the differences that a reconcile found, or that both sides agree again. */
export async function noteReconcile(
  db: Db,
  run: StoredRun,
  summary: ReconcileSummary,
  nowMs: number,
): Promise<void> {
  const { connectionId } = run;
  const differences: { what: string; count: number; examples: string[] }[] = [];
  for (const name of DIFFERENCES) {
    const count = Object.values(summary.flows).reduce((sum, flow) => sum + flow.counts[name], 0);
    if (count === 0) continue;
    const findings = await listFindings(db, { runId: run.id, class: name, afterSeq: 0, limit: EXAMPLES_MAX });
    const examples = findings.map(({ label }) => label);
    differences.push({ what: DIFFERENCE_WORDS[name], count, examples });
  }
  await inTransaction(db, async (tx) => {
    if (differences.length === 0)
      await noteRecovery(tx, { connectionId, events: ['reconcile.differences'], runId: run.id, nowMs });
    else
      await noteEvent(
        tx,
        { event: 'reconcile.differences', connectionId, runId: run.id, differences },
        nowMs,
      );
  });
}
