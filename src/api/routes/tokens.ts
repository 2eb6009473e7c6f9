import { z } from 'zod';
import { TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX, type TokenView } from '../../access/api-tokens.ts';
import { tokenRole } from '../access-schemas.ts';
import { originOf } from '../authenticate.ts';
import { connectionOf, connectionParam } from '../connection-scope.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { moment, utc, utcOrNull } from '../schemas.ts';
import type { Api } from '../server.ts';
import { personOf } from '../session-cookie.ts';

const tags = ['tokens'];

const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: tokenRole,
  madeBy: z.string(),
  connectionId: z.string().nullable().describe('The only connection it is good for; null: all.'),
  createdAt: moment,
  expiresAt: moment,
  lastUsedAt: moment.nullable(),
  lastUsedFrom: z.string().nullable(),
  revokedAt: moment.nullable(),
});

/** API tokens: what programs call with. */
export function tokenRoutes(app: Api, parts: ApiParts): void {
  const { access } = parts;

  app.get(
    '/api/v1/tokens',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Your API tokens, newest first; for admins those of all with all=true.',
        querystring: z.object({
          all: z.stringbool().default(false),
          limit: z.coerce.number().int().min(1).max(1_000).default(200),
        }),
        response: { 200: z.object({ items: z.array(tokenSchema) }), default: problemSchema },
      },
    },
    async (request) => ({
      items: (await access.listTokens(personOf(request), request.query)).map(tokenDocument),
    }),
  );

  app.post(
    '/api/v1/tokens',
    {
      config: { access: { role: 'viewer', signedInLately: true } },
      schema: {
        tags,
        summary: 'Make an API token. It can do no more than you, now and later.',
        body: z.strictObject({
          name: z.string().max(200),
          role: tokenRole,
          expiresInDays: z.number().int().min(1).max(TOKEN_DAYS_MAX).default(TOKEN_DAYS_DEFAULT),
          connection: connectionParam.optional(),
        }),
        response: {
          201: z.object({
            token: z.string().describe('The token itself. Shown this once.'),
            details: tokenSchema,
          }),
          default: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { connection: named, ...order } = request.body;
      const connectionId = named === undefined ? undefined : (await connectionOf(parts, request, named)).id;
      const made = await access.createToken(personOf(request), { ...order, connectionId }, originOf(request));
      return reply.code(201).send({ token: made.token, details: tokenDocument(made.view) });
    },
  );

  app.delete(
    '/api/v1/tokens/:token',
    {
      config: { access: { role: 'viewer' } },
      schema: {
        tags,
        summary: 'Revoke an API token: one of yours; for admins anyone’s.',
        params: z.object({ token: z.string().max(100).describe('Id of the token.') }),
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      await access.revokeToken(personOf(request), request.params.token, originOf(request));
      return reply.code(204).send(null);
    },
  );
}

function tokenDocument(view: TokenView): z.output<typeof tokenSchema> {
  const { id, name, role, madeBy, connectionId, lastUsedFrom } = view;
  return {
    id,
    name,
    role,
    madeBy,
    connectionId,
    lastUsedFrom,
    createdAt: utc(view.createdAtMs),
    expiresAt: utc(view.expiresAtMs),
    lastUsedAt: utcOrNull(view.lastUsedAtMs),
    revokedAt: utcOrNull(view.revokedAtMs),
  };
}
