import type { Tx } from '../store/database.ts';
import { appendTrail } from '../store/trail.ts';
import type { TrailEvent } from '../trail/chain.ts';

/** Everybody who acts: `user:anna`, `token:ci`, `cli:root`, `anonymous` before a sign-in. */
export type Requester = Pick<TrailEvent, 'actor' | 'origin'>;

export type AccessAction =
  | 'access.set_up'
  | 'access.sign_in'
  | 'access.sign_in_failed'
  | 'access.sign_in_blocked'
  | 'access.sign_out'
  | 'access.reauthenticated'
  | 'user.created'
  | 'user.deleted'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.role_changed'
  | 'user.password_changed'
  | 'user.password_reset'
  | 'user.totp_enabled'
  | 'user.totp_disabled'
  | 'user.totp_reset'
  | 'user.recovery_code_used'
  | 'user.recovery_codes_replaced'
  | 'user.identity_linked'
  | 'session.ended'
  | 'token.created'
  | 'token.revoked';

interface Noted {
  readonly action: AccessAction;
  readonly by: Requester;
  readonly atMs: number;
  /** Invariant 8: names, ids and roles; never a password, code, token or what somebody typed as a name. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Tells the trail of an act, in the transaction of the act. */
export function note(tx: Tx, noted: Noted): Promise<void> {
  return appendTrail(tx, 'system', [
    {
      at: noted.atMs,
      ...noted.by,
      action: noted.action,
      flow: null,
      recordKey: null,
      runId: null,
      settingsVersion: null,
      cin7Id: null,
      data: noted.data,
    },
  ]);
}
