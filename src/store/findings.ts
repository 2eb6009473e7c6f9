import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';

/** A line of a reconcile report: one difference, in the words of people, and what to do. */
export interface Finding {
  readonly flow: string;
  /** A class of the reconcile report. */
  readonly class: string;
  readonly recordKey: string | null;
  readonly label: string;
  readonly cin7Id: string | null;
  /** Field that differs, in the words of Cin7; null where the record as a whole does. */
  readonly field: string | null;
  readonly jdeValue: string | null;
  readonly cin7Value: string | null;
  /** Why a record waits: the code that it is parked with, `staged` or `notReadYet`. */
  readonly code: string | null;
  readonly explanation: string;
  readonly nextStep: string;
}

export interface StoredFinding extends Finding {
  readonly seq: number;
}

interface ReportOf {
  readonly connectionId: string;
  readonly runId: string;
}

/** @param firstSeq number of the first of them in the report. */
export async function saveFindings(
  tx: Db,
  of: ReportOf,
  firstSeq: number,
  findings: readonly Finding[],
): Promise<void> {
  let seq = firstSeq;
  for (const chunk of chunksOf(findings, 14)) {
    await tx
      .insertInto('findings')
      .values(
        chunk.map((finding) => ({
          run_id: of.runId,
          seq: seq++,
          connection_id: of.connectionId,
          flow: finding.flow,
          class: finding.class,
          record_key: finding.recordKey,
          label: finding.label,
          cin7_id: finding.cin7Id,
          field: finding.field,
          jde_value: finding.jdeValue,
          cin7_value: finding.cin7Value,
          code: finding.code,
          explanation: finding.explanation,
          next_step: finding.nextStep,
        })),
      )
      .execute();
  }
}

interface FindingQuery {
  readonly runId: string;
  readonly flow?: string | undefined;
  readonly class?: string | undefined;
  /** Number of the last finding of the page before; 0 for the first page. */
  readonly afterSeq: number;
  readonly limit: number;
}

export async function listFindings(db: Db, query: FindingQuery): Promise<readonly StoredFinding[]> {
  let select = db
    .selectFrom('findings')
    .selectAll()
    .where('run_id', '=', query.runId)
    .where('seq', '>', query.afterSeq)
    .orderBy('seq')
    .limit(query.limit);
  if (query.flow !== undefined) select = select.where('flow', '=', query.flow);
  if (query.class !== undefined) select = select.where('class', '=', query.class);
  return (await select.execute()).map((row) => ({
    seq: Number(row.seq),
    flow: row.flow,
    class: row.class,
    recordKey: row.record_key,
    label: row.label,
    cin7Id: row.cin7_id,
    field: row.field,
    jdeValue: row.jde_value,
    cin7Value: row.cin7_value,
    code: row.code,
    explanation: row.explanation,
    nextStep: row.next_step,
  }));
}

/** Keeps the newest reports of a connection; those of runs that did not come to their end are no reports, and go too. */
export async function pruneReports(
  tx: Db,
  connectionId: string,
  keep: { readonly reports: number; readonly alsoRunId: string },
): Promise<void> {
  const kept = await tx
    .selectFrom('runs')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'reconcile')
    .where('state', '=', 'succeeded')
    .orderBy('started_at', 'desc')
    .limit(keep.reports)
    .execute();
  await tx
    .deleteFrom('findings')
    .where('connection_id', '=', connectionId)
    .where('run_id', 'not in', [keep.alsoRunId, ...kept.map((row) => row.id)])
    .execute();
}
