import { Fault } from '../faults/fault.ts';
import {
  countDataKeys,
  deleteMasterKeys,
  insertCurrentMasterKey,
  listDataKeys,
  listMasterKeys,
  listOwners,
  lockCurrentMasterKey,
  type StoredMasterKey,
} from '../store/data-keys.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import { appendTrail } from '../store/trail.ts';
import { createKeyFile } from './key-file.ts';
import type { KeySource, SourceKeys } from './key-source.ts';
import { Keyring } from './keyring.ts';
import type { MasterKey } from './master-key.ts';
import { repeatWhileKeysChange } from './repeat.ts';
import { finishDataKeyRotation } from './rotate-data-key.ts';
import { changeMasterKey, finishMasterKeyRotation, type MasterKeyRotation } from './rotate-master-key.ts';
import type { RotationParts } from './rotation-parts.ts';
import { type Requester, vaultEvent } from './trail-events.ts';
import { Vault } from './vault.ts';

interface OpenVaultOptions {
  readonly db: Db;
  readonly source: KeySource;
  readonly now: () => number;
  /** In whose name a key is made, or a change of keys is carried on. */
  readonly requester: Requester;
  /** Whether a change of keys that was stopped is carried on now. Default: yes. */
  readonly carriesOn?: boolean;
}

interface OpenedVault {
  readonly vault: Vault;
  /** What a person must be told, in whole sentences. Empty as a rule. */
  readonly notices: readonly string[];
}

/**
 * Opens the vault of a store. Where nothing is sealed yet and the key is kept in a file, the first call makes the key.
 *
 * A change of keys that was stopped is carried on; a new key whose former one stands in ML_CONNECTOR_MASTER_KEY_PREVIOUS is
 * taken over, and everything is wrapped with it.
 *
 * @throws Fault `vault.key_missing`, `vault.key_wrong`, `vault.key_malformed`, `vault.key_exposed`, `vault.key_unreadable` or
 *   `vault.key_unwritable`. Nothing has been changed then.
 */
export async function openVault(options: OpenVaultOptions): Promise<OpenedVault> {
  const { db, source, now, requester } = options;
  const keyring = new Keyring(source);
  const parts = { db, keyring, now };
  const notices = [...(await repeatWhileKeysChange(() => takeKey(parts, requester)))];
  if (options.carriesOn !== false) notices.push(...(await carryOn(parts, requester)));
  notices.push(...(await openDataKeys(parts)));
  return { vault: new Vault(parts), notices };
}

/** Finds the right key at its source, or makes the first one. */
async function takeKey(parts: RotationParts, requester: Requester): Promise<readonly string[]> {
  const keys = await parts.keyring.refresh();
  const current = (await listMasterKeys(parts.db)).find((key) => key.state === 'current');
  if (current === undefined || (await countDataKeys(parts.db)) === 0)
    return takeFirstKey(parts, keys, current, requester);
  await expectRightKey(parts.keyring.source, keys, current);
  return [];
}

/** Nothing is sealed yet: whatever key the source has is the right one, and a file may be made. */
async function takeFirstKey(
  { db, keyring, now }: RotationParts,
  keys: SourceKeys,
  known: StoredMasterKey | undefined,
  requester: Requester,
): Promise<readonly string[]> {
  const { path, place } = keyring.source;
  const made = keys.current === undefined && path !== undefined ? createKeyFile(path) : undefined;
  // Another process may have made the file a moment ago.
  const key = keys.current ?? made ?? (await keyring.refresh()).current;
  if (key === undefined) throw new Fault('vault.key_missing', `There is no master key in ${place}.`);
  if (key.id !== known?.id) {
    const row = { id: key.id, checkValue: await key.sealCheckValue(), nowMs: now() };
    await inTransaction(db, (tx) => registerMasterKey(tx, row, requester, place));
  }
  await keyring.refresh();
  if (made === undefined) return [];
  return [
    `A new master key ${key.id} was made in ${place}. Back it up now, apart from the database: without it no stored credential can be opened again, by anybody.`,
  ];
}

