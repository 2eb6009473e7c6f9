import { Fault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';
import { listIdentities } from '../store/identities.ts';
import { countUnusedRecoveryCodes } from '../store/recovery-codes.ts';
import { renewSession } from '../store/sessions.ts';
import type { StoredUser } from '../store/users.ts';
import { type Attempt, beginAttempt, type Trial } from './attempts.ts';
import { type AccessContext, inSystem } from './context.ts';
import { noteFailure } from './failures.ts';
import { assertGoodPassword } from './password-policy.ts';
import { type Origin, requesterOf, type UserPrincipal } from './principal.ts';
import { type PublicUser, publicUser, userOf } from './public-user.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { passwordMatches, replacePassword } from './sign-in.ts';
import { type NewSessionResult, openSession } from './steps.ts';
import { note } from './trail.ts';

/** What a person sees of the own account. */
export interface OwnAccount extends PublicUser {
  readonly recoveryCodesLeft: number;
  /** Issuers at which the person can sign in too. */
  readonly identities: readonly string[];
}

export async function ownAccount(context: AccessContext, principal: UserPrincipal): Promise<OwnAccount> {
  const user = await userOf(context.db, principal.id);
  return {
    ...publicUser(user),
    recoveryCodesLeft: await countUnusedRecoveryCodes(context.db, user.id),
    identities: (await listIdentities(context.db, user.id)).map((identity) => identity.issuer),
  };
}

/**
 * Proves again who sits there. The session goes on under a new token.
 *
 * @throws Fault `access.sign_in_refused`, `access.too_many_attempts`
 */
export async function reauthenticate(
  context: AccessContext,
  principal: UserPrincipal,
  password: string,
  origin: Origin,
): Promise<{ readonly token: string }> {
  const { attempt } = await provePassword(context, principal, password, origin);
  return inSystem(context, async (tx) => {
    await attempt.succeeded(tx);
    return renew(context, tx, principal, origin);
  });
}

/** The session gets a new token, and this moment as the one of the last proof. */
export async function renew(
  context: AccessContext,
  tx: Tx,
  principal: UserPrincipal,
  origin: Origin,
): Promise<{ readonly token: string }> {
  const token = newSecret(context.random);
  const nowMs = context.now();
  if (!(await renewSession(tx, { id: principal.sessionId, tokenHash: hashSecret(token), nowMs })))
    throw new Fault('access.session_ended', 'This session has ended.');
  await note(tx, {
    action: 'access.reauthenticated',
    by: requesterOf(principal, origin),
    atMs: nowMs,
    data: { user: principal.name, userId: principal.id },
  });
  return { token };
}

/** All sessions end; the person goes on in a new one. */
export async function changePassword(
  context: AccessContext,
  principal: UserPrincipal,
  passwords: { readonly current: string; readonly next: string },
  origin: Origin,
): Promise<NewSessionResult> {
  await assertGoodPassword(passwords.next, {
    lengthMin: context.settings.passwordLengthMin,
    context: [principal.name],
  });
  const { user, attempt } = await provePassword(context, principal, passwords.current, origin);
  const hash = await context.hasher.hash(passwords.next);
  return inSystem(context, async (tx) => {
    await assertSamePassword(tx, user);
    await attempt.succeeded(tx);
    await replacePassword(context, tx, { user, hash, expiresAtMs: null });
    await note(tx, {
      action: 'user.password_changed',
      by: requesterOf(principal, origin),
      atMs: context.now(),
      data: { user: user.name, userId: user.id },
    });
    return openSession(context, tx, { user: { ...user, passwordHash: hash }, method: 'password' }, origin);
  });
}

async function provePassword(
  context: AccessContext,
  principal: UserPrincipal,
  password: string,
  origin: Origin,
): Promise<{ readonly user: StoredUser; readonly attempt: Attempt }> {
  const user = await userOf(context.db, principal.id);
  const trial: Trial = { what: 'reauthentication', user };
  const attempt = await beginAttempt(context, trial, origin);
  if (await passwordMatches(context, user, password)) return { user, attempt };
  await noteFailure(context, trial, origin);
  throw new Fault('access.sign_in_refused', 'The password is wrong.', { field: 'password' });
}

/** An admin may have reset the password or disabled the user while the hash was checked. */
async function assertSamePassword(tx: Tx, user: StoredUser): Promise<void> {
  const current = await userOf(tx, user.id);
  if (current.passwordHash === user.passwordHash && current.disabledAtMs === null) return;
  throw new Fault('access.session_ended', 'The password was changed meanwhile.');
}
