import { describe, expect, test } from 'vitest';
import { type Desk, ELSEWHERE, endings, HERE, madeUser, openDesk, ROOT, signedIn } from './access.testkit.ts';
import { assertConnection, assertMay, assertRecent, type UserPrincipal } from './principal.ts';
import {
  atLeast,
  effectiveTokenRole,
  mayTrigger,
  ROLES,
  type Role,
  TOKEN_ROLES,
  type TokenRole,
} from './roles.ts';
import { isApiToken } from './secrets.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const REFUSED = { code: 'access.token_refused' };

async function deskWith(role: Role): Promise<{ desk: Desk; id: string; principal: UserPrincipal }> {
  const desk = await openDesk();
  // Another admin, so that this one may be changed.
  await desk.access.createUser({ name: 'root', role: 'admin' }, ROOT);
  const id = await madeUser(desk, 'anna', role);
  return { desk, id, principal: (await signedIn(desk, 'anna')).principal };
}

const make = (desk: Desk, principal: UserPrincipal, role: TokenRole = 'operator', own = {}) =>
  desk.access.createToken(principal, { name: 'ci', role, ...own }, HERE);

describe('an API token', () => {
  test('is shown once, stands in the store as a hash, and is known by its beginning and its checksum', async () => {
    const { desk, principal } = await deskWith('operator');
    const { token, view } = await make(desk, principal);
    expect(token).toMatch(/^mlc_[\w-]{49}$/);
    expect(isApiToken(token)).toBe(true);
    expect(isApiToken(`${token.slice(0, 10)}${token[10] === 'A' ? 'B' : 'A'}${token.slice(11)}`)).toBe(false);
    const rows = [
      await desk.db.selectFrom('api_tokens').selectAll().execute(),
      await desk.db.selectFrom('trail').selectAll().execute(),
    ];
    expect(
      JSON.stringify([rows, view, await desk.access.listTokens(principal, { all: false, limit: 10 })]),
    ).not.toContain(token);
    expect(await desk.access.authenticateToken(token, HERE)).toMatchObject({
      kind: 'token',
      name: 'ci',
      role: 'operator',
    });
  });

  test('is good for 90 days, for a year at most, and then for nothing', async () => {
    const { desk, principal } = await deskWith('operator');
    const { token, view } = await make(desk, principal);
    expect(view.expiresAtMs - desk.clock.nowMs).toBe(90 * DAY_MS);
    for (const expiresInDays of [0, -1, 1.5, 366, Number.NaN])
      await expect(make(desk, principal, 'viewer', { name: 'x', expiresInDays })).rejects.toMatchObject({
        code: 'input.invalid',
        field: 'expiresInDays',
      });
    await make(desk, principal, 'viewer', { name: 'year', expiresInDays: 365 });
    desk.clock.nowMs = view.expiresAtMs - 1;
    await desk.access.authenticateToken(token, HERE);
    desk.clock.nowMs = view.expiresAtMs;
    await expect(desk.access.authenticateToken(token, HERE)).rejects.toMatchObject(REFUSED);
  });

  test('dies when it is revoked, and its name is free for the next', async () => {
    const { desk, principal } = await deskWith('operator');
    const { token, view } = await make(desk, principal);
    await expect(make(desk, principal)).rejects.toMatchObject({ code: 'access.name_taken' });
    await desk.access.revokeToken(principal, view.id, HERE);
    await expect(desk.access.authenticateToken(token, HERE)).rejects.toMatchObject(REFUSED);
    await expect(desk.access.revokeToken(principal, view.id, HERE)).rejects.toMatchObject({
      code: 'access.token_unknown',
    });
    await make(desk, principal);
    expect(
      (await desk.trail())
        .filter(({ action }) => action.startsWith('token.'))
        .map(({ action, data }) => [action, data['name']]),
    ).toEqual([
      ['token.created', 'ci'],
      ['token.revoked', 'ci'],
      ['token.created', 'ci'],
    ]);
  });

  test('tells when and from where it was last used, a minute late at most', async () => {
    const { desk, principal } = await deskWith('operator');
    const { token } = await make(desk, principal);
    const use = async (origin = HERE) => {
      await desk.access.authenticateToken(token, origin);
      const [view] = await desk.access.listTokens(principal, { all: false, limit: 1 });
      return [view?.lastUsedAtMs, view?.lastUsedFrom];
    };
    const first = desk.clock.nowMs;
    expect(await use()).toEqual([first, HERE.address]);
    desk.clock.nowMs += MINUTE_MS - 1;
    expect(await use(ELSEWHERE)).toEqual([first, HERE.address]);
    desk.clock.nowMs += 1;
    expect(await use(ELSEWHERE)).toEqual([first + MINUTE_MS, ELSEWHERE.address]);
  });

  test('does no more than whoever made it, now and later', async () => {
    const { desk, id, principal } = await deskWith('admin');
    const { token } = await make(desk, principal, 'admin');
    const role = async () => (await desk.access.authenticateToken(token, HERE)).role;
    expect(await role()).toBe('admin');
    await desk.access.changeRole(id, 'viewer', ROOT);
    expect(await role()).toBe('viewer');
    await desk.access.disableUser(id, ROOT);
    await expect(role()).rejects.toMatchObject(REFUSED);
    await desk.access.enableUser(id, ROOT);
    expect(await role()).toBe('viewer');
    await desk.access.deleteUser(id, ROOT);
    await expect(role()).rejects.toMatchObject(REFUSED);
  });

  test('cannot be made with more than the own role, without a new proof, or by a token', async () => {
    const { desk, principal } = await deskWith('operator');
    await expect(make(desk, principal, 'admin')).rejects.toMatchObject({ code: 'access.forbidden' });
    const { token } = await make(desk, principal);
    const robot = await desk.access.authenticateToken(token, HERE);
    await expect(
      desk.access.createToken(robot, { name: 'child', role: 'viewer' }, HERE),
    ).rejects.toMatchObject({ code: 'access.forbidden' });
    desk.clock.nowMs += 11 * MINUTE_MS;
    await expect(make(desk, principal, 'viewer', { name: 'late' })).rejects.toMatchObject({
      code: 'access.reauthentication_needed',
    });
  });

  test('is seen and revoked by its owner and by admins, and by nobody else', async () => {
    const { desk, principal } = await deskWith('operator');
    const { view } = await make(desk, principal);
    await madeUser(desk, 'ben', 'operator');
    await madeUser(desk, 'chief', 'admin');
    const ben = (await signedIn(desk, 'ben')).principal;
    const chief = (await signedIn(desk, 'chief')).principal;
    const list = (who: UserPrincipal, all: boolean) => desk.access.listTokens(who, { all, limit: 10 });
    expect(await list(ben, false)).toEqual([]);
    expect(() => list(ben, true)).toThrow('Only an admin');
    expect(await list(chief, true)).toMatchObject([{ name: 'ci', madeBy: 'anna' }]);
    await expect(desk.access.revokeToken(ben, view.id, HERE)).rejects.toMatchObject({
      code: 'access.token_unknown',
    });
    await desk.access.revokeToken(chief, view.id, HERE);
  });

  test('of one name is made once, also at the same moment', async () => {
    const { desk, principal } = await deskWith('operator');
    expect(await endings([make(desk, principal), make(desk, principal)])).toEqual([
      'access.name_taken',
      'ok',
    ]);
  });

  test('that is bound to a connection is good for no other, and not for what is of all', async () => {
    const { desk, principal } = await deskWith('operator');
    const { token } = await make(desk, principal, 'operator', { connectionId: 'c1' });
    const robot = await desk.access.authenticateToken(token, HERE);
    expect(() => assertMay(robot, 'operator', 'c1')).not.toThrow();
    for (const connectionId of ['c2', undefined])
      expect(() => assertConnection(robot, connectionId)).toThrow('good for one connection');
    expect(() => assertMay(robot, 'admin', 'c1')).toThrow('needs the role admin');
    expect(() => assertRecent(robot, desk.clock.nowMs)).toThrow('Only a person');
  });

  test.each(['', 'mlc_', 'Bearer x', 'mlc_'.padEnd(53, 'A'), 'x'.repeat(10_000)])(
    'is not %j',
    async (text) => {
      const desk = await openDesk();
      await expect(desk.access.authenticateToken(text, HERE)).rejects.toMatchObject(REFUSED);
    },
  );
});

describe('roles', () => {
  test('include those below, and trigger includes none', () => {
    const table = TOKEN_ROLES.map((role) => [
      role,
      ROLES.filter((needed) => atLeast(role, needed)).length,
      mayTrigger(role),
    ]);
    expect(table).toEqual([
      ['trigger', 0, true],
      ['viewer', 1, false],
      ['operator', 2, true],
      ['admin', 3, true],
    ]);
  });

  test('of a token are cut to what its maker has today', () => {
    const cut = (role: TokenRole) => ROLES.map((maker) => effectiveTokenRole(role, maker) ?? 'none');
    expect({
      trigger: cut('trigger'),
      viewer: cut('viewer'),
      operator: cut('operator'),
      admin: cut('admin'),
    }).toEqual({
      trigger: ['none', 'trigger', 'trigger'],
      viewer: ['viewer', 'viewer', 'viewer'],
      operator: ['viewer', 'operator', 'operator'],
      admin: ['viewer', 'operator', 'admin'],
    });
  });
});
