import { z } from 'zod';
import { originOf } from '../authenticate.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { moment, utc } from '../schemas.ts';
import type { Api } from '../server.ts';
import { ownAddress, personOf, takeSession } from '../session-cookie.ts';

const tags = ['me'];
const anybody = { access: { role: 'viewer' } } as const;

const sessionSchema = z.object({
  id: z.string(),
  current: z.boolean(),
  method: z.enum(['password', 'oidc']),
  address: z.string(),
  agent: z.string(),
  createdAt: moment,
  lastSeenAt: moment,
  expiresAt: moment,
});

/** One's own sessions: look at them, end them. */
export function mySessionRoutes(app: Api, parts: ApiParts): void {
  const { access } = parts;

  app.post(
    '/api/v1/me/sign-out',
    {
      config: anybody,
      schema: {
        tags,
        summary: 'End this session.',
        response: {
          200: z.object({
            providerUrl: z
              .string()
              .nullable()
              .describe('Where the browser goes to sign out at the OpenID provider, too.'),
          }),
          default: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const backTo = `${ownAddress(parts, request)}/`;
      const { providerUrl } = await access.signOut(personOf(request), originOf(request), backTo);
      takeSession(reply);
      return { providerUrl: providerUrl ?? null };
    },
  );

  app.get(
    '/api/v1/me/sessions',
    {
      config: anybody,
      schema: {
        tags,
        summary: 'Your sessions, the one seen last first.',
        response: { 200: z.object({ items: z.array(sessionSchema) }), default: problemSchema },
      },
    },
    async (request) => {
      const sessions = await access.listSessions(personOf(request));
      return {
        items: sessions.map(({ createdAtMs, lastSeenAtMs, expiresAtMs, ...rest }) => ({
          ...rest,
          createdAt: utc(createdAtMs),
          lastSeenAt: utc(lastSeenAtMs),
          expiresAt: utc(expiresAtMs),
        })),
      };
    },
  );

  app.delete(
    '/api/v1/me/sessions/:session',
    {
      config: anybody,
      schema: {
        tags,
        summary: 'End one of your sessions.',
        params: z.object({ session: z.string().max(100) }),
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      await access.endSession(personOf(request), request.params.session, originOf(request));
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/v1/me/sessions',
    {
      config: anybody,
      schema: {
        tags,
        summary: 'End all of your sessions, this one too.',
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      await access.signOutEverywhere(personOf(request), originOf(request));
      takeSession(reply);
      return reply.code(204).send(null);
    },
  );
}
