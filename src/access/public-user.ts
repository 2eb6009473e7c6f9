import { Fault } from '../faults/fault.ts';
import type { Db } from '../store/database.ts';
import { findUser, type StoredUser } from '../store/users.ts';
import type { Role } from './roles.ts';

/** What others may know of a user: nothing that helps to sign in. */
export interface PublicUser {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly origin: 'local' | 'oidc';
  readonly hasPassword: boolean;
  /** The password was given by somebody else and waits to be replaced. */
  readonly mustChangePassword: boolean;
  readonly totpEnabled: boolean;
  readonly disabled: boolean;
  readonly lastSignInAtMs: number | null;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

export function publicUser(user: StoredUser): PublicUser {
  return {
    id: user.id,
    name: user.name,
    role: user.role,
    origin: user.origin,
    hasPassword: user.passwordHash !== null,
    mustChangePassword: user.passwordExpiresAtMs !== null,
    totpEnabled: user.totpEnabledAtMs !== null,
    disabled: user.disabledAtMs !== null,
    lastSignInAtMs: user.lastSignInAtMs,
    createdAtMs: user.createdAtMs,
    createdBy: user.createdBy,
  };
}

/** @throws Fault `access.user_unknown` */
export async function userOf(db: Db, id: string): Promise<StoredUser> {
  const user = await findUser(db, id);
  if (user === undefined) throw unknownUser(id);
  return user;
}

export function unknownUser(name: string): Fault {
  return new Fault('access.user_unknown', `There is no user "${name}".`, { field: 'user' });
}
