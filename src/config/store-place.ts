import { resolve } from 'node:path';
import { z } from 'zod';
import { credentialSource } from './credential-source.ts';
import { readCredential } from './credentials.ts';
import type { LoadedConfig } from './load.ts';

/** The variable that names a PostgreSQL database where the file does not. */
const URL_VARIABLE = 'DATABASE_URL';

export const storeSettings = z
  .strictObject({
    sqlite: z
      .string()
      .min(1)
      .default('data/ml-connector.db')
      .describe('Path of the embedded store, relative to this file.'),
    postgres: credentialSource
      .optional()
      .describe(
        `Where the URL of a PostgreSQL database (14 or later) comes from: postgres://user:password@host:5432/database?sslmode=verify-full. It takes the place of the embedded store, which is then not used. Default: the environment variable ${URL_VARIABLE}, if it is set.`,
      ),
    poolMax: z
      .int()
      .min(2)
      .max(100)
      .default(10)
      .describe('Connections to PostgreSQL that each process opens at most.'),
  })
  .prefault({})
  .describe('Where the connector keeps its state.');

/** The store that a configuration and its environment choose. */
export type StorePlace =
  | { readonly dialect: 'sqlite'; readonly path: string }
  | {
      readonly dialect: 'postgres';
      /** Holds the password: for no message. */
      readonly url: string;
      /** The setting that the URL came from, for messages. */
      readonly field: string;
      readonly poolMax: number;
    };

/** @throws Fault `config.credential_missing` when the named source of the URL is empty. */
export function storePlace(
  loaded: LoadedConfig,
  env: Readonly<Record<string, string | undefined>>,
): StorePlace {
  const { sqlite, postgres, poolMax } = loaded.config.store;
  if (postgres !== undefined) {
    const field = 'store.postgres';
    return {
      dialect: 'postgres',
      url: readCredential(postgres, field, { env, folder: loaded.folder }),
      field,
      poolMax,
    };
  }
  const url = (env[URL_VARIABLE] ?? '').trim();
  // A throw-away store is asked for by name and never replaced.
  if (url !== '' && sqlite !== ':memory:') return { dialect: 'postgres', url, field: URL_VARIABLE, poolMax };
  return { dialect: 'sqlite', path: sqlite === ':memory:' ? sqlite : resolve(loaded.folder, sqlite) };
}
