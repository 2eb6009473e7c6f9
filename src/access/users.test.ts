import { describe, expect, test } from 'vitest';
import { listTrail } from '../store/trail.ts';
import { checkChain } from '../trail/chain.ts';
import { endings, HERE, madeUser, openDesk, PASSWORD, ROOT, signedIn } from './access.testkit.ts';

describe('users', () => {
  test('are made with a password that others hand over, which stands nowhere', async () => {
    const desk = await openDesk();
    const made = await desk.access.createUser({ name: 'Anna', role: 'viewer' }, ROOT);
    expect(made.user).toMatchObject({
      name: 'Anna',
      role: 'viewer',
      mustChangePassword: true,
      createdBy: 'cli:root',
    });
    expect(made.temporaryPassword).toHaveLength(43);
    const text = JSON.stringify([
      await desk.db.selectFrom('users').selectAll().execute(),
      await desk.db.selectFrom('trail').selectAll().execute(),
      await desk.access.listUsers({ limit: 10 }),
    ]);
    expect(text).not.toContain(made.temporaryPassword);
    expect(JSON.stringify(await desk.access.listUsers({ limit: 10 }))).not.toMatch(/hash|argon2/i);
  });

  test('have names that no other user has, in whatever capitals', async () => {
    const desk = await openDesk();
    await desk.access.createUser({ name: 'Anna', role: 'viewer' }, ROOT);
    const again = () => desk.access.createUser({ name: 'ANNA', role: 'viewer' }, ROOT);
    await expect(again()).rejects.toMatchObject({ code: 'access.name_taken', field: 'name' });
    expect(await desk.trail('user.created')).toHaveLength(1);
  });

  test.each(['', ' anna', 'an na', 'anna\n', '-anna', 'a'.repeat(101), 'a:b', '<script>'])(
    'are not named %j',
    async (name) => {
      const desk = await openDesk();
      const made = desk.access.createUser({ name, role: 'viewer' }, ROOT);
      await expect(made).rejects.toMatchObject({ code: 'input.invalid', field: 'name' });
    },
  );

  test('are listed by name in pages', async () => {
    const desk = await openDesk();
    for (const name of ['cleo', 'Anna', 'ben']) await desk.access.createUser({ name, role: 'viewer' }, ROOT);
    const names = async (query: { afterName?: string; limit: number }) =>
      (await desk.access.listUsers(query)).map((user) => user.name);
    expect(await names({ limit: 2 })).toEqual(['Anna', 'ben']);
    expect(await names({ limit: 2, afterName: 'ben' })).toEqual(['cleo']);
  });

  test('change, and the trail tells who changed what from what to what', async () => {
    const desk = await openDesk();
    const id = await madeUser(desk, 'anna', 'viewer');
    await desk.access.changeRole(id, 'operator', ROOT);
    await desk.access.changeRole(id, 'operator', ROOT);
    await desk.access.disableUser(id, ROOT);
    await desk.access.disableUser(id, ROOT);
    await desk.access.enableUser(id, ROOT);
    await desk.access.resetPassword(id, ROOT);
    await desk.access.deleteUser(id, ROOT);
    const told = (await desk.trail()).filter(({ actor }) => actor === 'cli:root');
    expect(
      told.map(({ action, data }) => [action, data['user'], data['from'] ?? null, data['to'] ?? null]),
    ).toEqual([
      ['user.created', 'anna', null, null],
      ['user.role_changed', 'anna', 'viewer', 'operator'],
      ['user.disabled', 'anna', null, null],
      ['user.enabled', 'anna', null, null],
      ['user.password_reset', 'anna', null, null],
      ['user.deleted', 'anna', null, null],
    ]);
    const entries = await listTrail(desk.db, { chain: 'system', afterSeq: 0, limit: 1_000 });
    expect(checkChain(undefined, entries)).toMatchObject({ last: { seq: entries.length } });
  });

  test('that are deleted leave nothing behind that lets them in', async () => {
    const desk = await openDesk();
    const id = await madeUser(desk, 'anna', 'viewer');
    await desk.access.deleteUser(id, ROOT);
    for (const table of [
      'sessions',
      'sign_in_tickets',
      'known_addresses',
      'recovery_codes',
      'identities',
    ] as const)
      expect(await desk.db.selectFrom(table).selectAll().execute()).toEqual([]);
    await expect(desk.access.getUserByName('anna')).rejects.toMatchObject({ code: 'access.user_unknown' });
    await expect(desk.access.disableUser(id, ROOT)).rejects.toMatchObject({ code: 'access.user_unknown' });
  });

  test('who are disabled come back with their own password', async () => {
    const desk = await openDesk();
    const id = await madeUser(desk, 'anna');
    await desk.access.disableUser(id, ROOT);
    await expect(signedIn(desk, 'anna')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    await desk.access.enableUser(id, ROOT);
    await expect(signedIn(desk, 'anna')).resolves.toBeDefined();
  });

  test('whose password was reset cannot use the old one', async () => {
    const desk = await openDesk();
    const id = await madeUser(desk, 'anna');
    const { temporaryPassword } = await desk.access.resetPassword(id, ROOT);
    const attempt = (password: string) => desk.access.signIn({ name: 'anna', password }, HERE);
    await expect(attempt(PASSWORD)).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    await expect(attempt(temporaryPassword)).resolves.toMatchObject({ kind: 'password_change_required' });
  });
});

describe('the last admin', () => {
  test('stays: cannot be disabled, deleted or made less', async () => {
    const desk = await openDesk();
    const id = await madeUser(desk, 'anna', 'admin');
    const out = await madeUser(desk, 'old', 'admin');
    await desk.access.disableUser(out, ROOT);
    const { access } = desk;
    for (const act of [
      () => access.disableUser(id, ROOT),
      () => access.deleteUser(id, ROOT),
      () => access.changeRole(id, 'operator', ROOT),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'access.last_admin' });
    await access.deleteUser(out, ROOT);
  });

  test('stays also when two admins take each other’s role at the same moment', async () => {
    const desk = await openDesk();
    const ids = [await madeUser(desk, 'anna', 'admin'), await madeUser(desk, 'ben', 'admin')];
    const acts = ids.map((id) => desk.access.changeRole(id, 'viewer', ROOT));
    expect(await endings(acts)).toEqual(['access.last_admin', 'ok']);
  });
});
