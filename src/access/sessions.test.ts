import { describe, expect, test } from 'vitest';
import {
  type Desk,
  ELSEWHERE,
  HERE,
  madeUser,
  openDesk,
  PASSWORD,
  ROOT,
  signedIn,
} from './access.testkit.ts';
import { assertRecent } from './principal.ts';

const MINUTE_MS = 60_000;
const ENDED = { code: 'access.session_ended' };

const seen = (desk: Desk, token: string) => desk.access.authenticateSession(token);

async function deskWithAnna() {
  const desk = await openDesk();
  const id = await madeUser(desk, 'anna');
  return { desk, id };
}

describe('a session', () => {
  test('ends when nothing was done for half an hour, and not while something is', async () => {
    const { desk } = await deskWithAnna();
    const { token } = await signedIn(desk, 'anna');
    for (let number = 0; number < 5; number += 1) {
      desk.clock.nowMs += 29 * MINUTE_MS;
      await expect(seen(desk, token)).resolves.toMatchObject({ name: 'anna' });
    }
    desk.clock.nowMs += 30 * MINUTE_MS;
    await expect(seen(desk, token)).rejects.toMatchObject(ENDED);
  });

  test('ends after twelve hours, whatever was done', async () => {
    const { desk } = await deskWithAnna();
    const { token, principal } = await signedIn(desk, 'anna');
    while (desk.clock.nowMs + 20 * MINUTE_MS < principal.expiresAtMs) {
      desk.clock.nowMs += 20 * MINUTE_MS;
      await seen(desk, token);
    }
    desk.clock.nowMs = principal.expiresAtMs - 1;
    await seen(desk, token);
    desk.clock.nowMs = principal.expiresAtMs;
    await expect(seen(desk, token)).rejects.toMatchObject(ENDED);
  });

  test('is not kept alive by a page that asks by itself', async () => {
    const { desk } = await deskWithAnna();
    const { token } = await signedIn(desk, 'anna');
    for (let number = 0; number < 29; number += 1) {
      desk.clock.nowMs += MINUTE_MS;
      await desk.access.authenticateSession(token, { passive: true });
    }
    desk.clock.nowMs += MINUTE_MS;
    await expect(seen(desk, token)).rejects.toMatchObject(ENDED);
  });

  test('writes its last use once a minute at most', async () => {
    const { desk } = await deskWithAnna();
    const { token } = await signedIn(desk, 'anna');
    const lastSeen = async () =>
      Number(
        (
          await desk.db
            .selectFrom('sessions')
            .select('last_seen_at')
            .orderBy('last_seen_at', 'desc')
            .executeTakeFirstOrThrow()
        ).last_seen_at,
      );
    const start = desk.clock.nowMs;
    desk.clock.nowMs += 59_000;
    await seen(desk, token);
    expect(await lastSeen()).toBe(start);
    desk.clock.nowMs += 1_000;
    await seen(desk, token);
    expect(await lastSeen()).toBe(start + MINUTE_MS);
  });

  test('has its token nowhere in the store', async () => {
    const { desk } = await deskWithAnna();
    const { token } = await signedIn(desk, 'anna');
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(await desk.db.selectFrom('sessions').selectAll().execute())).not.toContain(token);
    expect(JSON.stringify(await desk.db.selectFrom('trail').selectAll().execute())).not.toContain(token);
  });

  test('begins under a token that nobody could have set before', async () => {
    const { desk } = await deskWithAnna();
    const tokens = new Set<string>();
    for (let number = 0; number < 5; number += 1) tokens.add((await signedIn(desk, 'anna')).token);
    expect(tokens.size).toBe(5);
    await expect(seen(desk, 'set-by-somebody-else')).rejects.toMatchObject(ENDED);
  });
});

