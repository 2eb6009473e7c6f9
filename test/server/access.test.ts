import { describe, expect, test } from 'vitest';
import { codeAt } from '../../src/access/access.testkit.ts';
import { CLIENT_SECRET, openBrowser, startProvider } from '../../src/access/oidc.testkit.ts';
import { openPerson, type Person } from '../support/person.ts';
import { call, startServer, type TestServer } from '../support/server.ts';

const PASSWORD = 'violet tractor under the moon';
const NEXT_PASSWORD = 'seven quiet otters on ice';
const SESSION = '__Host-ml-connector';

function setUpToken(server: TestServer): string {
  const [, token = ''] = /set-up token: ([\w-]+)/.exec(server.said.join('\n')) ?? [];
  return token;
}

/** A server with its first admin, signed in. */
async function started(config: Record<string, unknown> = {}): Promise<{ server: TestServer; admin: Person }> {
  const server = await startServer({ empty: true, config });
  const admin = openPerson(server.url);
  const order = { token: setUpToken(server), name: 'chief', password: PASSWORD };
  expect(await admin.call('POST', '/api/v1/auth/set-up', order)).toMatchObject({ status: 200 });
  return { server, admin };
}

/** A person whom the admin has made and who has an own password now. */
async function newPerson(server: TestServer, admin: Person, name: string, role: string): Promise<Person> {
  const made = await admin.call('POST', '/api/v1/users', { name, role });
  const { temporaryPassword } = made.body as { temporaryPassword: string };
  const person = openPerson(server.url);
  const first = await person.call('POST', '/api/v1/auth/sign-in', { name, password: temporaryPassword });
  const { kind, ticket } = first.body as { kind: string; ticket: string };
  expect(kind).toBe('password_change_required');
  const second = await person.call('POST', '/api/v1/auth/sign-in/password', { ticket, password: PASSWORD });
  expect(second).toMatchObject({ status: 200, body: { kind: 'session' } });
  return person;
}

describe('the first start', () => {
  test('asks for a set-up with the token that was printed, once', async () => {
    const server = await startServer({ empty: true });
    const nobody = openPerson(server.url);
    expect((await nobody.call('GET', '/api/v1/auth')).body).toEqual({
      needsSetUp: true,
      passwordLengthMin: 12,
      oidc: null,
    });
    const setUp = (token: string) =>
      nobody.call('POST', '/api/v1/auth/set-up', { token, name: 'chief', password: PASSWORD });
    expect(await setUp('guessed')).toMatchObject({ status: 403, body: { code: 'access.set_up_refused' } });
    const weak = { token: setUpToken(server), name: 'chief', password: 'password1234' };
    expect(await nobody.call('POST', '/api/v1/auth/set-up', weak)).toMatchObject({
      status: 422,
      body: { code: 'access.password_weak', field: 'password' },
    });
    expect(await setUp(setUpToken(server))).toMatchObject({
      status: 200,
      body: { kind: 'session', user: { role: 'admin' } },
    });
    expect(await setUp(setUpToken(server))).toMatchObject({ status: 403 });
    expect((await nobody.call('GET', '/api/v1/auth')).body).toMatchObject({ needsSetUp: false });
    expect(server.logged.join('')).not.toContain(setUpToken(server));
  });
});

