import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';
import type { RunHandle } from './runs.ts';
import type { FlowOf } from './stage.ts';

/** `begun`: it stands in Cin7, but what it holds is not all that was meant (its lines are missing, or the answer was never seen). */
export type LinkState = 'begun' | 'live' | 'voided';

/** JDE key <-> Cin7 id, with the last written payload. */
export interface Link {
  readonly recordKey: string;
  readonly cin7Id: string;
  /** Order number in Cin7 (`PO-00102`); empty for suppliers. */
  readonly cin7Number: string;
  readonly state: LinkState;
  readonly label: string;
  readonly nameKey: string;
  readonly fingerprint: string;
  /** JSON of the last written payload. */
  readonly payload: string;
  /** JSON of what Cin7 answered and later writes need. */
  readonly details: string;
}

export async function loadLinks(
  db: Db,
  of: FlowOf,
  recordKeys: readonly string[],
): Promise<ReadonlyMap<string, Link>> {
  const links = new Map<string, Link>();
  for (const chunk of chunksOf(recordKeys, 1)) {
    const rows = await db
      .selectFrom('links')
      .selectAll()
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('record_key', 'in', [...chunk])
      .execute();
    for (const row of rows) links.set(row.record_key, linkOf(row));
  }
  return links;
}

/** Which record owns a name in Cin7: name key -> record key. */
export async function loadNameOwners(
  db: Db,
  of: FlowOf,
  nameKeys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for (const chunk of chunksOf(nameKeys, 1)) {
    const rows = await db
      .selectFrom('links')
      .select(['name_key', 'record_key'])
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('name_key', 'in', [...chunk])
      .execute();
    for (const row of rows) owners.set(row.name_key, row.record_key);
  }
  return owners;
}

/** Record key that is linked to a Cin7 object, if any. */
export async function findLinkByCin7Id(db: Db, of: FlowOf, cin7Id: string): Promise<Link | undefined> {
  const row = await db
    .selectFrom('links')
    .selectAll()
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('cin7_id', '=', cin7Id)
    .executeTakeFirst();
  return row === undefined ? undefined : linkOf(row);
}

/** Which of these Cin7 objects are linked. */
export async function linkedCin7Ids(
  db: Db,
  of: FlowOf,
  cin7Ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const linked = new Set<string>();
  for (const chunk of chunksOf(cin7Ids, 1)) {
    const rows = await db
      .selectFrom('links')
      .select('cin7_id')
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('cin7_id', 'in', [...chunk])
      .execute();
    for (const row of rows) linked.add(row.cin7_id);
  }
  return linked;
}

/** The next links of a flow behind `afterKey`, in the order of their keys, with the moment of their last write. */
export async function listLinks(
  db: Db,
  of: FlowOf,
  query: { readonly afterKey: string; readonly limit: number },
): Promise<readonly (Link & { readonly writtenAtMs: number })[]> {
  const rows = await db
    .selectFrom('links')
    .selectAll()
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '>', query.afterKey)
    .orderBy('record_key')
    .limit(query.limit)
    .execute();
  return rows.map((row) => ({ ...linkOf(row), writtenAtMs: Number(row.updated_at) }));
}

export async function countLinks(db: Db, of: FlowOf): Promise<number> {
  const row = await db
    .selectFrom('links')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** When a record of the connection was last written to Cin7; `undefined` when none ever was. */
export async function lastWriteMs(db: Db, connectionId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('links')
    .select((eb) => eb.fn.max('updated_at').as('last'))
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return row === undefined || row.last === null ? undefined : Number(row.last);
}

export function saveLink(tx: Db, run: RunHandle, flow: string, link: Link, nowMs: number): Promise<void> {
  return saveLinks(tx, run, flow, [link], nowMs);
}

export async function saveLinks(
  tx: Db,
  run: RunHandle,
  flow: string,
  links: readonly Link[],
  nowMs: number,
): Promise<void> {
  for (const chunk of chunksOf(links, 15)) {
    await tx
      .insertInto('links')
      .values(
        chunk.map((link) => ({
          connection_id: run.connectionId,
          flow,
          record_key: link.recordKey,
          cin7_id: link.cin7Id,
          cin7_number: link.cin7Number,
          state: link.state,
          label: link.label,
          name_key: link.nameKey,
          fingerprint: link.fingerprint,
          payload: link.payload,
          details: link.details,
          settings_version: run.settingsVersion,
          run_id: run.runId,
          created_at: nowMs,
          updated_at: nowMs,
        })),
      )
      .onConflict((c) =>
        c.columns(['connection_id', 'flow', 'record_key']).doUpdateSet((eb) => ({
          cin7_id: eb.ref('excluded.cin7_id'),
          cin7_number: eb.ref('excluded.cin7_number'),
          state: eb.ref('excluded.state'),
          label: eb.ref('excluded.label'),
          name_key: eb.ref('excluded.name_key'),
          fingerprint: eb.ref('excluded.fingerprint'),
          payload: eb.ref('excluded.payload'),
          details: eb.ref('excluded.details'),
          settings_version: eb.ref('excluded.settings_version'),
          run_id: eb.ref('excluded.run_id'),
          updated_at: eb.ref('excluded.updated_at'),
        })),
      )
      .execute();
  }
}

export async function dropLink(tx: Db, of: FlowOf, recordKey: string): Promise<void> {
  await tx
    .deleteFrom('links')
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '=', recordKey)
    .execute();
}

function linkOf(row: {
  record_key: string;
  cin7_id: string;
  cin7_number: string;
  state: string;
  label: string;
  name_key: string;
  fingerprint: string;
  payload: string;
  details: string;
}): Link {
  return {
    recordKey: row.record_key,
    cin7Id: row.cin7_id,
    cin7Number: row.cin7_number,
    state: row.state as LinkState,
    label: row.label,
    nameKey: row.name_key,
    fingerprint: row.fingerprint,
    payload: row.payload,
    details: row.details,
  };
}