describe('sessions in a list', () => {
  test('show where and with what, and the own one', async () => {
    const { desk } = await deskWithAnna();
    await desk.db.deleteFrom('sessions').execute();
    const { principal } = await signedIn(desk, 'anna');
    desk.clock.nowMs += MINUTE_MS;
    await signedIn(desk, 'anna', ELSEWHERE);
    const list = await desk.access.listSessions(principal);
    expect(list.map(({ address, agent, current }) => ({ address, agent, current }))).toEqual([
      { address: ELSEWHERE.address, agent: '', current: false },
      { address: HERE.address, agent: HERE.agent, current: true },
    ]);
    expect(JSON.stringify(list)).not.toMatch(/hash|token/i);
  });

  test('can be ended one by one, and nobody ends those of others', async () => {
    const { desk } = await deskWithAnna();
    await madeUser(desk, 'ben');
    const one = await signedIn(desk, 'anna');
    const other = await signedIn(desk, 'anna', ELSEWHERE);
    const ben = await signedIn(desk, 'ben');
    const end = (sessionId: string) => desk.access.endSession(ben.principal, sessionId, HERE);
    await expect(end(other.principal.sessionId)).rejects.toMatchObject({ code: 'input.invalid' });
    await desk.access.endSession(one.principal, other.principal.sessionId, HERE);
    await expect(seen(desk, other.token)).rejects.toMatchObject(ENDED);
    await expect(seen(desk, one.token)).resolves.toBeDefined();
  });

  test('can be ended all at once', async () => {
    const { desk } = await deskWithAnna();
    const one = await signedIn(desk, 'anna');
    const other = await signedIn(desk, 'anna', ELSEWHERE);
    await desk.access.signOutEverywhere(one.principal, HERE);
    for (const { token } of [one, other]) await expect(seen(desk, token)).rejects.toMatchObject(ENDED);
    expect((await desk.trail('access.sign_out')).at(-1)?.data).toMatchObject({ everywhere: true });
  });
});

describe('signing out', () => {
  test('ends the session at the server and not only in the browser', async () => {
    const { desk } = await deskWithAnna();
    const { token, principal } = await signedIn(desk, 'anna');
    expect(await desk.access.signOut(principal, HERE)).toEqual({ providerUrl: undefined });
    await expect(seen(desk, token)).rejects.toMatchObject(ENDED);
    await desk.access.signOut(principal, HERE);
    expect(await desk.trail('access.sign_out')).toHaveLength(1);
  });
});

describe('all sessions of a user end', () => {
  test.each([
    ['when the role changes', (desk: Desk, id: string) => desk.access.changeRole(id, 'viewer', ROOT)],
    ['when the user is disabled', (desk: Desk, id: string) => desk.access.disableUser(id, ROOT)],
    ['when the password is reset', (desk: Desk, id: string) => desk.access.resetPassword(id, ROOT)],
    ['when an admin signs the user out', (desk: Desk, id: string) => desk.access.signOutUser(id, ROOT)],
    ['when the user is deleted', (desk: Desk, id: string) => desk.access.deleteUser(id, ROOT)],
  ])('%s', async (_, act) => {
    const { desk, id } = await deskWithAnna();
    await madeUser(desk, 'ben');
    const anna = await signedIn(desk, 'anna');
    const ben = await signedIn(desk, 'ben');
    await act(desk, id);
    await expect(seen(desk, anna.token)).rejects.toMatchObject(ENDED);
    await expect(seen(desk, ben.token)).resolves.toBeDefined();
  });
});

describe('a new proof of who one is', () => {
  test('is needed after ten minutes, and puts the session under a new token', async () => {
    const { desk } = await deskWithAnna();
    const { token, principal } = await signedIn(desk, 'anna');
    desk.clock.nowMs += 10 * MINUTE_MS;
    expect(() => assertRecent(principal, desk.clock.nowMs)).not.toThrow();
    desk.clock.nowMs += 1;
    expect(() => assertRecent(principal, desk.clock.nowMs)).toThrow('older than 10 minutes');
    const renewed = await desk.access.reauthenticate(principal, PASSWORD, HERE);
    await expect(seen(desk, token)).rejects.toMatchObject(ENDED);
    const again = await seen(desk, renewed.token);
    expect(again).toMatchObject({ sessionId: principal.sessionId, expiresAtMs: principal.expiresAtMs });
    expect(() => assertRecent(again, desk.clock.nowMs)).not.toThrow();
  });

  test('is refused with a wrong password, and to a session that was ended meanwhile', async () => {
    const { desk } = await deskWithAnna();
    const { principal } = await signedIn(desk, 'anna');
    const prove = (password: string) => desk.access.reauthenticate(principal, password, HERE);
    await expect(prove('wrong')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    await desk.access.signOut(principal, HERE);
    await expect(prove(PASSWORD)).rejects.toMatchObject(ENDED);
  });
});
