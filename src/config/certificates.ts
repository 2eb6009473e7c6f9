import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../faults/fault.ts';
import type { ConnectionConfig } from './file.ts';

/**
 * The certificate authorities to trust for AIS, as PEM text; `undefined` when none is named.
 *
 * @param folder that relative paths start from.
 * @throws Fault `config.certificate_unusable`
 */
export function readCertificateAuthority(connection: ConnectionConfig, folder: string): string | undefined {
  const { caFile } = connection.jde;
  if (caFile === undefined) return undefined;
  const path = resolve(folder, caFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new Fault('config.certificate_unusable', `jde.caFile: ${path} cannot be read (${code}).`, {
      cause,
      field: 'jde.caFile',
    });
  }
  checkCertificateAuthority(text, 'jde.caFile');
  return text;
}

/** Node takes over what it can read of such a text and is silent about the rest; so each part is looked at here. */
export function checkCertificateAuthority(text: string, field: string): void {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw unusable(field, 'holds a private key, which does not belong there');
  }
  const certificates = text.match(PEM_CERTIFICATE) ?? [];
  if (certificates.length === 0) throw unusable(field, 'holds no certificate in PEM form');
  if (certificates.length !== text.split(PEM_BEGIN).length - 1) throw unusable(field, 'is cut off');
  for (const [index, pem] of certificates.entries()) {
    if (!isCertificate(pem)) throw unusable(field, `certificate ${index + 1} in it cannot be read`);
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

function unusable(field: string, why: string): Fault {
  return new Fault('config.certificate_unusable', `${field}: ${why}.`, { field });
}

const PEM_BEGIN = '-----BEGIN CERTIFICATE-----';
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
