import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Fault } from '../faults/fault.ts';

/** Where a PostgreSQL database is, taken from its URL. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  /** `false`: not encrypted. Where it is encrypted, the certificate is always checked. */
  readonly ssl: ConnectionOptions | false;
  readonly applicationName: string | undefined;
  /** Names host, port, database and user, for messages. Never the password. */
  readonly shown: string;
}

const PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'application_name'];
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'];

/**
 * Reads `postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/path/ca.pem`. The folder of a Unix socket goes
 * into the parameter `host`. Without `sslmode` the connection is not encrypted; every mode but `disable` checks the certificate and
 * the host name.
 *
 * @param field the setting that the URL came from, for messages.
 * @throws Fault `config.invalid` that never quotes the URL, since it holds the password.
 */
export function readPostgresUrl(text: string, field: string): PostgresAddress {
  const url = parseUrl(text, field);
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined)
    throw invalid(field, `has the unknown parameter ${unknown}. Known are ${PARAMETERS.join(', ')}`);
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const host = parameter('host') ?? url.hostname.replace(/^\[(.*)\]$/, '$1');
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (host === '') throw invalid(field, 'names no host');
  if (user === '') throw invalid(field, 'names no user');
  if (database === '') throw invalid(field, 'names no database');
  const port = url.port === '' ? 5432 : Number(url.port);
  return {
    host,
    port,
    user,
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    database,
    ssl: tlsOf(parameter, field),
    applicationName: parameter('application_name'),
    shown: `database "${database}" on ${host}:${port} as user "${user}"`,
  };
}

function parseUrl(text: string, field: string): URL {
  // A URL whose host stands in the parameters has an empty one, which the parser refuses behind a user.
  const whole = text.trim().replace(/^(postgres(?:ql)?:\/\/[^/@]*@)(?=\/)/, '$1localhost');
  const url = URL.parse(whole);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw invalid(field, 'is no URL such as postgres://user:password@host:5432/database');
  try {
    [url.username, url.password, url.pathname].forEach(decodeURIComponent);
  } catch {
    throw invalid(field, 'has a % that begins no code: write %25 for it');
  }
  return url;
}

function tlsOf(parameter: (name: string) => string | undefined, field: string): ConnectionOptions | false {
  const mode = parameter('sslmode') ?? (parameter('sslrootcert') === undefined ? 'disable' : 'verify-full');
  if (!SSL_MODES.includes(mode))
    throw invalid(field, `has the unknown sslmode ${mode}. Known are ${SSL_MODES.join(', ')}`);
  if (mode === 'disable') return false;
  const file = (name: string): string | undefined => {
    const path = parameter(name);
    return path === undefined ? undefined : readPem(path, `${field} (${name})`);
  };
  const [ca, cert, key] = [file('sslrootcert'), file('sslcert'), file('sslkey')];
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function readPem(path: string, field: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault(
      'config.invalid',
      `${field}: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
      { cause, field },
    );
  }
}

function invalid(field: string, problem: string): Fault {
  return new Fault('config.invalid', `The address of the PostgreSQL database in ${field} ${problem}.`, {
    field,
  });
}
