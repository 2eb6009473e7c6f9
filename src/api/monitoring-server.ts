import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { registerAccess } from './access-hook.ts';
import { HTTP_LIMITS } from './http-options.ts';
import { observeRequests } from './observe-requests.ts';
import { type MonitoringParts, monitoringRoutes } from './routes/monitoring.ts';
import { type Api, registerErrors } from './server.ts';

const CONNECTIONS_MAX = 50;
const BODY_BYTES_MAX = 1_024;

/** Answers /healthz, /readyz and /metrics, and nothing else: for a process that has no API. Nobody can sign in to it. */
export function buildMonitoring(parts: MonitoringParts & { readonly now: () => number }): Api {
  const loggerInstance: FastifyBaseLogger = parts.log;
  const app: Api = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: HTTP_LIMITS.headersMs,
    connectionTimeout: HTTP_LIMITS.requestMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
    http: { headersTimeout: HTTP_LIMITS.headersMs, maxHeaderSize: HTTP_LIMITS.headerBytesMax },
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = CONNECTIONS_MAX;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerErrors(app);
  observeRequests(app, parts.metrics);
  const { now } = parts;
  registerAccess(app, { authenticate: async () => null, now, onRefused: async () => undefined });
  monitoringRoutes(app, parts);
  return app;
}
