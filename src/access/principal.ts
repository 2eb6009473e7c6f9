import { Fault } from '../faults/fault.ts';
import { atLeast, type Role, type TokenRole } from './roles.ts';
import type { Requester } from './trail.ts';

/** From where somebody calls. */
export interface Origin {
  readonly address: string;
  /** What the browser calls itself; shown in the list of sessions. */
  readonly agent?: string | undefined;
}

interface UserPrincipal {
  readonly kind: 'user';
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly sessionId: string;
  readonly method: 'password' | 'oidc';
  /** When this person last proved who they are. */
  readonly reauthenticatedAtMs: number;
  /** The absolute end of the session. */
  readonly expiresAtMs: number;
}

interface TokenPrincipal {
  readonly kind: 'token';
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  /** Id of the only connection it is good for; null: all. */
  readonly connectionId: string | null;
  readonly expiresAtMs: number;
}

/** Somebody whose right to be here was checked a moment ago. */
export type Principal = UserPrincipal | TokenPrincipal;
export type { TokenPrincipal, UserPrincipal };

/** Who acts, for the trail. */
export function requesterOf(principal: Principal, origin: Origin): Requester {
  return { actor: `${principal.kind}:${principal.name}`, origin: origin.address };
}

/** @throws Fault `access.forbidden` for too low a role, or a token that is bound to another connection. */
export function assertMay(principal: Principal, needed: Role, connectionId?: string): void {
  if (!atLeast(principal.role, needed)) {
    throw new Fault(
      'access.forbidden',
      `This needs the role ${needed}; ${principal.name} has ${principal.role}.`,
    );
  }
  assertConnection(principal, connectionId);
}

/** @throws Fault `access.forbidden` for a token that is bound to another connection, or to one where all are meant. */
export function assertConnection(principal: Principal, connectionId: string | undefined): void {
  if (principal.kind === 'user' || principal.connectionId === null) return;
  if (principal.connectionId === connectionId) return;
  throw new Fault(
    'access.forbidden',
    `The token ${principal.name} is good for one connection, and not for this.`,
  );
}

const RECENT_MS = 10 * 60_000;

/** Whether a person proved who they are within the last 10 minutes. A token cannot. */
export function isRecent(principal: Principal, nowMs: number): boolean {
  return principal.kind === 'user' && nowMs - principal.reauthenticatedAtMs <= RECENT_MS;
}

/**
 * For acts on users, keys and secrets: a browser that was left open must not be enough.
 *
 * @throws Fault `access.reauthentication_needed`, or `access.forbidden` for a token.
 */
export function assertRecent(principal: Principal, nowMs: number): asserts principal is UserPrincipal {
  if (principal.kind === 'token') {
    throw new Fault('access.forbidden', `Only a person may do this; ${principal.name} is an API token.`);
  }
  if (isRecent(principal, nowMs)) return;
  throw new Fault(
    'access.reauthentication_needed',
    'The last proof of who you are is older than 10 minutes.',
  );
}
