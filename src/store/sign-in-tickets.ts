import type { Db } from './database.ts';

/** A sign-in whose password was right and that needs one more step. */
export interface StoredTicket {
  readonly userId: string;
  /** The hash that the password was checked against. */
  readonly passwordHash: string;
  readonly secondFactorDone: boolean;
  readonly expiresAtMs: number;
}

export async function insertTicket(tx: Db, ticket: StoredTicket & { tokenHash: string }): Promise<void> {
  await tx
    .insertInto('sign_in_tickets')
    .values({
      token_hash: ticket.tokenHash,
      user_id: ticket.userId,
      password_hash: ticket.passwordHash,
      second_factor_done: ticket.secondFactorDone ? 1 : 0,
      expires_at: ticket.expiresAtMs,
    })
    .execute();
}

export async function findTicket(
  db: Db,
  query: { tokenHash: string; nowMs: number },
): Promise<StoredTicket | undefined> {
  const row = await db
    .selectFrom('sign_in_tickets')
    .selectAll()
    .where('token_hash', '=', query.tokenHash)
    .where('expires_at', '>', query.nowMs)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    userId: row.user_id,
    passwordHash: row.password_hash,
    secondFactorDone: row.second_factor_done === 1,
    expiresAtMs: Number(row.expires_at),
  };
}

/** Uses a ticket up. Of several who try it at once, only the first gets true. */
export async function takeTicket(tx: Db, tokenHash: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('sign_in_tickets')
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export async function deleteTicketsOf(tx: Db, userId: string): Promise<void> {
  await tx.deleteFrom('sign_in_tickets').where('user_id', '=', userId).execute();
}

export async function deleteExpiredTickets(tx: Db, nowMs: number): Promise<void> {
  await tx.deleteFrom('sign_in_tickets').where('expires_at', '<=', nowMs).execute();
}
