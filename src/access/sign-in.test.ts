import { describe, expect, test } from 'vitest';
import {
  ELSEWHERE,
  endings,
  HERE,
  madeUser,
  NEXT_PASSWORD,
  openDesk,
  PASSWORD,
  QUICK,
  ROOT,
  signedIn,
} from './access.testkit.ts';
import { argon2Hasher } from './passwords.ts';

const DAY_MS = 24 * 3_600_000;

describe('signing in', () => {
  test('gives a session to who knows the password, whatever capitals the name was typed with', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'Anna');
    const result = await desk.access.signIn({ name: 'aNNA', password: PASSWORD }, HERE);
    expect(result).toMatchObject({ kind: 'session', user: { name: 'Anna', role: 'operator' } });
  });

  test('answers alike and works alike for a wrong password, an unknown name, a disabled user and an expired password', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    const disabled = await madeUser(desk, 'ben');
    await desk.access.disableUser(disabled, ROOT);
    const late = await desk.access.createUser({ name: 'cleo', role: 'viewer' }, ROOT);
    desk.clock.nowMs = late.expiresAtMs;
    const attempts = [
      { name: 'anna', password: 'wrong' },
      { name: 'nobody', password: 'wrong' },
      { name: 'ben', password: PASSWORD },
      { name: 'cleo', password: late.temporaryPassword },
    ];
    const seen = [];
    for (const attempt of attempts) {
      const { verified, made } = desk.hashes;
      const fault: unknown = await desk.access.signIn(attempt, HERE).catch((error: unknown) => error);
      const { code, message, field } = fault as { code: string; message: string; field?: string };
      seen.push({
        code,
        message,
        field,
        verified: desk.hashes.verified - verified,
        made: desk.hashes.made - made,
      });
    }
    expect(seen[0]).toMatchObject({ code: 'access.sign_in_refused', verified: 1, made: 0 });
    expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  test('takes a first password only to choose an own one, and only for three days', async () => {
    const desk = await openDesk();
    const { temporaryPassword } = await desk.access.createUser({ name: 'anna', role: 'admin' }, ROOT);
    const first = await desk.access.signIn({ name: 'anna', password: temporaryPassword }, HERE);
    if (first.kind !== 'password_change_required') throw new Error(first.kind);
    const same = desk.access.submitNewPassword({ ticket: first.ticket, password: temporaryPassword }, HERE);
    await expect(same).rejects.toMatchObject({ code: 'access.password_weak' });
    const own = await desk.access.submitNewPassword({ ticket: first.ticket, password: PASSWORD }, HERE);
    expect(own.kind).toBe('session');
    desk.clock.nowMs += 4 * DAY_MS;
    await expect(signedIn(desk, 'anna')).resolves.toBeDefined();
  });

  test('leads one step on with each ticket, once', async () => {
    const desk = await openDesk();
    const { temporaryPassword } = await desk.access.createUser({ name: 'anna', role: 'admin' }, ROOT);
    const first = await desk.access.signIn({ name: 'anna', password: temporaryPassword }, HERE);
    if (first.kind !== 'password_change_required') throw new Error(first.kind);
    const own = () => desk.access.submitNewPassword({ ticket: first.ticket, password: PASSWORD }, HERE);
    expect(await endings([own(), own()])).toEqual(['access.ticket_expired', 'ok']);
    await expect(own()).rejects.toMatchObject({ code: 'access.ticket_expired' });
    expect(await desk.trail('user.password_changed')).toHaveLength(1);
  });

  test('ends a ticket after ten minutes, and when the password is reset', async () => {
    const desk = await openDesk();
    const { user, temporaryPassword } = await desk.access.createUser({ name: 'anna', role: 'admin' }, ROOT);
    const begin = async () => {
      const result = await desk.access.signIn({ name: 'anna', password: temporaryPassword }, HERE);
      if (result.kind !== 'password_change_required') throw new Error(result.kind);
      return result.ticket;
    };
    const late = await begin();
    desk.clock.nowMs += 10 * 60_000;
    const expired = { code: 'access.ticket_expired' };
    await expect(
      desk.access.submitNewPassword({ ticket: late, password: PASSWORD }, HERE),
    ).rejects.toMatchObject(expired);
    const reset = await begin();
    await desk.access.resetPassword(user.id, ROOT);
    await expect(
      desk.access.submitNewPassword({ ticket: reset, password: PASSWORD }, HERE),
    ).rejects.toMatchObject(expired);
  });

  test('refuses a password that is reset while its hash is checked', async () => {
    const hasher = argon2Hasher(QUICK);
    let meanwhile = async (): Promise<unknown> => undefined;
    const desk = await openDesk({
      hasher: {
        ...hasher,
        async verify(hashed, password) {
          const matches = await hasher.verify(hashed, password);
          await meanwhile();
          return matches;
        },
      },
    });
    const id = await madeUser(desk, 'anna');
    meanwhile = () => desk.access.disableUser(id, ROOT);
    await expect(signedIn(desk, 'anna')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
  });

  test('hashes a password anew once the parameters have risen, also for two sign-ins at once', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    const hashOf = async () =>
      (await desk.db.selectFrom('users').select('password_hash').executeTakeFirstOrThrow()).password_hash;
    expect(await hashOf()).toContain('$argon2id$v=19$m=64,t=1,p=1$');
    const risen = desk.reopened({ hasher: argon2Hasher({ ...QUICK, memoryCost: 128, timeCost: 2 }) });
    const attempt = () => risen.signIn({ name: 'anna', password: PASSWORD }, HERE);
    expect(await endings([attempt(), attempt()])).toEqual(['ok', 'ok']);
    expect(await hashOf()).toContain('$argon2id$v=19$m=128,t=2,p=1$');
    await expect(attempt()).resolves.toMatchObject({ kind: 'session' });
  });

  test('does not hash a megabyte that somebody sends as a password', async () => {
    const seen: number[] = [];
    const hasher = argon2Hasher(QUICK);
    const desk = await openDesk({
      hasher: {
        ...hasher,
        verify: (hashed, password) => (seen.push(password.length), hasher.verify(hashed, password)),
      },
    });
    await madeUser(desk, 'anna');
    seen.length = 0;
    const long = 'x'.repeat(1_000_000);
    await expect(desk.access.signIn({ name: 'anna', password: long }, HERE)).rejects.toMatchObject({
      code: 'access.sign_in_refused',
    });
    expect(seen).toEqual([0]);
  });

  test('tells the trail of successes and failures, without what was typed', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    await signedIn(desk, 'anna', ELSEWHERE);
    await endings([
      desk.access.signIn({ name: 'anna', password: 'typed-wrong' }, HERE),
      desk.access.signIn({ name: 'my-password-in-the-wrong-field', password: 'x' }, HERE),
    ]);
    expect((await desk.trail('access.sign_in')).at(-1)).toMatchObject({
      actor: 'user:anna',
      origin: ELSEWHERE.address,
      data: { user: 'anna', method: 'password', secondFactor: false },
    });
    const failed = await desk.trail('access.sign_in_failed');
    expect(failed.map(({ actor, data }) => [actor, data['user']])).toEqual(
      expect.arrayContaining([
        ['anonymous', 'anna'],
        ['anonymous', null],
      ]),
    );
    const rows = await desk.db.selectFrom('trail').select('data').execute();
    const text = JSON.stringify([rows, await desk.db.selectFrom('sign_in_attempts').selectAll().execute()]);
    expect(text).not.toMatch(/typed-wrong|wrong-field/);
  });
});

