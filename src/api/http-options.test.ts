import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { serverSettings } from '../config/server.ts';
import { refuseListeningInClear } from './http-options.ts';
import { listenAt, openGuarded, speak } from './web-safety.testkit.ts';

const HEAD = 'POST /api/v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const quick = { headersMs: 300, requestMs: 600, keepAliveMs: 500, checkEveryMs: 50 };

const openQuick = async (limits = {}): Promise<number> =>
  listenAt(await openGuarded({ limits: { ...quick, ...limits } }));

const connectionsOf = (server: Server): Promise<number> => promisify(server.getConnections.bind(server))();

/** Says one letter after another, until the server has had enough. */
async function drip(write: (text: string) => void, closed: AbortSignal): Promise<void> {
  while (!closed.aborted) {
    write('X');
    await delay(20);
  }
}

describe('a client that is slow on purpose', () => {
  test('loses its connection when its headers do not come to an end', async () => {
    const port = await openQuick();
    const { heard, tookMs } = await speak(port, async (write, closed) => {
      write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
      await drip(write, closed);
    });
    expect(heard).toMatch(/^HTTP\/1.1 408 /);
    expect(tookMs).toBeLessThan(2_000);
  });

  test('loses it when it says nothing at all', async () => {
    const { heard, tookMs } = await speak(await openQuick(), () => undefined);
    expect(heard).toMatch(/^(HTTP\/1.1 408 [^]*)?$/);
    expect(tookMs).toBeLessThan(2_000);
  });

  test('loses it when its body does not come to an end', async () => {
    const { heard, tookMs } = await speak(await openQuick(), async (write, closed) => {
      write(`${HEAD}Content-Length: 1000\r\n\r\n`);
      await drip(write, closed);
    });
    expect(heard).toMatch(/^HTTP\/1.1 408 /);
    expect(tookMs).toBeGreaterThan(500);
    expect(tookMs).toBeLessThan(3_000);
  });

  test('loses it when it asks for nothing more after an answer', async () => {
    const { heard, tookMs } = await speak(await openQuick(), (write) =>
      write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    );
    expect(heard).toContain('{"ok":true}');
    expect(tookMs).toBeLessThan(3_000);
  });

  test('does not keep others from being served', async () => {
    const port = await openQuick();
    const slow = Array.from({ length: 50 }, () =>
      speak(port, (write, closed) => {
        write('GET / HTTP/1.1\r\nHost: ');
        return drip(write, closed);
      }),
    );
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect(answer.status).toBe(200);
    await Promise.all(slow);
  });
});

