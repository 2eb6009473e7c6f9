import { describe, expect, test } from 'vitest';
import { type AccessSettings, accessSettings } from '../config/access.ts';
import { type Desk, ELSEWHERE, endings, HERE, madeUser, openDesk, ROOT, signedIn } from './access.testkit.ts';
import type { AccessOptions } from './access.ts';
import {
  CLIENT_SECRET,
  openBrowser,
  REDIRECT_URI,
  SIGNED_OUT_URI,
  startProvider,
  type TestProvider,
  throughProvider,
} from './oidc.testkit.ts';
import { mappedRole } from './oidc-user.ts';

const ORDER = { redirectUri: REDIRECT_URI, returnTo: '/runs?state=failed' };
const ROLES = { 'mlc-admins': 'admin', 'mlc-operators': 'operator' } as const;

type OidcInput = Partial<NonNullable<AccessSettings['oidc']>>;

function settingsFor(issuer: string, own: OidcInput = {}): AccessSettings {
  const oidc = { issuer, allowHttp: true, clientId: 'ml-connector', roles: ROLES, ...own };
  return accessSettings.parse({ oidc });
}

async function deskWithProvider(
  own: OidcInput = {},
  changes: Partial<Omit<AccessOptions, 'settings'>> = {},
): Promise<{ desk: Desk; provider: TestProvider }> {
  const provider = await startProvider();
  provider.people.set('u-1', { preferred_username: 'anna', groups: ['staff', 'mlc-operators'] });
  const settings = settingsFor(provider.issuer, own);
  // The protocol compares moments with those of the provider, which has the real clock.
  const desk = await openDesk({ settings, oidcClientSecret: CLIENT_SECRET, now: Date.now, ...changes });
  return { desk, provider };
}

async function signInAs(desk: Desk, subject: string) {
  const result = await throughProvider(desk, await desk.access.startOidcSignIn(ORDER), subject);
  if (result.purpose !== 'sign-in' || result.signIn.kind !== 'session') throw new Error('No session.');
  return { ...result.signIn, returnTo: result.returnTo };
}

