import type { Db } from './database.ts';

export async function insertSetUpToken(
  tx: Db,
  token: { tokenHash: string; expiresAtMs: number; nowMs: number },
): Promise<void> {
  await tx.deleteFrom('set_up_tokens').where('expires_at', '<=', token.nowMs).execute();
  await tx
    .insertInto('set_up_tokens')
    .values({ token_hash: token.tokenHash, expires_at: token.expiresAtMs })
    .execute();
}

export async function isSetUpTokenValid(db: Db, token: { hash: string; nowMs: number }): Promise<boolean> {
  const row = await db
    .selectFrom('set_up_tokens')
    .select('token_hash')
    .where('token_hash', '=', token.hash)
    .where('expires_at', '>', token.nowMs)
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends the time of setting up. Of several who do so at once, only the first gets true, also with different tokens. */
export async function takeAllSetUpTokens(tx: Db): Promise<boolean> {
  const result = await tx.deleteFrom('set_up_tokens').executeTakeFirst();
  return result.numDeletedRows > 0n;
}
