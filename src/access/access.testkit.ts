import { Secret, TOTP } from 'otpauth';
import { type AccessSettings, accessSettings } from '../config/access.ts';
import { type Db } from '../store/database.ts';
import { freshStore, NOW_MS } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import { openedVault } from '../vault/vault.testkit.ts';
import { type Access, type AccessOptions, openAccess } from './access.ts';
import { type Argon2Parameters, argon2Hasher, type PasswordHasher } from './passwords.ts';
import type { Origin, UserPrincipal } from './principal.ts';
import type { Role } from './roles.ts';

/** Argon2id still, but quick. */
export const QUICK: Argon2Parameters = { memoryCost: 64, timeCost: 1, parallelism: 1 };
export const HERE: Origin = { address: '192.0.2.7', agent: 'test browser' };
export const ELSEWHERE: Origin = { address: '198.51.100.9' };
export const ROOT = { actor: 'cli:root', origin: 'here user create' };
export const PASSWORD = 'violet tractor under the moon';
export const NEXT_PASSWORD = 'seven quiet otters on ice';

export interface Desk {
  readonly access: Access;
  readonly db: Db;
  readonly clock: { nowMs: number };
  readonly hashes: { verified: number; made: number };
  /** Another process on the same store. */
  reopened(changes?: Partial<AccessOptions>): Access;
  /** What the trail tells: actions with their data, oldest first. */
  trail(action?: string): Promise<readonly Told[]>;
}

interface Told {
  readonly action: string;
  readonly actor: string;
  readonly origin: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type DeskOptions = Partial<Omit<AccessOptions, 'settings'>> & {
  readonly settings?: Partial<AccessSettings>;
};

/** People and access on a fresh store, with a real vault and a clock that is moved by hand. */
export async function openDesk({ settings, ...changes }: DeskOptions = {}): Promise<Desk> {
  const db = changes.db ?? (await freshStore());
  const box = await openedVault(db);
  const clock = { nowMs: NOW_MS };
  const hashes = { verified: 0, made: 0 };
  const options: AccessOptions = {
    db,
    box,
    settings: { ...accessSettings.parse(undefined), ...settings },
    now: () => clock.nowMs,
    hasher: counted(argon2Hasher(QUICK), hashes),
    ...changes,
  };
  return {
    access: openAccess(options),
    db,
    clock,
    hashes,
    reopened: (own = {}) => openAccess({ ...options, ...own }),
    async trail(action) {
      const entries = await listTrail(db, { chain: 'system', afterSeq: 0, limit: 1_000 });
      return entries
        .filter((entry) => /^(access|user|session|token)\./.test(entry.action))
        .filter((entry) => action === undefined || entry.action === action)
        .map(({ action: what, actor, origin, data }) => ({
          action: what,
          actor,
          origin,
          data: JSON.parse(data) as Told['data'], // Written by our own trail.
        }));
    },
  };
}

function counted(hasher: PasswordHasher, hashes: Desk['hashes']): PasswordHasher {
  return {
    ...hasher,
    hash(password) {
      hashes.made += 1;
      return hasher.hash(password);
    },
    verify(hashed, password) {
      hashes.verified += 1;
      return hasher.verify(hashed, password);
    },
  };
}

/** A user who has replaced the temporary password already. Returns the id. */
export async function madeUser(desk: Desk, name: string, role: Role = 'operator'): Promise<string> {
  const { access } = desk;
  const { user, temporaryPassword } = await access.createUser({ name, role }, ROOT);
  const first = await access.signIn({ name, password: temporaryPassword }, HERE);
  if (first.kind !== 'password_change_required') throw new Error(`Unexpected: ${first.kind}`);
  await access.submitNewPassword({ ticket: first.ticket, password: PASSWORD }, HERE);
  return user.id;
}

/** Signs in with the usual password, where nothing else is asked for. */
export async function signedIn(
  desk: Desk,
  name: string,
  origin: Origin = HERE,
): Promise<{ readonly token: string; readonly principal: UserPrincipal }> {
  const result = await desk.access.signIn({ name, password: PASSWORD }, origin);
  if (result.kind !== 'session') throw new Error(`Unexpected: ${result.kind}`);
  return { token: result.token, principal: await desk.access.authenticateSession(result.token) };
}

/** Switches the second factor of a signed-in user on. */
export async function withTotp(
  desk: Desk,
  principal: UserPrincipal,
): Promise<{ readonly secret: string; readonly recoveryCodes: readonly string[] }> {
  const { secret } = await desk.access.startTotp(principal, HERE);
  const recoveryCodes = await desk.access.confirmTotp(principal, codeAt(secret, desk.clock.nowMs), HERE);
  return { secret, recoveryCodes };
}

/** What an authenticator app shows at a moment. */
export function codeAt(secret: string, nowMs: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: nowMs });
}

/** How each of several attempts at the same time ended: `ok` or a fault code, sorted. */
export async function endings(attempts: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(attempts);
  return settled
    .map((each) =>
      each.status === 'fulfilled' ? 'ok' : String((each.reason as { code?: string }).code ?? each.reason),
    )
    .toSorted();
}