describe('changing the password', () => {
  test('needs the current one, ends all sessions and goes on in a new one', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    const one = await signedIn(desk, 'anna');
    const other = await signedIn(desk, 'anna', ELSEWHERE);
    const change = (current: string) =>
      desk.access.changePassword(one.principal, { current, next: NEXT_PASSWORD }, HERE);
    await expect(change('wrong')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    const changed = await change(PASSWORD);
    for (const token of [one.token, other.token])
      await expect(desk.access.authenticateSession(token)).rejects.toMatchObject({
        code: 'access.session_ended',
      });
    await expect(desk.access.authenticateSession(changed.token)).resolves.toMatchObject({ name: 'anna' });
    await expect(signedIn(desk, 'anna')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    expect(await desk.trail('user.password_changed')).toHaveLength(2);
  });

  test('takes no weak one, and does not count that as a failed attempt', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    const { principal } = await signedIn(desk, 'anna');
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const weak = desk.access.changePassword(principal, { current: PASSWORD, next: 'anna2026anna' }, HERE);
      await expect(weak).rejects.toMatchObject({ code: 'access.password_weak', field: 'password' });
    }
    const good = desk.access.changePassword(principal, { current: PASSWORD, next: NEXT_PASSWORD }, HERE);
    await expect(good).resolves.toMatchObject({ kind: 'session' });
  });
});
