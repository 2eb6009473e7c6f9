import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { Fault, isFault } from '../faults/fault.ts';
import { type Authenticate, registerAccess } from './access-hook.ts';
import { registerConsole } from './console.ts';
import { registerIdempotency } from './idempotency.ts';
import { observeRequests } from './observe-requests.ts';
import type { ApiParts } from './parts.ts';
import { invalidInput, problemOfFault, toProblem, unexpectedProblem } from './problem.ts';
import { routes } from './routes/index.ts';
import { registerWebSafety, type WebSafetyOptions } from './web-safety.ts';

/** The application with its schemas as types of what handlers get and give. */
export type Api = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const BODY_BYTES_MAX = 1_048_576;

export interface ApiOptions {
  readonly parts: ApiParts;
  readonly authenticate: Authenticate;
  /** Headers for browsers, host names, requests of other sites. */
  readonly safety: WebSafetyOptions;
  /** Options of the HTTP server: TLS, trusted proxies, time-outs, logger. */
  readonly http?: Readonly<Record<string, unknown>>;
}

/** Builds the HTTP API without listening. Every route checks what it takes and what it gives by the schema that documents it. */
export async function buildApi({ parts, authenticate, safety, http = {} }: ApiOptions): Promise<Api> {
  const app: Api = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestIdHeader: false,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { maxParamLength: 300 },
    ...http,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerErrors(app);
  observeRequests(app, parts.metrics);
  await app.register(cookie);
  await registerWebSafety(app, safety);
  registerAccess(app, { authenticate, now: parts.now, onRefused: parts.onRefused });
  registerIdempotency(app, parts);
  await app.register(swagger, {
    openapi: openApiHead(parts.version),
    transform: withRole,
    transformObject: jsonSchemaTransformObject,
  });
  for (const route of routes) await app.register(async (scope) => route(scope as Api, parts));
  await registerConsole(app);
  return app;
}

/** Every failure is answered as a problem document. */
export function registerErrors(app: Api): void {
  app.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(error, request.id);
    if (problem.status >= 500 && !isFault(error)) request.log.error(error, 'a request failed unexpectedly');
    if (isFault(error) && error.retryAfterMs !== undefined)
      reply.header('retry-after', String(Math.ceil(error.retryAfterMs / 1_000)));
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="ml-connector"');
    await reply
      .code(problem.status)
      .type('application/problem+json')
      .serializer((body: unknown) => JSON.stringify(body))
      .send(problem);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const fault = new Fault('api.not_found', `There is nothing at ${request.method} ${pathOf(request.url)}.`);
    await reply
      .code(404)
      .type('application/problem+json')
      .serializer((body: unknown) => JSON.stringify(body))
      .send(problemOfFault(fault, request.id));
  });
}

function problemOf(error: unknown, requestId: string) {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext === 'body' ? '' : `${error.validationContext ?? ''}.`;
    const errors = error.validation.map((issue) => ({
      field: `${where}${issue.instancePath.replace(/^\//, '').replaceAll('/', '.')}`.replace(/\.$/, ''),
      message: issue.message ?? 'is not valid',
    }));
    return invalidInput(errors, requestId);
  }
  if (isResponseSerializationError(error)) return unexpectedProblem(requestId);
  const status = clientErrorStatus(error);
  if (status === undefined) return toProblem(error, requestId);
  const fault = new Fault(
    'api.unreadable',
    error instanceof Error ? error.message : 'The request is not readable.',
  );
  return { ...problemOfFault(fault, requestId), status };
}

/** What the framework says of a request that it cannot read: too large, no JSON, another content type. */
function clientErrorStatus(error: unknown): number | undefined {
  if (isFault(error) || typeof error !== 'object' || error === null || !('statusCode' in error))
    return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

const pathOf = (url: string): string => url.split('?')[0] ?? '';

/** Says in the document who may call a route. */
const withRole: typeof jsonSchemaTransform = (input) => {
  const { schema, url } = jsonSchemaTransform(input);
  const role = input.route.config?.access?.role;
  return { schema: role === undefined ? schema : { ...schema, 'x-role': role }, url };
};

function openApiHead(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'ml-connector',
      version,
      description:
        'Keeps Cin7 Core in step with JD Edwards EnterpriseOne. Everything that people do goes through this API.',
    },
    components: {
      securitySchemes: {
        token: { type: 'http' as const, scheme: 'bearer', description: 'An API token.' },
        session: {
          type: 'apiKey' as const,
          in: 'cookie' as const,
          name: '__Host-ml-connector',
          description: 'A session of the console.',
        },
      },
    },
    security: [{ token: [] }, { session: [] }],
  };
}
