import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCertificateAuthority } from './certificates.ts';
import { type ConnectionConfig, connectionSchema } from './file.ts';

const FIXTURES = resolve(import.meta.dirname, '../../test/fixtures/tls');

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'certificates-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function connection(caFile?: string): ConnectionConfig {
  const jde = { url: 'https://ais.example.com', environment: 'E', role: 'R' };
  return connectionSchema.parse({
    name: 'main',
    jde: { ...jde, ...(caFile !== undefined && { caFile }) },
  });
}

test('a connection without caFile trusts the public authorities', () => {
  expect(readCertificateAuthority(connection(), '/')).toBeUndefined();
});

test('caFile is read relative to the configuration', () => {
  const path = folder();
  copyFileSync(join(FIXTURES, 'ca.pem'), join(path, 'ca.pem'));
  expect(readCertificateAuthority(connection('ca.pem'), path)).toBe(
    readFileSync(join(FIXTURES, 'ca.pem'), 'utf8'),
  );
});

const pem = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

test.each([
  ['a file that is not there', undefined, /cannot be read \(ENOENT\)/],
  ['an empty file', '', /holds no certificate/],
  ['a certificate in another form', '\u0030\u0082\u0002', /holds no certificate/],
  ['a private key', `${pem('ca.pem')}${pem('server.key')}`, /private key/],
  ['a second certificate that is broken', `${pem('ca.pem')}${pem('ca.pem').slice(0, 300)}`, /is cut off/],
  [
    'a second certificate that is garbled',
    `${pem('ca.pem')}${pem('ca.pem').replace(/\n[A-Za-z].{9}/, '\nAAAAAAAAAA')}`,
    /certificate 2 in it cannot be read/,
  ],
])('%s is refused with words', (_, text, says) => {
  const path = folder();
  if (text !== undefined) writeFileSync(join(path, 'ca.pem'), text);
  expect(() => readCertificateAuthority(connection('ca.pem'), path)).toThrow(
    expect.objectContaining({
      code: 'config.certificate_unusable',
      field: 'jde.caFile',
      message: expect.stringMatching(says),
    }),
  );
});
