import type { Selectable } from 'kysely';
import type { Db } from './database.ts';
import type { ConnectionTable } from './schema.ts';

/** A connection as people see it in lists. */
export interface ListedConnection {
  readonly id: string;
  readonly name: string;
  readonly settingsVersion: number;
  /** `file`: it stands in ml-connector.yaml and is changed there. */
  readonly origin: 'file' | 'api';
  readonly createdAtMs: number;
  readonly pausedAtMs: number | null;
  readonly pausedBy: string | null;
}

export async function listConnections(db: Db): Promise<readonly ListedConnection[]> {
  const rows = await db.selectFrom('connections').selectAll().orderBy('name').execute();
  return rows.map(listed);
}

export async function findListedConnection(db: Db, nameOrId: string): Promise<ListedConnection | undefined> {
  const row = await db
    .selectFrom('connections')
    .selectAll()
    .where((is) => is.or([is('id', '=', nameOrId), is('name', '=', nameOrId)]))
    .executeTakeFirst();
  return row === undefined ? undefined : listed(row);
}

function listed(row: Selectable<ConnectionTable>): ListedConnection {
  return {
    id: row.id,
    name: row.name,
    settingsVersion: row.settings_version,
    origin: row.origin === 'api' ? 'api' : 'file',
    createdAtMs: Number(row.created_at),
    pausedAtMs: row.paused_at === null ? null : Number(row.paused_at),
    pausedBy: row.paused_by,
  };
}

export async function markConnectionOrigin(tx: Db, id: string, origin: 'file' | 'api'): Promise<void> {
  await tx.updateTable('connections').set({ origin }).where('id', '=', id).execute();
}

/** Lets schedules of a connection rest, or go on. `by` is who asked for it; null lets them go on. */
export async function setPaused(
  tx: Db,
  id: string,
  paused: { by: string; atMs: number } | null,
): Promise<void> {
  await tx
    .updateTable('connections')
    .set({ paused_at: paused?.atMs ?? null, paused_by: paused?.by ?? null })
    .where('id', '=', id)
    .execute();
}

/** The settings of a version, as JSON text. */
export async function loadSettings(
  db: Db,
  connectionId: string,
  version: number,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('settings_versions')
    .select('settings')
    .where('connection_id', '=', connectionId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row?.settings;
}

export interface SettingsVersion {
  readonly version: number;
  readonly createdAtMs: number;
}

/** Versions of a connection's settings, newest first. */
export async function listSettingsVersions(
  db: Db,
  connectionId: string,
  limit: number,
): Promise<readonly SettingsVersion[]> {
  const rows = await db
    .selectFrom('settings_versions')
    .select(['version', 'created_at'])
    .where('connection_id', '=', connectionId)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ version: row.version, createdAtMs: Number(row.created_at) }));
}

/** Whether anything of the connection stands in Cin7 or may: then it is paused instead of removed. */
export async function hasHistory(db: Db, connectionId: string): Promise<boolean> {
  const link = await db
    .selectFrom('links')
    .select('record_key')
    .where('connection_id', '=', connectionId)
    .limit(1)
    .executeTakeFirst();
  const intent = await db
    .selectFrom('intents')
    .select('id')
    .where('connection_id', '=', connectionId)
    .limit(1)
    .executeTakeFirst();
  return link !== undefined || intent !== undefined;
}

const OWNED_TABLES = [
  'settings_versions',
  'runs',
  'leases',
  'watermarks',
  'read_positions',
  'source_rows',
  'stage',
  'parked',
  'crosswalk',
  'marks',
  'schedules',
  'planned_changes',
  'notice_troubles',
] as const;

/** Removes a connection that never wrote anything. Its trail stays. */
export async function removeConnection(tx: Db, connectionId: string): Promise<void> {
  for (const table of OWNED_TABLES)
    await tx.deleteFrom(table).where('connection_id', '=', connectionId).execute();
  await tx.deleteFrom('connections').where('id', '=', connectionId).execute();
}
