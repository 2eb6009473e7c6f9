import type { Db, Tx } from '../store/database.ts';
import type { StoredUser } from '../store/users.ts';
import type { Requester } from './trail.ts';

interface Place {
  readonly owner: string;
  readonly name: string;
}

/**
 * Where secrets are sealed that must be read again: those of authenticator apps. The vault is one. What is only ever compared, such
 * as a password, a session or a token, is hashed instead.
 */
export interface SecretBox {
  /** Stores in place of the former one, in the caller's transaction. */
  save(tx: Tx, secret: Place & { readonly value: string; readonly requester: Requester }): Promise<unknown>;
  /** @param db the transaction, where it is opened inside of one. */
  open(owner: string, name: string, db?: Db): Promise<string | undefined>;
  remove(tx: Tx, secret: Place & { readonly requester: Requester }): Promise<unknown>;
}

/** Where the secret of a user's authenticator app is, the pending or the valid one. */
export function totpPlace(user: StoredUser): Place {
  return { owner: 'system', name: `totp.${user.id}` };
}