describe('a sign-in at the OpenID provider', () => {
  test('makes a user with the role that the groups give, and a session', async () => {
    const { desk } = await deskWithProvider();
    const { token, user, returnTo } = await signInAs(desk, 'u-1');
    expect(user).toMatchObject({ name: 'anna', role: 'operator', origin: 'oidc', hasPassword: false });
    expect(returnTo).toBe('/runs?state=failed');
    expect(await desk.access.authenticateSession(token)).toMatchObject({ name: 'anna', method: 'oidc' });
    expect((await desk.trail()).map(({ action, actor }) => [action, actor])).toEqual([
      ['user.created', 'user:anna'],
      ['user.identity_linked', 'user:anna'],
      ['access.sign_in', 'user:anna'],
    ]);
  });

  test('knows the person by issuer and subject, whatever the name is now', async () => {
    const { desk, provider } = await deskWithProvider();
    const first = await signInAs(desk, 'u-1');
    provider.people.set('u-1', { preferred_username: 'anna.married', groups: ['mlc-operators'] });
    const second = await signInAs(desk, 'u-1');
    expect(second.user.id).toBe(first.user.id);
    expect(await desk.access.listUsers({ limit: 10 })).toHaveLength(1);
  });

  test('takes the role from the provider each time, and ends sessions with the former one', async () => {
    const { desk, provider } = await deskWithProvider();
    const first = await signInAs(desk, 'u-1');
    provider.people.set('u-1', { preferred_username: 'anna', groups: ['mlc-operators', 'mlc-admins'] });
    const second = await signInAs(desk, 'u-1');
    expect(second.user.role).toBe('admin');
    await expect(desk.access.authenticateSession(first.token)).rejects.toMatchObject({
      code: 'access.session_ended',
    });
    expect((await desk.trail('user.role_changed'))[0]?.data).toMatchObject({ from: 'operator', to: 'admin' });
    provider.people.set('u-1', { preferred_username: 'anna', groups: [] });
    await expect(signInAs(desk, 'u-1')).rejects.toMatchObject({ code: 'access.oidc_no_role' });
  });

  test('refuses people without a mapped group, and makes no user of them', async () => {
    const { desk, provider } = await deskWithProvider();
    provider.people.set('u-2', { preferred_username: 'guest', groups: ['staff'] });
    await expect(signInAs(desk, 'u-2')).rejects.toMatchObject({ code: 'access.oidc_no_role' });
    expect(await desk.access.listUsers({ limit: 10 })).toEqual([]);
    expect(await desk.trail('access.sign_in_failed')).toMatchObject([{ data: { what: 'oidc' } }]);
  });

  test('never takes over a user of the same name: the user links the identity', async () => {
    const { desk } = await deskWithProvider();
    const id = await madeUser(desk, 'anna', 'viewer');
    await expect(signInAs(desk, 'u-1')).rejects.toMatchObject({ code: 'access.oidc_not_linked' });
    const { principal } = await signedIn(desk, 'anna');
    const linked = await throughProvider(desk, await desk.access.startOidcLink(principal, ORDER), 'u-1');
    if (linked.purpose !== 'link') throw new Error(linked.purpose);
    await expect(desk.access.authenticateSession(linked.token)).resolves.toMatchObject({ id });
    const after = await signInAs(desk, 'u-1');
    expect(after.user).toMatchObject({ id, role: 'viewer', origin: 'local' });
    expect(
      (await desk.access.ownAccount(await desk.access.authenticateSession(after.token))).identities,
    ).toHaveLength(1);
  });

  test('links one identity with one user', async () => {
    const { desk } = await deskWithProvider();
    await signInAs(desk, 'u-1');
    await madeUser(desk, 'ben');
    const { principal } = await signedIn(desk, 'ben');
    const link = throughProvider(desk, await desk.access.startOidcLink(principal, ORDER), 'u-1');
    await expect(link).rejects.toMatchObject({ code: 'access.oidc_not_linked' });
  });

  test('makes no users where that is switched off', async () => {
    const { desk } = await deskWithProvider({ createUsers: false });
    await expect(signInAs(desk, 'u-1')).rejects.toMatchObject({ code: 'access.oidc_not_linked' });
  });

  test('refuses a disabled user', async () => {
    const { desk } = await deskWithProvider();
    const { user } = await signInAs(desk, 'u-1');
    await desk.access.disableUser(user.id, ROOT);
    await expect(signInAs(desk, 'u-1')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
  });

  test('leaves role and password of its users to the provider', async () => {
    const { desk } = await deskWithProvider();
    const { user } = await signInAs(desk, 'u-1');
    const managed = { code: 'access.oidc_managed' };
    await expect(desk.access.resetPassword(user.id, ROOT)).rejects.toMatchObject(managed);
    await expect(desk.access.changeRole(user.id, 'admin', ROOT)).rejects.toMatchObject(managed);
  });
});

describe('the way back', () => {
  test('is walked once, in the browser that began, with its own state', async () => {
    const { desk } = await deskWithProvider();
    const start = await desk.access.startOidcSignIn(ORDER);
    const callbackUrl = await openBrowser().walk(start.url, 'u-1');
    const back = (own: { callbackUrl?: URL; browserToken?: string } = {}) =>
      desk.access.finishOidc({ callbackUrl, browserToken: start.browserToken, ...own }, HERE);
    const other = await desk.access.startOidcSignIn(ORDER);
    const foreign = new URL(callbackUrl);
    foreign.searchParams.set('state', 'made-up');
    const refused = { code: 'access.oidc_refused' };
    await expect(back({ browserToken: other.browserToken })).rejects.toMatchObject(refused);
    await expect(back({ callbackUrl: foreign })).rejects.toMatchObject(refused);
    expect(await endings([back(), back()])).toEqual(['access.oidc_refused', 'ok']);
  });

  test('ends after ten minutes', async () => {
    const ahead = { ms: 0 };
    const { desk } = await deskWithProvider({}, { now: () => Date.now() + ahead.ms });
    const start = await desk.access.startOidcSignIn(ORDER);
    const callbackUrl = await openBrowser().walk(start.url, 'u-1');
    ahead.ms = 10 * 60_000;
    const late = desk.access.finishOidc({ callbackUrl, browserToken: start.browserToken }, HERE);
    await expect(late).rejects.toMatchObject({ code: 'access.oidc_refused' });
  });

  test('with a refusal of the provider says so in a word of the protocol', async () => {
    const { desk } = await deskWithProvider();
    const start = await desk.access.startOidcSignIn(ORDER);
    const url = new URL(start.url);
    const callbackUrl = new URL(REDIRECT_URI);
    callbackUrl.search = new URLSearchParams({
      error: 'access_denied',
      error_description: '<script>alert(1)</script>',
      state: url.searchParams.get('state') ?? '',
      iss: desk.access.settings.oidc?.issuer ?? '',
    }).toString();
    const refused = desk.access.finishOidc({ callbackUrl, browserToken: start.browserToken }, HERE);
    await expect(refused).rejects.toThrow('did not succeed: access_denied.');
  });

  test('leads only to pages of our own', async () => {
    const { desk } = await deskWithProvider();
    for (const returnTo of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const result = await throughProvider(
        desk,
        await desk.access.startOidcSignIn({ ...ORDER, returnTo }),
        'u-1',
      );
      expect(result.returnTo).toBe('/');
    }
  });

  test('leaves nothing in the store that would finish the sign-in', async () => {
    const { desk } = await deskWithProvider();
    const { browserToken, url } = await desk.access.startOidcSignIn(ORDER);
    const rows = JSON.stringify(await desk.db.selectFrom('oidc_flows').selectAll().execute());
    const { searchParams } = new URL(url);
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    for (const secret of [browserToken, searchParams.get('state'), searchParams.get('nonce')])
      expect(rows).not.toContain(secret);
  });
});

describe('what the provider answers', () => {
  /** Changes the ID token on its way. */
  const tampered =
    (change: (token: string) => string): typeof fetch =>
    async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).endsWith('/token')) return response;
      const body = (await response.json()) as { id_token: string };
      return Response.json({ ...body, id_token: change(body.id_token) });
    };
  const withPayload =
    (change: (claims: Record<string, unknown>) => Record<string, unknown>) => (token: string) => {
      const [head = '', payload = '', signature = ''] = token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
      return [head, Buffer.from(JSON.stringify(change(claims))).toString('base64url'), signature].join('.');
    };

  test.each([
    ['a foreign nonce', withPayload((claims) => ({ ...claims, nonce: 'other' }))],
    ['a foreign audience', withPayload((claims) => ({ ...claims, aud: 'other' }))],
    ['a foreign issuer', withPayload((claims) => ({ ...claims, iss: 'https://evil.example' }))],
    ['an end that is past', withPayload((claims) => ({ ...claims, exp: Number(claims['iat']) - 3_600 }))],
    ['a group that was added on the way', withPayload((claims) => ({ ...claims, groups: ['mlc-admins'] }))],
    ['no claims at all', () => 'not.a.token'],
  ])('is refused with %s', async (_, change) => {
    const { desk } = await deskWithProvider({}, { fetch: tampered(change) });
    await expect(signInAs(desk, 'u-1')).rejects.toMatchObject({ code: 'access.oidc_refused' });
    expect(await desk.access.listUsers({ limit: 10 })).toEqual([]);
  });

  test('is refused with a wrong client secret', async () => {
    const { desk } = await deskWithProvider({}, { oidcClientSecret: 'wrong' });
    await expect(signInAs(desk, 'u-1')).rejects.toThrow('invalid_client');
  });

  test('is taken when its clock differs by some seconds, and refused when by minutes', async () => {
    const near = await deskWithProvider({}, { now: () => Date.now() - 20_000 });
    await expect(signInAs(near.desk, 'u-1')).resolves.toBeDefined();
    const far = await deskWithProvider({}, { now: () => Date.now() + 20 * 60_000 });
    await expect(signInAs(far.desk, 'u-1')).rejects.toMatchObject({ code: 'access.oidc_refused' });
  });

  test('is asked for what it is once an hour', async () => {
    const ahead = { ms: 0 };
    const { desk, provider } = await deskWithProvider({}, { now: () => Date.now() + ahead.ms });
    const discoveries = () => provider.calls.filter((path) => path.startsWith('/.well-known/')).length;
    for (let number = 0; number < 3; number += 1) await desk.access.startOidcSignIn(ORDER);
    expect(discoveries()).toBe(1);
    ahead.ms = 3_600_000;
    await desk.access.startOidcSignIn(ORDER);
    expect(discoveries()).toBe(2);
  });

  test('is asked again at once when it was away', async () => {
    const away = { now: true };
    const { desk } = await deskWithProvider(
      {},
      {
        fetch: (input, init) =>
          away.now ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init),
      },
    );
    await expect(desk.access.startOidcSignIn(ORDER)).rejects.toMatchObject({
      code: 'access.oidc_unreachable',
    });
    away.now = false;
    await expect(desk.access.startOidcSignIn(ORDER)).resolves.toBeDefined();
  });

  test('is not read without end', async () => {
    const endless: typeof fetch = async () =>
      new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(100_000)) }), {
        headers: { 'content-type': 'application/json' },
      });
    const { desk } = await deskWithProvider({}, { fetch: endless });
    await expect(desk.access.startOidcSignIn(ORDER)).rejects.toThrow('too large');
  });
});

