import { describe, expect, test } from 'vitest';
import { sharedStore } from '../store/store.testkit.ts';
import {
  type Desk,
  ELSEWHERE,
  endings,
  HERE,
  madeUser,
  openDesk,
  PASSWORD,
  signedIn,
} from './access.testkit.ts';
import { addressKeyOf } from './attempts.ts';
import type { Origin } from './principal.ts';

const MINUTE_MS = 60_000;

async function deskWithAnna(): Promise<Desk> {
  const desk = await openDesk();
  await madeUser(desk, 'anna');
  // As if the first sign-in lay long ago: nobody knows an address of hers.
  await desk.db.deleteFrom('known_addresses').execute();
  return desk;
}

/** One attempt; what came of it. */
async function attempt(desk: Desk, name: string, origin: Origin, password = 'wrong'): Promise<string> {
  const [ending = ''] = await endings([desk.access.signIn({ name, password }, origin)]);
  return ending;
}

async function waitMs(desk: Desk, name: string, origin: Origin): Promise<number> {
  const fault: unknown = await desk.access
    .signIn({ name, password: 'wrong' }, origin)
    .catch((error: unknown) => error);
  return (fault as { retryAfterMs?: number }).retryAfterMs ?? 0;
}

/** An address that has tried nothing yet. */
const fresh = (number: number): Origin => ({
  address: `203.0.${Math.floor(number / 250)}.${(number % 250) + 1}`,
});

describe('wrong passwords for one account', () => {
  test('are free five times, then cost waits that double up to one minute and never more', async () => {
    const desk = await deskWithAnna();
    for (let number = 0; number < 5; number += 1)
      expect(await attempt(desk, 'anna', fresh(number))).toBe('access.sign_in_refused');
    const waits: number[] = [];
    for (let number = 5; number < 16; number += 1) {
      const wait = await waitMs(desk, 'anna', fresh(number));
      waits.push(wait / 1_000);
      desk.clock.nowMs += wait;
      expect(await attempt(desk, 'anna', fresh(number))).toBe('access.sign_in_refused');
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
  });

  test('make no difference between a name that is there and one that is not', async () => {
    const desk = await deskWithAnna();
    const ways = [];
    for (const name of ['anna', 'nobody']) {
      const seen = [];
      for (let number = 0; number < 8; number += 1) seen.push(await attempt(desk, name, fresh(number)));
      ways.push(seen);
    }
    expect(ways[0]).toEqual(ways[1]);
    expect(ways[0]?.at(-1)).toBe('access.too_many_attempts');
  });

  test('cost no work while the wait lasts, not even for the right password, and the right one ends them', async () => {
    const desk = await deskWithAnna();
    for (let number = 0; number < 5; number += 1) await attempt(desk, 'anna', fresh(number));
    const { verified } = desk.hashes;
    expect(await attempt(desk, 'anna', fresh(9), PASSWORD)).toBe('access.too_many_attempts');
    expect(desk.hashes.verified).toBe(verified);
    desk.clock.nowMs += 1_000;
    expect(await attempt(desk, 'anna', fresh(9), PASSWORD)).toBe('ok');
    for (let number = 10; number < 14; number += 1)
      expect(await attempt(desk, 'anna', fresh(number))).toBe('access.sign_in_refused');
  });

  test('do not make the person wait at an address where this person has signed in before', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    for (let number = 0; number < 9; number += 1) await attempt(desk, 'anna', fresh(number));
    expect(await attempt(desk, 'anna', ELSEWHERE, PASSWORD)).toBe('access.too_many_attempts');
    expect(await attempt(desk, 'anna', HERE, PASSWORD)).toBe('ok');
  });

  test('are forgotten after a day', async () => {
    const desk = await deskWithAnna();
    for (let number = 0; number < 5; number += 1) await attempt(desk, 'anna', fresh(number));
    desk.clock.nowMs += 24 * 60 * MINUTE_MS + 1;
    for (let number = 0; number < 5; number += 1)
      expect(await attempt(desk, 'anna', fresh(number))).toBe('access.sign_in_refused');
  });

  test('that come all at once are counted before the first one is checked', async () => {
    const desk = await deskWithAnna();
    const { verified } = desk.hashes;
    const all = await endings(
      Array.from({ length: 40 }, (_, number) =>
        desk.access.signIn({ name: 'anna', password: 'wrong' }, fresh(number)),
      ),
    );
    expect(all.filter((ending) => ending === 'access.sign_in_refused')).toHaveLength(5);
    expect(desk.hashes.verified - verified).toBe(5);
  });

  test('are counted by all processes together', async () => {
    const store = await sharedStore();
    const one = await openDesk({ db: (await store.open()).db });
    await madeUser(one, 'anna');
    const other = one.reopened({ db: (await store.open()).db });
    for (let number = 0; number < 5; number += 1) {
      const access = number % 2 === 0 ? one.access : other;
      await endings([access.signIn({ name: 'anna', password: 'wrong' }, fresh(number))]);
    }
    for (const access of [one.access, other])
      expect(await endings([access.signIn({ name: 'anna', password: PASSWORD }, fresh(9))])).toEqual([
        'access.too_many_attempts',
      ]);
  });
});

