import { EventEmitter } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import tls, { connect, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../faults/fault.ts';
import { readTlsFiles, watchTlsFiles } from './tls-files.ts';
import { listenAt, openGuarded } from './web-safety.testkit.ts';

const FIXTURES = resolve(import.meta.dirname, '../../test/fixtures/tls');
const files = { certFile: 'server.pem', keyFile: 'server.key' };
const ca = readFileSync(join(FIXTURES, 'ca.pem'), 'utf8');

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tls-files-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const name of Object.values(files)) copyFileSync(join(FIXTURES, name), join(path, name));
  return path;
}

/** Opens a connection as a browser would, and tells whom the certificate names. */
async function subjectAt(port: number, options = {}): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...options });
  try {
    return await new Promise<string>((done, reject) => {
      socket.once('secureConnect', () => done(nameOf(socket)));
      socket.once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}

const nameOf = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject.CN);

async function startSecure(path: string) {
  const app = await openGuarded({ tls: readTlsFiles(files, path) });
  const port = await listenAt(app);
  if (!(app.server instanceof Server)) throw new Error('The server does not speak TLS.');
  return { server: app.server, port };
}

test('the server ends TLS with its own certificate, and asks for TLS in future', async () => {
  const { port } = await startSecure(folder());
  const answer = await new Promise<{ status: number | undefined; hsts: string | undefined }>(
    (done, reject) => {
      const call = request(
        { port, host: '127.0.0.1', path: '/api/v1/me', ca, headers: { host: '10.0.0.4' } },
        (response) => {
          response.resume();
          done({ status: response.statusCode, hsts: response.headers['strict-transport-security'] });
        },
      );
      call.on('error', reject).end();
    },
  );
  expect(answer).toEqual({ status: 200, hsts: 'max-age=31536000; includeSubDomains' });
});

test('the server refuses encryption older than TLS 1.2 though the process would take it', async () => {
  const before = { min: tls.DEFAULT_MIN_VERSION, ciphers: tls.DEFAULT_CIPHERS };
  onTestFinished(() => {
    tls.DEFAULT_MIN_VERSION = before.min;
    tls.DEFAULT_CIPHERS = before.ciphers;
  });
  tls.DEFAULT_MIN_VERSION = 'TLSv1';
  tls.DEFAULT_CIPHERS = 'DEFAULT@SECLEVEL=0';
  const path = folder();
  const { server, port } = await startSecure(path);
  await expect(subjectAt(port, { maxVersion: 'TLSv1.1' })).rejects.toThrow(/protocol version/i);
  expect(await subjectAt(port, { maxVersion: 'TLSv1.2' })).toBe('ais.test');
  const watch = watchTlsFiles({ server, files, folder: path, report: () => undefined });
  onTestFinished(() => watch.stop());
  watch.reload();
  await expect(subjectAt(port, { maxVersion: 'TLSv1.1' })).rejects.toThrow(/protocol version/i);
  expect(await subjectAt(port)).toBe('ais.test');
});

describe('a certificate that is replaced', () => {
  const watched = async (everyMs = 20) => {
    const hangups = new EventEmitter();
    const path = folder();
    const { server, port } = await startSecure(path);
    const reports: (Fault | undefined)[] = [];
    const watch = watchTlsFiles({
      server,
      files,
      folder: path,
      everyMs,
      hangups,
      report: (problem) => reports.push(problem),
    });
    onTestFinished(() => watch.stop());
    return { path, port, reports, watch, hangups };
  };

  test('is taken over by itself, for new connections', async () => {
    const { path, port, reports } = await watched();
    expect(await subjectAt(port)).toBe('ais.test');
    copyFileSync(join(FIXTURES, 'renewed.pem'), join(path, files.certFile));
    await expect.poll(() => subjectAt(port)).toBe('renewed.test');
    expect(reports).toEqual([undefined]);
  });

  test('by one that does not fit its key leaves the old one in place, and says so', async () => {
    const { path, port, reports } = await watched();
    copyFileSync(join(FIXTURES, 'ca.pem'), join(path, files.certFile));
    await expect.poll(() => reports.length).toBe(1);
    expect(reports[0]).toMatchObject({ code: 'config.certificate_unusable' });
    expect(await subjectAt(port)).toBe('ais.test');
    copyFileSync(join(FIXTURES, 'renewed.pem'), join(path, files.certFile));
    await expect.poll(() => subjectAt(port)).toBe('renewed.test');
  });

  test('is taken over at once on SIGHUP', async () => {
    const { path, port, watch, hangups } = await watched(60_000);
    copyFileSync(join(FIXTURES, 'renewed.pem'), join(path, files.certFile));
    hangups.emit('SIGHUP');
    expect(await subjectAt(port)).toBe('renewed.test');
    watch.stop();
    expect(hangups.listenerCount('SIGHUP')).toBe(0);
  });
});

test.each([
  [
    'a missing file',
    (path: string) => rmSync(join(path, 'server.key')),
    /server\.key cannot be read \(ENOENT\)/,
  ],
  [
    'nonsense',
    (path: string) => writeFileSync(join(path, 'server.pem'), 'x'),
    /cannot be read; both must be PEM/,
  ],
  [
    'a key of another certificate',
    (path: string) => copyFileSync(join(FIXTURES, 'ca.pem'), join(path, 'server.pem')),
    /does not belong/,
  ],
])('%s is refused with words that quote nothing', (_, spoil, says) => {
  const path = folder();
  spoil(path);
  expect(() => readTlsFiles(files, path)).toThrow(
    expect.objectContaining({
      code: 'config.certificate_unusable',
      message: expect.stringMatching(says),
    }),
  );
});
