import { totpPlace } from '../access/secret-box.ts';
import { note } from '../access/trail.ts';
import { Fault } from '../faults/fault.ts';
import { SECRET_OWNER, secretName } from '../notices/channel.ts';
import { findAtWork } from '../store/at-work.ts';
import { listConnections } from '../store/connections-admin.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { listChannels } from '../store/notice-channels.ts';
import { describeSecrets } from '../store/secrets.ts';
import { appendTrail } from '../store/trail.ts';
import { listSigningKeys } from '../store/trail-source.ts';
import { clearTotp, listUsers, type StoredUser } from '../store/users.ts';
import type { Requester } from '../sync/ports.ts';
import type { KeySource } from '../vault/key-source.ts';
import {
  findLostSeals,
  type KeysAtHand,
  type LostSeals,
  lockSeals,
  readKeys,
  removeLostSeals,
} from '../vault/reset.ts';
import { vaultEvent } from '../vault/trail-events.ts';
import { TRAIL_KEY_NAME } from '../vault/trail-signer.ts';

/** What is given up with a master key that is lost for good, in the names that people know. Never a secret. */
export interface KeyResetPlan {
  readonly place: string;
  /** Id of the key that is there now; `null` where there is none. */
  readonly keyId: string | null;
  readonly lostKeyIds: readonly string[];
  /** Which credentials of which connections have to be entered again. */
  readonly connections: readonly { readonly name: string; readonly credentials: readonly string[] }[];
  /** Notice channels whose address or password has to be entered again. */
  readonly channels: readonly string[];
  /** Users who lose their second factor. */
  readonly users: readonly string[];
  readonly trailKey: {
    readonly lost: boolean;
    /** Ids of the keys that signed summaries which stay in the trail. */
    readonly signed: readonly string[];
  };
  /** Names of lost secrets of nobody who is known any more. */
  readonly others: readonly string[];
  readonly counts: { readonly secrets: number; readonly dataKeys: number; readonly kept: number };
}

interface KeyResetOptions {
  readonly db: Db;
  readonly source: KeySource;
  readonly nowMs: number;
  /** Whether the holder of a lease is known to be gone. */
  readonly isDead: (holder: string) => boolean;
}

/**
 * Tells what a reset would give up, and changes nothing.
 *
 * @throws Fault `vault.nothing_lost`; `store.in_use`; of the key source where it cannot be read.
 */
export async function previewKeyReset(options: KeyResetOptions): Promise<KeyResetPlan> {
  const keys = await readKeys(options.source);
  await refuseInUse(options.db, options);
  return (await survey(options.db, keys)).plan;
}

/**
 * Removes all that cannot be opened any more, in one transaction: either the store starts anew, or nothing has changed.
 *
 * @throws Fault as `previewKeyReset`.
 */
export async function resetKeys(
  options: KeyResetOptions & { readonly requester: Requester },
): Promise<KeyResetPlan> {
  const { db, source, nowMs, requester } = options;
  const keys = await readKeys(source);
  return inTransaction(db, async (tx) => {
    await lockSeals(tx);
    await refuseInUse(tx, options);
    const { plan, lost, users } = await survey(tx, keys);
    await removeLostSeals(tx, lost, { ...keys, requester, nowMs });
    await lockConnection(tx, 'system');
    await removeSecondFactors(tx, users, { requester, nowMs });
    await appendTrail(tx, 'system', [vaultEvent('vault.reset', requester, nowMs, told(plan))]);
    return plan;
  });
}

async function refuseInUse(db: Db, options: KeyResetOptions): Promise<void> {
  const found = await findAtWork(db, options);
  if (found === undefined) return;
  const who = found.what === 'run' ? 'A run is at work' : `A ${found.what} uses the store`;
  throw new Fault(
    'store.in_use',
    `${who} (${found.holder}). It may still have keys that open what is sealed.`,
  );
}

interface Survey {
  readonly plan: KeyResetPlan;
  readonly lost: LostSeals;
  readonly users: readonly StoredUser[];
}

