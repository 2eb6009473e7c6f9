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
  /** What it waits for, as in `Rejection.subject`; empty when others cannot wait for the same. */
  readonly subject: string;
  /** Fingerprint of the payload that Cin7 refused; null when nothing was sent. */
  readonly fingerprint: string | null;
  readonly retryAsked: boolean;
  readonly parkedAtMs: number;
  readonly seenAtMs: number;
  readonly runId: string;
  /** A person decided that it need not arrive. Null: nobody did. */
  readonly ignored: { readonly by: string; readonly reason: string; readonly atMs: number } | null;
  readonly assignee: string | null;
}

type NewParked = Pick<ParkedRecord, 'recordKey' | 'label' | 'code' | 'field' | 'detail' | 'fingerprint'> &
  Partial<Pick<ParkedRecord, 'subject'>>;

/** Parks a record, or notes that it is still parked. The moment of the first parking stays while the code is the same. */
export async function savePark(
  tx: Db,
  of: FlowOf & { runId: string },
  parked: NewParked,
  nowMs: number,
): Promise<void> {
  const earlier = await tx
    .selectFrom('parked')
    .select(['code', 'subject', 'parked_at'])
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '=', parked.recordKey)
    .executeTakeFirst();
  const values = {
    label: parked.label,
    code: parked.code,
    field: parked.field,
    detail: parked.detail,
    subject: parked.subject ?? '',
    fingerprint: parked.fingerprint,
    retry_asked: 0,
    parked_at: earlier?.code === parked.code ? Number(earlier.parked_at) : nowMs,
    seen_at: nowMs,
    run_id: of.runId,
    // What people decided was about the cause of then.
    ...(earlier === undefined || (earlier.code === parked.code && earlier.subject === (parked.subject ?? ''))
      ? {}
      : { ignored_by: null, ignored_reason: null, ignored_at: null }),
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
  readonly subject?: string | undefined;
  /** Letters, digits and colons only. */
  readonly subjectBegins?: string | undefined;
  readonly assignee?: string | undefined;
  readonly ignored?: boolean | undefined;
  /** Only those that a person asked another try of. */
  readonly retryAsked?: true | undefined;
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
  if (query.subject !== undefined) select = select.where('subject', '=', query.subject);
  if (query.subjectBegins !== undefined) select = select.where('subject', 'like', `${query.subjectBegins}%`);
  if (query.assignee !== undefined) select = select.where('assignee', '=', query.assignee);
  if (query.ignored !== undefined) select = select.where('ignored_by', query.ignored ? 'is not' : 'is', null);
  if (query.retryAsked !== undefined) select = select.where('retry_asked', '=', 1);
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
    subject: row.subject,
    fingerprint: row.fingerprint,
    retryAsked: row.retry_asked === 1,
    parkedAtMs: Number(row.parked_at),
    seenAtMs: Number(row.seen_at),
    runId: row.run_id,
    ignored:
      row.ignored_by === null
        ? null
        : { by: row.ignored_by, reason: row.ignored_reason ?? '', atMs: Number(row.ignored_at) },
    assignee: row.assignee,
  }));
}

export interface ParkedCause {
  readonly flow: string;
  readonly code: ParkCode;
  readonly field: string;
  readonly count: number;
}

/** How many records wait for the same cause, most first. Ignored ones wait for nothing. */
export async function countParkedByCause(db: Db, connectionId: string): Promise<readonly ParkedCause[]> {
  const rows = await db
    .selectFrom('parked')
    .select((eb) => ['flow', 'code', 'field', eb.fn.countAll<number>().as('count')])
    .where('connection_id', '=', connectionId)
    .where('ignored_by', 'is', null)
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

export async function countIgnored(db: Db, connectionId: string): Promise<number> {
  const row = await db
    .selectFrom('parked')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('connection_id', '=', connectionId)
    .where('ignored_by', 'is not', null)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
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

interface CauseQuery {
  readonly connectionId: string;
  readonly ignored: boolean;
}

/** What records wait for: one cause each for what can be mended at once. */
export interface ParkedGroup extends ParkedCause {
  readonly subject: string;
  /** One of the records, to show what it is about. */
  readonly example: { readonly recordKey: string; readonly label: string; readonly detail: string };
  readonly oldestAtMs: number;
}

/** Groups of records that wait for the same thing, most first. */
export async function groupParked(db: Db, query: CauseQuery): Promise<readonly ParkedGroup[]> {
  const groups = await db
    .selectFrom('parked')
    .select((eb) => [
      'flow',
      'code',
      'field',
      'subject',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('record_key').as('first_key'),
      eb.fn.min('parked_at').as('oldest'),
    ])
    .where('connection_id', '=', query.connectionId)
    .where('ignored_by', query.ignored ? 'is not' : 'is', null)
    .groupBy(['flow', 'code', 'field', 'subject'])
    .execute();
  const examples = await examplesOf(db, query.connectionId, groups);
  return groups
    .map((group) => ({
      flow: group.flow,
      code: group.code as ParkCode,
      field: group.field,
      subject: group.subject,
      count: Number(group.count),
      oldestAtMs: Number(group.oldest),
      example: examples.get(`${group.flow} ${group.first_key}`) ?? {
        recordKey: group.first_key,
        label: '',
        detail: '',
      },
    }))
    .toSorted((a, b) => b.count - a.count || (a.subject < b.subject ? -1 : 1));
}

async function examplesOf(
  db: Db,
  connectionId: string,
  groups: readonly { readonly flow: string; readonly first_key: string }[],
): Promise<ReadonlyMap<string, ParkedGroup['example']>> {
  const examples = new Map<string, ParkedGroup['example']>();
  for (const chunk of chunksOf(groups, 1)) {
    const rows = await db
      .selectFrom('parked')
      .select(['flow', 'record_key', 'label', 'detail'])
      .where('connection_id', '=', connectionId)
      .where(
        'record_key',
        'in',
        chunk.map((group) => group.first_key),
      )
      .execute();
    for (const row of rows)
      examples.set(`${row.flow} ${row.record_key}`, {
        recordKey: row.record_key,
        label: row.label,
        detail: row.detail,
      });
  }
  return examples;
}

/** Notes that a record need not arrive, or takes that back. Returns whether there was such a record. */
export async function setIgnored(
  tx: Db,
  of: FlowOf & { recordKey: string },
  ignored: { readonly by: string; readonly reason: string; readonly atMs: number } | null,
): Promise<boolean> {
  const result = await tx
    .updateTable('parked')
    .set({
      ignored_by: ignored?.by ?? null,
      ignored_reason: ignored?.reason ?? null,
      ignored_at: ignored?.atMs ?? null,
    })
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '=', of.recordKey)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Notes who takes care of a record; null: nobody. */
export async function setAssignee(
  tx: Db,
  of: FlowOf & { recordKey: string },
  assignee: string | null,
): Promise<boolean> {
  const result = await tx
    .updateTable('parked')
    .set({ assignee })
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '=', of.recordKey)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** How many records wait for each subject; ignored ones do not count. */
export async function countBySubject(db: Db, connectionId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('parked')
    .select((eb) => ['subject', eb.fn.countAll<number>().as('count')])
    .where('connection_id', '=', connectionId)
    .where('ignored_by', 'is', null)
    .where('subject', '<>', '')
    .groupBy('subject')
    .execute();
  return new Map(rows.map((row) => [row.subject, Number(row.count)]));
}
