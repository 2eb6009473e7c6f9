import { X509Certificate } from 'node:crypto';

/** Certificates of authorities as PEM text, or why a text is none. */
export type CertificateAuthority =
  | { readonly ok: true; readonly pem: string }
  | { readonly ok: false; readonly why: string };

/**
 * Reads the certificates in a text. Node takes over what it can read of such a text and is silent about the rest; so each part is
 * looked at here.
 *
 * @param text PEM. Line breaks may be missing, as after a form with one line; what stands between the certificates is left out.
 */
export function parseCertificateAuthority(text: string): CertificateAuthority {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return refused('holds a private key, which does not belong there');
  const certificates = [...text.matchAll(CERTIFICATE)].map(([, body = '']) => inLines(body));
  if (certificates.length === 0) return refused('holds no certificate in PEM form');
  if (certificates.length !== text.split(BEGIN).length - 1) return refused('is cut off');
  const broken = certificates.findIndex((pem) => !isCertificate(pem));
  if (broken >= 0) return refused(`certificate ${broken + 1} in it cannot be read`);
  return { ok: true, pem: certificates.join('') };
}

const refused = (why: string): CertificateAuthority => ({ ok: false, why });

function inLines(body: string): string {
  const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
const CERTIFICATE = new RegExp(`${BEGIN}([^-]*)${END}`, 'g');
