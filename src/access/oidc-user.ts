import type { OidcSettings } from '../config/access.ts';
import { Fault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';
import { findUserIdOfIdentity, insertIdentity } from '../store/identities.ts';
import { deleteSessionsOf } from '../store/sessions.ts';
import { findUser, findUserByName, type StoredUser, setUserRole } from '../store/users.ts';
import type { AccessContext } from './context.ts';
import type { OidcClaims } from './oidc-provider.ts';
import type { Origin } from './principal.ts';
import { highestRole, type Role } from './roles.ts';
import { note, type Requester } from './trail.ts';
import { addUser } from './users.ts';

const VALUES_MAX = 1_000;

/**
 * The user that a person at the provider is here. Issuer and subject name the person; a name or an e-mail address never does: at many
 * providers people choose them, and could choose those of an admin.
 *
 * @throws Fault `access.oidc_no_role`, `access.oidc_not_linked`, `access.sign_in_refused`
 */
export async function userOfClaims(
  context: AccessContext,
  tx: Tx,
  found: OidcClaims,
  origin: Origin,
): Promise<StoredUser> {
  const settings = settingsOf(context);
  const userId = await findUserIdOfIdentity(tx, found);
  const user = userId === undefined ? undefined : await findUser(tx, userId);
  if (user === undefined) return newUser(context, tx, found, origin);
  if (user.disabledAtMs !== null) throw new Fault('access.sign_in_refused', 'This user cannot sign in.');
  return user.origin === 'oidc'
    ? withRole(context, tx, { user, role: roleOf(settings, found) }, origin)
    : user;
}

/** @throws Fault `access.oidc_not_linked` where the identity is somebody else's already. */
export async function linkIdentity(
  context: AccessContext,
  tx: Tx,
  link: { found: OidcClaims; user: StoredUser },
  by: Requester,
): Promise<void> {
  const { found, user } = link;
  const { issuer, subject } = found;
  const nowMs = context.now();
  const isNew = await insertIdentity(tx, { issuer, subject, userId: user.id, nowMs });
  if (!isNew && (await findUserIdOfIdentity(tx, found)) !== user.id)
    throw new Fault('access.oidc_not_linked', 'This identity belongs to another user here.');
  if (!isNew) return;
  await note(tx, {
    action: 'user.identity_linked',
    by,
    atMs: nowMs,
    data: { user: user.name, userId: user.id, issuer, subject },
  });
}

/** @returns `undefined` where no mapped value is there and no role is given without one. */
export function mappedRole(settings: OidcSettings, claims: OidcClaims['claims']): Role | undefined {
  const claim = claims[settings.rolesClaim];
  const values = (Array.isArray(claim) ? claim : [claim]).slice(0, VALUES_MAX);
  const roles = values.flatMap((value) =>
    typeof value === 'string' && Object.hasOwn(settings.roles, value) ? (settings.roles[value] ?? []) : [],
  );
  return highestRole(roles) ?? (settings.defaultRole === 'none' ? undefined : settings.defaultRole);
}

async function newUser(
  context: AccessContext,
  tx: Tx,
  found: OidcClaims,
  origin: Origin,
): Promise<StoredUser> {
  const settings = settingsOf(context);
  const role = roleOf(settings, found);
  if (!settings.createUsers)
    throw new Fault('access.oidc_not_linked', 'No user here is linked with this identity.');
  const name = nameOf(settings, found);
  if ((await findUserByName(tx, name)) !== undefined)
    throw new Fault(
      'access.oidc_not_linked',
      `There is a user "${name}" already, who has not linked this identity.`,
    );
  const by = { actor: `user:${name}`, origin: origin.address };
  const order = { name, role, origin: 'oidc', passwordHash: null, passwordExpiresAtMs: null } as const;
  const user = await addUser(context, tx, order, by);
  await linkIdentity(context, tx, { found, user }, by);
  return user;
}

/** The provider decides anew at each sign-in; sessions with another role end. */
async function withRole(
  context: AccessContext,
  tx: Tx,
  change: { user: StoredUser; role: Role },
  origin: Origin,
): Promise<StoredUser> {
  const { user, role } = change;
  if (user.role === role) return user;
  await setUserRole(tx, user.id, role);
  await deleteSessionsOf(tx, user.id);
  await note(tx, {
    action: 'user.role_changed',
    by: { actor: 'oidc', origin: origin.address },
    atMs: context.now(),
    data: { user: user.name, userId: user.id, from: user.role, to: role },
  });
  return { ...user, role };
}

function roleOf(settings: OidcSettings, found: OidcClaims): Role {
  const role = mappedRole(settings, found.claims);
  if (role !== undefined) return role;
  throw new Fault('access.oidc_no_role', `The claim ${settings.rolesClaim} gives no role here.`);
}

function nameOf(settings: OidcSettings, found: OidcClaims): string {
  const names = [found.claims[settings.nameClaim], found.claims['email'], found.subject];
  return names.find((name) => typeof name === 'string' && name !== '') as string; // The subject always is one.
}

function settingsOf(context: AccessContext): OidcSettings {
  const settings = context.provider?.settings;
  if (settings === undefined) throw new Fault('access.oidc_off', 'No OpenID provider is configured.');
  return settings;
}
