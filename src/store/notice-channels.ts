import type { Db } from './database.ts';

export interface StoredChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** JSON document of the kind. Never a secret. */
  readonly settings: string;
  /** Names of events; null: all. */
  readonly events: readonly string[] | null;
  /** Ids of connections; null: all. */
  readonly connections: readonly string[] | null;
  readonly enabled: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Stores a channel, or what changed of it. */
export async function saveChannel(tx: Db, channel: StoredChannel): Promise<void> {
  const values = {
    name: channel.name,
    kind: channel.kind,
    settings: channel.settings,
    events: channel.events === null ? null : JSON.stringify(channel.events),
    connections: channel.connections === null ? null : JSON.stringify(channel.connections),
    enabled: channel.enabled ? 1 : 0,
    created_at: channel.createdAtMs,
    updated_at: channel.updatedAtMs,
  };
  await tx
    .insertInto('notice_channels')
    .values({ id: channel.id, ...values })
    .onConflict((c) => c.column('id').doUpdateSet(values))
    .execute();
}

/** Removes a channel and what was on its way to it. */
export async function deleteChannel(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('notice_deliveries').where('channel_id', '=', id).execute();
  await tx.deleteFrom('notice_channels').where('id', '=', id).execute();
}

export async function findChannel(
  db: Db,
  by: { readonly id: string } | { readonly name: string },
): Promise<StoredChannel | undefined> {
  const select = db.selectFrom('notice_channels').selectAll();
  const row = await ('id' in by
    ? select.where('id', '=', by.id)
    : select.where('name', '=', by.name)
  ).executeTakeFirst();
  return row === undefined ? undefined : storedChannel(row);
}

export async function listChannels(db: Db): Promise<readonly StoredChannel[]> {
  const rows = await db.selectFrom('notice_channels').selectAll().orderBy('name').execute();
  return rows.map(storedChannel);
}

function storedChannel(row: {
  id: string;
  name: string;
  kind: string;
  settings: string;
  events: string | null;
  connections: string | null;
  enabled: number;
  created_at: number;
  updated_at: number;
}): StoredChannel {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: row.settings,
    events: listIn(row.events),
    connections: listIn(row.connections),
    enabled: row.enabled === 1,
    createdAtMs: Number(row.created_at),
    updatedAtMs: Number(row.updated_at),
  };
}

/** Written above. */
function listIn(text: string | null): readonly string[] | null {
  return text === null ? null : (JSON.parse(text) as readonly string[]);
}