describe('failures from one address', () => {
  test('are free twenty times over all names, then cost waits of up to a quarter of an hour', async () => {
    const desk = await deskWithAnna();
    for (let number = 0; number < 20; number += 1)
      expect(await attempt(desk, `guess${number}`, ELSEWHERE)).toBe('access.sign_in_refused');
    expect(await attempt(desk, 'anna', ELSEWHERE, PASSWORD)).toBe('access.too_many_attempts');
    expect(await attempt(desk, 'anna', HERE, PASSWORD)).toBe('ok');
    let longest = 0;
    for (let number = 20; number < 40; number += 1) {
      const wait = await waitMs(desk, `guess${number}`, ELSEWHERE);
      longest = Math.max(longest, wait);
      desk.clock.nowMs += wait;
      await attempt(desk, `guess${number}`, ELSEWHERE);
    }
    expect(longest).toBe(15 * MINUTE_MS);
  });

  test('are not washed away by successes at an account of one’s own', async () => {
    const desk = await deskWithAnna();
    const seen = [];
    for (let number = 0; number < 21; number += 1) {
      seen.push(await attempt(desk, `guess${number}`, ELSEWHERE));
      await attempt(desk, 'anna', ELSEWHERE, PASSWORD);
    }
    expect(seen.at(-1)).toBe('access.too_many_attempts');
  });

  test('are counted for the network of an IPv6 user, which has addresses without end', async () => {
    const desk = await deskWithAnna();
    for (let number = 0; number < 20; number += 1)
      await attempt(desk, `guess${number}`, { address: `2001:db8:1:2::${number + 1}` });
    expect(await attempt(desk, 'anna', { address: '2001:db8:1:2:ffff::9' })).toBe('access.too_many_attempts');
    expect(await attempt(desk, 'anna', { address: '2001:db8:1:3::9' })).toBe('access.sign_in_refused');
  });

  test('are the same address in both spellings of IPv4', () => {
    expect(addressKeyOf('::ffff:192.0.2.7')).toBe(addressKeyOf('192.0.2.7'));
    expect(addressKeyOf('unknown')).toBe('unknown');
  });
});

describe('the trail', () => {
  test('is told of a block once, however often somebody knocks', async () => {
    const desk = await deskWithAnna();
    for (let number = 0; number < 5; number += 1) await attempt(desk, 'anna', fresh(number));
    for (let number = 0; number < 30; number += 1) await attempt(desk, 'anna', fresh(number + 10));
    expect(await desk.trail('access.sign_in_blocked')).toEqual([
      {
        action: 'access.sign_in_blocked',
        actor: 'anonymous',
        origin: fresh(10).address,
        data: {
          what: 'password',
          user: 'anna',
          counted: 'account',
          failures: 5,
          untilMs: desk.clock.nowMs + 1_000,
        },
      },
    ]);
    expect(await desk.trail('access.sign_in_failed')).toHaveLength(5);
  });
});

describe('a confirmation of who one is', () => {
  test('slows down by itself and leaves signing in alone', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    const { principal } = await signedIn(desk, 'anna');
    const prove = async (password: string) =>
      (await endings([desk.access.reauthenticate(principal, password, HERE)]))[0];
    for (let number = 0; number < 5; number += 1) expect(await prove('wrong')).toBe('access.sign_in_refused');
    expect(await prove(PASSWORD)).toBe('access.too_many_attempts');
    expect(await attempt(desk, 'anna', HERE, PASSWORD)).toBe('ok');
    desk.clock.nowMs += 1_000;
    expect(await prove(PASSWORD)).toBe('ok');
  });
});

describe('the sweep', () => {
  test('takes away what has ended and leaves what has not', async () => {
    const desk = await openDesk();
    await madeUser(desk, 'anna');
    const table = async (name: 'sessions' | 'sign_in_attempts' | 'known_addresses' | 'sign_in_tickets') =>
      (await desk.db.selectFrom(name).selectAll().execute()).length;
    await attempt(desk, 'anna', ELSEWHERE);
    await desk.access.createUser({ name: 'ben', role: 'viewer' }, { actor: 'cli:root', origin: 'here' });
    desk.clock.nowMs += 29 * MINUTE_MS;
    await desk.access.sweep();
    expect([await table('sessions'), await table('known_addresses')]).toEqual([1, 1]);
    expect(await table('sign_in_attempts')).toBeGreaterThan(0);
    desk.clock.nowMs += 91 * 24 * 60 * MINUTE_MS;
    await desk.access.sweep();
    expect([
      await table('sessions'),
      await table('known_addresses'),
      await table('sign_in_attempts'),
    ]).toEqual([0, 0, 0]);
  });
});