async function registerMasterKey(
  tx: Tx,
  key: { readonly id: string; readonly checkValue: string; readonly nowMs: number },
  requester: Requester,
  place: string,
): Promise<void> {
  const known = await lockCurrentMasterKey(tx);
  if (known?.id === key.id) return;
  if ((await countDataKeys(tx)) > 0)
    throw new Fault(
      'vault.key_wrong',
      `Another process has sealed credentials with the master key ${known?.id} meanwhile; ${place} has ${key.id}.`,
    );
  await deleteMasterKeys(
    tx,
    (await listMasterKeys(tx)).map((each) => each.id),
  );
  if (!(await insertCurrentMasterKey(tx, key)))
    throw new Fault(
      'vault.key_wrong',
      `Another process has begun with another master key than that of ${place}.`,
    );
  const data = { layer: 'master', keyId: key.id, place };
  await appendTrail(tx, 'system', [vaultEvent('key.created', requester, key.nowMs, data)]);
}

/** Refuses to start with no key or another one: nothing is made anew while something is sealed. */
async function expectRightKey(source: KeySource, keys: SourceKeys, current: StoredMasterKey): Promise<void> {
  const given = [keys.current, keys.next, keys.previous].filter((key) => key !== undefined);
  if (given.length === 0)
    throw new Fault(
      'vault.key_missing',
      `The stored credentials are sealed with the master key ${current.id}, and there is none in ${source.place}.`,
    );
  const right = given.find((key) => key.id === current.id);
  if (right === undefined || !(await right.opensCheckValue(current.checkValue)))
    throw wrongKey(source, given, current);
}

function wrongKey(source: KeySource, given: readonly MasterKey[], current: StoredMasterKey): Fault {
  const ids = given.map((key) => key.id).join(' and ');
  return new Fault(
    'vault.key_wrong',
    `The stored credentials are sealed with the master key ${current.id}; ${source.place} has ${ids}.`,
  );
}

async function carryOn(parts: RotationParts, requester: Requester): Promise<readonly string[]> {
  const unreadable = [...(await carryOnMasterKey(parts, requester)).unreadable];
  for (const owner of await listOwners(parts.db, 'retiring')) {
    try {
      const done = await finishDataKeyRotation(parts, { owner, requester });
      unreadable.push(...done.unreadable.map((name) => `${name} of ${owner}`));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'vault.secret_unreadable') throw error;
      unreadable.push(owner);
    }
  }
  return unreadable.length === 0
    ? []
    : [
        `A change of keys cannot end, since some secrets do not open: ${unreadable.join(', ')}. key check tells more.`,
      ];
}

/** A change that was begun comes to its end; then the key that the source has now is taken over if it is a new one. */
async function carryOnMasterKey(parts: RotationParts, requester: Requester): Promise<MasterKeyRotation> {
  const done = await finishMasterKeyRotation(parts, { requester });
  const { current } = await parts.keyring.refresh();
  if (done.unreadable.length > 0 || current === undefined || current.id === done.current) return done;
  return changeMasterKey(parts, { requester }, current);
}

const PAGE = 500;

/**
 * Opens all data keys once: a process whose master key comes from its environment goes on working while another process
 * changes it.
 */
async function openDataKeys({ db, keyring }: RotationParts): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (let afterId = ''; ; ) {
    const page = await listDataKeys(db, { afterId, limit: PAGE });
    for (const stored of page) {
      try {
        await keyring.dataKey(stored);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        damaged.push(stored.owner);
      }
    }
    const last = page.at(-1);
    if (last === undefined) break;
    afterId = last.id;
  }
  return damaged.length === 0
    ? []
    : [
        `The data keys of these owners do not open: ${damaged.join(', ')}. Their credentials must be entered again.`,
      ];
}
