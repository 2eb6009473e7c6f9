import { z } from 'zod';
import { requesterOf } from '../access-hook.ts';
import { role, userDocument, userName, userSchema } from '../access-schemas.ts';
import { cutPage, fromCursor, pageOf, pageQuery } from '../pages.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { moment, utc } from '../schemas.ts';
import type { Api } from '../server.ts';

const tags = ['users'];
const params = z.object({ user: z.string().max(100).describe('Id of the user.') });
const temporary = {
  temporaryPassword: z.string().describe('Good for choosing an own one. Shown this once.'),
  temporaryPasswordExpiresAt: moment,
};
const looking = { access: { role: 'admin' } } as const;
const acting = { access: { role: 'admin', signedInLately: true } } as const;
const oneUser = { 200: userSchema, default: problemSchema };

/** People who may use the service. */
export function userRoutes(app: Api, { access }: ApiParts): void {
  app.get(
    '/api/v1/users',
    {
      config: looking,
      schema: {
        tags,
        summary: 'Users, by name.',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(userSchema), default: problemSchema },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const [afterName] = fromCursor(cursor, z.string()) ?? [];
      const found = await access.listUsers({ afterName, limit: limit + 1 });
      const page = cutPage(found, limit, (user) => [user.name]);
      return { ...page, items: page.items.map(userDocument) };
    },
  );

  app.post(
    '/api/v1/users',
    {
      config: acting,
      schema: {
        tags,
        summary: 'Make a user, with a password to hand over.',
        body: z.strictObject({ name: userName, role }),
        response: { 201: z.object({ user: userSchema, ...temporary }), default: problemSchema },
      },
    },
    async (request, reply) => {
      const made = await access.createUser(request.body, requesterOf(request));
      return reply.code(201).send({ user: userDocument(made.user), ...temporaryOf(made) });
    },
  );

  app.get(
    '/api/v1/users/:user',
    { config: looking, schema: { tags, summary: 'One user.', params, response: oneUser } },
    async (request) => userDocument(await access.getUser(request.params.user)),
  );

  app.patch(
    '/api/v1/users/:user',
    {
      config: acting,
      schema: {
        tags,
        summary: 'Change the role of a user, or disable or enable the user. All sessions of the user end.',
        params,
        body: z.strictObject({ role: role.optional(), disabled: z.boolean().optional() }),
        response: oneUser,
      },
    },
    async (request) => {
      const { user: id } = request.params;
      const { role: wanted, disabled } = request.body;
      const by = requesterOf(request);
      if (wanted !== undefined) await access.changeRole(id, wanted, by);
      if (disabled !== undefined) await (disabled ? access.disableUser(id, by) : access.enableUser(id, by));
      return userDocument(await access.getUser(id));
    },
  );

  app.delete(
    '/api/v1/users/:user',
    {
      config: acting,
      schema: {
        tags,
        summary: 'Take a user away, with all sessions and API tokens. The trail keeps what the user did.',
        params,
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      await access.deleteUser(request.params.user, requesterOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/users/:user/password-reset',
    {
      config: acting,
      schema: {
        tags,
        summary: 'Give a user a temporary password. The present one counts no more, and all sessions end.',
        params,
        response: { 200: z.object({ user: userSchema, ...temporary }), default: problemSchema },
      },
    },
    async (request) => {
      const reset = await access.resetPassword(request.params.user, requesterOf(request));
      return { user: userDocument(reset.user), ...temporaryOf(reset) };
    },
  );

  app.post(
    '/api/v1/users/:user/totp-reset',
    {
      config: acting,
      schema: { tags, summary: 'Take the second factor of a user away.', params, response: oneUser },
    },
    async (request) => userDocument(await access.resetTotp(request.params.user, requesterOf(request))),
  );

  app.post(
    '/api/v1/users/:user/sign-out',
    { config: acting, schema: { tags, summary: 'End all sessions of a user.', params, response: oneUser } },
    async (request) => userDocument(await access.signOutUser(request.params.user, requesterOf(request))),
  );
}

function temporaryOf(made: { temporaryPassword: string; expiresAtMs: number }) {
  return { temporaryPassword: made.temporaryPassword, temporaryPasswordExpiresAt: utc(made.expiresAtMs) };
}
