import { describe, expect, test } from 'vitest';
import {
  codeAt,
  type Desk,
  endings,
  HERE,
  madeUser,
  openDesk,
  PASSWORD,
  ROOT,
  signedIn,
  withTotp,
} from './access.testkit.ts';
import type { UserPrincipal } from './principal.ts';

const STEP_MS = 30_000;

interface Enrolled {
  readonly desk: Desk;
  readonly principal: UserPrincipal;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** Signs in up to the code. */
  readonly ticket: () => Promise<string>;
}

async function enrolled(): Promise<Enrolled> {
  const desk = await openDesk();
  await madeUser(desk, 'anna');
  const { principal } = await signedIn(desk, 'anna');
  const { secret, recoveryCodes } = await withTotp(desk, principal);
  // The code of the enrolment is used up; the next step brings a new one.
  desk.clock.nowMs += STEP_MS;
  const ticket = async (): Promise<string> => {
    const result = await desk.access.signIn({ name: 'anna', password: PASSWORD }, HERE);
    if (result.kind !== 'totp_required') throw new Error(result.kind);
    return result.ticket;
  };
  return { desk, principal, secret, recoveryCodes, ticket };
}

describe('a code of the authenticator app', () => {
  test('is asked for behind the password, with the password or after it', async () => {
    const { desk, secret, ticket } = await enrolled();
    const code = codeAt(secret, desk.clock.nowMs);
    const later = await desk.access.submitCode({ ticket: await ticket(), code }, HERE);
    expect(later).toMatchObject({ kind: 'session', user: { name: 'anna', totpEnabled: true } });
    desk.clock.nowMs += STEP_MS;
    const credentials = { name: 'anna', password: PASSWORD, code: codeAt(secret, desk.clock.nowMs) };
    expect(await desk.access.signIn(credentials, HERE)).toMatchObject({ kind: 'session' });
    expect((await desk.trail('access.sign_in')).at(-1)?.data).toMatchObject({ secondFactor: true });
  });

  test.each([
    ['of the step before', -1, 'ok'],
    ['of the step after', 1, 'ok'],
    ['of two steps before', -2, 'access.code_refused'],
    ['of two steps after', 2, 'access.code_refused'],
  ])('%s: %#', async (_, steps, ending) => {
    const { desk, secret, ticket } = await enrolled();
    desk.clock.nowMs += 10 * STEP_MS;
    const code = codeAt(secret, desk.clock.nowMs + steps * STEP_MS);
    expect(await endings([desk.access.submitCode({ ticket: await ticket(), code }, HERE)])).toEqual([ending]);
  });

  test('counts once, and none before it counts any more', async () => {
    const { desk, secret, ticket } = await enrolled();
    desk.clock.nowMs += 10 * STEP_MS;
    const submit = async (atMs: number) =>
      (
        await endings([desk.access.submitCode({ ticket: await ticket(), code: codeAt(secret, atMs) }, HERE)])
      )[0];
    const { nowMs } = desk.clock;
    expect(await submit(nowMs)).toBe('ok');
    expect(await submit(nowMs)).toBe('access.code_refused');
    expect(await submit(nowMs - STEP_MS)).toBe('access.code_refused');
    expect(await submit(nowMs + STEP_MS)).toBe('ok');
  });

  test('that two people bring at the same moment lets one of them in, also on two servers', async () => {
    const { desk, secret } = await enrolled();
    const other = desk.reopened();
    const credentials = { name: 'anna', password: PASSWORD, code: codeAt(secret, desk.clock.nowMs) };
    const attempts = [desk.access, other, desk.access, other].map((access) =>
      access.signIn(credentials, HERE),
    );
    expect(await endings(attempts)).toEqual([...Array<string>(3).fill('access.code_refused'), 'ok']);
  });

  test('cannot be guessed: after five wrong ones each costs a longer wait, up to a quarter of an hour', async () => {
    const { desk, ticket } = await enrolled();
    const waits: number[] = [];
    for (let number = 0; number < 30; number += 1) {
      const attempt = desk.access.submitCode(
        { ticket: await ticket(), code: '000000' },
        { address: `203.0.113.${number}` },
      );
      const fault = (await attempt.catch((error: unknown) => error)) as {
        code: string;
        retryAfterMs?: number;
      };
      expect(fault.code).toBe(
        fault.retryAfterMs === undefined ? 'access.code_refused' : 'access.too_many_attempts',
      );
      waits.push((fault.retryAfterMs ?? 0) / 1_000);
      desk.clock.nowMs += fault.retryAfterMs ?? 0;
    }
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(waits.filter((seconds) => seconds > 0)).toEqual([
      1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900,
    ]);
  });

  test('does not replace the password: a ticket without it leads nowhere', async () => {
    const { desk, secret } = await enrolled();
    const code = codeAt(secret, desk.clock.nowMs);
    const attempt = desk.access.submitCode({ ticket: 'made-up', code }, HERE);
    await expect(attempt).rejects.toMatchObject({ code: 'access.ticket_expired' });
  });
});

