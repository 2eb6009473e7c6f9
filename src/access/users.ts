import { randomUUID } from 'node:crypto';
import { Fault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';
import { deleteSessionsOf } from '../store/sessions.ts';
import { deleteTicketsOf } from '../store/sign-in-tickets.ts';
import {
  clearTotp,
  deleteUser as deleteStoredUser,
  findUserByName,
  insertUser,
  listActiveAdminIds,
  listUsers as listStoredUsers,
  type NewUser,
  type StoredUser,
  setUserDisabled,
  setUserPassword,
  setUserRole,
} from '../store/users.ts';
import { type AccessContext, inSystem } from './context.ts';
import { type PublicUser, publicUser, unknownUser, userOf } from './public-user.ts';
import type { Role } from './roles.ts';
import { totpPlace } from './secret-box.ts';
import { newSecret } from './secrets.ts';
import { type AccessAction, note, type Requester } from './trail.ts';

/** A password that somebody else hands over. It is good for 3 days and only to choose another one. */
export interface TemporaryPassword {
  readonly temporaryPassword: string;
  readonly expiresAtMs: number;
}

const TEMPORARY_PASSWORD_MS = 3 * 24 * 3_600_000;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,99}$/u;

/** Makes a user with a temporary password. */
export async function createUser(
  context: AccessContext,
  order: { readonly name: string; readonly role: Role },
  by: Requester,
): Promise<{ readonly user: PublicUser } & TemporaryPassword> {
  const temporaryPassword = newSecret(context.random);
  const expiresAtMs = context.now() + TEMPORARY_PASSWORD_MS;
  const hash = await context.hasher.hash(temporaryPassword);
  const user = await inSystem(context, (tx) =>
    addUser(
      context,
      tx,
      { ...order, origin: 'local', passwordHash: hash, passwordExpiresAtMs: expiresAtMs },
      by,
    ),
  );
  return { user: publicUser(user), temporaryPassword, expiresAtMs };
}

/** @throws Fault `access.name_taken`, `input.invalid` */
export async function addUser(
  context: AccessContext,
  tx: Tx,
  order: Omit<NewUser, 'id' | 'createdAtMs' | 'createdBy'>,
  by: Requester,
): Promise<StoredUser> {
  assertName(order.name);
  const id = randomUUID();
  const user = { ...order, id, createdAtMs: context.now(), createdBy: by.actor };
  if (!(await insertUser(tx, user)))
    throw new Fault('access.name_taken', `There is a user "${order.name}" already.`, { field: 'name' });
  await note(tx, {
    action: 'user.created',
    by,
    atMs: context.now(),
    data: { user: order.name, userId: id, role: order.role, origin: order.origin },
  });
  return userOf(tx, id);
}

export function assertName(name: string): void {
  if (NAME.test(name)) return;
  throw new Fault(
    'input.invalid',
    'A user name has 1 to 100 letters, digits, dots, hyphens, underscores, plus and at signs, and begins with a letter or a digit.',
    { field: 'name' },
  );
}

/** The sessions of the user end, so that no page shows more than the new role may see. */
export function changeRole(
  context: AccessContext,
  id: string,
  role: Role,
  by: Requester,
): Promise<PublicUser> {
  return change(context, id, by, async (tx, user) => {
    if (user.role === role) return undefined;
    assertLocal(user);
    if (user.role === 'admin') await assertOtherAdmin(tx, id);
    await setUserRole(tx, id, role);
    await endAll(tx, id);
    return { action: 'user.role_changed', data: { from: user.role, to: role } };
  });
}

/** A disabled user can do nothing, and neither can tokens that the user made. */
export function disableUser(context: AccessContext, id: string, by: Requester): Promise<PublicUser> {
  return change(context, id, by, async (tx, user) => {
    if (user.disabledAtMs !== null) return undefined;
    if (user.role === 'admin') await assertOtherAdmin(tx, id);
    await setUserDisabled(tx, id, context.now());
    await endAll(tx, id);
    return { action: 'user.disabled' };
  });
}

export function enableUser(context: AccessContext, id: string, by: Requester): Promise<PublicUser> {
  return change(context, id, by, async (tx, user) => {
    if (user.disabledAtMs === null) return undefined;
    await setUserDisabled(tx, id, null);
    return { action: 'user.enabled' };
  });
}

