import type { AccessSettings } from '../config/access.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import type { OidcProvider } from './oidc-provider.ts';
import type { PasswordHasher } from './passwords.ts';
import type { SecretBox } from './secret-box.ts';

/** Who has to wait before the next attempt. */
export interface SignInBlock {
  /** As it was typed in; empty where no user was named. */
  readonly user: string;
  readonly origin: string;
  readonly untilMs: number;
}

/** What all parts of this module work with. */
export interface AccessContext {
  readonly db: Db;
  readonly box: SecretBox;
  readonly settings: AccessSettings;
  readonly hasher: PasswordHasher;
  /** Hash of a password that nobody knows: unknown names cost the same work as known ones. */
  readonly dummyHash: () => Promise<string>;
  readonly provider: OidcProvider | undefined;
  readonly now: () => number;
  /** Hears of a name or an address that has to wait, in the transaction that notes it; once for each block. */
  readonly onBlocked: ((tx: Tx, block: SignInBlock) => Promise<void>) | undefined;
  /** Random bytes of a cryptographic generator. */
  readonly random: (bytes: number) => Uint8Array;
}

/**
 * One transaction on the chain `system`. Such transactions follow each other, so what is read in one, such as a counter or the
 * number of admins, holds until it ends. Passwords are hashed and secrets opened outside of it.
 */
export function inSystem<T>(context: AccessContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction(context.db, async (tx) => {
    await lockConnection(tx, 'system');
    return work(tx);
  });
}
