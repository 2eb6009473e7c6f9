import { z } from 'zod';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import type { Api } from '../server.ts';

const systemSchema = z.object({
  version: z.string(),
  startedAt: z.iso.datetime(),
  store: z.enum(['sqlite', 'postgres']),
  connections: z.number().int(),
});

/** The installation itself. */
export function systemRoutes(app: Api, parts: ApiParts): void {
  app.get(
    '/api/v1/system',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags: ['system'],
        summary: 'The installation: version, store, number of connections.',
        response: { 200: systemSchema, default: problemSchema },
      },
    },
    async () => ({
      version: parts.version,
      startedAt: new Date(parts.startedAtMs).toISOString(),
      store: parts.database.dialect,
      connections: (await parts.connections.list()).length,
    }),
  );

  app.get(
    '/api/v1/openapi.json',
    {
      config: { access: { role: 'public' } },
      schema: { hide: true },
    },
    async (_, reply) => {
      reply.type('application/json').serializer((body: unknown) => JSON.stringify(body));
      return app.swagger();
    },
  );
}
