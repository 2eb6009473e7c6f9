import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UserPrincipal } from '../access/principal.ts';
import { Fault } from '../faults/fault.ts';
import type { ApiParts } from './parts.ts';

/** Browsers send a cookie of this name only over TLS (or to this machine), to this host alone, and no page of it may set another path. */
export const SESSION_COOKIE = '__Host-ml-connector';
/** Ties the way back from the OpenID provider to the browser that began it. */
const OIDC_COOKIE = '__Host-ml-connector-oidc';

const OURS = { path: '/', httpOnly: true, secure: true } as const;

/** Hands the browser its session. It goes with requests of our own pages only, and scripts cannot read it. */
export function giveSession(reply: FastifyReply, token: string): void {
  reply.setCookie(SESSION_COOKIE, token, { ...OURS, sameSite: 'strict' });
}

export function takeSession(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, { ...OURS, sameSite: 'strict' });
}

/** `lax`: the provider sends the browser back from another site. */
export function giveOidcToken(reply: FastifyReply, token: string, expiresAtMs: number): void {
  reply.setCookie(OIDC_COOKIE, token, { ...OURS, sameSite: 'lax', expires: new Date(expiresAtMs) });
}

export function oidcTokenOf(request: FastifyRequest, reply: FastifyReply): string {
  reply.clearCookie(OIDC_COOKIE, { ...OURS, sameSite: 'lax' });
  return request.cookies[OIDC_COOKIE] ?? '';
}

/** @throws Fault `access.forbidden` for an API token: this belongs to a person. */
export function personOf(request: FastifyRequest): UserPrincipal {
  const { principal } = request;
  if (principal?.kind === 'user') return principal;
  throw new Fault('access.forbidden', 'This is for people who sign in, not for API tokens.');
}

/** The address under which the browser knows this server; requests to foreign host names do not come this far. */
export function ownAddress(parts: ApiParts, request: FastifyRequest): string {
  const { publicUrl } = parts.loaded.config.server;
  return (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/$/, '');
}