describe('the address of the provider', () => {
  test.each([
    ['http://login.example.com', true],
    ['http://127.0.0.1:1', false],
    ['http://127.0.0.1.example.com', true],
    ['http://192.0.2.1', true],
  ])('%s with allowHttp %s is refused', async (issuer, allowHttp) => {
    const calls: string[] = [];
    const desk = await openDesk({
      settings: settingsFor(issuer, { allowHttp }),
      fetch: async (input) => {
        calls.push(String(input));
        return new Response();
      },
    });
    await expect(desk.access.startOidcSignIn(ORDER)).rejects.toMatchObject({
      code: 'access.oidc_refused',
      field: 'access.oidc.issuer',
    });
    expect(calls).toEqual([]);
  });

  test('is not there: the sign-in says so', async () => {
    const desk = await openDesk();
    await expect(async () => desk.access.startOidcSignIn(ORDER)).rejects.toMatchObject({
      code: 'access.oidc_off',
    });
  });
});

describe('a new proof at the provider', () => {
  test('asks the person there again and puts the session under a new token', async () => {
    const ahead = { ms: 0 };
    const { desk } = await deskWithProvider({}, { now: () => Date.now() + ahead.ms });
    const browser = openBrowser();
    const first = await throughProvider(desk, await desk.access.startOidcSignIn(ORDER), 'u-1', browser);
    if (first.purpose !== 'sign-in' || first.signIn.kind !== 'session') throw new Error('No session.');
    const principal = await desk.access.authenticateSession(first.signIn.token);
    const start = await desk.access.startOidcReauthentication(principal, ORDER);
    expect(new URL(start.url).searchParams.get('prompt')).toBe('login');
    const proven = await throughProvider(desk, start, 'u-1', browser);
    if (proven.purpose !== 'reauthenticate') throw new Error(proven.purpose);
    const again = await desk.access.authenticateSession(proven.token);
    expect(again.sessionId).toBe(principal.sessionId);
    expect(again.reauthenticatedAtMs).toBeGreaterThan(principal.reauthenticatedAtMs);
    await expect(desk.access.authenticateSession(first.signIn.token)).rejects.toMatchObject({
      code: 'access.session_ended',
    });
  });

  test('by somebody else is refused', async () => {
    const { desk, provider } = await deskWithProvider();
    provider.people.set('u-2', { preferred_username: 'ben', groups: ['mlc-admins'] });
    const { token } = await signInAs(desk, 'u-1');
    const principal = await desk.access.authenticateSession(token);
    const start = await desk.access.startOidcReauthentication(principal, ORDER);
    await expect(throughProvider(desk, start, 'u-2')).rejects.toMatchObject({ code: 'access.oidc_refused' });
  });
});

