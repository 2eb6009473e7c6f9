import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import tls from 'node:tls';
import { Agent, request } from 'undici';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Fault } from '../../faults/fault.ts';
import { exchange, HttpFailure } from './exchange.ts';
import { openOutbound, refuseUncheckedTls } from './outbound.ts';
import { OutboundGuard, type Resolve } from './outbound-guard.ts';

const FIXTURES = resolvePath(import.meta.dirname, '../../../test/fixtures/tls');
const pem = (name: string): string => readFileSync(`${FIXTURES}/${name}`, 'utf8');

interface Started {
  readonly port: number;
  /** Connections that were made to the server. */
  readonly connections: () => number;
  readonly requests: () => number;
}

async function listen(server: Server, host = '127.0.0.1'): Promise<Started> {
  const seen = { connections: 0, requests: 0 };
  server.on('connection', () => (seen.connections += 1)).on('request', () => (seen.requests += 1));
  await new Promise<void>((done) => server.listen(0, host, done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => seen.connections, requests: () => seen.requests };
}

const hello: RequestListener = (_request, response) => response.end('hello');
const startPlain = (host?: string): Promise<Started> => listen(createServer(hello), host);
const startSecure = (certificate: string): Promise<Started> =>
  listen(createSecureServer({ cert: pem(certificate), key: pem('server.key') }, hello));

interface Way {
  readonly url: string;
  readonly allowHosts?: readonly string[];
  readonly resolve?: Resolve;
  readonly certificateAuthority?: string;
}

/** A caller that goes through the guard; it tells what came back, or the code of what went wrong. */
function open({ url, allowHosts = [new URL(url).host], certificateAuthority, ...rest }: Way) {
  const guard = new OutboundGuard({ url, setting: 'jde.url', allowPrivate: true, allowHosts, ...rest });
  const agent = openOutbound({ guard, connections: 1, connectTimeoutMs: 2_000, certificateAuthority });
  onTestFinished(() => agent.destroy());
  return async (origin = new URL(url).origin): Promise<string> => {
    const call = {
      origin,
      path: '/',
      method: 'GET',
      headers: [],
      timeoutMs: 3_000,
      bodyBytesMax: 1_000,
      signal: new AbortController().signal,
    } as const;
    try {
      return (await exchange(agent, call)).body;
    } catch (error) {
      if (error instanceof Fault) return error.code;
      if (error instanceof HttpFailure) return `${error.sent ? 'sent' : 'not sent'}: ${error.message}`;
      throw error;
    }
  };
}

const to =
  (...addresses: readonly string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: 4 }));

describe('calls', () => {
  test('go to the service, all over one connection', async () => {
    const server = await startPlain();
    const call = open({ url: `http://127.0.0.1:${server.port}` });
    for (let i = 0; i < 20; i += 1) expect(await call()).toBe('hello');
    expect(server.connections()).toBe(1);
    expect(server.requests()).toBe(20);
  });

  test('to another host, port or scheme are held back before a connection is made', async () => {
    const server = await startPlain();
    const other = await startPlain();
    const call = open({
      url: `http://127.0.0.1:${server.port}`,
      allowHosts: [`127.0.0.1:${server.port}`, `127.0.0.1:${other.port}`],
    });
    for (const origin of [
      `http://127.0.0.1:${other.port}`,
      `http://localhost:${server.port}`,
      `https://127.0.0.1:${server.port}`,
    ])
      expect(await call(origin)).toBe('outbound.host_refused');
    expect(server.connections() + other.connections()).toBe(0);
  });

  test('to this machine are held back unless it is allowed, by address and by name', async () => {
    const server = await startPlain();
    for (const host of ['127.0.0.1', 'localhost', '127.1', '2130706433'])
      expect(await open({ url: `http://${host}:${server.port}`, allowHosts: [] })()).toBe(
        'outbound.address_refused',
      );
    const url = `http://ais.test:${server.port}`;
    expect(await open({ url, allowHosts: [], resolve: to('127.0.0.1') })()).toBe('outbound.address_refused');
    expect(server.connections()).toBe(0);
    expect(await open({ url, resolve: to('127.0.0.1') })()).toBe('hello');
  });

  test('to a name that is not known were certainly not sent', async () => {
    const call = open({ url: 'http://ais.invalid:9300' });
    expect(await call()).toMatch(/^not sent: (ENOTFOUND|EAI_AGAIN)/);
  });
});

