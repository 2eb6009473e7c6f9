import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Health } from '../../observe/health.ts';
import type { ApiParts } from '../parts.ts';
import { peersOf } from '../peers.ts';
import type { Api } from '../server.ts';

export type MonitoringParts = Pick<ApiParts, 'health' | 'metrics' | 'metricsToken' | 'log' | 'loaded'>;

/** What monitoring asks: whether the process lives, whether it is ready, and its figures. */
export function monitoringRoutes(app: Api, parts: MonitoringParts): void {
  const { health, metrics, metricsToken, log, loaded } = parts;
  const options = { config: { access: { role: 'public' } }, schema: { hide: true } } as const;

  app.get('/healthz', options, async (_, reply) => {
    const answer = health.live();
    return reply
      .code(answer.ok ? 200 : 503)
      .serializer(toText)
      .send(shown(answer));
  });

  app.get('/readyz', options, async (_, reply) => {
    const answer = await health.ready();
    // Anybody may ask; what exactly is wrong is for those who read the log.
    if (!answer.ok) log.warn({ checks: answer.checks.filter(({ ok }) => !ok) }, 'not ready');
    return reply
      .code(answer.ok ? 200 : 503)
      .serializer(toText)
      .send(shown(answer));
  });

  const mayScrape = (request: FastifyRequest): boolean =>
    metricsToken === undefined ? isOnThisMachine(request) : hasToken(request, metricsToken);
  app.get(
    '/metrics',
    { config: { access: { role: 'admin', orElse: mayScrape } }, schema: { hide: true } },
    async (_, reply) => {
      if (!loaded.config.metrics.enabled) return reply.callNotFound();
      const { body, contentType } = await metrics.scrape();
      return reply
        .type(contentType)
        .header('cache-control', 'no-store')
        .serializer((text: unknown) => String(text))
        .send(body);
    },
  );
}

const toText = (document: unknown): string => JSON.stringify(document);

function shown({ ok, checks }: Health) {
  return { ok, checks: checks.map((check) => ({ name: check.name, ok: check.ok })) };
}

function hasToken(request: FastifyRequest, token: string): boolean {
  const [, given] = /^Bearer (.{1,512})$/i.exec(request.headers.authorization ?? '') ?? [];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const NOBODY = peersOf([]);
const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
];
const OWN_NAMES = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** The caller itself is on this machine, not a proxy here that speaks for others, nor a page that a browser here shows. */
function isOnThisMachine(request: FastifyRequest): boolean {
  const { headers, socket } = request;
  if (!NOBODY.isLocal(socket.remoteAddress) || !OWN_NAMES.test(headers.host ?? '')) return false;
  return headers['sec-fetch-site'] === undefined && FORWARDED.every((name) => headers[name] === undefined);
}
