import { Fault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';
import { replaceRecoveryCodes, useRecoveryCode } from '../store/recovery-codes.ts';
import { enableTotp, type StoredUser, setTotpPending, useTotpStep } from '../store/users.ts';
import { beginAttempt, type Trial } from './attempts.ts';
import { type AccessContext, inSystem } from './context.ts';
import { noteFailure } from './failures.ts';
import { assertRecent, type Origin, type Principal, requesterOf } from './principal.ts';
import { userOf } from './public-user.ts';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts';
import { totpPlace } from './secret-box.ts';
import { advance, lacksSecondFactor, type SignInResult, userOfTicket, useTicket } from './steps.ts';
import { newTotpSecret, totpStepOf, totpUri } from './totp.ts';
import { note, type Requester } from './trail.ts';
import { removeTotp } from './users.ts';

type CodeCandidate =
  | { readonly kind: 'totp'; readonly step: number }
  | { readonly kind: 'recovery'; readonly codeHash: string };

/** What a typed code could be, before anything is used up. Opens the sealed secret, so it stands outside of transactions. */
export async function checkCode(
  context: AccessContext,
  user: StoredUser,
  typed: string,
): Promise<CodeCandidate | undefined> {
  if (user.totpEnabledAtMs === null) return undefined;
  const secret = await openSecret(context, user);
  const step = secret === undefined ? undefined : totpStepOf(secret, typed.replace(/\s/g, ''), context.now());
  if (step !== undefined) return { kind: 'totp', step };
  const codeHash = recoveryCodeHash(typed);
  return codeHash === undefined ? undefined : { kind: 'recovery', codeHash };
}

/** Uses a code up. Of several who bring the same one at once, only the first gets true. */
export async function useCode(
  context: AccessContext,
  tx: Tx,
  use: { user: StoredUser; candidate: CodeCandidate },
  origin: Origin,
): Promise<boolean> {
  const { user, candidate } = use;
  if (candidate.kind === 'totp') return useTotpStep(tx, user.id, candidate.step);
  const nowMs = context.now();
  if (!(await useRecoveryCode(tx, { userId: user.id, codeHash: candidate.codeHash, nowMs }))) return false;
  await note(tx, {
    action: 'user.recovery_code_used',
    by: { actor: `user:${user.name}`, origin: origin.address },
    atMs: nowMs,
    data: { user: user.name, userId: user.id },
  });
  return true;
}

/** What an authenticator app needs. Shown to its owner once; the store has it sealed. */
export interface TotpOffer {
  readonly secret: string;
  /** `otpauth://…`, for a QR code. */
  readonly uri: string;
}

/** Offers a new secret. It counts from its first right code on. */
export async function startTotp(
  context: AccessContext,
  principal: Principal,
  origin: Origin,
): Promise<TotpOffer> {
  assertRecent(principal, context.now());
  const by = requesterOf(principal, origin);
  return offerSecret(context, await userOf(context.db, principal.id), by);
}

/** The same within a sign-in whose role needs a second factor. */
export async function startTotpByTicket(
  context: AccessContext,
  ticket: string,
  origin: Origin,
): Promise<TotpOffer> {
  const { user } = await userWhoMustEnrol(context, ticket);
  return offerSecret(context, user, { actor: `user:${user.name}`, origin: origin.address });
}

/** @returns the recovery codes, which are shown this once. */
export async function confirmTotp(
  context: AccessContext,
  principal: Principal,
  code: string,
  origin: Origin,
): Promise<readonly string[]> {
  assertRecent(principal, context.now());
  const user = await userOf(context.db, principal.id);
  const { recoveryCodes } = await enrol(context, { user, code, by: requesterOf(principal, origin) }, origin);
  return recoveryCodes;
}

export async function confirmTotpByTicket(
  context: AccessContext,
  step: { readonly ticket: string; readonly code: string },
  origin: Origin,
): Promise<{ readonly signIn: SignInResult; readonly recoveryCodes: readonly string[] }> {
  const { user } = await userWhoMustEnrol(context, step.ticket);
  const by = { actor: `user:${user.name}`, origin: origin.address };
  const { recoveryCodes, last } = await enrol(context, { user, code: step.code, by }, origin, async (tx) => {
    await useTicket(tx, step.ticket);
    const enrolled = { ...user, totpEnabledAtMs: context.now() };
    return advance(context, tx, { user: enrolled, secondFactorDone: true }, origin);
  });
  return { signIn: last, recoveryCodes };
}

export async function disableTotp(
  context: AccessContext,
  principal: Principal,
  origin: Origin,
): Promise<void> {
  assertRecent(principal, context.now());
  await inSystem(context, async (tx) => {
    const user = await userOf(tx, principal.id);
    assertEnabled(user);
    if (lacksSecondFactor(context, { ...user, totpEnabledAtMs: null }))
      throw new Fault('access.totp_required', `The role ${user.role} needs a second factor.`);
    const by = requesterOf(principal, origin);
    await removeTotp(context, tx, user, by);
    await note(tx, noteOf(context, 'user.totp_disabled', user, by));
  });
}

/** New recovery codes in place of all earlier ones. */
export async function renewRecoveryCodes(
  context: AccessContext,
  principal: Principal,
  origin: Origin,
): Promise<readonly string[]> {
  assertRecent(principal, context.now());
  const codes = newRecoveryCodes(context.random);
  await inSystem(context, async (tx) => {
    const user = await userOf(tx, principal.id);
    assertEnabled(user);
    await replaceRecoveryCodes(tx, user.id, hashesOf(codes));
    await note(tx, noteOf(context, 'user.recovery_codes_replaced', user, requesterOf(principal, origin)));
  });
  return codes;
}

async function offerSecret(context: AccessContext, user: StoredUser, by: Requester): Promise<TotpOffer> {
  const secret = newTotpSecret(context.random);
  await inSystem(context, async (tx) => {
    if ((await userOf(tx, user.id)).totpEnabledAtMs !== null) throw alreadyEnabled();
    await context.box.save(tx, { ...totpPlace(user), value: secret, requester: by });
    await setTotpPending(tx, user.id, context.now());
  });
  return { secret, uri: totpUri(secret, user.name) };
}

interface Enrolment {
  readonly user: StoredUser;
  readonly code: string;
  readonly by: Requester;
}

async function enrol<T = undefined>(
  context: AccessContext,
  enrolment: Enrolment,
  origin: Origin,
  andThen?: (tx: Tx) => Promise<T>,
): Promise<{ readonly recoveryCodes: readonly string[]; readonly last: T }> {
  const { user, code, by } = enrolment;
  if (user.totpEnabledAtMs !== null) throw alreadyEnabled();
  const secret = user.totpPendingAtMs === null ? undefined : await openSecret(context, user);
  if (secret === undefined) throw new Fault('access.totp_not_enabled', 'No authenticator app was added yet.');
  const trial: Trial = { what: 'code', user };
  const attempt = await beginAttempt(context, trial, origin);
  const step = totpStepOf(secret, code.replace(/\s/g, ''), context.now());
  if (step === undefined) {
    await noteFailure(context, trial, origin);
    throw new Fault('access.code_refused', 'This code is not the one of the new secret.', { field: 'code' });
  }
  const recoveryCodes = newRecoveryCodes(context.random);
  const last = await inSystem(context, async (tx) => {
    await assertStillOffered(context, tx, user, secret);
    await enableTotp(tx, user.id, { step, nowMs: context.now() });
    await replaceRecoveryCodes(tx, user.id, hashesOf(recoveryCodes));
    await attempt.succeeded(tx);
    await note(tx, noteOf(context, 'user.totp_enabled', user, by));
    return andThen?.(tx);
  });
  return { recoveryCodes, last: last as T }; // Without `andThen` T is undefined.
}

/** Another page may have taken a newer secret, or have confirmed this one, while the code was checked. */
async function assertStillOffered(
  context: AccessContext,
  tx: Tx,
  user: StoredUser,
  secret: string,
): Promise<void> {
  if (
    (await userOf(tx, user.id)).totpPendingAtMs !== null &&
    (await openSecret(context, user, tx)) === secret
  )
    return;
  throw new Fault('access.code_refused', 'Another secret was shown meanwhile. Use the newest one.');
}

function openSecret(
  context: AccessContext,
  user: StoredUser,
  db: Tx | AccessContext['db'] = context.db,
): Promise<string | undefined> {
  const { owner, name } = totpPlace(user);
  return context.box.open(owner, name, db);
}

async function userWhoMustEnrol(
  context: AccessContext,
  ticket: string,
): Promise<{ readonly user: StoredUser }> {
  const { user } = await userOfTicket(context, ticket);
  if (user.passwordExpiresAtMs === null && lacksSecondFactor(context, user)) return { user };
  throw new Fault('access.ticket_expired', 'Another step of this sign-in comes first.');
}

function hashesOf(codes: readonly string[]): readonly string[] {
  return codes.flatMap((code) => recoveryCodeHash(code) ?? []);
}

function assertEnabled(user: StoredUser): void {
  if (user.totpEnabledAtMs === null)
    throw new Fault('access.totp_not_enabled', 'No second factor is switched on.');
}

function alreadyEnabled(): Fault {
  return new Fault('access.totp_enabled', 'A second factor is switched on already.');
}

function noteOf(
  context: AccessContext,
  action: 'user.totp_enabled' | 'user.totp_disabled' | 'user.recovery_codes_replaced',
  user: StoredUser,
  by: Requester,
) {
  return { action, by, atMs: context.now(), data: { user: user.name, userId: user.id } } as const;
}
