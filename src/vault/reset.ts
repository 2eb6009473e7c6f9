import {
  deleteDataKeys,
  deleteMasterKeys,
  listDataKeys,
  listMasterKeys,
  lockCurrentMasterKey,
  promoteMasterKey,
} from '../store/data-keys.ts';
import type { Db, Tx } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { deleteSecret } from '../store/secrets.ts';
import { appendTrail } from '../store/trail.ts';
import { type BrokenSeal, checkVault } from './check.ts';
import type { KeySource, SourceKeys } from './key-source.ts';
import { type Requester, vaultEvent } from './trail-events.ts';

/** What cannot be opened any more with the keys that are at hand. */
export interface LostSeals {
  /** Where the master key should be, in words. */
  readonly place: string;
  /** Id of the key that is there; `null` where there is none. */
  readonly keyId: string | null;
  /** Ids of the master keys that the store needs and that are not at hand. Empty where seals were damaged in the database. */
  readonly lostKeyIds: readonly string[];
  readonly broken: readonly BrokenSeal[];
  /** Secrets that open. They stay. */
  readonly opened: number;
}

/** The keys of a source as they were read once: all that is asked of them gets one answer, whatever happens there meanwhile. */
export interface KeysAtHand {
  readonly place: string;
  readonly keys: SourceKeys;
}

/** @throws Fault where the key cannot be read at all: that says nothing about whether it is lost. */
export async function readKeys(source: KeySource): Promise<KeysAtHand> {
  return { place: source.place, keys: await source.read() };
}

/** Opens everything and changes nothing. */
export async function findLostSeals(db: Db, { place, keys }: KeysAtHand): Promise<LostSeals> {
  const { keyId, broken, secrets } = await checkVault(db, { place, read: async () => keys });
  const atHand = idsOf(keys);
  const lostKeyIds = (await listMasterKeys(db)).map(({ id }) => id).filter((id) => !atHand.has(id));
  return { place, keyId, lostKeyIds, broken, opened: secrets.opened };
}

/** Nobody wraps or seals while what is lost is looked for and removed. */
export async function lockSeals(tx: Tx): Promise<void> {
  await lockCurrentMasterKey(tx);
}

/**
 * Removes what cannot be opened: secrets with their trail entries, data keys, and the record of master keys that are gone. Where
 * nothing sealed is left, the next start takes the key that it finds, or makes one, as the first start did.
 */
export async function removeLostSeals(
  tx: Tx,
  lost: LostSeals,
  { keys, requester, nowMs }: Pick<KeysAtHand, 'keys'> & { requester: Requester; nowMs: number },
): Promise<void> {
  for (const [owner, seals] of byOwner(lost.broken)) {
    await lockConnection(tx, owner);
    const events = [];
    for (const { name } of seals) {
      if (name === null) continue;
      const fingerprint = await deleteSecret(tx, owner, name);
      const data = { name, fingerprint: fingerprint ?? null, because: 'vault.reset' };
      events.push(vaultEvent('secret.removed', requester, nowMs, data));
    }
    await appendTrail(tx, owner, events);
  }
  await deleteDataKeys(
    tx,
    lost.broken.filter(({ name }) => name === null).map(({ keyId }) => keyId),
  );
  await settleMasterKeys(tx, lost, keys);
}

/** The chain of a connection comes before `system`, as everywhere. */
function byOwner(broken: readonly BrokenSeal[]): readonly (readonly [string, readonly BrokenSeal[]])[] {
  const groups = [...Map.groupBy(broken, ({ owner }) => owner)];
  return groups.toSorted(([a], [b]) => Number(a === 'system') - Number(b === 'system'));
}

/** What is left is wrapped with keys that are at hand; one of them is the current one from now on. */
async function settleMasterKeys(tx: Tx, { lostKeyIds }: LostSeals, { current }: SourceKeys): Promise<void> {
  const [left] = await listDataKeys(tx, { afterId: '', limit: 1 });
  const stored = await listMasterKeys(tx);
  if (left === undefined) {
    await deleteMasterKeys(
      tx,
      stored.map(({ id }) => id),
    );
    return;
  }
  await deleteMasterKeys(tx, lostKeyIds);
  const kept = stored.filter(({ id }) => !lostKeyIds.includes(id));
  if (kept.some(({ state }) => state === 'current')) return;
  const next = kept.find(({ id }) => id === current?.id) ?? kept[0];
  if (next !== undefined) await promoteMasterKey(tx, next.id);
}

function idsOf({ current, next, previous }: SourceKeys): ReadonlySet<string> {
  return new Set([current, next, previous].flatMap((key) => key?.id ?? []));
}
