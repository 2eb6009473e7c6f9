import { Fault } from '../faults/fault.ts';
import {
  deleteSession,
  deleteSessionsOf,
  findSessionByToken,
  listSessions as listStoredSessions,
  type StoredSession,
  touchSession,
} from '../store/sessions.ts';
import { findUser } from '../store/users.ts';
import { type AccessContext, inSystem } from './context.ts';
import { type Origin, requesterOf, type UserPrincipal } from './principal.ts';
import { hashSecret } from './secrets.ts';
import { lacksSecondFactor } from './steps.ts';
import { note } from './trail.ts';

/** The moment of the last use is written at most this often, so a session may end this much before its idle limit. */
const TOUCH_MS = 60_000;

/**
 * Whose session a token is.
 *
 * @param use `passive`: the page asked by itself; this does not keep the session alive.
 * @throws Fault `access.session_ended` for an unknown, ended or expired session, and for a user who may no longer have one.
 */
export async function authenticateSession(
  context: AccessContext,
  token: string,
  use: { readonly passive?: boolean } = {},
): Promise<UserPrincipal> {
  const session = await findSessionByToken(context.db, hashSecret(token));
  const user =
    session === undefined || hasEnded(context, session)
      ? undefined
      : await findUser(context.db, session.userId);
  if (session === undefined || user === undefined || user.disabledAtMs !== null) throw ended();
  // The setting may have come after the sign-in.
  if (session.method === 'password' && lacksSecondFactor(context, user)) throw ended();
  const nowMs = context.now();
  if (use.passive !== true && nowMs - session.lastSeenAtMs >= TOUCH_MS)
    await touchSession(context.db, session.id, nowMs);
  return {
    kind: 'user',
    id: user.id,
    name: user.name,
    role: user.role,
    sessionId: session.id,
    method: session.method,
    reauthenticatedAtMs: session.reauthenticatedAtMs,
    expiresAtMs: session.expiresAtMs,
  };
}

/** A session in a list. */
export interface SessionView {
  readonly id: string;
  readonly current: boolean;
  readonly method: 'password' | 'oidc';
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  readonly address: string;
  readonly agent: string;
}

/** One's own living sessions, the one seen last first. */
export async function listSessions(
  context: AccessContext,
  principal: UserPrincipal,
): Promise<readonly SessionView[]> {
  const nowMs = context.now();
  const query = { userId: principal.id, nowMs, seenSinceMs: nowMs - idleMs(context) };
  return (await listStoredSessions(context.db, query)).map(
    ({ id, method, createdAtMs, lastSeenAtMs, expiresAtMs, address, agent }) => ({
      id,
      current: id === principal.sessionId,
      method,
      createdAtMs,
      lastSeenAtMs,
      expiresAtMs,
      address,
      agent,
    }),
  );
}

/**
 * Ends the session at once.
 *
 * @param backTo where the OpenID provider sends the person afterwards.
 * @returns where the browser must go to end the session at the OpenID provider too, where it came from one that can.
 */
export async function signOut(
  context: AccessContext,
  principal: UserPrincipal,
  origin: Origin,
  backTo?: string,
): Promise<{ readonly providerUrl: string | undefined }> {
  await inSystem(context, async (tx) => {
    if (!(await deleteSession(tx, { id: principal.sessionId, userId: principal.id }))) return;
    await note(tx, {
      action: 'access.sign_out',
      by: requesterOf(principal, origin),
      atMs: context.now(),
      data: { user: principal.name, userId: principal.id },
    });
  });
  const providerUrl = principal.method === 'oidc' ? await context.provider?.signOutUrl(backTo) : undefined;
  return { providerUrl };
}

/** Ends one of one's own sessions, such as the one on a lost laptop. */
export async function endSession(
  context: AccessContext,
  principal: UserPrincipal,
  sessionId: string,
  origin: Origin,
): Promise<void> {
  await inSystem(context, async (tx) => {
    if (!(await deleteSession(tx, { id: sessionId, userId: principal.id })))
      throw new Fault('input.invalid', 'There is no such session.', { field: 'session' });
    await note(tx, {
      action: 'session.ended',
      by: requesterOf(principal, origin),
      atMs: context.now(),
      data: { user: principal.name, userId: principal.id, session: sessionId },
    });
  });
}

/** Ends all of one's own sessions, this one too. */
export async function signOutEverywhere(
  context: AccessContext,
  principal: UserPrincipal,
  origin: Origin,
): Promise<void> {
  await inSystem(context, async (tx) => {
    const sessions = await deleteSessionsOf(tx, principal.id);
    await note(tx, {
      action: 'access.sign_out',
      by: requesterOf(principal, origin),
      atMs: context.now(),
      data: { user: principal.name, userId: principal.id, sessions, everywhere: true },
    });
  });
}

export const idleMs = (context: AccessContext): number => context.settings.sessionIdleMinutes * 60_000;

function hasEnded(context: AccessContext, session: StoredSession): boolean {
  const nowMs = context.now();
  return nowMs >= session.expiresAtMs || nowMs - session.lastSeenAtMs >= idleMs(context);
}

function ended(): Fault {
  return new Fault('access.session_ended', 'This session has ended.');
}
