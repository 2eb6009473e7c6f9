import { describe, expect, test } from 'vitest';
import { handClock, leaf, MINUTE_MS, startAis } from './ais.testkit.ts';

const VALIDATE = '/jderest/v2/tokenrequest/validate';
const SIGN_IN = '/jderest/v2/tokenrequest';

describe('sign-in', () => {
  test('a token has the anatomy of the public ones', async () => {
    const ais = await startAis({ clock: handClock('2026-11-23T08:00:00Z') });
    const token = await ais.signIn({ deviceName: 'aisTester' });
    expect(token.slice(0, 3)).toBe('044');
    expect(Buffer.from(token.slice(3, 47), 'base64')).toHaveLength(32);
    const content = Buffer.from(token.slice(47), 'base64').toString();
    const randomLength = Number(content.slice(0, 3));
    expect(content.slice(3, 6)).toBe('009');
    expect(content.slice(6, 6 + randomLength)).toMatch(/^-?\d+$/);
    expect(content.slice(6 + randomLength)).toBe(`aisTester${Date.parse('2026-11-23T08:00:00Z')}`);
  });

  test('v1 marks its answer as deprecated, v2 does not', async () => {
    const ais = await startAis();
    const body = { username: 'JDE', password: 'JDE' };
    expect((await ais.post('/jderest/tokenrequest', body)).json['deprecated']).toBe(true);
    expect((await ais.post(SIGN_IN, body)).json).not.toHaveProperty('deprecated');
  });

  test('Basic with environment, role and device in headers is as good as a body', async () => {
    const ais = await startAis({ users: [{ user: 'MLC', password: 'a:b', roles: ['CONNECT'] }] });
    const answer = await ais.post(SIGN_IN, undefined, {
      authorization: `Basic ${Buffer.from('MLC:a:b').toString('base64')}`,
      'jde-AIS-Auth-Environment': 'JPD920',
      'jde-AIS-Auth-Role': 'CONNECT',
      'jde-AIS-Auth-Device': 'connector',
    });
    expect(answer.json).toMatchObject({ environment: 'JPD920', role: 'CONNECT', username: 'MLC' });
    const token = leaf(answer.json['userInfo']?.['token']);
    expect((await ais.post(VALIDATE, { token, deviceName: 'connector' })).status).toBe(200);
  });

  test.each(['/jderest/orchestrator', '/jderest/v2/orchestrator', '/jderest/v3/orchestrator'])(
    'the aliases below %s sign in, validate and log out',
    async (base) => {
      const ais = await startAis();
      const basic = { authorization: `Basic ${Buffer.from('JDE:JDE').toString('base64')}` };
      const signedIn = await ais.get(`${base}/jde-login`, basic);
      const token = leaf(signedIn.json['userInfo']?.['token']);
      expect((await ais.post(`${base}/jde-validate-session`, { token })).json).toEqual({
        isValidSession: true,
      });
      expect((await ais.post(`${base}/jde-logout`, { token })).status).toBe(200);
      expect((await ais.post(`${base}/jde-validate-session`, { token })).status).toBe(444);
    },
  );

  test.each([
    ['a wrong password', { password: 'x' }, 'Authorization Failure'],
    ['an unknown user', { username: 'NOBODY' }, 'Authorization Failure'],
    ['an unknown environment', { environment: 'JXX920' }, 'Authorization Failure: invalid environment'],
    ['a role the user lacks', { role: 'ADMIN' }, 'Authorization Failure: invalid role'],
  ])('%s is refused with 403', async (_, body, message) => {
    const ais = await startAis();
    const answer = await ais.post(SIGN_IN, { username: 'JDE', password: 'JDE', ...body });
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ message, exception: 'Exception' });
    expect(ais.sim.openSessions).toBe(0);
  });

  test.each(['locked', 'disabled', 'expired'] as const)(
    'a user that is %s is refused with 403',
    async (state) => {
      const ais = await startAis({ users: [{ user: 'JDE', password: 'JDE', state }] });
      const answer = await ais.post(SIGN_IN, { username: 'JDE', password: 'JDE' });
      expect([answer.status, answer.json['message']]).toEqual([403, expect.stringContaining(state)]);
    },
  );

  test('wrong passwords lock the user when the switch says so', async () => {
    const ais = await startAis({ switches: { lockAfterFailedSignIns: 3 } });
    for (let i = 0; i < 3; i++) await ais.post(SIGN_IN, { username: 'JDE', password: 'x' });
    expect(ais.sim.users[0]?.state).toBe('locked');
    expect((await ais.post(SIGN_IN, { username: 'JDE', password: 'JDE' })).status).toBe(403);
  });

  test.each([
    ['licenceRefused', 403, 'license'],
    ['maintenance', 403, 'maintenance'],
    ['allowedHosts', 405, 'Allowed Hosts on the HTML server is not configured'],
  ] as const)('with signIn %s everyone gets %i', async (signIn, status, words) => {
    const ais = await startAis({ switches: { signIn } });
    const answer = await ais.post(SIGN_IN, { username: 'JDE', password: 'JDE' });
    expect([answer.status, answer.json['message']]).toEqual([status, expect.stringContaining(words)]);
  });

  test('a body that is no JSON is 400, another content type 415', async () => {
    const ais = await startAis();
    expect((await ais.post(SIGN_IN, '{"username":')).status).toBe(400);
    expect((await ais.post(SIGN_IN, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('the newer form of the answer has the time zone of the server', async () => {
    const ais = await startAis({ switches: { tokenResponseForm: 'newer', utcOffsetMinutes: -300 } });
    const answer = await ais.post(SIGN_IN, { username: 'JDE', password: 'JDE' });
    expect(answer.json['userInfo']).toMatchObject({ timeZoneOffset: 'UTC-05:00', timeFormat: '12' });
  });
});

describe('tokens', () => {
  test('a token of a named device is refused without that name', async () => {
    const ais = await startAis();
    const token = await ais.signIn({ deviceName: 'one' });
    expect((await ais.post(VALIDATE, { token })).status).toBe(444);
    expect((await ais.post(VALIDATE, { token, deviceName: 'two' })).status).toBe(444);
    expect((await ais.post(VALIDATE, { token }, { 'jde-AIS-Auth-Device': 'one' })).status).toBe(200);
  });

  test('a token may ride in the header', async () => {
    const ais = await startAis();
    const token = await ais.signIn();
    expect((await ais.post(VALIDATE, {}, { 'jde-AIS-Auth': token })).json).toEqual({ isValidSession: true });
  });

  test.each([
    ['444', 444],
    ['403', 403],
  ] as const)(
    'an invalid token is answered as recorded, with status %s',
    async (invalidTokenStatus, status) => {
      const ais = await startAis({ switches: { invalidTokenStatus } });
      const answer = await ais.browse({ token: '044gone', targetName: 'F0101' });
      expect(answer.status).toBe(status);
      expect(answer.json).toEqual({
        message: 'Invalid Token',
        exception: 'Exception',
        timeStamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
      });
    },
  );

  test('behind a balancer a token wants the cookie of its sign-in', async () => {
    const ais = await startAis({ switches: { sessionAffinity: 'required' } });
    const signedIn = await ais.post(SIGN_IN, { username: 'JDE', password: 'JDE' });
    const token = leaf(signedIn.json['userInfo']?.['token']);
    const cookie = leaf(signedIn.headers.get('set-cookie')).split(';')[0] ?? '';
    expect((await ais.post(VALIDATE, { token })).status).toBe(444);
    expect((await ais.post(VALIDATE, { token }, { cookie })).status).toBe(200);
  });

  test('an idle token dies after 30 minutes, a touched one lives on', async () => {
    const clock = handClock('2026-11-23T08:00:00Z');
    const ais = await startAis({ clock });
    const [idle, touched] = [await ais.signIn(), await ais.signIn()];
    clock.forward(29 * MINUTE_MS);
    await ais.post(VALIDATE, { token: touched, touch: true });
    await ais.post(VALIDATE, { token: idle });
    clock.forward(2 * MINUTE_MS);
    expect((await ais.post(VALIDATE, { token: idle })).status).toBe(444);
    expect((await ais.post(VALIDATE, { token: touched })).status).toBe(200);
    expect(ais.sim.openSessions).toBe(1);
  });

  test('a busy token dies after 720 minutes all the same', async () => {
    const clock = handClock('2026-11-23T00:00:00Z');
    const ais = await startAis({ clock });
    const token = await ais.signIn();
    for (let i = 0; i < 35; i++) {
      clock.forward(20 * MINUTE_MS);
      expect((await ais.browse({ token, targetName: 'F0101' })).status).toBe(200);
    }
    clock.forward(20 * MINUTE_MS);
    expect((await ais.browse({ token, targetName: 'F0101' })).status).toBe(444);
  });

  test('log-out ends the session, a restart ends all', async () => {
    const ais = await startAis();
    const token = await ais.signIn();
    expect((await ais.post('/jderest/v2/tokenrequest/logout', { token })).status).toBe(200);
    expect(ais.sim.openSessions).toBe(0);
    expect((await ais.post('/jderest/v2/tokenrequest/logout', { token })).status).toBe(444);
    const other = await ais.signIn();
    ais.sim.restart();
    expect((await ais.browse({ token: other, targetName: 'F0101' })).status).toBe(444);
  });

  test('a call may sign itself in, and leaves no session behind', async () => {
    const ais = await startAis({ tables: { F0010: [{ CO: '00001' }] } });
    const answer = await ais.browse({
      token: '',
      username: 'JDE',
      password: 'JDE',
      targetName: 'F0010',
      enableNextPageProcessing: true,
      maxPageSize: '1',
    });
    expect(answer.status).toBe(200);
    expect(ais.sim.openSessions).toBe(0);
  });
});

test('calls are listed without their query, in which a token may be', async () => {
  const ais = await startAis();
  await ais.get('/jderest/v2/defaultconfig?token=secret');
  expect(ais.sim.calls).toEqual([
    expect.objectContaining({ n: 1, method: 'GET', path: '/jderest/v2/defaultconfig', status: 200 }),
  ]);
});

test('a path that is not there is a page of the container, not JSON', async () => {
  const ais = await startAis();
  for (const path of ['/', '/jderest/v2/nothing', '/jderest/v3/dataservice']) {
    const answer = await ais.get(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('html'),
    ]);
  }
});
