import type { ParkCode } from '../faults/fault-codes.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';
import type { FlowOf } from './stage.ts';

export interface ParkedRecord {
  readonly flow: string;
  readonly recordKey: string;
  readonly label: string;
  readonly code: ParkCode;
  readonly field: string;
  readonly detail: string;
  /** Fingerprint of the payload that Cin7 refused; null when nothing was sent. */
  readonly fingerprint: string | null;
  readonly retryAsked: boolean;
  readonly parkedAtMs: number;
  readonly seenAtMs: number;
  readonly runId: string;
}

type NewParked = Pick<ParkedRecord, 'recordKey' | 'label' | 'code' | 'field' | 'detail' | 'fingerprint'>;

/** Parks a record, or notes that it is still parked. The moment of the first parking stays while the code is the same. */
export async function savePark(
  tx: Db,
  of: FlowOf & { runId: string },
  parked: NewParked,
  nowMs: number,
): Promise<void> {
  const earlier = await tx
    .selectFrom('parked')
    .select(['code', 'parked_at'])
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '=', parked.recordKey)
    .executeTakeFirst();
  const values = {
    label: parked.label,
    code: parked.code,
    field: parked.field,
    detail: parked.detail,
    fingerprint: parked.fingerprint,
    retry_asked: 0,
    parked_at: earlier?.code === parked.code ? Number(earlier.parked_at) : nowMs,
    seen_at: nowMs,
    run_id: of.runId,
  };
  await tx
    .insertInto('parked')
    .values({ connection_id: of.connectionId, flow: of.flow, record_key: parked.recordKey, ...values })
    .onConflict((c) => c.columns(['connection_id', 'flow', 'record_key']).doUpdateSet(values))
    .execute();
}

export async function unpark(tx: Db, of: FlowOf, recordKeys: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(recordKeys, 1)) {
    await tx
      .deleteFrom('parked')
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('record_key', 'in', [...chunk])
      .execute();
  }
}

interface ParkedQuery {
  readonly connectionId: string;
  readonly flow?: string | undefined;
  readonly code?: string | undefined;
  readonly field?: string | undefined;
  readonly recordKeys?: readonly string[] | undefined;
  /** Flow and key of the last record of the page before. */
  readonly after?: { readonly flow: string; readonly recordKey: string };
  readonly limit: number;
}

export async function listParked(db: Db, query: ParkedQuery): Promise<readonly ParkedRecord[]> {
  let select = db
    .selectFrom('parked')
    .selectAll()
    .where('connection_id', '=', query.connectionId)
    .orderBy('flow')
    .orderBy('record_key')
    .limit(query.limit);
  if (query.flow !== undefined) select = select.where('flow', '=', query.flow);
  if (query.code !== undefined) select = select.where('code', '=', query.code);
  if (query.field !== undefined) select = select.where('field', '=', query.field);
  if (query.recordKeys !== undefined) select = select.where('record_key', 'in', [...query.recordKeys]);
  const after = query.after;
  if (after !== undefined) {
    select = select.where((eb) =>
      eb.or([
        eb('flow', '>', after.flow),
        eb.and([eb('flow', '=', after.flow), eb('record_key', '>', after.recordKey)]),
      ]),
    );
  }
  return (await select.execute()).map((row) => ({
    flow: row.flow,
    recordKey: row.record_key,
    label: row.label,
    code: row.code as ParkCode,
    field: row.field,
    detail: row.detail,
    fingerprint: row.fingerprint,
    retryAsked: row.retry_asked === 1,
    parkedAtMs: Number(row.parked_at),
    seenAtMs: Number(row.seen_at),
    runId: row.run_id,
  }));
}

export interface ParkedCause {
  readonly flow: string;
  readonly code: ParkCode;
  readonly field: string;
  readonly count: number;
}

/** How many records wait for the same cause, most first. */
export async function countParkedByCause(db: Db, connectionId: string): Promise<readonly ParkedCause[]> {
  const rows = await db
    .selectFrom('parked')
    .select((eb) => ['flow', 'code', 'field', eb.fn.countAll<number>().as('count')])
    .where('connection_id', '=', connectionId)
    .groupBy(['flow', 'code', 'field'])
    .execute();
  return rows
    .map((row) => ({
      flow: row.flow,
      code: row.code as ParkCode,
      field: row.field,
      count: Number(row.count),
    }))
    .toSorted((a, b) => b.count - a.count || a.flow.localeCompare(b.flow) || a.code.localeCompare(b.code));
}

/** Asks for another try of parked records. Returns how many there were. */
export async function askRetry(tx: Db, of: FlowOf, recordKeys: readonly string[]): Promise<number> {
  let asked = 0;
  for (const chunk of chunksOf(recordKeys, 1)) {
    const result = await tx
      .updateTable('parked')
      .set({ retry_asked: 1 })
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('record_key', 'in', [...chunk])
      .executeTakeFirst();
    asked += Number(result.numUpdatedRows);
  }
  return asked;
}
