import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { onTestFinished, vi } from 'vitest';
import { type Desk, HERE } from './access.testkit.ts';
import type { OidcResult, OidcStart } from './oidc.ts';

export const REDIRECT_URI = 'http://127.0.0.1:8420/api/v1/auth/oidc/callback';
export const SIGNED_OUT_URI = 'http://127.0.0.1:8420/';
export const CLIENT_SECRET = 'a-secret-of-the-client-0123456789';

export interface TestProvider {
  readonly issuer: string;
  /** Claims by subject; changed while it runs, as an administrator of the provider would. */
  readonly people: Map<string, Record<string, unknown>>;
  /** Paths that were asked for. */
  readonly calls: string[];
}

/** A real OpenID provider over HTTP. Anybody signs in by name; any password is good. */
export async function startProvider(): Promise<TestProvider> {
  const server = await listening();
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // Listens on a port, no pipe.
  const people = new Map<string, Record<string, unknown>>();
  const calls: string[] = [];
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const client = {
    client_id: 'ml-connector',
    client_secret: CLIENT_SECRET,
    redirect_uris: [REDIRECT_URI],
    post_logout_redirect_uris: [SIGNED_OUT_URI],
  };
  // It warns each time that it is set up for development.
  const quiet = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  onTestFinished(() => quiet.mockRestore());
  const provider = new Provider(issuer, {
    clients: [client],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'one' }] },
    cookies: { keys: ['a key of the cookies of the tests'] },
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email'] },
    pkce: { required: () => true },
    ttl: { Session: 3_600, Grant: 3_600, Interaction: 600, AccessToken: 600, IdToken: 600 },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    calls.push((request.url ?? '').split('?')[0] ?? '');
    void handle(request, response);
  });
  return { issuer, people, calls };
}

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

/** A browser: it keeps cookies, follows redirects and fills in the forms of the provider. */
export interface Browser {
  /** Walks from an address to where our own console is asked for; returns that address. */
  walk(url: string, as: string): Promise<URL>;
}

const STEPS_MAX = 20;

export function openBrowser(): Browser {
  const cookies = new Map<string, string>();
  const request = async (url: URL, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    async walk(start, as) {
      let url = new URL(start);
      let response = await request(url);
      for (let step = 0; step < STEPS_MAX; step += 1) {
        const location = response.headers.get('location');
        if (location !== null) {
          url = new URL(location, url);
          if (url.port === '8420') return url;
          response = await request(url);
          continue;
        }
        const page = await response.text();
        const action = /action="([^"]+)"/.exec(page)?.[1];
        if (action === undefined)
          throw new Error(`No form and no redirect at ${url.href}: ${page.slice(0, 500)}`);
        url = new URL(action, url);
        response = await request(url, formOf(page, as));
      }
      throw new Error('The walk has no end.');
    },
  };
}

function formOf(page: string, as: string): Record<string, string> {
  if (page.includes('name="login"')) return { prompt: 'login', login: as, password: 'any' };
  if (page.includes('value="consent"')) return { prompt: 'consent' };
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return { ...Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value])), logout: 'yes' };
}

/** The way to the provider and back. */
export async function throughProvider(
  desk: Desk,
  start: OidcStart,
  as: string,
  browser: Browser = openBrowser(),
): Promise<OidcResult> {
  const callbackUrl = await browser.walk(start.url, as);
  return desk.access.finishOidc({ callbackUrl, browserToken: start.browserToken }, HERE);
}
