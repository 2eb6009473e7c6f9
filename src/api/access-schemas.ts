import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { PublicUser } from '../access/public-user.ts';
import { ROLES, TOKEN_ROLES } from '../access/roles.ts';
import type { SignInResult } from '../access/steps.ts';
import { moment, utc, utcOrNull } from './schemas.ts';
import { giveSession } from './session-cookie.ts';

export const role = z.enum(ROLES);
export const tokenRole = z.enum(TOKEN_ROLES);

/** Longer than any that is taken, so that it is refused in words. */
export const password = z.string().max(1_024);
export const userName = z.string().max(200);
export const ticket = z.string().max(200).describe('From the step before.');
export const code = z.string().max(100).describe('Of the authenticator app, or a recovery code.');

export const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  role,
  origin: z.enum(['local', 'oidc']).describe('oidc: the OpenID provider decides role and password.'),
  hasPassword: z.boolean(),
  mustChangePassword: z.boolean().describe('The password was given by somebody else.'),
  totpEnabled: z.boolean(),
  disabled: z.boolean(),
  lastSignInAt: moment.nullable(),
  createdAt: moment,
  createdBy: z.string(),
});

export function userDocument(user: PublicUser): z.output<typeof userSchema> {
  const { lastSignInAtMs, createdAtMs, ...rest } = user;
  return { ...rest, lastSignInAt: utcOrNull(lastSignInAtMs), createdAt: utc(createdAtMs) };
}

export const signInSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('session'), user: userSchema, expiresAt: moment }),
    z.object({
      kind: z.enum(['totp_required', 'password_change_required', 'totp_enrolment_required']),
      ticket: z.string(),
      expiresAt: moment,
    }),
  ])
  .describe('A session, in a cookie, or a ticket for the step that is still missing.');

/** The answer to a step of a sign-in. The token of a session is in the cookie alone. */
export function signInDocument(reply: FastifyReply, result: SignInResult): z.output<typeof signInSchema> {
  const expiresAt = utc(result.expiresAtMs);
  if (result.kind !== 'session') return { kind: result.kind, ticket: result.ticket, expiresAt };
  giveSession(reply, result.token);
  return { kind: 'session', user: userDocument(result.user), expiresAt };
}

export const totpOfferSchema = z.object({
  secret: z.string().describe('For typing it in. Shown this once.'),
  uri: z.string().describe('otpauth:// address, for a QR code.'),
});

export const recoveryCodes = z.array(z.string()).describe('Each is good once. Shown this once.');