describe('a recovery code', () => {
  test('takes the place of the app once, however it is typed', async () => {
    const { desk, recoveryCodes, ticket } = await enrolled();
    const [first = '', second = ''] = recoveryCodes;
    const submit = async (code: string) =>
      (await endings([desk.access.submitCode({ ticket: await ticket(), code }, HERE)]))[0];
    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await submit(first)).toBe('ok');
    expect(await submit(first)).toBe('access.code_refused');
    expect(await submit(second.toLowerCase().replaceAll('-', ' '))).toBe('ok');
    expect(await desk.trail('user.recovery_code_used')).toHaveLength(2);
    const { principal } = await (async () => {
      const result = await desk.access.submitCode(
        { ticket: await ticket(), code: recoveryCodes[2] ?? '' },
        HERE,
      );
      if (result.kind !== 'session') throw new Error(result.kind);
      return { principal: await desk.access.authenticateSession(result.token) };
    })();
    expect(await desk.access.ownAccount(principal)).toMatchObject({ recoveryCodesLeft: 7 });
  });

  test('that is used twice at the same moment lets one in', async () => {
    const { desk, recoveryCodes } = await enrolled();
    const credentials = { name: 'anna', password: PASSWORD, code: recoveryCodes[0] ?? '' };
    const attempts = [1, 2, 3].map(() => desk.access.signIn(credentials, HERE));
    expect(await endings(attempts)).toEqual(['access.code_refused', 'access.code_refused', 'ok']);
  });

  test('is worth nothing once new ones were made', async () => {
    const { desk, principal, recoveryCodes, ticket } = await enrolled();
    const renewed = await desk.access.renewRecoveryCodes(principal, HERE);
    const submit = async (code = '') =>
      (await endings([desk.access.submitCode({ ticket: await ticket(), code }, HERE)]))[0];
    expect(await submit(recoveryCodes[0])).toBe('access.code_refused');
    expect(await submit(renewed[0])).toBe('ok');
  });
});

