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

function connection(trusted: { readonly caFile?: string; readonly ca?: string } = {}): ConnectionConfig {
  const jde = { url: 'https://ais.example.com', environment: 'E', role: 'R' };
  return connectionSchema.parse({ name: 'main', jde: { ...jde, ...trusted } });
}

test('a connection without caFile and ca trusts the public authorities', () => {
  expect(readCertificateAuthority(connection(), '/')).toBeUndefined();
});

test('caFile is read relative to the configuration', () => {
  const path = folder();
  copyFileSync(join(FIXTURES, 'ca.pem'), join(path, 'ca.pem'));
  expect(readCertificateAuthority(connection({ caFile: 'ca.pem' }), path)).toBe(
    readFileSync(join(FIXTURES, 'ca.pem'), 'utf8'),
  );
});

const pem = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

test('a file that is not there is refused with words', () => {
  expect(() => readCertificateAuthority(connection({ caFile: 'ca.pem' }), folder())).toThrow(
    expect.objectContaining({
      code: 'config.certificate_unusable',
      field: 'jde.caFile',
      message: expect.stringContaining('cannot be read (ENOENT)'),
    }),
  );
});

test('the text of certificates does for a file of it, whatever became of its lines', () => {
  const text = pem('ca.pem');
  for (const ca of [text, text.replaceAll('\n', ''), text.replaceAll('\n', ' '), `Our authority\r\n${text}`])
    expect(readCertificateAuthority(connection({ ca }), '/')).toBe(text);
  const two = readCertificateAuthority(
    connection({ ca: `${text}${pem('server.pem')}`.replaceAll('\n', '') }),
    '/',
  );
  expect(two).toBe(`${text}${pem('server.pem')}`);
});

test('a file and a text at once are refused: nobody could tell which is meant', () => {
  expect(() => connection({ caFile: 'ca.pem', ca: pem('ca.pem') })).toThrow(/beside caFile/);
});

const UNUSABLE = [
  ['nothing', '', /holds no certificate/],
  ['a certificate in another form', '\u0030\u0082\u0002', /holds no certificate/],
  ['a private key', `${pem('ca.pem')}${pem('server.key')}`, /private key/],
  ['a second certificate that is broken', `${pem('ca.pem')}${pem('ca.pem').slice(0, 300)}`, /is cut off/],
  [
    'a second certificate that is garbled',
    `${pem('ca.pem')}${pem('ca.pem').replace(/\n[A-Za-z].{9}/, '\nAAAAAAAAAA')}`,
    /certificate 2 in it cannot be read/,
  ],
] as const;

test.each(UNUSABLE)('%s in a file is refused with words', (_, text, says) => {
  const path = folder();
  writeFileSync(join(path, 'ca.pem'), text);
  expect(() => readCertificateAuthority(connection({ caFile: 'ca.pem' }), path)).toThrow(
    expect.objectContaining({
      code: 'config.certificate_unusable',
      field: 'jde.caFile',
      message: expect.stringMatching(says),
    }),
  );
});

test.each(UNUSABLE)('%s as a text is refused with words', (_, ca, says) => {
  const jde = { url: 'https://ais.example.com', environment: 'E', role: 'R', ca };
  const { error } = connectionSchema.safeParse({ name: 'main', jde });
  expect(error?.issues).toMatchObject([{ path: ['jde', 'ca'], message: expect.stringMatching(says) }]);
});