describe('a session', () => {
  test('is in a cookie that scripts and other sites cannot use, and in no answer', async () => {
    const { server } = await started();
    const person = openPerson(server.url);
    const answer = await person.call('POST', '/api/v1/auth/sign-in', { name: 'chief', password: PASSWORD });
    const token = person.cookies.get(SESSION) ?? '';
    expect(token).toHaveLength(43);
    expect(person.setCookies[0]).toBe(`${SESSION}=${token}; Path=/; HttpOnly; Secure; SameSite=Strict`);
    expect(answer.text).not.toContain(token);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await person.call('GET', '/api/v1/me')).toMatchObject({
      status: 200,
      body: { kind: 'user', name: 'chief', role: 'admin', method: 'password', user: { totpEnabled: false } },
    });
  });

  test('ends with the sign-out, also for whoever has copied the cookie', async () => {
    const { admin, server } = await started();
    const thief = openPerson(server.url);
    const cookie = `${SESSION}=${admin.cookies.get(SESSION)}`;
    expect(await thief.call('GET', '/api/v1/me', undefined, { cookie })).toMatchObject({ status: 200 });
    expect(await admin.call('POST', '/api/v1/me/sign-out')).toMatchObject({
      status: 200,
      body: { providerUrl: null },
    });
    expect(admin.cookies.has(SESSION)).toBe(false);
    expect(await thief.call('GET', '/api/v1/me', undefined, { cookie })).toMatchObject({ status: 401 });
  });

  test('is shown in a list, ended from another one, and all of them at once', async () => {
    const { admin, server } = await started();
    const laptop = openPerson(server.url);
    await laptop.call('POST', '/api/v1/auth/sign-in', { name: 'chief', password: PASSWORD });
    const list = (await admin.call('GET', '/api/v1/me/sessions')).body as {
      items: { id: string; current: boolean }[];
    };
    expect(list.items).toHaveLength(2);
    const other = list.items.find(({ current }) => !current)?.id ?? '';
    expect(await admin.call('DELETE', `/api/v1/me/sessions/${other}`)).toMatchObject({ status: 204 });
    expect(await laptop.call('GET', '/api/v1/me')).toMatchObject({ status: 401 });
    expect(await admin.call('DELETE', '/api/v1/me/sessions')).toMatchObject({ status: 204 });
    expect(await admin.call('GET', '/api/v1/me')).toMatchObject({ status: 401 });
  });

  test('cannot be used by a page of another site', async () => {
    const { admin } = await started();
    const foreign = await admin.call(
      'POST',
      '/api/v1/users',
      { name: 'eve', role: 'admin' },
      { 'sec-fetch-site': 'cross-site' },
    );
    expect(foreign).toMatchObject({ status: 403, body: { code: 'api.cross_site' } });
  });

  test('gets a new cookie with a new proof and with a new password', async () => {
    const { admin } = await started();
    const before = admin.cookies.get(SESSION);
    const prove = (password: string) => admin.call('POST', '/api/v1/me/reauthenticate', { password });
    expect(await prove('wrong')).toMatchObject({ status: 401, body: { code: 'access.sign_in_refused' } });
    expect(admin.cookies.get(SESSION)).toBe(before);
    expect(await prove(PASSWORD)).toMatchObject({ status: 204 });
    const proven = admin.cookies.get(SESSION);
    expect(proven).not.toBe(before);
    const change = { current: PASSWORD, next: NEXT_PASSWORD };
    expect(await admin.call('POST', '/api/v1/me/password', change)).toMatchObject({
      status: 200,
      body: { kind: 'session' },
    });
    expect(admin.cookies.get(SESSION)).not.toBe(proven);
    expect(await admin.call('GET', '/api/v1/me')).toMatchObject({ status: 200 });
  });
});

