import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCertificateAuthority } from '../connectors/http/certificate-authority.ts';
import { Fault } from '../faults/fault.ts';
import type { ConnectionConfig } from './file.ts';

/**
 * The certificate authorities to trust for AIS, as PEM text, given or in a file; `undefined` when none is named.
 *
 * @param folder that relative paths start from.
 * @throws Fault `config.certificate_unusable`
 */
export function readCertificateAuthority(connection: ConnectionConfig, folder: string): string | undefined {
  const { ca, caFile } = connection.jde;
  if (ca !== undefined) return ca;
  if (caFile === undefined) return undefined;
  const parsed = parseCertificateAuthority(readText(resolve(folder, caFile)));
  if (parsed.ok) return parsed.pem;
  throw new Fault('config.certificate_unusable', `jde.caFile: ${parsed.why}.`, { field: 'jde.caFile' });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new Fault('config.certificate_unusable', `jde.caFile: ${path} cannot be read (${code}).`, {
      cause,
      field: 'jde.caFile',
    });
  }
}
