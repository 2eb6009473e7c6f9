import type { Db } from './database.ts';

/** raised: new trouble; repeated: it lasts; resolved: it is over; test: a person pressed the button. */
export type NoticeState = 'raised' | 'repeated' | 'resolved' | 'test';

export interface StoredNotice {
  readonly id: string;
  readonly event: string;
  readonly state: NoticeState;
  readonly connectionId: string | null;
  readonly runId: string | null;
  /** JSON document of the notices. */
  readonly message: string;
  readonly atMs: number;
}

export async function insertNotice(tx: Db, notice: StoredNotice): Promise<void> {
  await tx
    .insertInto('notices')
    .values({
      id: notice.id,
      event: notice.event,
      state: notice.state,
      connection_id: notice.connectionId,
      run_id: notice.runId,
      message: notice.message,
      at: notice.atMs,
    })
    .execute();
}

export async function findNotice(db: Db, id: string): Promise<StoredNotice | undefined> {
  const row = await db.selectFrom('notices').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : storedNotice(row);
}

/** Newest first, behind `before`. */
export async function listNotices(
  db: Db,
  query: {
    readonly before?: { readonly atMs: number; readonly id: string };
    readonly connectionId?: string;
    readonly limit: number;
  },
): Promise<readonly StoredNotice[]> {
  let select = db.selectFrom('notices').selectAll().orderBy('at', 'desc').orderBy('id').limit(query.limit);
  if (query.connectionId !== undefined) select = select.where('connection_id', '=', query.connectionId);
  const { before } = query;
  if (before !== undefined) {
    select = select.where((eb) =>
      eb.or([eb('at', '<', before.atMs), eb.and([eb('at', '=', before.atMs), eb('id', '>', before.id)])]),
    );
  }
  return (await select.execute()).map(storedNotice);
}

/** Removes what is older, a bounded number at a time. Deliveries that wait keep their notice. */
export async function purgeNotices(
  tx: Db,
  purge: { readonly olderThanMs: number; readonly limit: number },
): Promise<number> {
  const old = await tx
    .selectFrom('notices')
    .select('id')
    .where('at', '<', purge.olderThanMs)
    .where('id', 'not in', (waiting) =>
      waiting.selectFrom('notice_deliveries').select('notice_id').where('state', '=', 'waiting'),
    )
    .orderBy('at')
    .limit(purge.limit)
    .execute();
  const ids = old.map((row) => row.id);
  if (ids.length === 0) return 0;
  await tx.deleteFrom('notice_deliveries').where('notice_id', 'in', ids).execute();
  await tx.deleteFrom('notices').where('id', 'in', ids).execute();
  return ids.length;
}

export interface Trouble {
  readonly dedupKey: string;
  readonly event: string;
  readonly connectionId: string | null;
  readonly title: string;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** How often it was met since it began. */
  readonly times: number;
  readonly toldAtMs: number | null;
  /** How often it had been met when it was last told. */
  readonly timesTold: number;
}

/** Notes that trouble was met, in one statement, so that of two processes each sees the other's. */
export async function meetTrouble(
  tx: Db,
  met: Pick<Trouble, 'dedupKey' | 'event' | 'connectionId' | 'title'> & { readonly nowMs: number },
): Promise<Trouble> {
  const row = await tx
    .insertInto('notice_troubles')
    .values({
      dedup_key: met.dedupKey,
      event: met.event,
      connection_id: met.connectionId,
      title: met.title,
      first_at: met.nowMs,
      last_at: met.nowMs,
      times: 1,
      told_at: null,
      times_told: 0,
    })
    .onConflict((c) =>
      c.column('dedup_key').doUpdateSet((eb) => ({
        last_at: met.nowMs,
        title: met.title,
        times: eb('notice_troubles.times', '+', 1),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return storedTrouble(row);
}

export async function noteTroubleTold(tx: Db, trouble: Trouble, nowMs: number): Promise<void> {
  await tx
    .updateTable('notice_troubles')
    .set({ told_at: nowMs, times_told: trouble.times })
    .where('dedup_key', '=', trouble.dedupKey)
    .execute();
}

/** Trouble of these kinds that is open, oldest first. */
export async function openTroubles(
  db: Db,
  of: { readonly connectionId: string | null; readonly events: readonly string[] },
): Promise<readonly Trouble[]> {
  const rows = await db
    .selectFrom('notice_troubles')
    .selectAll()
    .where('event', 'in', [...of.events])
    .where((eb) =>
      of.connectionId === null ? eb('connection_id', 'is', null) : eb('connection_id', '=', of.connectionId),
    )
    .orderBy('first_at')
    .orderBy('dedup_key')
    .execute();
  return rows.map(storedTrouble);
}

export async function closeTroubles(tx: Db, dedupKeys: readonly string[]): Promise<void> {
  if (dedupKeys.length === 0) return;
  await tx
    .deleteFrom('notice_troubles')
    .where('dedup_key', 'in', [...dedupKeys])
    .execute();
}

/** Forgets trouble that was not met again for long and whose end nobody noticed. */
export async function forgetTroubles(tx: Db, notMetSinceMs: number): Promise<void> {
  await tx.deleteFrom('notice_troubles').where('last_at', '<', notMetSinceMs).execute();
}

export async function listTroubles(db: Db): Promise<readonly Trouble[]> {
  const rows = await db
    .selectFrom('notice_troubles')
    .selectAll()
    .orderBy('first_at')
    .orderBy('dedup_key')
    .execute();
  return rows.map(storedTrouble);
}

function storedNotice(row: {
  id: string;
  event: string;
  state: string;
  connection_id: string | null;
  run_id: string | null;
  message: string;
  at: number;
}): StoredNotice {
  return {
    id: row.id,
    event: row.event,
    // Written by this file only, from the same union.
    state: row.state as NoticeState,
    connectionId: row.connection_id,
    runId: row.run_id,
    message: row.message,
    atMs: Number(row.at),
  };
}

function storedTrouble(row: {
  dedup_key: string;
  event: string;
  connection_id: string | null;
  title: string;
  first_at: number;
  last_at: number;
  times: number;
  told_at: number | null;
  times_told: number;
}): Trouble {
  return {
    dedupKey: row.dedup_key,
    event: row.event,
    connectionId: row.connection_id,
    title: row.title,
    firstAtMs: Number(row.first_at),
    lastAtMs: Number(row.last_at),
    times: Number(row.times),
    toldAtMs: row.told_at === null ? null : Number(row.told_at),
    timesTold: Number(row.times_told),
  };
}