describe('a name server that changes its mind', () => {
  test('is asked once for a connection, and the connection goes where the checked answer said', async () => {
    const good = await startPlain('127.0.0.1');
    const evil = createServer((_request, response) => response.end('evil'));
    await new Promise<void>((done) => evil.listen(good.port, '127.0.0.2', done));
    onTestFinished(() => void evil.close());
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const resolve = vi.fn<Resolve>(() => to(...(answers.shift() ?? ['127.0.0.2']))(''));
    const call = open({
      url: `http://ais.test:${good.port}`,
      allowHosts: [`127.0.0.1:${good.port}`],
      resolve,
    });
    expect(await call()).toBe('hello');
    expect(await call()).toBe('hello');
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  test('is checked again for the next connection', async () => {
    const server = createServer((_request, response) => response.setHeader('connection', 'close').end('hi'));
    const { port, connections } = await listen(server);
    const answers = [['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1', '127.0.0.3']];
    const call = open({
      url: `http://ais.test:${port}`,
      allowHosts: [`127.0.0.1:${port}`],
      resolve: () => to(...(answers.shift() ?? []))(''),
    });
    expect(await call()).toBe('hi');
    expect(await call()).toBe('outbound.address_refused');
    expect(await call()).toBe('outbound.address_refused');
    expect(connections()).toBe(1);
  });
});

describe('certificates', () => {
  const toServer = { resolve: to('127.0.0.1') };
  const certificateAuthority = pem('ca.pem');

  test('of an authority of the company are accepted once it is named', async () => {
    const { port } = await startSecure('server.pem');
    const url = `https://ais.test:${port}`;
    expect(await open({ url, ...toServer })()).toMatch(/^not sent: UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
    expect(await open({ url, ...toServer, certificateAuthority })()).toBe('hello');
  });

  test('that are made out to another name are refused', async () => {
    const { port, requests } = await startSecure('server.pem');
    const url = `https://other.test:${port}`;
    expect(await open({ url, ...toServer, certificateAuthority })()).toMatch(
      /^not sent: ERR_TLS_CERT_ALTNAME_INVALID/,
    );
    expect(requests()).toBe(0);
  });

  test('that have run out are refused', async () => {
    const { port } = await startSecure('expired.pem');
    const url = `https://ais.test:${port}`;
    expect(await open({ url, ...toServer, certificateAuthority })()).toMatch(/^not sent: CERT_HAS_EXPIRED/);
  });

  test('are verified though the environment says not to', async () => {
    const { port } = await startSecure('server.pem');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const url = `https://ais.test:${port}`;
    expect(await open({ url, ...toServer })()).toMatch(/^not sent: UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
  });

  test('protect nothing below TLS 1.2, which is refused though the process would take it', async () => {
    const before = { min: tls.DEFAULT_MIN_VERSION, ciphers: tls.DEFAULT_CIPHERS };
    onTestFinished(() => {
      tls.DEFAULT_MIN_VERSION = before.min;
      tls.DEFAULT_CIPHERS = before.ciphers;
    });
    tls.DEFAULT_MIN_VERSION = 'TLSv1';
    tls.DEFAULT_CIPHERS = 'DEFAULT@SECLEVEL=0';
    const own = { cert: pem('server.pem'), key: pem('server.key'), maxVersion: 'TLSv1.1' } as const;
    const { port } = await listen(createSecureServer(own, hello));
    const url = `https://ais.test:${port}`;
    expect(await open({ url, ...toServer, certificateAuthority })()).toMatch(/^not sent: .*PROTOCOL/);
    const careless = new Agent({ connect: { ca: certificateAuthority, rejectUnauthorized: false } });
    onTestFinished(() => careless.destroy());
    const answer = await request(`https://127.0.0.1:${port}/`, { dispatcher: careless });
    expect(await answer.body.text()).toBe('hello');
  });
});

test('a process whose environment switches certificates off does not start', () => {
  expect(() => refuseUncheckedTls({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toThrow(
    expect.objectContaining({ code: 'outbound.tls_checks_off' }),
  );
  for (const value of ['1', '', undefined])
    expect(() => refuseUncheckedTls({ NODE_TLS_REJECT_UNAUTHORIZED: value })).not.toThrow();
});