describe('signing in', () => {
  test('slows down whoever guesses, and says for how long', async () => {
    const { server } = await started();
    const guess = (password: string) =>
      call(server.url, undefined, 'POST', '/api/v1/auth/sign-in', { name: 'nobody', password });
    for (let number = 0; number < 5; number += 1)
      expect(await guess(`guess ${number}`)).toMatchObject({
        status: 401,
        body: { code: 'access.sign_in_refused' },
      });
    // The first waits may be over by the time of the next guess; each is twice as long as the one before.
    let slowed = await guess('guess 5');
    for (let number = 6; slowed.status !== 429 && number < 15; number += 1)
      slowed = await guess(`guess ${number}`);
    expect(slowed).toMatchObject({ status: 429, body: { code: 'access.too_many_attempts' } });
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(slowed.text).not.toContain('guess');
  });

  test('takes exactly what it needs', async () => {
    const { server } = await started();
    for (const body of [
      {},
      { name: 'chief' },
      { name: 1, password: 'x' },
      { name: 'chief', password: 'x', admin: true },
      'text',
      '[]',
      'null',
    ])
      expect((await call(server.url, undefined, 'POST', '/api/v1/auth/sign-in', body)).status).toBeOneOf([
        400, 422,
      ]);
  });

  test('goes through the second factor once it is switched on', async () => {
    const { admin, server } = await started();
    const { secret } = (await admin.call('POST', '/api/v1/me/totp')).body as { secret: string };
    const confirm = (code: string) => admin.call('POST', '/api/v1/me/totp/confirm', { code });
    expect(await confirm('000000')).toMatchObject({
      status: 422,
      body: { code: 'access.code_refused', field: 'code' },
    });
    const confirmed = await confirm(codeAt(secret, Date.now()));
    const { recoveryCodes } = confirmed.body as { recoveryCodes: string[] };
    expect(recoveryCodes).toHaveLength(10);
    const person = openPerson(server.url);
    const first = await person.call('POST', '/api/v1/auth/sign-in', { name: 'chief', password: PASSWORD });
    expect(first).toMatchObject({ status: 200, body: { kind: 'totp_required' } });
    expect(person.cookies.size).toBe(0);
    const { ticket } = first.body as { ticket: string };
    const submit = (code: string) => person.call('POST', '/api/v1/auth/sign-in/code', { ticket, code });
    expect(await submit('000000')).toMatchObject({ status: 422, body: { code: 'access.code_refused' } });
    expect(await submit(recoveryCodes[0] ?? '')).toMatchObject({ status: 200, body: { kind: 'session' } });
    expect((await person.call('GET', '/api/v1/me')).body).toMatchObject({
      user: { totpEnabled: true, recoveryCodesLeft: 9 },
    });
    expect(await person.call('POST', '/api/v1/me/recovery-codes')).toMatchObject({ status: 200 });
    expect(await person.call('DELETE', '/api/v1/me/totp')).toMatchObject({ status: 204 });
  });

  test('leads through the enrolment where the role needs a second factor', async () => {
    const server = await startServer({ empty: true, config: { access: { requireTotp: ['admin'] } } });
    const admin = openPerson(server.url);
    const order = { token: setUpToken(server), name: 'chief', password: PASSWORD };
    const first = await admin.call('POST', '/api/v1/auth/set-up', order);
    expect(first).toMatchObject({ body: { kind: 'totp_enrolment_required' } });
    const { ticket } = first.body as { ticket: string };
    const { secret } = (await admin.call('POST', '/api/v1/auth/sign-in/totp', { ticket })).body as {
      secret: string;
    };
    const done = await admin.call('POST', '/api/v1/auth/sign-in/totp/confirm', {
      ticket,
      code: codeAt(secret, Date.now()),
    });
    expect(done).toMatchObject({ status: 200, body: { signIn: { kind: 'session' } } });
    expect(await admin.call('DELETE', '/api/v1/me/totp')).toMatchObject({
      status: 409,
      body: { code: 'access.totp_required' },
    });
  });
});

describe('users', () => {
  test('are made, changed, helped and taken away by an admin', async () => {
    const { admin, server } = await started();
    const anna = await newPerson(server, admin, 'anna', 'viewer');
    const { items } = (await admin.call('GET', '/api/v1/users?limit=1')).body as {
      items: { id: string; name: string }[];
    };
    const id = items[0]?.id ?? '';
    expect(items).toMatchObject([{ name: 'anna' }]);
    const path = `/api/v1/users/${id}`;
    expect(await admin.call('PATCH', path, { role: 'operator' })).toMatchObject({
      status: 200,
      body: { role: 'operator' },
    });
    expect(await anna.call('GET', '/api/v1/me')).toMatchObject({ status: 401 });
    expect(await admin.call('PATCH', path, { disabled: true })).toMatchObject({ body: { disabled: true } });
    expect(await admin.call('PATCH', path, { disabled: false })).toMatchObject({ body: { disabled: false } });
    expect(await admin.call('POST', `${path}/password-reset`)).toMatchObject({
      body: { user: { mustChangePassword: true } },
    });
    expect(await admin.call('POST', `${path}/totp-reset`)).toMatchObject({ status: 200 });
    expect(await admin.call('POST', `${path}/sign-out`)).toMatchObject({ status: 200 });
    expect(await admin.call('DELETE', path)).toMatchObject({ status: 204 });
    expect(await admin.call('GET', path)).toMatchObject({
      status: 404,
      body: { code: 'access.user_unknown' },
    });
  });

  test('are paged through without losing one', async () => {
    const { admin } = await started();
    for (const name of ['dora', 'anna', 'ben', 'cleo'])
      await admin.call('POST', '/api/v1/users', { name, role: 'viewer' });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = (await admin.call('GET', `/api/v1/users?limit=2${query}`)).body as {
        items: { name: string }[];
        next: string | null;
      };
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    }
    expect(seen).toEqual(['anna', 'ben', 'chief', 'cleo', 'dora']);
  });

  test('are not for operators, not for tokens, and not without a proof of the last minutes', async () => {
    const { admin, server } = await started();
    const anna = await newPerson(server, admin, 'anna', 'operator');
    expect(await anna.call('GET', '/api/v1/users')).toMatchObject({ status: 403 });
    const robot = await server.caller('admin');
    expect(await robot.call('POST', '/api/v1/users', { name: 'eve', role: 'admin' })).toMatchObject({
      status: 403,
    });
    const old = { reauthenticated_at: Date.now() - 11 * 60_000 };
    await server.served.database.db.updateTable('sessions').set(old).execute();
    const late = await admin.call('POST', '/api/v1/users', { name: 'eve', role: 'admin' });
    expect(late).toMatchObject({ status: 403, body: { code: 'access.reauthentication_needed' } });
    await admin.call('POST', '/api/v1/me/reauthenticate', { password: PASSWORD });
    expect(await admin.call('POST', '/api/v1/users', { name: 'ben', role: 'viewer' })).toMatchObject({
      status: 201,
    });
  });

  test('keep their last admin', async () => {
    const { admin } = await started();
    const { user } = (await admin.call('GET', '/api/v1/me')).body as { user: { id: string } };
    const last = { status: 409, body: { code: 'access.last_admin' } };
    expect(await admin.call('DELETE', `/api/v1/users/${user.id}`)).toMatchObject(last);
    expect(await admin.call('PATCH', `/api/v1/users/${user.id}`, { role: 'viewer' })).toMatchObject(last);
  });
});

