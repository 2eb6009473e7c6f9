import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Desk, madeUser, openDesk, PASSWORD, signedIn, withTotp } from '../src/access/access.testkit.ts';
import { argon2Hasher } from '../src/access/passwords.ts';
import { openUntilEnd } from '../src/store/store.testkit.ts';
import { programPath } from './support/program.ts';

const HERE = { address: '192.0.2.7' };

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
        execFile(process.execPath, [programPath(), 'user', ...args], { cwd: folder }, (error, out, err) =>
          done({ code: Number(error?.code ?? 0), out, err }),
        );
      }),
    /** The server's view of the same store. */
    async access() {
      const { db } = await openUntilEnd(join(folder, 'data', 'ml-connector.db'));
      const desk = await openDesk({ db, hasher: argon2Hasher() });
      desk.clock.nowMs = Date.now();
      return desk;
    },
  };
}

/** What commands have told the trail. */
const told = async (desk: Desk): Promise<readonly string[]> =>
  (await desk.trail())
    .filter(({ origin }) => origin.startsWith(`${hostname()} user `))
    .map(({ action }) => action);

const signIn = (desk: Desk, password: string) => desk.access.signIn({ name: 'anna', password }, HERE);
const REFUSED = { code: 'access.sign_in_refused' };

test('user create makes a user and prints a password that is good to choose an own one', async () => {
  const machine = openMachine();
  const made = await machine.user('create', 'anna', '--role', 'admin');
  expect(made).toMatchObject({ code: 0, err: '' });
  const [, password = ''] = /Password, shown this once: (\S+)/.exec(made.out) ?? [];
  const desk = await machine.access();
  expect(await signIn(desk, password)).toMatchObject({ kind: 'password_change_required' });
  expect(await told(desk)).toEqual(['user.created']);
});

test('user list shows every user', async () => {
  const machine = openMachine();
  const desk = await machine.access();
  await madeUser(desk, 'anna', 'operator');
  await desk.access.createUser({ name: 'ben', role: 'admin' }, { actor: 'test', origin: 'test' });
  const listed = await machine.user('list', '--json');
  const users = listed.out.trim().split('\n');
  expect(users.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { name: 'anna', role: 'operator', mustChangePassword: false },
    { name: 'ben', role: 'admin', mustChangePassword: true },
  ]);
});

test('user reset-password ends sessions and gives another password to hand over', async () => {
  const machine = openMachine();
  const desk = await machine.access();
  await madeUser(desk, 'anna', 'operator');
  const { token } = await signedIn(desk, 'anna');
  const reset = await machine.user('reset-password', 'anna', '--json');
  const { temporaryPassword } = JSON.parse(reset.out) as { temporaryPassword: string };
  await expect(desk.access.authenticateSession(token)).rejects.toMatchObject({
    code: 'access.session_ended',
  });
  await expect(signIn(desk, PASSWORD)).rejects.toMatchObject(REFUSED);
  expect(await signIn(desk, temporaryPassword)).toMatchObject({ kind: 'password_change_required' });
  expect(await told(desk)).toEqual(['user.password_reset']);
});

test('user disable shuts a user out, and user enable lets the user in again', async () => {
  const machine = openMachine();
  const desk = await machine.access();
  await madeUser(desk, 'anna', 'operator');
  expect(await machine.user('disable', 'anna')).toMatchObject({ code: 0 });
  await expect(signIn(desk, PASSWORD)).rejects.toMatchObject(REFUSED);
  expect(await machine.user('enable', 'anna')).toMatchObject({ code: 0 });
  expect(await signIn(desk, PASSWORD)).toMatchObject({ kind: 'session' });
  expect(await told(desk)).toEqual(['user.disabled', 'user.enabled']);
});

test('user sign-out and user set-role end all sessions', async () => {
  const machine = openMachine();
  const desk = await machine.access();
  await madeUser(desk, 'anna', 'operator');
  for (const args of [
    ['sign-out', 'anna'],
    ['set-role', 'anna', 'viewer'],
  ]) {
    const { token } = await signedIn(desk, 'anna');
    expect(await machine.user(...args)).toMatchObject({ code: 0 });
    await expect(desk.access.authenticateSession(token)).rejects.toMatchObject({
      code: 'access.session_ended',
    });
  }
  expect(await told(desk)).toEqual(['access.sign_out', 'user.role_changed']);
});

test('user reset-totp takes the second factor away, without the master key', async () => {
  const machine = openMachine();
  const desk = await machine.access();
  await madeUser(desk, 'anna', 'operator');
  await withTotp(desk, (await signedIn(desk, 'anna')).principal);
  expect(await signIn(desk, PASSWORD)).toMatchObject({ kind: 'totp_required' });
  expect(await machine.user('reset-totp', 'anna')).toMatchObject({ code: 0 });
  expect(await signIn(desk, PASSWORD)).toMatchObject({ kind: 'session' });
  expect(await told(desk)).toEqual(['user.totp_reset']);
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
