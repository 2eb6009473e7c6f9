import type { FastifyInstance, FastifyRequest } from 'fastify';
import { assertRecent, type Principal } from '../access/principal.ts';
import { atLeast, mayTrigger, type Role } from '../access/roles.ts';
import { Fault } from '../faults/fault.ts';
import type { Requester } from '../sync/ports.ts';

/** Who may call a route. Every route says it; one that does not is refused for everybody. */
export type RouteAccess =
  | { readonly role: 'public' }
  /** The hook alone: it may be called with a token that can do nothing else. */
  | { readonly role: 'trigger' }
  | {
      readonly role: Role;
      /** Needs a sign-in of the last minutes: acts on secrets, people and keys. Tokens cannot do them. */
      readonly signedInLately?: true;
      /** Lets a caller through whom nobody needs to know, such as a monitor with a token of its own. */
      readonly orElse?: (request: FastifyRequest) => boolean;
    };

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: RouteAccess;
    /** Posts that start things: the same post with the same `Idempotency-Key` is done once. */
    readonly idempotent?: true;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** Finds out who calls. Null: nobody that is known. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>;

interface AccessParts {
  readonly authenticate: Authenticate;
  readonly now: () => number;
  /** Tells the trail of a refused access. */
  readonly onRefused: (request: FastifyRequest, why: string) => Promise<void>;
}

/** Lets a request through only if its route says so. */
export function registerAccess(app: FastifyInstance, parts: AccessParts): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const access = request.routeOptions.config.access;
    if (access === undefined) throw new Fault('access.forbidden', 'The route does not say who may call it.');
    if ('orElse' in access && access.orElse?.(request) === true) return;
    request.principal = await parts.authenticate(request);
    if (access.role === 'public') return;
    const principal = request.principal;
    if (principal === null) throw new Fault('api.not_signed_in', 'Nobody is signed in.');
    if (!isEnough(principal, access.role)) {
      await parts.onRefused(request, `needs the role ${access.role}`);
      throw new Fault('access.forbidden', `This needs the role ${access.role}; yours is ${principal.role}.`);
    }
    if ('signedInLately' in access) assertRecent(principal, parts.now());
  });
}

function isEnough(principal: Principal, needed: Role | 'trigger'): boolean {
  return needed === 'trigger' ? mayTrigger(principal.role) : atLeast(principal.role, needed);
}

/**
 * For what only some requests to a route need a sign-in of the last minutes for.
 *
 * @throws Fault `access.reauthentication_needed`, or `access.forbidden` for a token.
 */
export function assertSignedInLately({ principal }: FastifyRequest, nowMs: number): void {
  if (principal === null) throw new Fault('api.not_signed_in', 'Nobody is signed in.');
  assertRecent(principal, nowMs);
}

/** Who asks, for the trail. Only on routes that are not public. */
export function requesterOf(request: FastifyRequest): Requester {
  const { principal } = request;
  const actor = principal === null ? 'nobody' : `${principal.kind}:${principal.name}`;
  return { actor, origin: request.ip };
}
