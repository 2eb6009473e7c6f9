import { z } from 'zod';

/** A credential is named, never written down: the configuration may be read by more people than may sign in. */
export const credentialSource = z
  .union([
    z.strictObject({ env: z.string().min(1).describe('Name of an environment variable.') }),
    z.strictObject({
      file: z.string().min(1).describe('Path of a file that holds the credential and nothing else.'),
    }),
  ])
  .describe('Where a credential comes from. Never the credential itself.');

export type CredentialSource = z.output<typeof credentialSource>;
