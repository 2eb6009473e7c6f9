import { randomUUID } from 'node:crypto';
import { Fault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';
import { insertSession } from '../store/sessions.ts';
import { findTicket, insertTicket, type StoredTicket, takeTicket } from '../store/sign-in-tickets.ts';
import { findUser, noteSignIn, type StoredUser } from '../store/users.ts';
import type { AccessContext } from './context.ts';
import type { Origin } from './principal.ts';
import { type PublicUser, publicUser } from './public-user.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { note } from './trail.ts';

/** What a sign-in comes to: a session, or a ticket for the step that is still missing. */
export type SignInResult =
  | {
      readonly kind: 'session';
      readonly token: string;
      readonly expiresAtMs: number;
      readonly user: PublicUser;
    }
  | {
      readonly kind: 'totp_required' | 'password_change_required' | 'totp_enrolment_required';
      readonly ticket: string;
      readonly expiresAtMs: number;
    };

export type NewSessionResult = Extract<SignInResult, { kind: 'session' }>;

/** The password was right; what is done of the rest. */
interface Progress {
  readonly user: StoredUser;
  readonly secondFactorDone: boolean;
}

const TICKET_MS = 10 * 60_000;
const AGENT_LENGTH_MAX = 200;

/** Hands out a session once nothing is missing, else a ticket for the next step: code, own password, second factor. */
export async function advance(
  context: AccessContext,
  tx: Tx,
  progress: Progress,
  origin: Origin,
): Promise<SignInResult> {
  const kind = missingStep(context, progress);
  if (kind === undefined)
    return openSession(context, tx, { user: progress.user, method: 'password' }, origin);
  const ticket = newSecret(context.random);
  const expiresAtMs = context.now() + TICKET_MS;
  await insertTicket(tx, {
    tokenHash: hashSecret(ticket),
    userId: progress.user.id,
    passwordHash: progress.user.passwordHash ?? '',
    secondFactorDone: progress.secondFactorDone,
    expiresAtMs,
  });
  return { kind, ticket, expiresAtMs };
}

function missingStep(
  context: AccessContext,
  { user, secondFactorDone }: Progress,
): Exclude<SignInResult['kind'], 'session'> | undefined {
  if (user.totpEnabledAtMs !== null && !secondFactorDone) return 'totp_required';
  if (user.passwordExpiresAtMs !== null) return 'password_change_required';
  if (lacksSecondFactor(context, user)) return 'totp_enrolment_required';
  return undefined;
}

/** Whether the role of a user needs a second factor that the user has not switched on. */
export function lacksSecondFactor(context: AccessContext, user: StoredUser): boolean {
  return user.totpEnabledAtMs === null && context.settings.requireTotp.includes(user.role);
}

interface NewSession {
  readonly user: StoredUser;
  readonly method: 'password' | 'oidc';
}

/** A session under a new token, always: whatever the browser brought along counts no more. */
export async function openSession(
  context: AccessContext,
  tx: Tx,
  session: NewSession,
  origin: Origin,
): Promise<NewSessionResult> {
  const { user, method } = session;
  const nowMs = context.now();
  const token = newSecret(context.random);
  const expiresAtMs = nowMs + context.settings.sessionHoursMax * 3_600_000;
  await insertSession(tx, {
    id: randomUUID(),
    tokenHash: hashSecret(token),
    userId: user.id,
    method,
    createdAtMs: nowMs,
    lastSeenAtMs: nowMs,
    expiresAtMs,
    reauthenticatedAtMs: nowMs,
    address: origin.address,
    agent: (origin.agent ?? '').slice(0, AGENT_LENGTH_MAX),
  });
  await noteSignIn(tx, user.id, nowMs);
  await note(tx, {
    action: 'access.sign_in',
    by: { actor: `user:${user.name}`, origin: origin.address },
    atMs: nowMs,
    data: {
      user: user.name,
      userId: user.id,
      method,
      secondFactor: user.totpEnabledAtMs !== null && method === 'password',
    },
  });
  return { kind: 'session', token, expiresAtMs, user: publicUser({ ...user, lastSignInAtMs: nowMs }) };
}

/**
 * The user behind a ticket.
 *
 * @throws Fault `access.ticket_expired` also where the password was changed or the user disabled since.
 */
export async function userOfTicket(
  context: AccessContext,
  ticket: string,
  tx: Tx | AccessContext['db'] = context.db,
): Promise<{ readonly user: StoredUser; readonly stored: StoredTicket }> {
  const stored = await findTicket(tx, { tokenHash: hashSecret(ticket), nowMs: context.now() });
  const user = stored === undefined ? undefined : await findUser(tx, stored.userId);
  if (
    stored === undefined ||
    user === undefined ||
    user.disabledAtMs !== null ||
    user.passwordHash !== stored.passwordHash
  )
    throw expired();
  return { user, stored };
}

/** @throws Fault `access.ticket_expired` where it was used before: each ticket leads one step on. */
export async function useTicket(tx: Tx, ticket: string): Promise<void> {
  if (!(await takeTicket(tx, hashSecret(ticket)))) throw expired();
}

function expired(): Fault {
  return new Fault('access.ticket_expired', 'This sign-in is no longer open.');
}