describe('signing out', () => {
  test('leads to the provider, which ends its session too and sends the person back', async () => {
    const { desk } = await deskWithProvider();
    const { token } = await signInAs(desk, 'u-1');
    const principal = await desk.access.authenticateSession(token);
    const { providerUrl = '' } = await desk.access.signOut(principal, ELSEWHERE, SIGNED_OUT_URI);
    expect(new URL(providerUrl).searchParams.get('client_id')).toBe('ml-connector');
    const back = await openBrowser().walk(providerUrl, 'u-1');
    expect(back.href).toBe(SIGNED_OUT_URI);
    await expect(desk.access.authenticateSession(token)).rejects.toMatchObject({
      code: 'access.session_ended',
    });
  });
});

describe('the role of a claim', () => {
  const settings = settingsFor('https://login.example.com').oidc;
  test.each([
    [['mlc-operators', 'mlc-admins'], 'admin'],
    ['mlc-operators', 'operator'],
    [['MLC-ADMINS', 'mlc-admins '], undefined],
    [['constructor', '__proto__', 'toString'], undefined],
    [{ 'mlc-admins': true }, undefined],
    [[['mlc-admins']], undefined],
    [undefined, undefined],
  ])('%j is %s', (groups, role) => {
    if (settings === undefined) throw new Error('No settings.');
    expect(mappedRole(settings, { groups })).toBe(role);
  });

  test('is the default one where one is set', () => {
    const { oidc } = settingsFor('https://login.example.com', { defaultRole: 'viewer' });
    if (oidc === undefined) throw new Error('No settings.');
    expect(mappedRole(oidc, { groups: [] })).toBe('viewer');
  });
});
