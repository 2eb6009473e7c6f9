import type { Db } from './database.ts';

/** Failures in a row under one key: an account, an address, a kind of code. */
export interface StoredAttempts {
  readonly failures: number;
  readonly lastAtMs: number;
  readonly blockedUntilMs: number;
  /** Whether the trail knows of this block. */
  readonly blockNoted: boolean;
}

/** Reads a counter and locks it until the transaction ends, so that attempts at the same moment are counted one by one. */
export async function lockAttempts(tx: Db, key: string): Promise<StoredAttempts> {
  const row = await tx
    .insertInto('sign_in_attempts')
    .values({ key, failures: 0, last_at: 0, blocked_until: 0, block_noted: 0 })
    // A change of nothing: unlike "do nothing" it locks the row and returns it.
    .onConflict((c) => c.column('key').doUpdateSet({ key }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return {
    failures: row.failures,
    lastAtMs: Number(row.last_at),
    blockedUntilMs: Number(row.blocked_until),
    blockNoted: row.block_noted === 1,
  };
}

export async function saveAttempts(tx: Db, key: string, attempts: StoredAttempts): Promise<void> {
  await tx
    .updateTable('sign_in_attempts')
    .set({
      failures: attempts.failures,
      last_at: attempts.lastAtMs,
      blocked_until: attempts.blockedUntilMs,
      block_noted: attempts.blockNoted ? 1 : 0,
    })
    .where('key', '=', key)
    .execute();
}

export async function clearAttempts(tx: Db, key: string): Promise<void> {
  await tx.deleteFrom('sign_in_attempts').where('key', '=', key).execute();
}

export async function deleteOldAttempts(tx: Db, lastBeforeMs: number): Promise<void> {
  await tx.deleteFrom('sign_in_attempts').where('last_at', '<', lastBeforeMs).execute();
}

export async function isKnownAddress(
  db: Db,
  of: { userId: string; addressKey: string; seenSinceMs: number },
): Promise<boolean> {
  const row = await db
    .selectFrom('known_addresses')
    .select('user_id')
    .where('user_id', '=', of.userId)
    .where('address_key', '=', of.addressKey)
    .where('seen_at', '>=', of.seenSinceMs)
    .executeTakeFirst();
  return row !== undefined;
}

export async function noteKnownAddress(
  tx: Db,
  of: { userId: string; addressKey: string; nowMs: number },
): Promise<void> {
  await tx
    .insertInto('known_addresses')
    .values({ user_id: of.userId, address_key: of.addressKey, seen_at: of.nowMs })
    .onConflict((c) => c.columns(['user_id', 'address_key']).doUpdateSet({ seen_at: of.nowMs }))
    .execute();
}

export async function deleteOldAddresses(tx: Db, seenBeforeMs: number): Promise<void> {
  await tx.deleteFrom('known_addresses').where('seen_at', '<', seenBeforeMs).execute();
}
