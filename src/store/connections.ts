import { hash, randomUUID } from 'node:crypto';
import type { Db } from './database.ts';
import { lockConnection, lockSubject } from './locks.ts';

export interface StoredConnection {
  readonly id: string;
  readonly name: string;
  readonly settingsVersion: number;
}

/**
 * Registers a connection of the configuration, or notes that its settings changed. Settings are compared as a whole; each
 * change is a new version. Credentials are not among them.
 */
export async function registerConnection(
  tx: Db,
  connection: { name: string; settings: unknown; nowMs: number },
): Promise<StoredConnection & { readonly changed: boolean; readonly previousSettings: string | undefined }> {
  const settings = JSON.stringify(connection.settings);
  const settingsHash = hash('sha256', settings);
  await lockSubject(tx, `connection name ${connection.name}`);
  const known = await findConnection(tx, connection.name);
  if (known !== undefined) await lockConnection(tx, known.id);
  const stored = known === undefined ? undefined : await findConnection(tx, connection.name);
  const previous =
    stored === undefined
      ? undefined
      : await tx
          .selectFrom('settings_versions')
          .select(['hash', 'settings'])
          .where('connection_id', '=', stored.id)
          .where('version', '=', stored.settingsVersion)
          .executeTakeFirstOrThrow();
  if (stored !== undefined && previous?.hash === settingsHash)
    return { ...stored, changed: false, previousSettings: undefined };

  const id = stored?.id ?? randomUUID();
  const version = (stored?.settingsVersion ?? 0) + 1;
  await tx
    .insertInto('settings_versions')
    .values({ connection_id: id, version, hash: settingsHash, settings, created_at: connection.nowMs })
    .execute();
  await tx
    .insertInto('connections')
    .values({ id, name: connection.name, settings_version: version, created_at: connection.nowMs })
    .onConflict((c) => c.column('id').doUpdateSet({ settings_version: version }))
    .execute();
  return {
    id,
    name: connection.name,
    settingsVersion: version,
    changed: true,
    previousSettings: previous?.settings,
  };
}

export async function findConnection(db: Db, name: string): Promise<StoredConnection | undefined> {
  const row = await db.selectFrom('connections').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined
    ? undefined
    : { id: row.id, name: row.name, settingsVersion: row.settings_version };
}

/** The version of the settings that is in force. */
export async function settingsVersionOf(db: Db, connectionId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('connections')
    .select('settings_version')
    .where('id', '=', connectionId)
    .executeTakeFirst();
  return row?.settings_version;
}