describe('API tokens', () => {
  test('are made by a person, used by a program, and revoked', async () => {
    const { admin, server } = await started();
    const made = await admin.call('POST', '/api/v1/tokens', { name: 'ci', role: 'viewer' });
    expect(made.status).toBe(201);
    const { token, details } = made.body as { token: string; details: { id: string } };
    const use = () => call(server.url, token, 'GET', '/api/v1/me');
    expect(await use()).toMatchObject({
      status: 200,
      body: { kind: 'token', name: 'ci', role: 'viewer', user: null },
    });
    expect(await call(server.url, token, 'GET', '/api/v1/tokens')).toMatchObject({ status: 403 });
    const list = await admin.call('GET', '/api/v1/tokens?all=true');
    expect(list.body).toMatchObject({
      items: [{ name: 'ci', madeBy: 'chief', lastUsedFrom: '127.0.0.1', revokedAt: null }],
    });
    expect(list.text).not.toContain(token);
    expect(await admin.call('DELETE', `/api/v1/tokens/${details.id}`)).toMatchObject({ status: 204 });
    expect(await use()).toMatchObject({ status: 401, body: { code: 'access.token_refused' } });
    expect(await admin.call('DELETE', `/api/v1/tokens/${details.id}`)).toMatchObject({ status: 404 });
  });

  test('are not made with more than the own role', async () => {
    const { admin, server } = await started();
    const anna = await newPerson(server, admin, 'anna', 'operator');
    const make = (role: string) => anna.call('POST', '/api/v1/tokens', { name: `of ${role}`, role });
    expect(await make('admin')).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
    expect(await make('trigger')).toMatchObject({ status: 201 });
    expect(await anna.call('GET', '/api/v1/tokens?all=true')).toMatchObject({ status: 403 });
  });
});

