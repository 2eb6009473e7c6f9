import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { describe, expect, test } from 'vitest';
import { openGuarded } from './web-safety.testkit.ts';

const STRANGER = '203.0.113.9';
const PROXY = '10.1.0.7';

interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

const ask = (app: FastifyInstance, asked: Asked = {}): Promise<LightMyRequestResponse> =>
  app.inject({
    method: asked.method ?? 'GET',
    url: asked.url ?? '/api/v1/me',
    headers: { host: 'localhost:8420', ...asked.headers },
    remoteAddress: asked.from ?? '127.0.0.1',
    ...(asked.method === 'POST' && { payload: { a: 1 } }),
  });
const codeOf = (answer: LightMyRequestResponse): unknown => answer.json()['code'];

describe('every answer', () => {
  test.each(['/api/v1/me', '/nowhere', '/'])('tells browsers what they may do with %s', async (url) => {
    const { headers } = await ask(await openGuarded(), { url });
    const nonces = "'nonce-[0-9a-f]{32}'";
    expect(headers['content-security-policy']).toMatch(
      new RegExp(
        `^default-src 'none';script-src 'self' ${nonces};script-src-attr 'none';style-src 'self' ${nonces};style-src-attr 'none';` +
          "img-src 'self' data:;font-src 'self';connect-src 'self';manifest-src 'self';object-src 'none';form-action 'self';base-uri 'none';frame-ancestors 'none'$",
      ),
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(headers['cache-control']).toBe(url.startsWith('/api') ? 'no-store' : undefined);
  });

  test('is for our own pages: no other origin may read it', async () => {
    const app = await openGuarded();
    const headers = { host: 'localhost', origin: 'https://evil.example' };
    const simple = await app.inject({ url: '/api/v1/me', headers });
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/api/v1/things',
      headers: { ...headers, 'access-control-request-method': 'POST' },
    });
    for (const answer of [simple, preflight])
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(preflight.statusCode).toBe(404);
  });

  test('has a nonce of its own, which its page gets', async () => {
    const app = await openGuarded();
    const [one, two] = [await ask(app, { url: '/' }), await ask(app, { url: '/' })];
    expect(one.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${one.body}'`);
    expect(one.body).not.toBe(two.body);
  });

  test('refused or not, has these headers', async () => {
    const refused = await ask(await openGuarded(), { headers: { host: 'evil.example' } });
    expect(refused.statusCode).toBe(421);
    expect(refused.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  test('that came through TLS asks browsers for TLS in future, for a year and all names below', async () => {
    const settings = { trustedProxies: [PROXY], hosts: ['connector.example.com'] };
    const headers = { host: 'connector.example.com', 'x-forwarded-proto': 'https' };
    const app = await openGuarded({ settings });
    expect((await ask(app, { headers, from: PROXY })).headers['strict-transport-security']).toBe(
      'max-age=31536000; includeSubDomains',
    );
    expect((await ask(app, { headers })).headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('the name in a request', () => {
  const settings = { publicUrl: 'https://connector.example.com:8443/x', hosts: ['other.example.com'] };

  test.each([
    'localhost',
    'LOCALHOST:8420',
    '127.0.0.1:8420',
    '[::1]:8420',
    '10.0.0.4',
    'connector.example.com',
    'Connector.Example.com.:443',
    'other.example.com:1',
  ])('may be %s', async (host) => {
    expect((await ask(await openGuarded({ settings }), { headers: { host } })).statusCode).toBe(200);
  });

  test.each([
    'evil.example',
    'connector.example.com.evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:8420',
    'localhost@evil.example',
    'localhost/evil.example',
    'localhost?evil.example',
    'localhost evil',
    '%',
  ])('may not be %s, which another site could have lead here', async (host) => {
    const answer = await ask(await openGuarded({ settings }), { headers: { host } });
    expect([answer.statusCode, codeOf(answer)]).toEqual([421, 'api.host_unknown']);
  });

  test('may be told by a trusted proxy, and by nobody else', async () => {
    const app = await openGuarded({ settings: { ...settings, trustedProxies: ['10.1.0.0/16'] } });
    const headers = { host: 'backend.internal', 'x-forwarded-host': 'connector.example.com' };
    expect((await ask(app, { headers, from: PROXY })).json()).toMatchObject({
      host: 'connector.example.com',
    });
    expect((await ask(app, { headers })).statusCode).toBe(421);
    const lie = { host: 'connector.example.com', 'x-forwarded-host': 'evil.example' };
    expect((await ask(app, { headers: lie, from: PROXY })).statusCode).toBe(421);
  });
});

describe('an act asked for by a page', () => {
  const post = async (headers: Readonly<Record<string, string>>, settings = {}) =>
    ask(await openGuarded({ settings }), { method: 'POST', url: '/api/v1/things', headers });
  const cookie = { cookie: '__Host-ml-connector=abc' };

  test.each([
    ['of our own', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8420' }],
    ['typed by a person', { 'sec-fetch-site': 'none' }],
    ['of our own in an old browser', { origin: 'http://localhost:8420' }],
    ['that is none: a program', {}],
  ])('%s is done', async (_, headers) => {
    const answer = await post({ ...cookie, ...headers });
    expect(answer.json()).toEqual({ got: { a: 1 } });
  });

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site', origin: 'http://other.localhost:8420' }],
    ['another site in an old browser', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://localhost:9999' }],
    ['a page without an origin', { origin: 'null' }],
    ['nonsense', { origin: 'x' }],
    [
      'another site, though its origin looks right',
      {
        'sec-fetch-site': 'cross-site',
        origin: 'http://localhost:8420',
      },
    ],
  ])('of %s is refused, signed in or not', async (_, headers) => {
    for (const own of [cookie, {}]) {
      const answer = await post({ ...own, ...headers });
      expect([answer.statusCode, codeOf(answer)]).toEqual([403, 'api.cross_site']);
    }
  });

  test('through a proxy that ends TLS is compared with the name that people use', async () => {
    const settings = { trustedProxies: ['127.0.0.1'], publicUrl: 'https://connector.example.com' };
    const host = { host: 'connector.example.com' };
    const own = await post({ ...host, origin: 'https://connector.example.com' }, settings);
    expect(own.statusCode).toBe(200);
    const other = await post({ ...host, origin: 'https://connector.example.com:8443' }, settings);
    expect(other.statusCode).toBe(403);
  });

  test('with a token is not forged: no page can send one', async () => {
    const answer = await post({ authorization: 'Bearer mlc_abc', 'sec-fetch-site': 'cross-site' });
    expect(answer.statusCode).toBe(200);
    const basic = await post({ authorization: 'Basic abc', 'sec-fetch-site': 'cross-site' });
    expect(basic.statusCode).toBe(403);
  });

  test('that only reads is not looked at: links from elsewhere work', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await ask(await openGuarded(), { url: '/', headers })).statusCode).toBe(200);
  });
});

describe('who calls', () => {
  const forwarded = { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https' };

  test('is the peer itself, whatever it says of others', async () => {
    for (const trustedProxies of [[], ['10.1.0.0/16']]) {
      const answer = await ask(await openGuarded({ settings: { trustedProxies } }), { headers: forwarded });
      expect(answer.json()).toMatchObject({ ip: '127.0.0.1', scheme: 'http' });
    }
  });

  test.each([
    ['10.1.0.7', ['10.1.0.0/16']],
    ['::ffff:10.1.0.7', ['10.1.0.0/16']],
    ['fd00::7', ['192.0.2.1', 'fd00::/8']],
    ['10.1.0.7', ['10.1.0.7']],
  ])('is who the trusted proxy %s names', async (from, trustedProxies) => {
    const app = await openGuarded({ settings: { trustedProxies } });
    const answer = await ask(app, { headers: forwarded, from });
    expect(answer.json()).toMatchObject({ ip: '198.51.100.1', scheme: 'https' });
  });

  test('is the last one that no trusted proxy vouches for', async () => {
    const app = await openGuarded({ settings: { trustedProxies: ['10.1.0.0/16'] } });
    const headers = { 'x-forwarded-for': '127.0.0.1, 198.51.100.1, 10.1.0.9' };
    expect((await ask(app, { headers, from: PROXY })).json()).toMatchObject({ ip: '198.51.100.1' });
  });
});

describe('a request in clear text', () => {
  const settings = { trustedProxies: ['10.1.0.0/16'] };

  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', PROXY, '::ffff:10.1.0.7'])(
    'is taken from %s',
    async (from) => {
      expect((await ask(await openGuarded({ settings }), { from })).statusCode).toBe(200);
    },
  );

  test.each([STRANGER, '10.2.0.7', '::ffff:10.2.0.7', '2001:db8::1'])(
    'is refused to %s, which came past the proxy',
    async (from) => {
      const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' };
      const answer = await ask(await openGuarded({ settings }), { from, headers });
      expect([answer.statusCode, codeOf(answer)]).toEqual([403, 'api.in_clear']);
    },
  );

  test('is taken from everybody where it only asks whether the server is well', async () => {
    const app = await openGuarded({ settings });
    expect((await ask(app, { from: STRANGER, url: '/healthz?x=1' })).statusCode).toBe(200);
    expect((await ask(app, { from: STRANGER, url: '/healthz', method: 'POST' })).statusCode).toBe(403);
    expect((await ask(app, { from: STRANGER, url: '/healthz/../api/v1/me' })).statusCode).toBe(403);
  });
});
