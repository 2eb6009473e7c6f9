import { Fault } from '../faults/fault.ts';
import {
  deleteUnusedDataKeys,
  listDataKeysOf,
  lockActiveDataKey,
  lockCurrentMasterKey,
  retireDataKey,
  type StoredDataKey,
} from '../store/data-keys.ts';
import { inTransaction, type Tx } from '../store/database.ts';
import { countSecrets, listSecretsToReseal, resealSecret, type StoredSecret } from '../store/secrets.ts';
import { appendTrail } from '../store/trail.ts';
import { createDataKey } from './active-key.ts';
import type { DataKey } from './data-key.ts';
import type { Keyring } from './keyring.ts';
import { repeatWhileKeysChange } from './repeat.ts';
import type { RotationParts } from './rotation-parts.ts';
import type { RotationReport } from './rotation-report.ts';
import { type Requester, vaultEvent } from './trail-events.ts';

interface Request {
  readonly owner: string;
  readonly requester: Requester;
  readonly report?: RotationReport | undefined;
}

export interface DataKeyRotation {
  readonly owner: string;
  /** Ids of the keys that are gone. */
  readonly removed: readonly string[];
  /** Id of the key that seals now; `null` for an owner without one. */
  readonly active: string | null;
  /** Names of secrets that do not open. They stay as they are, and so does their key. */
  readonly unreadable: readonly string[];
}

/** Secrets that are sealed anew in one transaction: others wait for it no longer than a moment. */
const BATCH_SECRETS = 20;

/** Replaces the data key of an owner. */
export async function rotateDataKey(parts: RotationParts, request: Request): Promise<DataKeyRotation> {
  const { owner, requester, report } = request;
  const begun = await inTransaction(parts.db, (tx) => beginRotation(tx, parts, owner, requester));
  if (!begun) return { owner, removed: [], active: null, unreadable: [] };
  report?.({ layer: 'data', step: 'begun', owner });
  return finishDataKeyRotation(parts, request);
}

async function beginRotation(
  tx: Tx,
  { keyring, now }: RotationParts,
  owner: string,
  requester: Requester,
): Promise<boolean> {
  // Whoever wraps data keys locks in this order; two that wait for each other would both be broken up.
  await lockCurrentMasterKey(tx);
  const former = await lockActiveDataKey(tx, owner);
  if (former === undefined) return false;
  await retireDataKey(tx, former.id);
  const nowMs = now();
  const data = { layer: 'data', keyId: former.id };
  await appendTrail(tx, owner, [vaultEvent('key.rotation_started', requester, nowMs, data)]);
  await createDataKey(tx, keyring, { owner, requester, nowMs });
  return true;
}

/** Seals what still stands under a former key of an owner anew, then forgets that key. Safe to be killed at any line and run again. */
export async function finishDataKeyRotation(
  parts: RotationParts,
  { owner, requester, report }: Request,
): Promise<DataKeyRotation> {
  const unreadable = await repeatWhileKeysChange(() => resealAll(parts, owner, report));
  const done = await inTransaction(parts.db, (tx) => endRotation(tx, parts, owner, requester));
  parts.keyring.forget(owner, done.removed);
  report?.({ layer: 'data', step: 'finished', owner });
  return { owner, ...done, unreadable };
}

async function resealAll(
  { db, keyring }: RotationParts,
  owner: string,
  report: RotationReport | undefined,
): Promise<readonly string[]> {
  const unreadable: string[] = [];
  for (let afterName = ''; ; ) {
    const from = afterName;
    const batch = await inTransaction(db, (tx) => resealBatch(tx, keyring, owner, from));
    if (batch.lastName === undefined) return unreadable;
    unreadable.push(...batch.unreadable);
    report?.({ layer: 'data', step: 'resealed', owner });
    afterName = batch.lastName;
  }
}

async function resealBatch(
  tx: Tx,
  keyring: Keyring,
  owner: string,
  afterName: string,
): Promise<{ readonly lastName: string | undefined; readonly unreadable: readonly string[] }> {
  const stored = await lockActiveDataKey(tx, owner);
  if (stored === undefined) return { lastName: undefined, unreadable: [] };
  const active = await keyring.dataKey(stored);
  const query = { owner, activeKeyId: active.id, afterName, limit: BATCH_SECRETS };
  const secrets = await listSecretsToReseal(tx, query);
  const keys = await listDataKeysOf(tx, owner);
  const unreadable: string[] = [];
  for (const secret of secrets) {
    const value = await openOrUndefined(keyring, keys, secret);
    if (value === undefined) unreadable.push(secret.name);
    else await resealOne(tx, active, secret, value);
  }
  return { lastName: secrets.at(-1)?.name, unreadable };
}

async function resealOne(tx: Tx, active: DataKey, secret: StoredSecret, value: string): Promise<void> {
  const sealed = await active.sealSecret(secret.name, value);
  await resealSecret(tx, secret, { sealed, dataKeyId: active.id });
}

/** One that does not open must not keep the others from being sealed anew. */
async function openOrUndefined(
  keyring: Keyring,
  keys: readonly StoredDataKey[],
  secret: StoredSecret,
): Promise<string | undefined> {
  const stored = keys.find((key) => key.id === secret.dataKeyId);
  if (stored === undefined) return undefined;
  try {
    return await (await keyring.dataKey(stored)).openSecret(secret, secret.sealed);
  } catch (error) {
    if (error instanceof Fault && error.code === 'vault.secret_unreadable') return undefined;
    throw error;
  }
}

async function endRotation(
  tx: Tx,
  { now }: RotationParts,
  owner: string,
  requester: Requester,
): Promise<{ readonly removed: readonly string[]; readonly active: string | null }> {
  const active = await lockActiveDataKey(tx, owner);
  const removed = await deleteUnusedDataKeys(tx, owner);
  if (removed.length > 0) {
    const data = {
      layer: 'data',
      from: removed,
      to: active?.id ?? null,
      secrets: await countSecrets(tx, owner),
    };
    await appendTrail(tx, owner, [vaultEvent('key.rotated', requester, now(), data)]);
  }
  return { removed, active: active?.id ?? null };
}
