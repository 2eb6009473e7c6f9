import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDesk } from '../src/access/access.testkit.ts';
import { argon2Hasher } from '../src/access/passwords.ts';
import { openUntilEnd } from '../src/store/store.testkit.ts';

const PROGRAM = resolve(import.meta.dirname, '../src/cli/main.ts');
const HERE = { address: '192.0.2.7' };
const PASSWORD = 'violet tractor under the moon';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A machine on which the service is installed, without a configuration file yet. */
function openMachine() {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-users-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    user: (...args: readonly string[]): Promise<Ended> =>
      new Promise((done) => {
        execFile(process.execPath, [PROGRAM, 'user', ...args], { cwd: folder }, (error, out, err) =>
          done({ code: Number(error?.code ?? 0), out, err }),
        );
      }),
    /** The server's view of the same store. */
    async access() {
      const { db } = await openUntilEnd(join(folder, 'data', 'ml-connector.db'));
      return openDesk({ db, now: Date.now, hasher: argon2Hasher() });
    },
  };
}

test('whoever runs the machine makes users, helps them and shuts them out, and the trail tells of it', async () => {
  const machine = openMachine();
  const user = (...args: readonly string[]) => machine.user(...args);
  const made = await user('create', 'anna', '--role', 'admin');
  expect(made).toMatchObject({ code: 0, err: '' });
  const [, password = ''] = /Password, shown this once: (\S+)/.exec(made.out) ?? [];
  const desk = await machine.access();
  const first = await desk.access.signIn({ name: 'anna', password }, HERE);
  if (first.kind !== 'password_change_required') throw new Error(first.kind);
  const own = await desk.access.submitNewPassword({ ticket: first.ticket, password: PASSWORD }, HERE);
  if (own.kind !== 'session') throw new Error(own.kind);

  expect(await user('sign-out', 'anna')).toMatchObject({ code: 0 });
  await expect(desk.access.authenticateSession(own.token)).rejects.toMatchObject({
    code: 'access.session_ended',
  });
  expect(await user('create', 'ben', '--role', 'admin')).toMatchObject({ code: 0 });
  expect(await user('set-role', 'anna', 'operator')).toMatchObject({
    code: 0,
    out: 'anna has the role operator.\n',
  });
  expect(await user('disable', 'anna')).toMatchObject({ code: 0 });
  await expect(desk.access.signIn({ name: 'anna', password: PASSWORD }, HERE)).rejects.toMatchObject({
    code: 'access.sign_in_refused',
  });
  expect(await user('enable', 'anna')).toMatchObject({ code: 0 });
  const reset = JSON.parse((await user('reset-password', 'anna', '--json')).out) as {
    temporaryPassword: string;
  };
  await expect(desk.access.signIn({ name: 'anna', password: PASSWORD }, HERE)).rejects.toMatchObject({
    code: 'access.sign_in_refused',
  });
  await expect(
    desk.access.signIn({ name: 'anna', password: reset.temporaryPassword }, HERE),
  ).resolves.toMatchObject({ kind: 'password_change_required' });

  const listed = await user('list', '--json');
  expect(
    listed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([
    { name: 'anna', role: 'operator' },
    { name: 'ben', role: 'admin' },
  ]);
  const told = (await desk.trail()).filter(({ actor }) => actor.startsWith('cli:'));
  expect(told.map(({ action }) => action)).toEqual([
    'user.created',
    'access.sign_out',
    'user.created',
    'user.role_changed',
    'user.disabled',
    'user.enabled',
    'user.password_reset',
  ]);
});

test.each([
  [['create', 'anna', '--role', 'king'], 'input.invalid'],
  [['create', 'an na', '--role', 'viewer'], 'input.invalid'],
  [['disable', 'nobody'], 'access.user_unknown'],
])('user %j is refused as bad input, with the reason', async (args, code) => {
  const ended = await openMachine().user(...args, '--json');
  expect(ended.code).toBe(2);
  expect(JSON.parse(ended.out)).toMatchObject({ error: { code } });
});
