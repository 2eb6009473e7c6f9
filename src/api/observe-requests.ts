import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../observe/metrics.ts';

/** Counts requests by route, and tells the log of them: those that failed, and with level debug all. Never their query or body. */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
    const { statusCode: status, elapsedTime: ms } = reply;
    const { method } = request;
    // A stream of events lasts as long as somebody watches: that is no time that anything took.
    const isStream = String(reply.getHeader('content-type')).startsWith('text/event-stream');
    if (!isStream) metrics.request({ method, route, status, seconds: ms / 1_000 });
    const level = status >= 500 ? 'error' : status === 401 || status === 403 ? 'info' : 'debug';
    const { principal } = request;
    request.log[level](
      {
        method,
        path: request.url.split('?')[0],
        status,
        ms: Math.round(ms),
        from: request.ip,
        who: principal === null ? undefined : `${principal.kind}:${principal.name}`,
      },
      'request',
    );
  });
}
