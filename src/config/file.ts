import { z } from 'zod';
import { cin7Settings } from '../connectors/cin7/config.ts';
import { jdeSettings } from '../connectors/jde/config.ts';
import { accessSettings } from './access.ts';
import { credentialSource } from './credential-source.ts';
import {
  connectionNotices,
  logSettings,
  metricsSettings,
  noticesSettings,
  telemetrySettings,
} from './observe.ts';
import { outboundSettings } from './outbound.ts';
import { jobsSettings, serverSettings, workerSettings } from './server.ts';
import {
  accountsSettings,
  crosswalkSettings,
  type MappingSettings,
  purchasesSettings,
  runSettings,
  suppliersSettings,
} from './settings.ts';
import { storeSettings } from './store-place.ts';
import { trailSettings } from './trail.ts';
import { vaultSettings } from './vault.ts';

const connectionName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    'must be lower-case letters, digits and hyphens, 40 at most, such as main',
  );

export const connectionSchema = z.strictObject({
  name: connectionName.describe('Name of the connection, used on the command line.'),
  marker: z
    .string()
    .regex(/^[\w.-]{1,40}$/, 'must be letters, digits, dots, hyphens')
    .optional()
    .describe(
      'Name in the markers that records carry in Cin7. Default: the name of the connection. Never change it once records were written.',
    ),
  jde: jdeSettings
    .extend({
      credentials: z
        .strictObject({ user: credentialSource.optional(), password: credentialSource.optional() })
        .prefault({})
        .describe('Default: the environment variables ML_CONNECTOR_<NAME>_JDE_USER and …_JDE_PASSWORD.'),
    })
    .refine(({ ca, caFile }) => ca === undefined || caFile === undefined, {
      path: ['ca'],
      error: 'stands beside caFile: give the certificates in one of the two',
    })
    .describe('The JDE environment, read through its AIS Server.'),
  cin7: cin7Settings
    .extend({
      credentials: z
        .strictObject({ accountId: credentialSource.optional(), applicationKey: credentialSource.optional() })
        .prefault({})
        .describe(
          'Default: the environment variables ML_CONNECTOR_<NAME>_CIN7_ACCOUNT_ID and …_CIN7_APPLICATION_KEY.',
        ),
    })
    .prefault({})
    .describe('The Cin7 Core company.'),
  accounts: accountsSettings.describe('Flow accounts: the chart of accounts.'),
  suppliers: suppliersSettings.describe('Flow suppliers.'),
  purchases: purchasesSettings.describe('Flow purchases: purchase orders.'),
  crosswalk: crosswalkSettings.describe('What becomes of codes that are not mapped.'),
  run: runSettings.describe('Runs of this connection.'),
  notices: connectionNotices.describe('Notices about this connection.'),
  outbound: outboundSettings.describe('Where calls of this connection may go.'),
});

export const configSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this file’s form.'),
    store: storeSettings,
    server: serverSettings,
    access: accessSettings,
    jobs: jobsSettings,
    worker: workerSettings,
    vault: vaultSettings,
    trail: trailSettings,
    log: logSettings,
    notices: noticesSettings,
    metrics: metricsSettings,
    telemetry: telemetrySettings,
    connections: z
      .array(connectionSchema)
      .default([])
      .describe(
        'One entry per JDE environment and Cin7 company. Further ones can be made in the console; those live in the store.',
      ),
  })
  .refine(
    (config) =>
      new Set(config.connections.map((connection) => connection.name)).size === config.connections.length,
    {
      path: ['connections'],
      error: 'two connections have the same name',
    },
  );

export type Config = z.output<typeof configSchema>;
export type ConnectionConfig = z.output<typeof connectionSchema>;

/** The part of a connection's settings that decides what records become. A change of it maps every record anew. */
export function mappingSettings(connection: ConnectionConfig): MappingSettings {
  const { accounts, suppliers, purchases, crosswalk, run } = connection;
  return { marker: connection.marker ?? connection.name, accounts, suppliers, purchases, crosswalk, run };
}

/** JSON Schema of the file, for editors. */
export function configJsonSchema(): unknown {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  return { ...schema, title: 'ml-connector.yaml' };
}