describe('a client that sends too much', () => {
  test('of headers is refused', async () => {
    const { heard } = await speak(await openQuick(), (write) =>
      write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`),
    );
    expect(heard).toMatch(/^HTTP\/1.1 431 /);
  });

  test('of an address is refused', async () => {
    const { heard } = await speak(await openQuick(), (write) =>
      write(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
    );
    expect(heard).toMatch(/^HTTP\/1.1 431 /);
  });

  test('of a body is refused before it has come, and while it comes', async () => {
    const port = await openQuick({ bodyBytesMax: 1_000 });
    const url = `http://127.0.0.1:${port}/api/v1/things`;
    const headers = { 'content-type': 'application/json' };
    const announced = await speak(port, (write) => write(`${HEAD}Content-Length: 100000000\r\n\r\n`));
    expect(announced.heard).toMatch(/^HTTP\/1.1 413 /);
    const chunked = await speak(port, (write) => {
      write(`${HEAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`);
      for (let i = 0; i < 20; i += 1) write(`64\r\n"${'x'.repeat(98)}"\r\n`);
    });
    expect(chunked.heard).toMatch(/^HTTP\/1.1 413 /);
    const small = await fetch(url, { method: 'POST', headers, body: '{"a":1}' });
    expect(small.status).toBe(200);
  });

  test('of connections has the rest closed', async () => {
    const app = await openGuarded({ settings: { connectionsMax: 10 }, limits: quick });
    const port = await listenAt(app);
    const over = Promise.withResolvers<void>();
    const kept = Array.from({ length: 10 }, () => speak(port, () => over.promise));
    await expect.poll(() => connectionsOf(app.server)).toBe(10);
    const eleventh = await speak(port, (write) => write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    expect(eleventh.heard).toBe('');
    over.resolve();
    await Promise.all(kept);
  });
});

describe('a request of the wrong kind', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
  ])('as %s, which pages of other sites may send, is refused', async (type) => {
    const app = await openGuarded();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/things',
      headers: { host: 'localhost', 'content-type': type },
      payload: '{"a":1}',
    });
    expect(answer.statusCode).toBe(415);
  });

  test.each(['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"isAdmin":true}}}'])(
    'that reaches for prototypes (%s) is refused',
    async (payload) => {
      const headers = { host: 'localhost', 'content-type': 'application/json' };
      const app = await openGuarded();
      const answer = await app.inject({ method: 'POST', url: '/api/v1/things', headers, payload });
      expect(answer.statusCode).toBe(400);
    },
  );

  test.each([
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n'],
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'],
    ['chunks in another spelling', 'Transfer-Encoding: xchunked\r\n'],
    ['a header with a blank in its name', 'Content-Length : 4\r\n'],
  ])('that proxies and servers could read differently (%s) is refused', async (_, headers) => {
    const { heard } = await speak(await openQuick(), (write) =>
      write(`${HEAD}${headers}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`),
    );
    expect(heard).toMatch(/^HTTP\/1.1 400 /);
    expect(heard).not.toContain('{"ok":true}');
  });

  test.each(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND'])('with the method %s is refused', async (method) => {
    const { heard } = await speak(await openQuick(), (write) =>
      write(
        `${method} /healthz HTTP/1.1\r\nHost: localhost\r\nX-Secret: s3cret\r\nConnection: close\r\n\r\n`,
      ),
    );
    expect(heard).toMatch(/^(HTTP\/1.1 (400|404|405) |$)/);
    expect(heard).not.toContain('s3cret');
  });

  test('without a host is refused', async () => {
    const { heard } = await speak(await openQuick(), (write) => write('GET /healthz HTTP/1.1\r\n\r\n'));
    expect(heard).toMatch(/^HTTP\/1.1 400 /);
  });
});

test('requests that come at once over one connection are answered in their order', async () => {
  const { heard } = await speak(await openQuick(), (write) =>
    write(
      [
        'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
        `${HEAD}Content-Length: 7\r\n\r\n{"a":2}`,
        'GET /api/v1/me HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      ].join(''),
    ),
  );
  expect([...heard.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '200', '421']);
  expect(heard).toContain('{"got":{"a":2}}');
});

describe('listening', () => {
  const tls = { certFile: 'a', keyFile: 'b' };
  const outcome = (settings: Record<string, unknown>): unknown => {
    try {
      return refuseListeningInClear(serverSettings.parse(settings));
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };

  test.each([
    {},
    { host: 'localhost' },
    { host: '127.0.0.5' },
    { host: '::1' },
    { host: '[::1]' },
    { host: '0.0.0.0', tls },
    { host: '0.0.0.0', trustedProxies: ['10.0.0.0/8'] },
  ])('with %j is done', (settings) => {
    expect(outcome(settings)).toBeUndefined();
  });

  test.each(['0.0.0.0', '::', '10.0.0.4', 'connector.example.com', '127.0.0.1.example.com'])(
    'at %s in clear text is refused',
    (host) => {
      expect(outcome({ host })).toBe('config.listening_in_clear');
    },
  );
});

describe('the settings', () => {
  test.each([
    { trustedProxies: ['0.0.0.0/0'] },
    { trustedProxies: ['::/0'] },
    { trustedProxies: ['10.0.0.0/33'] },
    { trustedProxies: ['proxy.example.com'] },
    { trustedProxies: ['10.1/16'] },
    { hosts: ['connector.example.com:8420'] },
    { hosts: ['*.example.com'] },
    { hosts: ['https://connector.example.com'] },
    { tls: { certFile: 'a' } },
    { publicUrl: 'ftp://connector.example.com' },
  ])('refuse %j', (settings) => {
    expect(serverSettings.safeParse(settings).success).toBe(false);
  });

  test('take names in any case, addresses and ranges', () => {
    const settings = { hosts: ['Connector.Example.com'], trustedProxies: ['10.0.0.7', 'fd00::/8', '::1'] };
    expect(serverSettings.parse(settings)).toMatchObject({ ...settings, hosts: ['connector.example.com'] });
  });
});
