import { reconcileConnection } from '../../src/app.ts';
import type { RunEnding } from '../../src/jobs/execute-run.ts';
import { listFindings, type StoredFinding } from '../../src/store/findings.ts';
import type { ReconcileOptions } from '../../src/sync/reconcile.ts';
import type { ReconcileSummary } from '../../src/sync/reconcile-summary.ts';
import { expectSucceeded, type Trial } from './trial.ts';

export const QUIET = {
  requester: { actor: 'test', origin: 'test' },
  signal: new AbortController().signal,
  report: () => undefined,
};

interface Report extends ReconcileSummary {
  readonly runId: string;
  readonly findings: readonly StoredFinding[];
}

export async function endReconcile(
  trial: Trial,
  options: ReconcileOptions & { settings?: Record<string, unknown> } = {},
): Promise<RunEnding<ReconcileSummary>> {
  const connection = await trial.open(options.settings);
  try {
    return await reconcileConnection(connection, { ...QUIET, ...options });
  } finally {
    await connection.close();
  }
}

/** Reconciles and expects that the run succeeds. */
export async function reconcile(
  trial: Trial,
  options: ReconcileOptions & { settings?: Record<string, unknown> } = {},
): Promise<Report> {
  const ending = await endReconcile(trial, options);
  expectSucceeded(ending);
  if (ending.value === undefined) throw new Error('A run that succeeded has a summary.');
  const { runId } = ending;
  const findings = await listFindings(trial.database.db, { runId, afterSeq: 0, limit: 10_000 });
  return { ...ending.value, runId, findings };
}
