import { z } from 'zod';
import { credentialSource } from './credential-source.ts';

const role = z.enum(['viewer', 'operator', 'admin']);

const oidcSettings = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https?$/ })
      .describe('Address of the provider, such as https://login.example.com/realms/company.'),
    allowHttp: z
      .boolean()
      .default(false)
      .describe('Allow an issuer without TLS on this machine (localhost), for rehearsals.'),
    clientId: z.string().min(1).max(200).describe('Id of this client at the provider.'),
    clientSecret: credentialSource
      .optional()
      .describe('Default: the environment variable ML_CONNECTOR_OIDC_CLIENT_SECRET, if it is set.'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope without spaces'))
      .max(20)
      .default(['openid', 'profile', 'email'])
      .describe('Scopes that are asked for; openid is always among them.'),
    label: z.string().min(1).max(60).default('Single sign-on').describe('Text of the button.'),
    nameClaim: z
      .string()
      .min(1)
      .default('preferred_username')
      .describe('Claim that new users are named after. Without it: email.'),
    rolesClaim: z
      .string()
      .min(1)
      .default('groups')
      .describe('Claim with the groups or roles of a person: a text or a list of texts.'),
    roles: z
      .record(z.string().min(1), role)
      .default({})
      .describe('Which value of the claim gives which role; the highest one counts.'),
    defaultRole: z
      .enum(['none', 'viewer', 'operator', 'admin'])
      .default('none')
      .describe('Role of people whose claim has no mapped value. none: they are refused.'),
    createUsers: z
      .boolean()
      .default(true)
      .describe('Make a user at the first sign-in. Off: users link their identity themselves.'),
  })
  .describe('Sign-in at an OpenID Connect provider.');

/** Who may do what, and how long. */
export const accessSettings = z
  .strictObject({
    sessionIdleMinutes: z
      .number()
      .int()
      .min(5)
      .max(1_440)
      .default(30)
      .describe('A session ends when nothing was done for so long.'),
    sessionHoursMax: z
      .number()
      .int()
      .min(1)
      .max(168)
      .default(12)
      .describe('A session ends so long after the sign-in, whatever was done.'),
    passwordLengthMin: z
      .number()
      .int()
      .min(8)
      .max(64)
      .default(12)
      .describe('Shortest password, in characters.'),
    requireTotp: z
      .array(role)
      .max(3)
      .default([])
      .describe(
        'Roles that need a second factor (an authenticator app) to sign in with a password. The provider of oidc asks for its own.',
      ),
    oidc: oidcSettings.optional(),
  })
  .prefault({})
  .describe('Users, passwords, sessions and sign-in.');

export type AccessSettings = z.output<typeof accessSettings>;
export type OidcSettings = z.output<typeof oidcSettings>;
