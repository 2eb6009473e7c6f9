import { z } from 'zod';
import {
  code,
  password,
  recoveryCodes,
  signInDocument,
  signInSchema,
  ticket,
  totpOfferSchema,
  userName,
} from '../access-schemas.ts';
import { originOf } from '../authenticate.ts';
import type { ApiParts } from '../parts.ts';
import { problemSchema } from '../problem.ts';
import type { Api } from '../server.ts';

const config = { access: { role: 'public' } } as const;
const tags = ['sign-in'];
const response = { 200: signInSchema, default: problemSchema };

/** Signing in, step by step. Whoever calls these is nobody yet. */
export function authRoutes(app: Api, { access }: ApiParts): void {
  app.get(
    '/api/v1/auth',
    {
      config,
      schema: {
        tags,
        summary: 'How people sign in here.',
        response: {
          200: z.object({
            needsSetUp: z.boolean().describe('There are no users yet: the first admin is to be made.'),
            passwordLengthMin: z.number().int(),
            oidc: z
              .object({ label: z.string() })
              .nullable()
              .describe('The OpenID provider, where there is one.'),
          }),
          default: problemSchema,
        },
      },
    },
    async () => {
      const { passwordLengthMin, oidc } = access.settings;
      return {
        needsSetUp: await access.needsSetUp(),
        passwordLengthMin,
        oidc: oidc === undefined ? null : { label: oidc.label },
      };
    },
  );

  app.post(
    '/api/v1/auth/set-up',
    {
      config,
      schema: {
        tags,
        summary: 'Make the first admin, with the token that the server printed at its start.',
        body: z.strictObject({ token: z.string().max(200), name: userName, password }),
        response,
      },
    },
    async (request, reply) => signInDocument(reply, await access.setUp(request.body, originOf(request))),
  );

  app.post(
    '/api/v1/auth/sign-in',
    {
      config,
      schema: {
        tags,
        summary: 'Sign in by name and password. The answer is a session, or the step that is missing.',
        body: z.strictObject({ name: userName, password, code: code.optional() }),
        response,
      },
    },
    async (request, reply) => signInDocument(reply, await access.signIn(request.body, originOf(request))),
  );

  app.post(
    '/api/v1/auth/sign-in/code',
    {
      config,
      schema: {
        tags,
        summary: 'Second factor: a code of the authenticator app, or a recovery code.',
        body: z.strictObject({ ticket, code }),
        response,
      },
    },
    async (request, reply) => signInDocument(reply, await access.submitCode(request.body, originOf(request))),
  );

  app.post(
    '/api/v1/auth/sign-in/password',
    {
      config,
      schema: {
        tags,
        summary: 'Replace the password that somebody else has given.',
        body: z.strictObject({ ticket, password }),
        response,
      },
    },
    async (request, reply) =>
      signInDocument(reply, await access.submitNewPassword(request.body, originOf(request))),
  );

  app.post(
    '/api/v1/auth/sign-in/totp',
    {
      config,
      schema: {
        tags,
        summary: 'Add an authenticator app, where the role needs one.',
        body: z.strictObject({ ticket }),
        response: { 200: totpOfferSchema, default: problemSchema },
      },
    },
    async (request) => access.startTotpByTicket(request.body.ticket, originOf(request)),
  );

  app.post(
    '/api/v1/auth/sign-in/totp/confirm',
    {
      config,
      schema: {
        tags,
        summary: 'Confirm the authenticator app with its first code.',
        body: z.strictObject({ ticket, code }),
        response: { 200: z.object({ signIn: signInSchema, recoveryCodes }), default: problemSchema },
      },
    },
    async (request, reply) => {
      const done = await access.confirmTotpByTicket(request.body, originOf(request));
      return { signIn: signInDocument(reply, done.signIn), recoveryCodes: [...done.recoveryCodes] };
    },
  );
}
