import type { Selectable } from 'kysely';
import type { Db } from './database.ts';
import { momentOrNull } from './moments.ts';
import { deleteRecoveryCodes } from './recovery-codes.ts';
import type { UserTable } from './schema.ts';

/** Ranks of a person, lowest first. */
export type UserRole = 'viewer' | 'operator' | 'admin';

export interface StoredUser {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  /** `oidc`: made by a sign-in at the provider, whose claims decide the role each time. */
  readonly origin: 'local' | 'oidc';
  readonly passwordHash: string | null;
  readonly passwordChangedAtMs: number | null;
  /** Not null: the password was given by somebody else and must be replaced before this moment. */
  readonly passwordExpiresAtMs: number | null;
  /** Since when a secret in the vault waits for its first code. */
  readonly totpPendingAtMs: number | null;
  readonly totpEnabledAtMs: number | null;
  readonly totpLastStep: number | null;
  readonly disabledAtMs: number | null;
  readonly lastSignInAtMs: number | null;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

export type NewUser = Pick<
  StoredUser,
  'id' | 'name' | 'role' | 'origin' | 'passwordHash' | 'passwordExpiresAtMs' | 'createdAtMs' | 'createdBy'
>;

/** Under which key a name is found: people do not remember its capitals. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Returns whether the name was free. */
export async function insertUser(tx: Db, user: NewUser): Promise<boolean> {
  const inserted = await tx
    .insertInto('users')
    .values({
      id: user.id,
      name: user.name,
      name_key: nameKeyOf(user.name),
      role: user.role,
      origin: user.origin,
      password_hash: user.passwordHash,
      password_changed_at: user.passwordHash === null ? null : user.createdAtMs,
      password_expires_at: user.passwordExpiresAtMs,
      totp_pending_at: null,
      totp_enabled_at: null,
      totp_last_step: null,
      disabled_at: null,
      last_sign_in_at: null,
      created_at: user.createdAtMs,
      created_by: user.createdBy,
    })
    .onConflict((c) => c.column('name_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function findUserByName(db: Db, name: string): Promise<StoredUser | undefined> {
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('name_key', '=', nameKeyOf(name))
    .executeTakeFirst();
  return row === undefined ? undefined : userOf(row);
}

export async function findUser(db: Db, id: string): Promise<StoredUser | undefined> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : userOf(row);
}

/** At most `limit` users, by name, behind the given one. */
export async function listUsers(
  db: Db,
  query: { afterName?: string | undefined; limit: number },
): Promise<readonly StoredUser[]> {
  let select = db.selectFrom('users').selectAll().orderBy('name_key').limit(query.limit);
  if (query.afterName !== undefined) select = select.where('name_key', '>', nameKeyOf(query.afterName));
  return (await select.execute()).map(userOf);
}

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** The admins who can act. Read and changed only behind the lock of the chain `system`. */
export async function listActiveAdminIds(tx: Db): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .execute();
  return rows.map((row) => row.id);
}

export async function setUserRole(tx: Db, id: string, role: UserRole): Promise<void> {
  await tx.updateTable('users').set({ role }).where('id', '=', id).execute();
}

export async function setUserDisabled(tx: Db, id: string, disabledAtMs: number | null): Promise<void> {
  await tx.updateTable('users').set({ disabled_at: disabledAtMs }).where('id', '=', id).execute();
}

export async function noteSignIn(tx: Db, id: string, nowMs: number): Promise<void> {
  await tx.updateTable('users').set({ last_sign_in_at: nowMs }).where('id', '=', id).execute();
}

/** A new password. `expiresAtMs` is not null where somebody else chose it. */
export async function setUserPassword(
  tx: Db,
  id: string,
  password: { hash: string; expiresAtMs: number | null; nowMs: number },
): Promise<void> {
  const { hash, expiresAtMs, nowMs } = password;
  await tx
    .updateTable('users')
    .set({ password_hash: hash, password_changed_at: nowMs, password_expires_at: expiresAtMs })
    .where('id', '=', id)
    .execute();
}

/** The same password under newer parameters. Nothing happens where it was changed meanwhile. */
export async function replacePasswordHash(
  tx: Db,
  id: string,
  hashes: { from: string; to: string },
): Promise<void> {
  await tx
    .updateTable('users')
    .set({ password_hash: hashes.to })
    .where('id', '=', id)
    .where('password_hash', '=', hashes.from)
    .execute();
}

export async function setTotpPending(tx: Db, id: string, nowMs: number): Promise<void> {
  await tx.updateTable('users').set({ totp_pending_at: nowMs }).where('id', '=', id).execute();
}

/** From now on the second factor counts. `step` is that of the code which has proved it. */
export async function enableTotp(
  tx: Db,
  id: string,
  enabled: { step: number; nowMs: number },
): Promise<void> {
  await tx
    .updateTable('users')
    .set({ totp_pending_at: null, totp_enabled_at: enabled.nowMs, totp_last_step: enabled.step })
    .where('id', '=', id)
    .execute();
}

/** Takes the second factor away, and the recovery codes with it. */
export async function clearTotp(tx: Db, id: string): Promise<void> {
  await deleteRecoveryCodes(tx, id);
  await tx
    .updateTable('users')
    .set({ totp_pending_at: null, totp_enabled_at: null, totp_last_step: null })
    .where('id', '=', id)
    .execute();
}

/** Uses a time step up. Of several who try the same or an older one, only the first gets true. */
export async function useTotpStep(tx: Db, id: string, step: number): Promise<boolean> {
  const result = await tx
    .updateTable('users')
    .set({ totp_last_step: step })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', step)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Takes a user and all that is of this user out of the store; the trail keeps what was done. */
export async function deleteUser(tx: Db, id: string): Promise<void> {
  for (const table of [
    'recovery_codes',
    'sessions',
    'sign_in_tickets',
    'api_tokens',
    'known_addresses',
    'identities',
  ] as const) {
    await tx.deleteFrom(table).where('user_id', '=', id).execute();
  }
  await tx.deleteFrom('users').where('id', '=', id).execute();
}

function userOf(row: Selectable<UserTable>): StoredUser {
  return {
    id: row.id,
    name: row.name,
    role: row.role as UserRole, // Written by this file alone.
    origin: row.origin as StoredUser['origin'],
    passwordHash: row.password_hash,
    passwordChangedAtMs: momentOrNull(row.password_changed_at),
    passwordExpiresAtMs: momentOrNull(row.password_expires_at),
    totpPendingAtMs: momentOrNull(row.totp_pending_at),
    totpEnabledAtMs: momentOrNull(row.totp_enabled_at),
    totpLastStep: momentOrNull(row.totp_last_step),
    disabledAtMs: momentOrNull(row.disabled_at),
    lastSignInAtMs: momentOrNull(row.last_sign_in_at),
    createdAtMs: Number(row.created_at),
    createdBy: row.created_by,
  };
}
