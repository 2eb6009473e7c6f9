import type { Db } from './database.ts';

interface Claim {
  readonly principal: string;
  readonly key: string;
}

export interface KnownPost {
  readonly requestHash: string;
  /** Null while the first post is at work. */
  readonly status: number | null;
  readonly answer: string | null;
}

const KEPT_MS = 24 * 3_600_000;

/** Notes a post before its work begins. Returns what is known of an earlier one with the same key. */
export async function beginIdempotent(
  db: Db,
  post: Claim & { readonly requestHash: string; readonly nowMs: number },
): Promise<KnownPost | undefined> {
  await db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', post.nowMs - KEPT_MS)
    .execute();
  const inserted = await db
    .insertInto('idempotency_keys')
    .values({
      principal: post.principal,
      key: post.key,
      request_hash: post.requestHash,
      status: null,
      answer: null,
      created_at: post.nowMs,
    })
    .onConflict((c) => c.columns(['principal', 'key']).doNothing())
    .returning('key')
    .execute();
  if (inserted.length > 0) return undefined;
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'answer'])
    .where('principal', '=', post.principal)
    .where('key', '=', post.key)
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : { requestHash: row.request_hash, status: row.status, answer: row.answer };
}

export async function endIdempotent(
  db: Db,
  post: Claim & { readonly status: number; readonly answer: string },
): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set({ status: post.status, answer: post.answer })
    .where('principal', '=', post.principal)
    .where('key', '=', post.key)
    .execute();
}

/** A post that failed may be sent again under its key. */
export async function forgetIdempotent(db: Db, post: Claim): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('principal', '=', post.principal)
    .where('key', '=', post.key)
    .where('status', 'is', null)
    .execute();
}
