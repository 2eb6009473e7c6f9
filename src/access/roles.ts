import type { TokenRole } from '../store/api-tokens.ts';
import type { UserRole } from '../store/users.ts';

/** What a person may do: look; also run, map and retry; also connections, credentials and users. Each includes the one before. */
export type Role = UserRole;
export type { TokenRole };

export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];
export const TOKEN_ROLES: readonly TokenRole[] = ['trigger', ...ROLES];

/** Whether a role includes a needed one. `trigger` includes none: it may not even look. */
export function atLeast(role: TokenRole, needed: Role): boolean {
  return role !== 'trigger' && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Whether a role may start runs through the hook. */
export function mayTrigger(role: TokenRole): boolean {
  return role === 'trigger' || atLeast(role, 'operator');
}

/** The role that a person needs to hand this one on to a token. */
function neededToGrant(role: TokenRole): Role {
  return role === 'trigger' ? 'operator' : role;
}

/** Whether a person may make a token of this role. */
export function mayGrant(maker: Role, role: TokenRole): boolean {
  return atLeast(maker, neededToGrant(role));
}

/** What a token may do now: no more than whoever made it, who may have been given less meanwhile. */
export function effectiveTokenRole(role: TokenRole, maker: Role): TokenRole | undefined {
  if (mayGrant(maker, role)) return role;
  return role === 'trigger' ? undefined : maker;
}

export function highestRole(roles: readonly Role[]): Role | undefined {
  return ROLES.findLast((role) => roles.includes(role));
}
