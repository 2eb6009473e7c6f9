import { randomUUID } from 'node:crypto';
import { Fault } from '../faults/fault.ts';
import {
  findApiToken,
  findApiTokenByHash,
  insertApiToken,
  listApiTokens as listStoredTokens,
  noteApiTokenUse,
  revokeApiToken,
  type StoredApiToken,
} from '../store/api-tokens.ts';
import { findUser } from '../store/users.ts';
import { type AccessContext, inSystem } from './context.ts';
import { assertRecent, type Origin, type Principal, requesterOf, type TokenPrincipal } from './principal.ts';
import { userOf } from './public-user.ts';
import { atLeast, effectiveTokenRole, mayGrant, type TokenRole } from './roles.ts';
import { hashSecret, isApiToken, newApiToken } from './secrets.ts';
import { note } from './trail.ts';

export const TOKEN_DAYS_MAX = 365;
export const TOKEN_DAYS_DEFAULT = 90;

/** The moment and the place of the last use are written at most this often. */
const USE_NOTED_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,99}$/u;

export interface TokenOrder {
  readonly name: string;
  readonly role: TokenRole;
  readonly expiresInDays?: number | undefined;
  /** Id of the only connection the token is good for. */
  readonly connectionId?: string | undefined;
}

/** A token in a list. The token itself is shown once, when it is made. */
export type TokenView = StoredApiToken & { readonly madeBy: string };

/**
 * Makes an API token. It can do no more than whoever makes it, now and later.
 *
 * @returns the token itself, this once.
 */
export async function createToken(
  context: AccessContext,
  principal: Principal,
  order: TokenOrder,
  origin: Origin,
): Promise<{ readonly token: string; readonly view: TokenView }> {
  const nowMs = context.now();
  assertRecent(principal, nowMs);
  const days = order.expiresInDays ?? TOKEN_DAYS_DEFAULT;
  assertOrder(order, days);
  const token = newApiToken(context.random);
  const stored = {
    id: randomUUID(),
    name: order.name,
    role: order.role,
    userId: principal.id,
    connectionId: order.connectionId ?? null,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + days * DAY_MS,
  };
  await inSystem(context, async (tx) => {
    const maker = await userOf(tx, principal.id);
    if (maker.disabledAtMs !== null || !mayGrant(maker.role, order.role))
      throw new Fault('access.forbidden', `A ${maker.role} cannot make a token with the role ${order.role}.`);
    if (!(await insertApiToken(tx, { ...stored, tokenHash: hashSecret(token) })))
      throw new Fault('access.name_taken', `There is a token "${order.name}" already.`, { field: 'name' });
    const { id, userId, createdAtMs, ...told } = stored;
    const data = { ...told, token: id };
    await note(tx, { action: 'token.created', by: requesterOf(principal, origin), atMs: nowMs, data });
  });
  const unused = { lastUsedAtMs: null, lastUsedFrom: null, revokedAtMs: null };
  return { token, view: { ...stored, ...unused, madeBy: principal.name } };
}

/**
 * Whose API token this is.
 *
 * @throws Fault `access.token_refused`, the same for unknown, expired and revoked ones and those of disabled users.
 */
export async function authenticateToken(
  context: AccessContext,
  token: string,
  origin: Origin,
): Promise<TokenPrincipal> {
  const stored = isApiToken(token) ? await findApiTokenByHash(context.db, hashSecret(token)) : undefined;
  const nowMs = context.now();
  const isLiving = stored !== undefined && stored.revokedAtMs === null && nowMs < stored.expiresAtMs;
  const maker = isLiving ? await findUser(context.db, stored.userId) : undefined;
  const role =
    stored === undefined || maker === undefined || maker.disabledAtMs !== null
      ? undefined
      : effectiveTokenRole(stored.role, maker.role);
  if (stored === undefined || role === undefined)
    throw new Fault('access.token_refused', 'This API token is not valid.');
  if (nowMs - (stored.lastUsedAtMs ?? 0) >= USE_NOTED_MS)
    await noteApiTokenUse(context.db, { id: stored.id, address: origin.address, nowMs });
  const { id, name, connectionId, expiresAtMs } = stored;
  return { kind: 'token', id, name, role, connectionId, expiresAtMs };
}

/** One's own tokens; for admins those of all. */
export function listTokens(
  context: AccessContext,
  principal: Principal,
  query: { readonly all: boolean; readonly limit: number },
): Promise<readonly TokenView[]> {
  if (principal.kind === 'token' || (query.all && !atLeast(principal.role, 'admin')))
    throw new Fault('access.forbidden', 'Only an admin sees the tokens of others.');
  return listStoredTokens(context.db, { limit: query.limit, userId: query.all ? undefined : principal.id });
}

/** One's own token; for admins anyone's. A token that leaked must die at once, so no fresh proof is asked for. */
export async function revokeToken(
  context: AccessContext,
  principal: Principal,
  tokenId: string,
  origin: Origin,
): Promise<void> {
  await inSystem(context, async (tx) => {
    const stored = await findApiToken(tx, tokenId);
    const isAllowed =
      principal.kind === 'user' && (principal.id === stored?.userId || atLeast(principal.role, 'admin'));
    if (stored === undefined || !isAllowed || !(await revokeApiToken(tx, tokenId, context.now())))
      throw new Fault('access.token_unknown', 'There is no such living token.', { field: 'token' });
    await note(tx, {
      action: 'token.revoked',
      by: requesterOf(principal, origin),
      atMs: context.now(),
      data: { name: stored.name, token: tokenId },
    });
  });
}

function assertOrder(order: TokenOrder, days: number): void {
  if (!NAME.test(order.name)) {
    throw new Fault(
      'input.invalid',
      'A token needs a name of at most 100 letters, digits and simple signs.',
      {
        field: 'name',
      },
    );
  }
  if (!Number.isInteger(days) || days < 1 || days > TOKEN_DAYS_MAX) {
    throw new Fault('input.invalid', `A token is good for 1 to ${TOKEN_DAYS_MAX} days.`, {
      field: 'expiresInDays',
    });
  }
}
