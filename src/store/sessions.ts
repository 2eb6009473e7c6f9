import type { Selectable } from 'kysely';
import type { Db } from './database.ts';
import type { SessionTable } from './schema.ts';

export interface StoredSession {
  /** For lists; knowing it gives no access. */
  readonly id: string;
  readonly userId: string;
  readonly method: 'password' | 'oidc';
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  /** The absolute end. */
  readonly expiresAtMs: number;
  readonly reauthenticatedAtMs: number;
  readonly address: string;
  readonly agent: string;
}

export async function insertSession(tx: Db, session: StoredSession & { tokenHash: string }): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      id: session.id,
      token_hash: session.tokenHash,
      user_id: session.userId,
      method: session.method,
      created_at: session.createdAtMs,
      last_seen_at: session.lastSeenAtMs,
      expires_at: session.expiresAtMs,
      reauthenticated_at: session.reauthenticatedAtMs,
      address: session.address,
      agent: session.agent,
    })
    .execute();
}

export async function findSessionByToken(db: Db, tokenHash: string): Promise<StoredSession | undefined> {
  const row = await db
    .selectFrom('sessions')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
  return row === undefined ? undefined : sessionOf(row);
}

export async function findSession(db: Db, id: string): Promise<StoredSession | undefined> {
  const row = await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : sessionOf(row);
}

/** The living sessions of a user, the one seen last first. */
export async function listSessions(
  db: Db,
  query: { userId: string; seenSinceMs: number; nowMs: number },
): Promise<readonly StoredSession[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', query.userId)
    .where('expires_at', '>', query.nowMs)
    .where('last_seen_at', '>', query.seenSinceMs)
    .orderBy('last_seen_at', 'desc')
    .execute();
  return rows.map(sessionOf);
}

export async function touchSession(tx: Db, id: string, nowMs: number): Promise<void> {
  await tx.updateTable('sessions').set({ last_seen_at: nowMs }).where('id', '=', id).execute();
}

/** The session gets another token and a new moment of authentication. Returns whether it was still there. */
export async function renewSession(
  tx: Db,
  session: { id: string; tokenHash: string; nowMs: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('sessions')
    .set({ token_hash: session.tokenHash, reauthenticated_at: session.nowMs, last_seen_at: session.nowMs })
    .where('id', '=', session.id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Returns whether there was such a session of this user. */
export async function deleteSession(tx: Db, session: { id: string; userId: string }): Promise<boolean> {
  const result = await tx
    .deleteFrom('sessions')
    .where('id', '=', session.id)
    .where('user_id', '=', session.userId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Returns how many there were. */
export async function deleteSessionsOf(tx: Db, userId: string): Promise<number> {
  const result = await tx.deleteFrom('sessions').where('user_id', '=', userId).executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function deleteEndedSessions(
  tx: Db,
  ended: { expiredAtMs: number; seenUntilMs: number },
): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where((eb) =>
      eb.or([eb('expires_at', '<=', ended.expiredAtMs), eb('last_seen_at', '<=', ended.seenUntilMs)]),
    )
    .execute();
}

function sessionOf(row: Selectable<SessionTable>): StoredSession {
  return {
    id: row.id,
    userId: row.user_id,
    method: row.method === 'oidc' ? 'oidc' : 'password',
    createdAtMs: Number(row.created_at),
    lastSeenAtMs: Number(row.last_seen_at),
    expiresAtMs: Number(row.expires_at),
    reauthenticatedAtMs: Number(row.reauthenticated_at),
    address: row.address,
    agent: row.agent,
  };
}
