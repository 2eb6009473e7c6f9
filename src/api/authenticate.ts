import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Origin } from '../access/principal.ts';
import { Fault } from '../faults/fault.ts';
import type { Authenticate } from './access-hook.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

/** Finds out who calls: a program by its bearer token, a person by the session in the cookie. */
export function authenticateWith(access: Access): Authenticate {
  return async (request) => {
    const bearer = bearerOf(request);
    if (bearer !== undefined) return access.authenticateToken(bearer, originOf(request));
    const session = request.cookies[SESSION_COOKIE];
    if (session === undefined) return null;
    try {
      return await access.authenticateSession(session, { passive: isPassive(request) });
    } catch (error) {
      // A session that has ended is nobody's, so that people can sign in with the old cookie still there.
      if (error instanceof Fault && error.code === 'access.session_ended') return null;
      throw error;
    }
  };
}

/** From where a request comes, for limits and for the trail. */
export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, agent: request.headers['user-agent'] };
}

function bearerOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(authorization) ?? [];
  if (token !== undefined) return token;
  throw new Fault('api.not_signed_in', 'The Authorization header must be: Bearer <token>.');
}

/** What a page asks for by itself does not keep an unattended session alive. */
function isPassive(request: FastifyRequest): boolean {
  return request.headers['x-passive'] === '1';
}
