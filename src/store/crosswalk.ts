import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';

export type CrosswalkState = 'matched' | 'confirmed' | 'ambiguous' | 'unmatched' | 'ignored' | 'broken';
export type CrosswalkOrigin = 'auto' | 'person' | 'import';

export interface CrosswalkRow {
  readonly kind: string;
  readonly code: string;
  /** What people call the code: an account's `30.1411 Inventory`, a term's description. */
  readonly label: string;
  readonly target: string | null;
  readonly state: CrosswalkState;
  readonly origin: CrosswalkOrigin;
  /** Why it is in this state, in one sentence; empty when there is nothing to say. */
  readonly detail: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
}

export async function loadCrosswalk(
  db: Db,
  connectionId: string,
  kind?: string,
): Promise<readonly CrosswalkRow[]> {
  let select = db
    .selectFrom('crosswalk')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy('kind')
    .orderBy('code');
  if (kind !== undefined) select = select.where('kind', '=', kind);
  return (await select.execute()).map((row) => ({
    kind: row.kind,
    code: row.code,
    label: row.label,
    target: row.target,
    state: row.state as CrosswalkState,
    origin: row.origin as CrosswalkOrigin,
    detail: row.detail,
    updatedAtMs: Number(row.updated_at),
    updatedBy: row.updated_by,
  }));
}

/** Stores what a person chose, over whatever stood there. */
export async function saveCrosswalkRows(
  tx: Db,
  connectionId: string,
  rows: readonly CrosswalkRow[],
): Promise<void> {
  await upsertRows(tx, connectionId, rows, ['auto', 'person', 'import']);
}

/**
 * Stores what a run found out about codes. What a person chose, changed or took back while the run was at work stays.
 *
 * @returns what was stored of it.
 */
export async function saveFoundRows<R extends CrosswalkRow>(
  tx: Db,
  connectionId: string,
  rows: readonly R[],
): Promise<readonly R[]> {
  const byRule = rows.filter((row) => row.origin === 'auto');
  const stored = await upsertRows(tx, connectionId, byRule, ['auto']);
  for (const row of rows.filter((found) => found.origin !== 'auto')) {
    const result = await tx
      .updateTable('crosswalk')
      .set({ label: row.label, state: row.state, detail: row.detail, updated_at: row.updatedAtMs })
      .where('connection_id', '=', connectionId)
      .where('kind', '=', row.kind)
      .where('code', '=', row.code)
      .where('origin', '<>', 'auto')
      .where('target', row.target === null ? 'is' : '=', row.target)
      .executeTakeFirst();
    if (Number(result.numUpdatedRows) > 0) stored.add(keyOf(row));
  }
  return rows.filter((row) => stored.has(keyOf(row)));
}

const keyOf = (row: { readonly kind: string; readonly code: string }): string => `${row.kind}\n${row.code}`;

async function upsertRows(
  tx: Db,
  connectionId: string,
  rows: readonly CrosswalkRow[],
  replaced: readonly CrosswalkOrigin[],
): Promise<Set<string>> {
  const stored = new Set<string>();
  for (const chunk of chunksOf(rows, 10)) {
    const changed = await tx
      .insertInto('crosswalk')
      .values(
        chunk.map((row) => ({
          connection_id: connectionId,
          kind: row.kind,
          code: row.code,
          label: row.label,
          target: row.target,
          state: row.state,
          origin: row.origin,
          detail: row.detail,
          updated_at: row.updatedAtMs,
          updated_by: row.updatedBy,
        })),
      )
      .onConflict((c) =>
        c
          .columns(['connection_id', 'kind', 'code'])
          .doUpdateSet((eb) => ({
            label: eb.ref('excluded.label'),
            target: eb.ref('excluded.target'),
            state: eb.ref('excluded.state'),
            origin: eb.ref('excluded.origin'),
            detail: eb.ref('excluded.detail'),
            updated_at: eb.ref('excluded.updated_at'),
            updated_by: eb.ref('excluded.updated_by'),
          }))
          .where('crosswalk.origin', 'in', [...replaced]),
      )
      .returning(['kind', 'code'])
      .execute();
    for (const row of changed) stored.add(keyOf(row));
  }
  return stored;
}

export async function deleteCrosswalkRow(
  tx: Db,
  connectionId: string,
  key: { kind: string; code: string },
): Promise<boolean> {
  const result = await tx
    .deleteFrom('crosswalk')
    .where('connection_id', '=', connectionId)
    .where('kind', '=', key.kind)
    .where('code', '=', key.code)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

/** Forgets matches that were made without anybody, so that they are made anew. What a person chose stays. */
export async function forgetAutomaticMatches(tx: Db, connectionId: string, kind: string): Promise<void> {
  await tx
    .deleteFrom('crosswalk')
    .where('connection_id', '=', connectionId)
    .where('kind', '=', kind)
    .where('origin', '=', 'auto')
    .execute();
}
