import type { Db } from './database.ts';

/** A person at an OpenID provider: only issuer and subject together name one. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export async function findUserIdOfIdentity(db: Db, identity: Identity): Promise<string | undefined> {
  const row = await db
    .selectFrom('identities')
    .select('user_id')
    .where('issuer', '=', identity.issuer)
    .where('subject', '=', identity.subject)
    .executeTakeFirst();
  return row?.user_id;
}

/** Returns whether the identity was free. */
export async function insertIdentity(
  tx: Db,
  identity: Identity & { userId: string; nowMs: number },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('identities')
    .values({
      issuer: identity.issuer,
      subject: identity.subject,
      user_id: identity.userId,
      linked_at: identity.nowMs,
    })
    .onConflict((c) => c.columns(['issuer', 'subject']).doNothing())
    .returning('user_id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function listIdentities(db: Db, userId: string): Promise<readonly Identity[]> {
  return db
    .selectFrom('identities')
    .select(['issuer', 'subject'])
    .where('user_id', '=', userId)
    .orderBy('issuer')
    .orderBy('subject')
    .execute();
}

export type OidcPurpose = 'sign-in' | 'link' | 'reauthenticate';

/** A way to the provider and back that was begun. Nothing in it is secret. */
export interface StoredOidcFlow {
  readonly browserHash: string;
  readonly purpose: OidcPurpose;
  /** The session that links an identity or authenticates again. */
  readonly sessionId: string | null;
  readonly redirectUri: string;
  readonly returnTo: string;
}

export async function insertOidcFlow(
  tx: Db,
  flow: StoredOidcFlow & { stateHash: string; expiresAtMs: number },
): Promise<void> {
  await tx
    .insertInto('oidc_flows')
    .values({
      state_hash: flow.stateHash,
      browser_hash: flow.browserHash,
      purpose: flow.purpose,
      session_id: flow.sessionId,
      redirect_uri: flow.redirectUri,
      return_to: flow.returnTo,
      expires_at: flow.expiresAtMs,
    })
    .execute();
}

/** Takes a flow out of the store: each way back is walked once. */
export async function takeOidcFlow(
  tx: Db,
  query: { stateHash: string; browserHash: string; nowMs: number },
): Promise<StoredOidcFlow | undefined> {
  const row = await tx
    .deleteFrom('oidc_flows')
    .where('state_hash', '=', query.stateHash)
    .where('browser_hash', '=', query.browserHash)
    .where('expires_at', '>', query.nowMs)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    browserHash: row.browser_hash,
    purpose: row.purpose as OidcPurpose, // Written by this file alone.
    sessionId: row.session_id,
    redirectUri: row.redirect_uri,
    returnTo: row.return_to,
  };
}

export async function deleteExpiredOidcFlows(tx: Db, nowMs: number): Promise<void> {
  await tx.deleteFrom('oidc_flows').where('expires_at', '<=', nowMs).execute();
}