describe('the OpenID provider', () => {
  const PUBLIC_URL = 'http://127.0.0.1:8420';

  async function withProvider() {
    const provider = await startProvider();
    provider.people.set('u-1', { preferred_username: 'anna', groups: ['mlc-admins'] });
    const oidc = {
      issuer: provider.issuer,
      allowHttp: true,
      clientId: 'ml-connector',
      label: 'Company sign-in',
      roles: { 'mlc-admins': 'admin' },
    };
    const server = await startServer({
      empty: true,
      config: {
        server: { publicUrl: PUBLIC_URL },
        access: { oidc: { ...oidc, clientSecret: { file: 'oidc-secret' } } },
      },
      files: { 'oidc-secret': CLIENT_SECRET },
    });
    return { provider, server };
  }

  /** From the button to the page behind the sign-in. */
  async function throughProvider(person: Person, subject: string, path = '/api/v1/auth/oidc/start') {
    const start = await person.call('POST', path, { returnTo: '/runs' });
    const { url } = start.body as { url: string };
    const callback = await openBrowser().walk(url, subject);
    return person.call('GET', `${callback.pathname}${callback.search}`, undefined, {
      'sec-fetch-site': 'cross-site',
    });
  }

  test('signs a person in with the role of the group, and proves again who it is', async () => {
    const { server } = await withProvider();
    const anna = openPerson(server.url);
    expect((await anna.call('GET', '/api/v1/auth')).body).toMatchObject({
      oidc: { label: 'Company sign-in' },
    });
    const back = await throughProvider(anna, 'u-1');
    expect([back.status, back.headers.get('location')]).toEqual([303, '/runs']);
    expect((await anna.call('GET', '/api/v1/me')).body).toMatchObject({
      name: 'anna',
      role: 'admin',
      method: 'oidc',
    });
    const before = anna.cookies.get(SESSION);
    expect(await throughProvider(anna, 'u-1', '/api/v1/auth/oidc/reauthenticate')).toMatchObject({
      status: 303,
    });
    expect(anna.cookies.get(SESSION)).not.toBe(before);
    const out = await anna.call('POST', '/api/v1/me/sign-out');
    expect((out.body as { providerUrl: string }).providerUrl).toContain('/session/end?');
  });

  test('leads whoever has no role back to the sign-in, with the reason', async () => {
    const { provider, server } = await withProvider();
    provider.people.set('u-2', { preferred_username: 'guest', groups: [] });
    const guest = openPerson(server.url);
    const back = await throughProvider(guest, 'u-2');
    expect([back.status, back.headers.get('location')]).toEqual([303, '/sign-in?fault=access.oidc_no_role']);
    expect(guest.cookies.has(SESSION)).toBe(false);
  });

  test('is of no use to somebody who sends a victim the way back of another sign-in', async () => {
    const { server } = await withProvider();
    const attacker = openPerson(server.url);
    const { url } = (await attacker.call('POST', '/api/v1/auth/oidc/start', {})).body as { url: string };
    const callback = await openBrowser().walk(url, 'u-1');
    const victim = openPerson(server.url);
    const back = await victim.call('GET', `${callback.pathname}${callback.search}`);
    expect(back.headers.get('location')).toBe('/sign-in?fault=access.oidc_refused');
    expect(victim.cookies.has(SESSION)).toBe(false);
  });

  test('is not there unless it is configured', async () => {
    const { admin } = await started();
    expect(await admin.call('POST', '/api/v1/auth/oidc/start', {})).toMatchObject({
      status: 404,
      body: { code: 'access.oidc_off' },
    });
  });
});

test('no password, code, token or ticket is in the log, the trail or the store', async () => {
  const { admin, server } = await started();
  const anna = await newPerson(server, admin, 'anna', 'operator');
  const { token } = (await anna.call('POST', '/api/v1/tokens', { name: 'ci', role: 'viewer' })).body as {
    token: string;
  };
  const { secret } = (await anna.call('POST', '/api/v1/me/totp')).body as { secret: string };
  await call(server.url, token, 'GET', '/api/v1/me');
  const { db } = server.served.database;
  const tables = [
    'users',
    'sessions',
    'api_tokens',
    'sign_in_tickets',
    'sign_in_attempts',
    'secrets',
    'trail',
    'set_up_tokens',
  ] as const;
  const texts = [...server.logged];
  for (const table of tables) texts.push(JSON.stringify(await db.selectFrom(table).selectAll().execute()));
  for (const shown of [PASSWORD, token, secret, setUpToken(server), anna.cookies.get(SESSION) ?? ''])
    expect(texts.join('\n')).not.toContain(shown);
});

test('the OpenAPI document tells of all of it', async () => {
  const { admin } = await started();
  const { body, status } = await admin.call('GET', '/api/v1/openapi.json');
  expect(status).toBe(200);
  const { paths } = body as { paths: Record<string, Record<string, { summary: string }>> };
  const told = Object.keys(paths).filter((path) => /^\/api\/v1\/(auth|me|users|tokens)/.test(path));
  expect(told).toEqual(
    expect.arrayContaining(['/api/v1/auth/sign-in', '/api/v1/me', '/api/v1/users', '/api/v1/tokens']),
  );
  for (const path of told)
    for (const { summary } of Object.values(paths[path] ?? {})) expect(summary).toMatch(/\.$/);
});
