import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ServerSettings } from '../config/server.ts';

/**
 * Whether a Host header names this server. A page of another site can have its own name resolve to this server's address and
 * then read what it answers (DNS rebinding); but the name stays in the header. Plain addresses cannot be taken over so, and
 * `localhost` is resolved by no name server.
 */
export function isOwnHost(
  host: string,
  { publicUrl, hosts }: Pick<ServerSettings, 'publicUrl' | 'hosts'>,
): boolean {
  // HTTP/1.0 knows no such header; browsers always send it.
  if (host === '') return true;
  const url = URL.parse(`http://${host}`);
  if (url === null || url.href !== `http://${url.host}/`) return false;
  const name = url.hostname.replace(/\.$/, '');
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === 'localhost') return true;
  return hosts.includes(name) || (publicUrl !== null && new URL(publicUrl).hostname === name);
}

/**
 * Whether a request that may change something was asked for by a page of our own, or by no page at all. Browsers tell by
 * `Sec-Fetch-Site`, those of old by `Origin`; programs send neither. A request with a bearer token is nobody's forgery: a page cannot
 * make a browser send one.
 *
 * Together with `SameSite=Strict` cookies this is the defence against cross-site request forgery (OWASP cheat sheet, "Fetch
 * Metadata"; the same rules as `http.CrossOriginProtection` of Go).
 */
export function isOwnPage(request: FastifyRequest): boolean {
  if (SAFE_METHODS.has(request.method)) return true;
  const { headers } = request;
  if (/^bearer /i.test(headers.authorization ?? '')) return true;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  if (origin === undefined) return true;
  const from = URL.parse(origin);
  return (
    from !== null && from.host !== '' && from.host === URL.parse(`${from.protocol}//${request.host}`)?.host
  );
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