/** The user's password counts no more; a temporary one takes its place, and all sessions end. */
export async function resetPassword(
  context: AccessContext,
  id: string,
  by: Requester,
): Promise<{ readonly user: PublicUser } & TemporaryPassword> {
  const temporaryPassword = newSecret(context.random);
  const expiresAtMs = context.now() + TEMPORARY_PASSWORD_MS;
  const hash = await context.hasher.hash(temporaryPassword);
  const user = await change(context, id, by, async (tx, stored) => {
    assertLocal(stored);
    await setUserPassword(tx, id, { hash, expiresAtMs, nowMs: context.now() });
    await endAll(tx, id);
    return { action: 'user.password_reset' };
  });
  return { user, temporaryPassword, expiresAtMs };
}

/** For somebody whose phone and recovery codes are lost. */
export function resetTotp(context: AccessContext, id: string, by: Requester): Promise<PublicUser> {
  return change(context, id, by, async (tx, user) => {
    if (user.totpEnabledAtMs === null && user.totpPendingAtMs === null) return undefined;
    await removeTotp(context, tx, user, by);
    return { action: 'user.totp_reset' };
  });
}

export function signOutUser(context: AccessContext, id: string, by: Requester): Promise<PublicUser> {
  return change(context, id, by, async (tx) => {
    const sessions = await deleteSessionsOf(tx, id);
    await deleteTicketsOf(tx, id);
    return { action: 'access.sign_out', data: { sessions, everywhere: true } };
  });
}

/** Takes a user away with all sessions and tokens. The trail keeps the name. */
export async function deleteUser(context: AccessContext, id: string, by: Requester): Promise<void> {
  await inSystem(context, async (tx) => {
    const user = await userOf(tx, id);
    if (user.role === 'admin' && user.disabledAtMs === null) await assertOtherAdmin(tx, id);
    await removeTotp(context, tx, user, by);
    await deleteStoredUser(tx, id);
    await note(tx, {
      action: 'user.deleted',
      by,
      atMs: context.now(),
      data: { user: user.name, userId: id, role: user.role },
    });
  });
}

export async function listUsers(
  context: AccessContext,
  query: { readonly afterName?: string | undefined; readonly limit: number },
): Promise<readonly PublicUser[]> {
  return (await listStoredUsers(context.db, query)).map(publicUser);
}

export async function getUser(context: AccessContext, id: string): Promise<PublicUser> {
  return publicUser(await userOf(context.db, id));
}

/** @throws Fault `access.user_unknown` */
export async function getUserByName(context: AccessContext, name: string): Promise<PublicUser> {
  const user = await findUserByName(context.db, name);
  if (user === undefined) throw unknownUser(name);
  return publicUser(user);
}

type Told = { readonly action: AccessAction; readonly data?: Readonly<Record<string, unknown>> };

/** One change of one user, told to the trail unless it changed nothing. */
function change(
  context: AccessContext,
  id: string,
  by: Requester,
  work: (tx: Tx, user: StoredUser) => Promise<Told | undefined>,
): Promise<PublicUser> {
  return inSystem(context, async (tx) => {
    const user = await userOf(tx, id);
    const told = await work(tx, user);
    if (told === undefined) return publicUser(user);
    await note(tx, {
      action: told.action,
      by,
      atMs: context.now(),
      data: { user: user.name, userId: id, ...told.data },
    });
    return publicUser(await userOf(tx, id));
  });
}

/** Takes the second factor of a user away, with its secret and its recovery codes. */
export async function removeTotp(
  context: AccessContext,
  tx: Tx,
  user: StoredUser,
  by: Requester,
): Promise<void> {
  await clearTotp(tx, user.id);
  await context.box.remove(tx, { ...totpPlace(user), requester: by });
}

async function assertOtherAdmin(tx: Tx, id: string): Promise<void> {
  const others = (await listActiveAdminIds(tx)).filter((admin) => admin !== id);
  if (others.length === 0) throw new Fault('access.last_admin', 'This is the last admin who can sign in.');
}

/** A password here would let somebody in whom the company has already shut out at its provider. */
function assertLocal(user: StoredUser): void {
  if (user.origin === 'local') return;
  throw new Fault('access.oidc_managed', `${user.name} comes from the OpenID provider, which decides this.`);
}

async function endAll(tx: Tx, userId: string): Promise<void> {
  await deleteSessionsOf(tx, userId);
  await deleteTicketsOf(tx, userId);
}