describe('switching the second factor on and off', () => {
  test('counts from the first right code on: a secret that was only shown asks nobody for codes', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    const { principal } = await signedIn(desk, 'anna');
    const { uri, secret } = await desk.access.startTotp(principal, HERE);
    expect(uri).toMatch(/^otpauth:\/\/totp\/ml-connector:anna\?.*algorithm=SHA1&digits=6&period=30/);
    await expect(desk.access.confirmTotp(principal, '000000', HERE)).rejects.toMatchObject({
      code: 'access.code_refused',
    });
    await expect(signedIn(desk, 'anna')).resolves.toBeDefined();
    await desk.access.confirmTotp(principal, codeAt(secret, desk.clock.nowMs), HERE);
    expect(await desk.access.signIn({ name: 'anna', password: PASSWORD }, HERE)).toMatchObject({
      kind: 'totp_required',
    });
  });

  test('takes the newest secret only', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    const { principal } = await signedIn(desk, 'anna');
    const old = await desk.access.startTotp(principal, HERE);
    const newest = await desk.access.startTotp(principal, HERE);
    const confirm = (secret: string) =>
      desk.access.confirmTotp(principal, codeAt(secret, desk.clock.nowMs), HERE);
    await expect(confirm(old.secret)).rejects.toMatchObject({ code: 'access.code_refused' });
    expect(await confirm(newest.secret)).toHaveLength(10);
    await expect(desk.access.startTotp(principal, HERE)).rejects.toMatchObject({
      code: 'access.totp_enabled',
    });
  });

  test('needs a proof of the last ten minutes', async () => {
    const { desk, principal } = await enrolled();
    desk.clock.nowMs += 11 * 60_000;
    const needed = { code: 'access.reauthentication_needed' };
    await expect(desk.access.disableTotp(principal, HERE)).rejects.toMatchObject(needed);
    await expect(desk.access.renewRecoveryCodes(principal, HERE)).rejects.toMatchObject(needed);
    const { token } = await desk.access.reauthenticate(principal, PASSWORD, HERE);
    await desk.access.disableTotp(await desk.access.authenticateSession(token), HERE);
    await expect(signedIn(desk, 'anna')).resolves.toBeDefined();
    expect(await desk.trail('user.totp_disabled')).toHaveLength(1);
  });

  test('can be demanded of a role: the sign-in then goes through the enrolment, and nobody of the role can switch it off', async () => {
    const desk = await openDesk({ settings: { requireTotp: ['admin'] } });
    await madeUser(desk, 'anna', 'admin');
    const result = await desk.access.signIn({ name: 'anna', password: PASSWORD }, HERE);
    if (result.kind !== 'totp_enrolment_required') throw new Error(result.kind);
    const { secret } = await desk.access.startTotpByTicket(result.ticket, HERE);
    const step = { ticket: result.ticket, code: codeAt(secret, desk.clock.nowMs) };
    const { signIn, recoveryCodes } = await desk.access.confirmTotpByTicket(step, HERE);
    if (signIn.kind !== 'session') throw new Error(signIn.kind);
    expect(recoveryCodes).toHaveLength(10);
    const principal = await desk.access.authenticateSession(signIn.token);
    await expect(desk.access.disableTotp(principal, HERE)).rejects.toMatchObject({
      code: 'access.totp_required',
    });
    await madeUser(desk, 'ben', 'operator');
    await expect(signedIn(desk, 'ben')).resolves.toBeDefined();
  });

  test('ends sessions of people without one once it is demanded', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna', 'admin');
    const { token } = await signedIn(desk, 'anna');
    const stricter = desk.reopened({ settings: { ...desk.access.settings, requireTotp: ['admin'] } });
    await expect(stricter.authenticateSession(token)).rejects.toMatchObject({ code: 'access.session_ended' });
  });

  test('can be undone by an admin, for a phone that is lost with all codes', async () => {
    const { desk, principal } = await enrolled();
    await desk.access.resetTotp(principal.id, ROOT);
    await expect(signedIn(desk, 'anna')).resolves.toBeDefined();
    expect(await desk.db.selectFrom('recovery_codes').selectAll().execute()).toEqual([]);
  });

  test('leaves the secret and the codes in no table and no trail entry', async () => {
    const { desk, secret, recoveryCodes } = await enrolled();
    const tables = ['users', 'recovery_codes', 'trail', 'sessions', 'secrets'] as const;
    const texts = [];
    for (const table of tables)
      texts.push(JSON.stringify(await desk.db.selectFrom(table).selectAll().execute()));
    for (const shown of [secret, ...recoveryCodes]) expect(texts.join('')).not.toContain(shown);
  });
});
