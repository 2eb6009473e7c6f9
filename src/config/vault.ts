import { z } from 'zod';

/** Where the master key comes from. The key itself never stands in the configuration. */
export const vaultSettings = z
  .strictObject({
    masterKeyFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File with the master key, relative to this file. Default: master.key beside the embedded store; made at the first start.',
      ),
    masterKeyCommand: z
      .array(z.string().min(1))
      .min(1)
      .max(50)
      .optional()
      .describe(
        'Command that prints the master key, such as [vault, kv, get, -field=key, secret/ml-connector]. Run without a shell, for 10 seconds at most.',
      ),
  })
  .refine((vault) => vault.masterKeyFile === undefined || vault.masterKeyCommand === undefined, {
    path: ['masterKeyCommand'],
    error: 'name a file or a command, not both',
  })
  .prefault({})
  .describe(
    'The master key, which seals the credentials in the store. The environment variable ML_CONNECTOR_MASTER_KEY goes before both settings.',
  );

export type VaultSettings = z.output<typeof vaultSettings>;
