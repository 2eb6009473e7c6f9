import type { SecureContextOptions } from 'node:tls';
import type { ServerSettings } from '../config/server.ts';
import { Fault } from '../faults/fault.ts';
import { peersOf } from './peers.ts';

/** How long clients may take and how much they may send. In milliseconds and bytes. */
export interface HttpLimits {
  /** From the connection, or the end of the answer before, to the last byte of the headers. */
  readonly headersMs: number;
  /** The same, to the last byte of the body. */
  readonly requestMs: number;
  /** A connection on which nothing happens, in neither direction, during a request or its answer. */
  readonly silenceMs: number;
  /** A connection that waits for its next request; longer than the 60 s of common proxies, so that they end it, not we. */
  readonly keepAliveMs: number;
  /** How often the above are looked at. */
  readonly checkEveryMs: number;
  readonly headerBytesMax: number;
  readonly bodyBytesMax: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headersMs: 10_000,
  requestMs: 60_000,
  silenceMs: 300_000,
  keepAliveMs: 65_000,
  checkEveryMs: 2_000,
  headerBytesMax: 16_384,
  bodyBytesMax: 1_048_576,
};

interface HttpOptionsInput {
  readonly settings: ServerSettings;
  /** Certificate and key, where the server ends TLS itself. */
  readonly tls?: Pick<SecureContextOptions, 'cert' | 'key'> | undefined;
  readonly limits?: HttpLimits;
}

/** The options of fastify that bound what a client can do to the server. The number of connections is bound by `registerWebSafety`. */
export function httpOptions({ settings, tls, limits = HTTP_LIMITS }: HttpOptionsInput) {
  const { trustedProxies } = settings;
  const server = {
    headersTimeout: limits.headersMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    maxHeaderSize: limits.headerBytesMax,
    requireHostHeader: true,
    insecureHTTPParser: false,
  };
  return {
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.silenceMs,
    keepAliveTimeout: limits.keepAliveMs,
    bodyLimit: limits.bodyBytesMax,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Members of these names in JSON could reach prototypes.
    onProtoPoisoning: 'error' as const,
    onConstructorPoisoning: 'error' as const,
    ...(tls === undefined
      ? { http: server }
      : { https: { ...server, ...tls, minVersion: 'TLSv1.2' as const } }),
  };
}

/**
 * Refuses to listen where passwords and sessions would cross a network in clear text.
 *
 * @throws Fault `config.listening_in_clear`
 */
export function refuseListeningInClear({ host, tls, trustedProxies }: ServerSettings): void {
  const bare = host.replace(/^\[|\]$/g, '');
  if (tls !== null || trustedProxies.length > 0) return;
  if (bare === 'localhost' || peersOf([]).isLocal(bare)) return;
  throw new Fault(
    'config.listening_in_clear',
    `server.host is ${host}, which others can reach, and neither server.tls nor server.trustedProxies is set: passwords and sessions would cross the network in clear text`,
    { field: 'server.host' },
  );
}
