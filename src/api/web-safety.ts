import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerSettings } from '../config/server.ts';
import { Fault } from '../faults/fault.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { type Peers, peersOf } from './peers.ts';
import { isOwnHost, isOwnPage } from './request-origin.ts';

export interface WebSafetyOptions {
  readonly settings: ServerSettings;
}

/**
 * Guards every answer and request of the server, whatever the route: headers for browsers, names under which the server may be
 * called, requests that another site makes a browser send, and requests that came over a network in clear text.
 *
 * Register it before everything that looks at who calls. An HTML page takes the nonce for its own style elements from
 * `reply.cspNonce.style` (see `content-security-policy.ts`).
 */
export async function registerWebSafety(app: FastifyInstance, { settings }: WebSafetyOptions): Promise<void> {
  const peers = peersOf(settings.trustedProxies);
  app.server.maxConnections = settings.connectionsMax;
  // Pages of other sites can send this type without being asked first; no route takes it.
  app.removeContentTypeParser('text/plain');
  await app.register(helmet, {
    contentSecurityPolicy,
    enableCSPNonces: true,
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // Not `no-referrer`: with it browsers hide the origin of forms of our own pages, too.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onRequest', async (request, reply) => {
    setHeaders(request, reply);
    const why = refusal(request, { settings, peers });
    if (why === undefined) return;
    // The error handler tells the caller; this line tells who runs the service.
    request.log.warn({ code: why.code, peer: request.socket.remoteAddress }, why.message);
    throw why;
  });
}

function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('permissions-policy', PERMISSIONS);
  if (request.url.startsWith('/api')) reply.header('cache-control', 'no-store');
  // On localhost it would lock out whatever else is served there.
  if (request.protocol === 'https' && !/^localhost$/i.test(request.hostname))
    reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}; includeSubDomains`);
}

function refusal(
  request: FastifyRequest,
  { settings, peers }: { readonly settings: ServerSettings; readonly peers: Peers },
): Fault | undefined {
  const peer = request.socket.remoteAddress;
  if (!isOwnHost(request.host, settings)) {
    return new Fault(
      'api.host_unknown',
      'The request names a host under which this server is not known: the names are those of server.publicUrl and server.hosts',
    );
  }
  if (isInClear(request) && !peers.isLocal(peer) && !peers.isTrusted(peer) && !isProbe(request)) {
    return new Fault(
      'api.in_clear',
      'The request came over the network in clear text, past the proxies that server.trustedProxies names',
    );
  }
  if (!isOwnPage(request)) {
    return new Fault('api.cross_site', `${request.method} was asked for by a page of another site`);
  }
  return undefined;
}

/** The connection itself, whatever a header says. */
const isInClear = (request: FastifyRequest): boolean =>
  !('encrypted' in request.socket && request.socket.encrypted === true);

/** What load balancers and monitoring ask; nothing secret is in it. */
const isProbe = (request: FastifyRequest): boolean =>
  PROBES.has(request.url.split('?')[0] ?? '') && ['GET', 'HEAD'].includes(request.method);

const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);
const YEAR_SECONDS = 31_536_000;
const PERMISSIONS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]
  .map((name) => `${name}=()`)
  .join(', ');
