import { Fault } from '../faults/fault.ts';
import {
  insertActiveDataKey,
  lockActiveDataKey,
  lockCurrentMasterKey,
  retireDataKey,
} from '../store/data-keys.ts';
import type { Tx } from '../store/database.ts';
import { appendTrail } from '../store/trail.ts';
import { DataKey } from './data-key.ts';
import type { Keyring } from './keyring.ts';
import { type Requester, vaultEvent } from './trail-events.ts';

interface Owner {
  readonly owner: string;
  readonly requester: Requester;
  readonly nowMs: number;
}

/**
 * The key that new secrets of an owner are sealed with, locked until the transaction ends. An owner without one gets one. A
 * key that was damaged in the database is replaced, so that entering a credential again is all that it takes.
 */
export async function activeDataKey(tx: Tx, keyring: Keyring, parts: Owner): Promise<DataKey> {
  const stored = await lockActiveDataKey(tx, parts.owner);
  if (stored === undefined) return createDataKey(tx, keyring, parts);
  try {
    return await keyring.dataKey(stored);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'vault.secret_unreadable') throw error;
    await retireDataKey(tx, stored.id);
    return createDataKey(tx, keyring, parts);
  }
}

/** Makes a key for an owner that has no active one, wrapped with the master key of this moment. */
export async function createDataKey(tx: Tx, keyring: Keyring, parts: Owner): Promise<DataKey> {
  const { owner, requester, nowMs } = parts;
  const current = await lockCurrentMasterKey(tx);
  if (current === undefined) throw new Fault('vault.key_missing', 'The store knows no master key.');
  const master = await keyring.masterKey(current.id);
  const key = DataKey.generate(owner);
  const wrapped = await key.wrapWith(master);
  const row = { id: key.id, owner, wrapped, masterKeyId: master.id, nowMs };
  if (!(await insertActiveDataKey(tx, row))) {
    // Another process was quicker, and its key is the one.
    const other = await lockActiveDataKey(tx, owner);
    if (other === undefined) throw new Error(`The owner ${owner} can get no data key.`);
    return keyring.dataKey(other);
  }
  const data = { layer: 'data', keyId: key.id, masterKeyId: master.id };
  await appendTrail(tx, owner, [vaultEvent('key.created', requester, nowMs, data)]);
  keyring.keep(key);
  return key;
}
