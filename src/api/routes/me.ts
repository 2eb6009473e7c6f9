import { z } from 'zod';
import {
  code,
  password,
  recoveryCodes,
  signInDocument,
  signInSchema,
  tokenRole,
  totpOfferSchema,
  userDocument,
  userSchema,
} from '../access-schemas.ts';
import { originOf } from '../authenticate.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import { moment, utc } from '../schemas.ts';
import type { Api } from '../server.ts';
import { giveSession, personOf } from '../session-cookie.ts';

const tags = ['me'];
const anybody = { access: { role: 'viewer' } } as const;
const lately = { access: { role: 'viewer', signedInLately: true } } as const;

const meSchema = z.object({
  kind: z.enum(['user', 'token']),
  name: z.string(),
  role: tokenRole,
  expiresAt: moment.describe('End of the session or of the token.'),
  connectionId: z.string().nullable().describe('The only connection that the token is good for.'),
  reauthenticatedAt: moment.nullable().describe('When this person last proved who they are.'),
  method: z.enum(['password', 'oidc']).nullable(),
  user: userSchema
    .extend({
      recoveryCodesLeft: z.number().int(),
      identities: z.array(z.string()).describe('OpenID providers at which this person can sign in.'),
    })
    .nullable(),
});

/** Who calls, and the own account. */
export function meRoutes(app: Api, { access }: ApiParts): void {
  app.get(
    '/api/v1/me',
    {
      config: anybody,
      schema: { tags, summary: 'Who calls.', response: { 200: meSchema, default: problemSchema } },
    },
    async (request) => {
      if (request.principal?.kind === 'token') {
        const { name, role, connectionId, expiresAtMs } = request.principal;
        const nobody = { reauthenticatedAt: null, method: null, user: null };
        return { kind: 'token' as const, name, role, connectionId, expiresAt: utc(expiresAtMs), ...nobody };
      }
      const principal = personOf(request);
      const { recoveryCodesLeft, identities, ...user } = await access.ownAccount(principal);
      return {
        kind: 'user' as const,
        name: principal.name,
        role: principal.role,
        expiresAt: utc(principal.expiresAtMs),
        connectionId: null,
        reauthenticatedAt: utc(principal.reauthenticatedAtMs),
        method: principal.method,
        user: { ...userDocument(user), recoveryCodesLeft, identities: [...identities] },
      };
    },
  );

  app.post(
    '/api/v1/me/reauthenticate',
    {
      config: anybody,
      schema: {
        tags,
        summary: 'Prove who you are once more. The session gets a new cookie.',
        body: z.strictObject({ password }),
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const { token } = await access.reauthenticate(person, request.body.password, originOf(request));
      giveSession(reply, token);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/me/password',
    {
      config: anybody,
      schema: {
        tags,
        summary: 'Choose another password. All sessions end but this one, which gets a new cookie.',
        body: z.strictObject({ current: password, next: password }),
        response: { 200: signInSchema, default: problemSchema },
      },
    },
    async (request, reply) =>
      signInDocument(reply, await access.changePassword(personOf(request), request.body, originOf(request))),
  );

  app.post(
    '/api/v1/me/totp',
    {
      config: lately,
      schema: {
        tags,
        summary: 'Add an authenticator app. It counts once its first code was confirmed.',
        response: { 200: totpOfferSchema, default: problemSchema },
      },
    },
    async (request) => access.startTotp(personOf(request), originOf(request)),
  );

  app.post(
    '/api/v1/me/totp/confirm',
    {
      config: lately,
      schema: {
        tags,
        summary: 'Confirm the authenticator app with its first code.',
        body: z.strictObject({ code }),
        response: { 200: z.object({ recoveryCodes }), default: problemSchema },
      },
    },
    async (request) => {
      const codes = await access.confirmTotp(personOf(request), request.body.code, originOf(request));
      return { recoveryCodes: [...codes] };
    },
  );

  app.delete(
    '/api/v1/me/totp',
    {
      config: lately,
      schema: {
        tags,
        summary: 'Take the authenticator app away.',
        response: { 204: z.null(), default: problemSchema },
      },
    },
    async (request, reply) => {
      await access.disableTotp(personOf(request), originOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/me/recovery-codes',
    {
      config: lately,
      schema: {
        tags,
        summary: 'Make new recovery codes. The earlier ones count no more.',
        response: { 200: z.object({ recoveryCodes }), default: problemSchema },
      },
    },
    async (request) => ({
      recoveryCodes: [...(await access.renewRecoveryCodes(personOf(request), originOf(request)))],
    }),
  );
}
