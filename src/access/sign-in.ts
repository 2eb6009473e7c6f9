import { Fault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';
import { deleteSessionsOf } from '../store/sessions.ts';
import { deleteTicketsOf } from '../store/sign-in-tickets.ts';
import {
  findUser,
  findUserByName,
  replacePasswordHash,
  type StoredUser,
  setUserPassword,
} from '../store/users.ts';
import { beginAttempt, type Trial } from './attempts.ts';
import { type AccessContext, inSystem } from './context.ts';
import { noteFailure } from './failures.ts';
import { assertGoodPassword, PASSWORD_LENGTH_MAX } from './password-policy.ts';
import type { Origin } from './principal.ts';
import { checkCode, useCode } from './second-factor.ts';
import { advance, type SignInResult, userOfTicket, useTicket } from './steps.ts';
import { note } from './trail.ts';

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Of the authenticator app, or a recovery code; can also follow with the ticket. */
  readonly code?: string | undefined;
}

/**
 * Signs a person in by name and password.
 *
 * An unknown name, a wrong password, a disabled user and an expired password have the same answer and cost the same work: one hash
 * is checked in any case, so neither the answer nor its time tells which names there are.
 *
 * @throws Fault `access.sign_in_refused`, `access.too_many_attempts`, `access.code_refused`, `access.busy`
 */
export async function signIn(
  context: AccessContext,
  credentials: Credentials,
  origin: Origin,
): Promise<SignInResult> {
  const { name, password, code } = credentials;
  const user = await findUserByName(context.db, name);
  const trial: Trial = { what: 'password', user, name };
  const attempt = await beginAttempt(context, trial, origin);
  const matches = await passwordMatches(context, user, password);
  if (!matches || user === undefined || !mayUsePassword(context, user)) {
    await noteFailure(context, trial, origin);
    throw new Fault('access.sign_in_refused', 'Name or password is wrong.');
  }
  const fresh = await withCurrentHash(context, user, password);
  const result = await inSystem(context, async (tx) => {
    await assertUnchanged(tx, fresh);
    await attempt.succeeded(tx);
    return advance(context, tx, { user: fresh, secondFactorDone: false }, origin);
  });
  if (result.kind !== 'totp_required' || code === undefined) return result;
  return submitCode(context, { ticket: result.ticket, code }, origin);
}

/** The second step: a code of the authenticator app, or a recovery code. Wrong ones leave the ticket open. */
export async function submitCode(
  context: AccessContext,
  step: { readonly ticket: string; readonly code: string },
  origin: Origin,
): Promise<SignInResult> {
  const { user } = await userOfTicket(context, step.ticket);
  const trial: Trial = { what: 'code', user };
  const attempt = await beginAttempt(context, trial, origin);
  const candidate = await checkCode(context, user, step.code);
  const result = await inSystem(context, async (tx) => {
    if (candidate === undefined || !(await useCode(context, tx, { user, candidate }, origin)))
      return undefined;
    await useTicket(tx, step.ticket);
    await attempt.succeeded(tx);
    return advance(context, tx, { user, secondFactorDone: true }, origin);
  });
  if (result !== undefined) return result;
  await noteFailure(context, trial, origin);
  throw new Fault('access.code_refused', 'This code is wrong or was used before.', { field: 'code' });
}

/** The third step, for passwords that somebody else has chosen: an own one. */
export async function submitNewPassword(
  context: AccessContext,
  step: { readonly ticket: string; readonly password: string },
  origin: Origin,
): Promise<SignInResult> {
  const { user, stored } = await userOfTicket(context, step.ticket);
  if (user.passwordExpiresAtMs === null || (user.totpEnabledAtMs !== null && !stored.secondFactorDone))
    throw new Fault('access.ticket_expired', 'Another step of this sign-in comes first.');
  await assertGoodPassword(step.password, {
    lengthMin: context.settings.passwordLengthMin,
    context: [user.name],
  });
  if (await passwordMatches(context, user, step.password)) {
    throw new Fault(
      'access.password_weak',
      'This password is not taken. It is the one that was given to you.',
      {
        field: 'password',
      },
    );
  }
  const hash = await context.hasher.hash(step.password);
  return inSystem(context, async (tx) => {
    await userOfTicket(context, step.ticket, tx);
    await replacePassword(context, tx, { user, hash, expiresAtMs: null });
    await note(tx, {
      action: 'user.password_changed',
      by: { actor: `user:${user.name}`, origin: origin.address },
      atMs: context.now(),
      data: { user: user.name, userId: user.id },
    });
    const changed = { ...user, passwordHash: hash, passwordExpiresAtMs: null };
    return advance(context, tx, { user: changed, secondFactorDone: stored.secondFactorDone }, origin);
  });
}

/** A new password ends all sessions and all sign-ins that are under way. */
export async function replacePassword(
  context: AccessContext,
  tx: Tx,
  change: { user: StoredUser; hash: string; expiresAtMs: number | null },
): Promise<void> {
  const { user, hash, expiresAtMs } = change;
  await setUserPassword(tx, user.id, { hash, expiresAtMs, nowMs: context.now() });
  await deleteSessionsOf(tx, user.id);
  await deleteTicketsOf(tx, user.id);
}

/** One check of a hash, also where there is none to check. */
export async function passwordMatches(
  context: AccessContext,
  user: StoredUser | undefined,
  password: string,
): Promise<boolean> {
  // Made at the first sign-in of the process, whoever it is of: the first unknown name must not take longer.
  const dummyHash = await context.dummyHash();
  // No stored password is longer; hashing a megabyte for nothing would be a present to attackers.
  const isPossible = password.length <= PASSWORD_LENGTH_MAX * 2;
  const stored = isPossible ? (user?.passwordHash ?? null) : null;
  const matches = await context.hasher.verify(stored ?? dummyHash, isPossible ? password : '');
  return stored !== null && matches;
}

function mayUsePassword(context: AccessContext, user: StoredUser): boolean {
  const hasExpired = user.passwordExpiresAtMs !== null && user.passwordExpiresAtMs <= context.now();
  return user.disabledAtMs === null && !hasExpired;
}

/** Hashes the password anew where today's parameters are other ones: only now is it known. */
async function withCurrentHash(
  context: AccessContext,
  user: StoredUser,
  password: string,
): Promise<StoredUser> {
  const from = user.passwordHash;
  if (from === null || !context.hasher.isOutdated(from)) return user;
  const to = await context.hasher.hash(password);
  const current = await inSystem(context, async (tx) => {
    await replacePasswordHash(tx, user.id, { from, to });
    return findUser(tx, user.id);
  });
  // Another sign-in at this moment may have been first.
  const isSame = current?.passwordHash === to || (await passwordMatches(context, current, password));
  return isSame && current !== undefined ? current : user;
}

/** The user may have been disabled, or got a new password, while the hash was checked. */
async function assertUnchanged(tx: Tx, user: StoredUser): Promise<void> {
  const current = await findUser(tx, user.id);
  if (current?.passwordHash === user.passwordHash && current.disabledAtMs === null) return;
  throw new Fault('access.sign_in_refused', 'Name or password is wrong.');
}
