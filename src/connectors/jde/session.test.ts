import { describe, expect, test } from 'vitest';
import type { JdeSimulator, JdeUser } from '../../simulators/jde/index.ts';
import {
  addresses,
  addressKeys,
  codeOfFailure,
  F0101,
  F4311,
  readKeys,
  readPages,
  startRig,
} from './jde.testkit.ts';

const user = (more: Partial<JdeUser> = {}): JdeUser => ({ user: 'JDE', password: 'JDE', ...more });

describe('a refused sign-in', () => {
  test.each([
    ['a wrong password', { users: [user({ password: 'other' })] }, 'jde.sign_in_refused'],
    ['an expired password', { users: [user({ state: 'expired' as const })] }, 'jde.sign_in_refused'],
    ['a locked user', { users: [user({ state: 'locked' as const })] }, 'jde.user_locked'],
    ['a disabled user', { users: [user({ state: 'disabled' as const })] }, 'jde.user_locked'],
    ['no licence', { switches: { signIn: 'licenceRefused' as const } }, 'jde.licence_refused'],
    [
      'no licence, with status 500',
      { switches: { signIn: 'licenceRefused' as const, signInRefusalStatus: '500' as const } },
      'jde.licence_refused',
    ],
    ['a host that is not allowed', { switches: { signIn: 'allowedHosts' as const } }, 'jde.host_not_allowed'],
    ['an unknown environment', { environments: ['OTHER'] }, 'jde.environment_unknown'],
    [
      'words that nobody knows',
      { switches: { messageWrongPassword: 'E 1234' }, users: [] },
      'jde.sign_in_refused',
    ],
  ])('for %s is told apart and never tried again', async (_, options, code) => {
    const { source, sim, waits } = await startRig(options);
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe(code);
    expect(await codeOfFailure(readPages(source, { spec: F4311 }))).toBe(code);
    expect(sim.callCount).toBe(1);
    expect(waits).toEqual([]);
  });

  test('for an unknown role is told apart', async () => {
    const { source } = await startRig({}, { role: 'BUYER' });
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.environment_unknown');
  });

  test('with status 500 and unknown words is tried once more and then counts as refused', async () => {
    const body = JSON.stringify({ message: 'Security kernel said no', exception: 'Exception' });
    const faults = [
      { on: { service: 'tokenrequest' as const }, do: { kind: 'status' as const, status: 500, body } },
    ];
    const { source, sim } = await startRig({ faults });
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.sign_in_refused');
    expect(sim.callCount).toBe(2);
  });

  test('by a web page with 403 counts as refused', async () => {
    const faults = [{ on: { service: 'tokenrequest' as const }, do: { kind: 'html' as const, status: 403 } }];
    const { source, sim } = await startRig({ faults });
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.sign_in_refused');
    expect(sim.callCount).toBe(1);
  });
});

describe('a sign-in of which no answer comes', () => {
  const wrong = [user({ password: 'other' })];
  const on = { service: 'tokenrequest' as const };
  const signIns = (sim: JdeSimulator): number =>
    sim.calls.filter((call) => call.service === 'tokenrequest').length;

  test.each([
    ['lost', { kind: 'reset', when: 'after' }, {}],
    ['late', { kind: 'hang' }, { timeoutSeconds: 0.1 }],
    ['that of a gateway', { kind: 'html', status: 502 }, {}],
    ['an empty error', { kind: 'status', status: 500, body: '' }, {}],
  ] as const)(
    'could be a wrong password: it is repeated once, after a pause, and never again (%s)',
    async (_, act, settings) => {
      const { source, sim, waits } = await startRig({ users: wrong, faults: [{ on, do: act }] }, settings);
      expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.sign_in_unanswered');
      expect(await codeOfFailure(readPages(source, { spec: F4311 }))).toBe('jde.sign_in_unanswered');
      expect(signIns(sim)).toBe(2);
      expect(waits).toEqual([5_000]);
    },
  );

  test('and of which words that nobody knows come next is not sent a third time', async () => {
    const body = JSON.stringify({ message: 'Security kernel said no', exception: 'Exception' });
    const faults = [
      { on, do: { kind: 'reset' as const, when: 'after' as const }, times: 1 },
      { on, do: { kind: 'status' as const, status: 500, body } },
    ];
    const { source, sim } = await startRig({ users: wrong, faults });
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.sign_in_refused');
    expect(signIns(sim)).toBe(2);
  });

  test('is a refusal where its status came and its words were cut off', async () => {
    const faults = [{ on, do: { kind: 'truncate' as const, bytes: 5 } }];
    const { source, sim } = await startRig({ users: wrong, faults });
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.sign_in_refused');
    expect(signIns(sim)).toBe(1);
  });

  test('is repeated like any other call where nothing takes the connection', async () => {
    const { source, waits } = await startRig({}, { url: 'http://127.0.0.1:1' });
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.unreachable');
    expect(waits).toHaveLength(4);
  });

  test('is repeated like any other call with a password that was right before', async () => {
    const faults = [{ on: { ...on, from: 3 }, do: { kind: 'reset' as const }, times: 3 }];
    const { source, sim } = await startRig({ tables: { F0101: addresses(3) }, faults });
    await readPages(source, { spec: F0101 });
    sim.restart();
    expect(await readKeys(source, { spec: F0101 })).toEqual(addressKeys(3));
    expect(signIns(sim)).toBe(1 + 3 + 1);
  });
});

