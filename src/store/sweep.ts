import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';
import type { FlowOf } from './stage.ts';

export type Side = 'jde' | 'cin7';

/** Rows of one statement. Always as many, so that few statement texts are kept prepared. */
const ROWS_AT_ONCE = 250;

/** A key of one side, with what was read beside it, as JSON. */
export interface SweptKey {
  readonly key: string;
  readonly data: string | null;
  readonly lines: string | null;
}

export async function saveSwept(
  tx: Db,
  of: FlowOf & { side: Side },
  rows: readonly { readonly key: string; readonly data: string }[],
): Promise<void> {
  for (const chunk of slicesOf(rows)) {
    await tx
      .insertInto('sweep')
      .values(
        chunk.map(({ key, data }) => ({
          connection_id: of.connectionId,
          flow: of.flow,
          side: of.side,
          key,
          data,
          lines: null,
        })),
      )
      .onConflict((c) =>
        c
          .columns(['connection_id', 'flow', 'side', 'key'])
          .doUpdateSet((eb) => ({ data: eb.ref('excluded.data') })),
      )
      .execute();
  }
}

/** Adds what the lines of orders say to their keys; an order whose header is not visible comes in with its lines alone. */
export async function saveSweptLines(
  tx: Db,
  of: FlowOf,
  rows: readonly { readonly key: string; readonly lines: string }[],
): Promise<void> {
  for (const chunk of slicesOf(rows)) {
    await tx
      .insertInto('sweep')
      .values(
        chunk.map(({ key, lines }) => ({
          connection_id: of.connectionId,
          flow: of.flow,
          side: 'jde',
          key,
          data: null,
          lines,
        })),
      )
      .onConflict((c) =>
        c
          .columns(['connection_id', 'flow', 'side', 'key'])
          .doUpdateSet((eb) => ({ lines: eb.ref('excluded.lines') })),
      )
      .execute();
  }
}

/** The next keys of a side behind `afterKey`, in the order of the keys. */
export async function listSwept(
  db: Db,
  of: FlowOf & { side: Side },
  query: { readonly afterKey: string; readonly limit: number },
): Promise<readonly SweptKey[]> {
  return db
    .selectFrom('sweep')
    .select(['key', 'data', 'lines'])
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('side', '=', of.side)
    .where('key', '>', query.afterKey)
    .orderBy('key')
    .limit(query.limit)
    .execute();
}

export async function loadSwept(
  db: Db,
  of: FlowOf & { side: Side },
  keys: readonly string[],
): Promise<ReadonlyMap<string, SweptKey>> {
  const found = new Map<string, SweptKey>();
  for (const chunk of chunksOf(keys, 1)) {
    const rows = await db
      .selectFrom('sweep')
      .select(['key', 'data', 'lines'])
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('side', '=', of.side)
      .where('key', 'in', [...chunk])
      .execute();
    for (const row of rows) found.set(row.key, row);
  }
  return found;
}

export async function countSwept(db: Db, of: FlowOf & { side: Side }): Promise<number> {
  const row = await db
    .selectFrom('sweep')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('side', '=', of.side)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function dropSwept(tx: Db, connectionId: string): Promise<void> {
  await tx.deleteFrom('sweep').where('connection_id', '=', connectionId).execute();
}

/** Which of these purchases were opened before and are not ours. */
export async function loadForeignPurchases(
  db: Db,
  connectionId: string,
  cin7Ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const chunk of chunksOf(cin7Ids, 1)) {
    const rows = await db
      .selectFrom('foreign_purchases')
      .select('cin7_id')
      .where('connection_id', '=', connectionId)
      .where('cin7_id', 'in', [...chunk])
      .execute();
    for (const row of rows) found.add(row.cin7_id);
  }
  return found;
}

export async function saveForeignPurchases(
  tx: Db,
  connectionId: string,
  cin7Ids: readonly string[],
  nowMs: number,
): Promise<void> {
  for (const chunk of chunksOf(cin7Ids, 3)) {
    await tx
      .insertInto('foreign_purchases')
      .values(chunk.map((cin7_id) => ({ connection_id: connectionId, cin7_id, opened_at: nowMs })))
      .onConflict((c) => c.columns(['connection_id', 'cin7_id']).doNothing())
      .execute();
  }
}

function* slicesOf<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE)
    yield rows.slice(start, start + ROWS_AT_ONCE);
}
