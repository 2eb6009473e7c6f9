import { describe, expect, test } from 'vitest';
import { endings, HERE, openDesk, PASSWORD, ROOT } from './access.testkit.ts';

const REFUSED = { code: 'access.set_up_refused' };

describe('a first start', () => {
  test('gives a token to the console of the machine, which makes the first admin', async () => {
    const desk = await openDesk();
    expect(await desk.access.needsSetUp()).toBe(true);
    const offer = await desk.access.issueSetUpToken();
    const token = offer?.token ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const result = await desk.access.setUp({ token, name: 'anna', password: PASSWORD }, HERE);
    expect(result).toMatchObject({
      kind: 'session',
      user: { name: 'anna', role: 'admin', createdBy: 'set-up' },
    });
    expect(await desk.access.needsSetUp()).toBe(false);
    expect(await desk.access.issueSetUpToken()).toBeUndefined();
    expect((await desk.trail()).map(({ action }) => action)).toEqual([
      'user.created',
      'access.set_up',
      'access.sign_in',
    ]);
    expect(JSON.stringify(await desk.db.selectFrom('trail').selectAll().execute())).not.toContain(token);
  });

  test('keeps no token in the clear', async () => {
    const desk = await openDesk();
    const offer = await desk.access.issueSetUpToken();
    expect(JSON.stringify(await desk.db.selectFrom('set_up_tokens').selectAll().execute())).not.toContain(
      offer?.token,
    );
  });

  test('ends after a day; the next start gives another token', async () => {
    const desk = await openDesk();
    const old = await desk.access.issueSetUpToken();
    desk.clock.nowMs = old?.expiresAtMs ?? 0;
    const setUp = (token = '') => desk.access.setUp({ token, name: 'anna', password: PASSWORD }, HERE);
    await expect(setUp(old?.token)).rejects.toMatchObject(REFUSED);
    const next = await desk.access.issueSetUpToken();
    await expect(setUp(next?.token)).resolves.toMatchObject({ kind: 'session' });
  });

  test('makes one admin, also for two people at once and with the tokens of two servers', async () => {
    const desk = await openDesk();
    const tokens = [await desk.access.issueSetUpToken(), await desk.reopened().issueSetUpToken()];
    const attempts = ['anna', 'ben', 'cleo'].map((name, number) =>
      desk.access.setUp({ token: tokens[number % 2]?.token ?? '', name, password: PASSWORD }, HERE),
    );
    expect(await endings(attempts)).toEqual(['access.set_up_refused', 'access.set_up_refused', 'ok']);
    expect(await desk.access.listUsers({ limit: 10 })).toHaveLength(1);
  });

  test('is over once a user was made on the command line', async () => {
    const desk = await openDesk();
    const offer = await desk.access.issueSetUpToken();
    await desk.access.createUser({ name: 'root', role: 'admin' }, ROOT);
    const late = desk.access.setUp({ token: offer?.token ?? '', name: 'anna', password: PASSWORD }, HERE);
    await expect(late).rejects.toMatchObject(REFUSED);
  });

  test('takes no weak password, and the token stays good', async () => {
    const desk = await openDesk();
    const token = (await desk.access.issueSetUpToken())?.token ?? '';
    const weak = desk.access.setUp({ token, name: 'anna', password: 'password1234' }, HERE);
    await expect(weak).rejects.toMatchObject({ code: 'access.password_weak' });
    await expect(desk.access.setUp({ token, name: 'anna', password: PASSWORD }, HERE)).resolves.toBeDefined();
  });

  test('slows down an address that guesses', async () => {
    const desk = await openDesk();
    const guess = () => desk.access.setUp({ token: 'guess', name: 'anna', password: PASSWORD }, HERE);
    for (let number = 0; number < 20; number += 1) await expect(guess()).rejects.toMatchObject(REFUSED);
    await expect(guess()).rejects.toMatchObject({ code: 'access.too_many_attempts' });
  });

  test('demands a second factor at once where admins need one', async () => {
    const desk = await openDesk({ settings: { requireTotp: ['admin'] } });
    const token = (await desk.access.issueSetUpToken())?.token ?? '';
    const result = await desk.access.setUp({ token, name: 'anna', password: PASSWORD }, HERE);
    expect(result).toMatchObject({ kind: 'totp_enrolment_required' });
  });
});