describe('a session', () => {
  test('is signed in when AIS is back after a web page with 503', async () => {
    const faults = [
      { on: { service: 'tokenrequest' as const }, do: { kind: 'html' as const, status: 503 }, times: 2 },
    ];
    const { source, waits } = await startRig({ faults });
    await readPages(source, { spec: F0101 });
    expect(waits).toEqual([250, 500]);
  });

  test('is shared by all who ask at the same time', async () => {
    const { source, sim } = await startRig({ tables: { F0101: addresses(3) } }, { callsAtOnce: 4 });
    await Promise.all(Array.from({ length: 8 }, () => readPages(source, { spec: F0101 })));
    expect(sim.calls.filter((call) => call.service === 'tokenrequest')).toHaveLength(1);
  });

  test('that is lost under several readers is signed in once', async () => {
    const { source, sim } = await startRig({ tables: { F0101: addresses(3) } }, { callsAtOnce: 4 });
    await readPages(source, { spec: F0101 });
    sim.restart();
    await Promise.all(Array.from({ length: 6 }, () => readPages(source, { spec: F0101 })));
    expect(sim.calls.filter((call) => call.service === 'tokenrequest')).toHaveLength(2);
  });

  test('is signed in no more often than the limit', async () => {
    const faults = [{ on: { service: 'dataservice' as const }, do: { kind: 'killSession' as const } }];
    const { source, sim } = await startRig({ faults }, { signInsMax: 3, retriesMax: 20 });
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.sign_in_limit');
    expect(sim.calls.filter((call) => call.service === 'tokenrequest')).toHaveLength(3);
  });

  test('ends with a sign-out, once', async () => {
    const { source, sim } = await startRig({ tables: { F0101: addresses(3) } });
    await readPages(source, { spec: F0101 });
    expect(sim.openSessions).toBe(1);
    await source.close();
    await source.close();
    expect(sim.openSessions).toBe(0);
    expect(sim.calls.filter((call) => call.service === 'logout')).toHaveLength(1);
  });

  test('whose sign-out fails ends all the same', async () => {
    const faults = [{ on: { service: 'logout' as const }, do: { kind: 'reset' as const } }];
    const { source } = await startRig({ faults });
    await readPages(source, { spec: F0101 });
    await expect(source.close()).resolves.toBeUndefined();
  });

  test('never used makes no call at its end', async () => {
    const { source, sim } = await startRig();
    await source.close();
    expect(sim.callCount).toBe(0);
  });
});

test('no secret is in a Fault, whatever the server says', async () => {
  const password = 'S3cret/+pass"word';
  const users = [user({ password })];
  const credentials = { user: 'JDE', password };
  for (const service of ['tokenrequest', 'dataservice', 'next'] as const) {
    const said = `bad ${password} ${encodeURIComponent(password)} 044v2SEf1SZK9xhb/Say3dkrNzm43TUDkvtVBvPe8X08XQ=MDE4MDA5==`;
    const body = JSON.stringify({ message: said, exception: 'Exception' });
    const faults = [{ on: { service }, do: { kind: 'status' as const, status: 400, body } }];
    const rig = await startRig(
      { tables: { F0101: addresses(30) }, users, faults },
      { pageSize: 10 },
      { credentials },
    );
    const error: unknown = await readPages(rig.source, { spec: F0101 }).catch((failure: unknown) => failure);
    const shown = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? String(error.cause) : ''}`;
    expect(shown).toContain('bad *** *** ***');
    expect(shown).not.toContain('S3cret');
    expect(shown).not.toContain('044v2');
  }
});
