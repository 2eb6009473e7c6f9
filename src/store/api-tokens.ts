import type { Selectable } from 'kysely';
import type { Db } from './database.ts';
import { momentOrNull } from './moments.ts';
import type { ApiTokenTable } from './schema.ts';
import type { UserRole } from './users.ts';

/** `trigger` may start runs through the hook and nothing else. */
export type TokenRole = 'trigger' | UserRole;

export interface StoredApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  /** Who made it. */
  readonly userId: string;
  /** Id of the only connection it is good for; null: all. */
  readonly connectionId: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly lastUsedFrom: string | null;
  readonly revokedAtMs: number | null;
}

type NewApiToken = Omit<StoredApiToken, 'lastUsedAtMs' | 'lastUsedFrom' | 'revokedAtMs'> & {
  readonly tokenHash: string;
};

/** Returns whether the name was free among the tokens that are not revoked. */
export async function insertApiToken(tx: Db, token: NewApiToken): Promise<boolean> {
  const inserted = await tx
    .insertInto('api_tokens')
    .values({
      id: token.id,
      name: token.name,
      token_hash: token.tokenHash,
      role: token.role,
      user_id: token.userId,
      connection_id: token.connectionId,
      created_at: token.createdAtMs,
      expires_at: token.expiresAtMs,
      last_used_at: null,
      last_used_from: null,
      revoked_at: null,
    })
    .onConflict((c) => c.column('name').where('revoked_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function findApiTokenByHash(db: Db, tokenHash: string): Promise<StoredApiToken | undefined> {
  const row = await db
    .selectFrom('api_tokens')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
  return row === undefined ? undefined : tokenOf(row);
}

export async function findApiToken(db: Db, id: string): Promise<StoredApiToken | undefined> {
  const row = await db.selectFrom('api_tokens').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : tokenOf(row);
}

/** Tokens of one user, or of all, newest first, with the name of whoever made each. */
export async function listApiTokens(
  db: Db,
  query: { userId?: string | undefined; limit: number },
): Promise<readonly (StoredApiToken & { readonly madeBy: string })[]> {
  let select = db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .selectAll('api_tokens')
    .select('users.name as made_by')
    .orderBy('api_tokens.created_at', 'desc')
    .orderBy('api_tokens.id')
    .limit(query.limit);
  if (query.userId !== undefined) select = select.where('api_tokens.user_id', '=', query.userId);
  return (await select.execute()).map((row) => ({ ...tokenOf(row), madeBy: row.made_by }));
}

export async function noteApiTokenUse(
  tx: Db,
  use: { id: string; address: string; nowMs: number },
): Promise<void> {
  await tx
    .updateTable('api_tokens')
    .set({ last_used_at: use.nowMs, last_used_from: use.address })
    .where('id', '=', use.id)
    .execute();
}

/** Returns whether it was living until now. */
export async function revokeApiToken(tx: Db, id: string, nowMs: number): Promise<boolean> {
  const result = await tx
    .updateTable('api_tokens')
    .set({ revoked_at: nowMs })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function tokenOf(row: Selectable<ApiTokenTable>): StoredApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role as TokenRole, // Written by this file alone.
    userId: row.user_id,
    connectionId: row.connection_id,
    createdAtMs: Number(row.created_at),
    expiresAtMs: Number(row.expires_at),
    lastUsedAtMs: momentOrNull(row.last_used_at),
    lastUsedFrom: row.last_used_from,
    revokedAtMs: momentOrNull(row.revoked_at),
  };
}
