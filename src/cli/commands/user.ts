import { type Access, openAccess } from '../../access/access.ts';
import type { PublicUser } from '../../access/public-user.ts';
import { ROLES, type Role } from '../../access/roles.ts';
import { localRequester, openStore } from '../../app.ts';
import { Fault } from '../../faults/fault.ts';
import type { Requester } from '../../sync/ports.ts';
import { configuredKeySource } from '../../vault/key-source.ts';
import { Keyring } from '../../vault/keyring.ts';
import { Vault } from '../../vault/vault.ts';
import { type ExitCode, printJson, printLine, printTable } from '../output.ts';
import { loadOrDefault } from '../session.ts';

interface UserOptions {
  readonly config: string;
  readonly json?: boolean;
}

const PAGE = 500;

/** `ml-connector user list` */
export function userList(options: UserOptions): Promise<ExitCode> {
  return withAccess(options, 'user list', async (access) => {
    const users = await allUsers(access);
    if (options.json === true) {
      users.forEach(printJson);
      return;
    }
    printTable(
      ['name', 'role', 'from', 'second factor', 'state', 'last sign-in (UTC)'],
      users.map((user) => [
        user.name,
        user.role,
        user.origin === 'oidc' ? 'OpenID provider' : 'here',
        user.totpEnabled ? 'on' : 'off',
        stateOf(user),
        user.lastSignInAtMs === null ? '-' : utc(user.lastSignInAtMs),
      ]),
    );
    printLine(`${users.length} users.`);
  });
}

/** `ml-connector user create`: prints a password to hand over, this once. */
export function userCreate(
  name: string,
  options: UserOptions & { readonly role: string },
): Promise<ExitCode> {
  return withAccess(options, 'user create', async (access, by) => {
    const made = await access.createUser({ name, role: roleOf(options.role) }, by);
    printPassword(made, options, `User ${made.user.name} was made with the role ${made.user.role}.`);
  });
}

/** `ml-connector user reset-password` */
export function userResetPassword(name: string, options: UserOptions): Promise<ExitCode> {
  return withAccess(options, 'user reset-password', async (access, by) => {
    const { id } = await access.getUserByName(name);
    const reset = await access.resetPassword(id, by);
    printPassword(
      reset,
      options,
      `The password of ${reset.user.name} counts no more, and all sessions have ended.`,
    );
  });
}

/** `ml-connector user set-role` */
export function userSetRole(name: string, role: string, options: UserOptions): Promise<ExitCode> {
  return onUser(name, options, 'set-role', {
    act: (access, id, by) => access.changeRole(id, roleOf(role), by),
    tell: (user) => `${user.name} has the role ${user.role}.`,
  });
}

/** `ml-connector user disable` */
export function userDisable(name: string, options: UserOptions): Promise<ExitCode> {
  return onUser(name, options, 'disable', {
    act: (access, id, by) => access.disableUser(id, by),
    tell: (user) => `${user.name} is disabled, with all sessions and API tokens.`,
  });
}

/** `ml-connector user enable` */
export function userEnable(name: string, options: UserOptions): Promise<ExitCode> {
  return onUser(name, options, 'enable', {
    act: (access, id, by) => access.enableUser(id, by),
    tell: (user) => `${user.name} can sign in again.`,
  });
}

/** `ml-connector user reset-totp` */
export function userResetTotp(name: string, options: UserOptions): Promise<ExitCode> {
  return onUser(name, options, 'reset-totp', {
    act: (access, id, by) => access.resetTotp(id, by),
    tell: (user) => `${user.name} has no second factor any more.`,
  });
}

/** `ml-connector user sign-out` */
export function userSignOut(name: string, options: UserOptions): Promise<ExitCode> {
  return onUser(name, options, 'sign-out', {
    act: (access, id, by) => access.signOutUser(id, by),
    tell: (user) => `All sessions of ${user.name} have ended.`,
  });
}

interface Act {
  readonly act: (access: Access, id: string, by: Requester) => Promise<PublicUser>;
  readonly tell: (user: PublicUser) => string;
}

function onUser(name: string, options: UserOptions, verb: string, { act, tell }: Act): Promise<ExitCode> {
  return withAccess(options, `user ${verb}`, async (access, by) => {
    const { id } = await access.getUserByName(name);
    const user = await act(access, id, by);
    if (options.json === true) printJson(user);
    else printLine(tell(user));
  });
}

async function withAccess(
  options: UserOptions,
  command: string,
  work: (access: Access, by: Requester) => Promise<void>,
): Promise<ExitCode> {
  const loaded = loadOrDefault(options.config);
  const database = await openStore(loaded);
  const { db } = database;
  try {
    // Secrets are only removed here, which needs no master key.
    const keyring = new Keyring(configuredKeySource(loaded, process.env));
    const box = new Vault({ db, keyring, now: Date.now });
    await work(
      openAccess({ db, box, settings: loaded.config.access, now: Date.now }),
      localRequester(command),
    );
    return 0;
  } finally {
    await database.close();
  }
}

async function allUsers(access: Access): Promise<readonly PublicUser[]> {
  const all: PublicUser[] = [];
  for (;;) {
    const page = await access.listUsers({ afterName: all.at(-1)?.name, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

function roleOf(text: string): Role {
  const role = ROLES.find((each) => each === text);
  if (role !== undefined) return role;
  throw new Fault('input.invalid', `"${text}" is no role. Roles are ${ROLES.join(', ')}.`, { field: 'role' });
}

function printPassword(
  made: { readonly user: PublicUser; readonly temporaryPassword: string; readonly expiresAtMs: number },
  options: UserOptions,
  sentence: string,
): void {
  if (options.json === true) {
    printJson(made);
    return;
  }
  printLine(sentence);
  printLine(`Password, shown this once: ${made.temporaryPassword}`);
  printLine(`It is good until ${utc(made.expiresAtMs)} UTC, to sign in and choose an own one.`);
}

function stateOf(user: PublicUser): string {
  if (user.disabled) return 'disabled';
  return user.mustChangePassword ? 'has not chosen a password' : 'active';
}

const utc = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