async function survey(db: Db, keys: KeysAtHand): Promise<Survey> {
  const lost = await findLostSeals(db, keys);
  const { place, keyId, lostKeyIds, broken, opened } = lost;
  if (broken.length === 0)
    throw new Fault(
      'vault.nothing_lost',
      opened === 0
        ? 'Nothing is sealed in this store.'
        : `Everything that is sealed opens with the master key of ${place}.`,
    );
  const secrets = broken.flatMap(({ owner, name }) => (name === null ? [] : [{ owner, name }]));
  const ofSystem = new Set(secrets.flatMap(({ owner, name }) => (owner === SECRET_OWNER ? [name] : [])));
  const channels = (await listChannels(db)).filter(({ id }) => ofSystem.has(secretName(id)));
  const users = await usersWithout(db, ofSystem);
  const trailKeyLost = ofSystem.has(TRAIL_KEY_NAME);
  const connections = (await listConnections(db)).flatMap(({ id, name }) => {
    const credentials = secrets.flatMap((secret) => (secret.owner === id ? [secret.name] : []));
    return credentials.length === 0 ? [] : [{ id, name, credentials }];
  });
  const known = new Set([
    TRAIL_KEY_NAME,
    ...channels.map(({ id }) => secretName(id)),
    ...users.map((user) => totpPlace(user).name),
  ]);
  const owners = new Set([SECRET_OWNER, ...connections.map(({ id }) => id)]);
  const plan = {
    place,
    keyId,
    lostKeyIds,
    connections: connections.map(({ name, credentials }) => ({ name, credentials })),
    channels: channels.map(({ name }) => name),
    users: users.map(({ name }) => name),
    trailKey: { lost: trailKeyLost, signed: trailKeyLost ? await listSigningKeys(db) : [] },
    others: secrets.flatMap(({ owner, name }) =>
      !owners.has(owner) || (owner === SECRET_OWNER && !known.has(name)) ? [`${owner}/${name}`] : [],
    ),
    counts: { secrets: secrets.length, dataKeys: broken.length - secrets.length, kept: opened },
  };
  return { plan, lost, users };
}

const PAGE = 500;

/** Users whose second factor cannot be checked: its secret is lost now, or was taken out of the store by other means. */
async function usersWithout(db: Db, lostNames: ReadonlySet<string>): Promise<readonly StoredUser[]> {
  const stored = new Set((await describeSecrets(db, SECRET_OWNER)).map(({ name }) => name));
  const found: StoredUser[] = [];
  let afterName: string | undefined;
  for (;;) {
    const page = await listUsers(db, { afterName, limit: PAGE });
    for (const user of page) {
      const { name } = totpPlace(user);
      if (lostNames.has(name) || (user.totpEnabledAtMs !== null && !stored.has(name))) found.push(user);
    }
    if (page.length < PAGE) return found;
    afterName = page.at(-1)?.name;
  }
}

/** Without this nobody could give the code that a sign-in asks for. Each one is told by name. */
async function removeSecondFactors(
  tx: Tx,
  users: readonly StoredUser[],
  { requester, nowMs }: { readonly requester: Requester; readonly nowMs: number },
): Promise<void> {
  for (const user of users) {
    await clearTotp(tx, user.id);
    const data = { user: user.name, userId: user.id, because: 'vault.reset' };
    await note(tx, { action: 'user.totp_reset', by: requester, atMs: nowMs, data });
  }
}

function told(plan: KeyResetPlan): Readonly<Record<string, unknown>> {
  const { place, keyId, lostKeyIds, connections, channels, users, trailKey, counts } = plan;
  return {
    place,
    keyId,
    lostKeyIds,
    ...counts,
    connections: connections.map(({ name }) => name),
    channels,
    users,
    signingKeys: trailKey.signed,
  };
}

/** Names of notice channels that cannot send, since their address or password is not there. */
export async function channelsWithoutSecret(db: Db): Promise<readonly string[]> {
  const stored = new Set((await describeSecrets(db, SECRET_OWNER)).map(({ name }) => name));
  return (await listChannels(db)).filter(({ id }) => !stored.has(secretName(id))).map(({ name }) => name);
}
