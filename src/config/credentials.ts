import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../faults/fault.ts';
import type { OidcSettings } from './access.ts';
import type { CredentialSource } from './credential-source.ts';
import type { ConnectionConfig } from './file.ts';
import type { MetricsSettings } from './observe.ts';

export interface Credentials {
  readonly jde: { readonly user: string; readonly password: string };
  readonly cin7: { readonly accountId: string; readonly applicationKey: string };
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly folder: string;
}

/** Collects the credentials of a connection from the environment and from files. They are never logged or stored in clear. */
export function readCredentials(connection: ConnectionConfig, surroundings: Surroundings): Credentials {
  const prefix = `ML_CONNECTOR_${connection.name.toUpperCase().replaceAll('-', '_')}`;
  const { jde, cin7 } = connection;
  return {
    jde: {
      user: readCredential(
        jde.credentials.user ?? { env: `${prefix}_JDE_USER` },
        'jde.credentials.user',
        surroundings,
      ),
      password: readCredential(
        jde.credentials.password ?? { env: `${prefix}_JDE_PASSWORD` },
        'jde.credentials.password',
        surroundings,
      ),
    },
    cin7: {
      accountId: readCredential(
        cin7.credentials.accountId ?? { env: `${prefix}_CIN7_ACCOUNT_ID` },
        'cin7.credentials.accountId',
        surroundings,
      ),
      applicationKey: readCredential(
        cin7.credentials.applicationKey ?? { env: `${prefix}_CIN7_APPLICATION_KEY` },
        'cin7.credentials.applicationKey',
        surroundings,
      ),
    },
  };
}

/** The secret of this client at the OpenID provider; none where the client is a public one. */
export function readOidcClientSecret(oidc: OidcSettings, surroundings: Surroundings): string | undefined {
  const preset = { env: 'ML_CONNECTOR_OIDC_CLIENT_SECRET' };
  if (oidc.clientSecret === undefined && (surroundings.env[preset.env] ?? '').trim() === '') return undefined;
  return readCredential(oidc.clientSecret ?? preset, 'access.oidc.clientSecret', surroundings);
}

const METRICS_TOKEN_CHARS_MIN = 16;

/** The bearer token of /metrics; none where none is set. */
export function readMetricsToken(metrics: MetricsSettings, surroundings: Surroundings): string | undefined {
  if (metrics.token === undefined) return undefined;
  const field = 'metrics.token';
  const token = readCredential(metrics.token, field, surroundings);
  if (/^[\w.~+/=-]+$/.test(token) && token.length >= METRICS_TOKEN_CHARS_MIN) return token;
  throw new Fault(
    'config.credential_missing',
    `${field}: the token must be ${METRICS_TOKEN_CHARS_MIN} characters or more, of letters, digits and . _ ~ + / = -`,
    { field },
  );
}

/** One credential from the place that was named for it. */
export function readCredential(source: CredentialSource, field: string, surroundings: Surroundings): string {
  const value =
    'env' in source
      ? surroundings.env[source.env]
      : readSecretFile(resolve(surroundings.folder, source.file), field);
  if (value !== undefined && value.trim() !== '') return value.trim();
  const where = 'env' in source ? `the environment variable ${source.env}` : `the file ${source.file}`;
  throw new Fault('config.credential_missing', `${field}: ${where} is not set or empty.`, { field });
}

function readSecretFile(path: string, field: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault(
      'config.credential_missing',
      `${field}: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
      { cause, field },
    );
  }
}
