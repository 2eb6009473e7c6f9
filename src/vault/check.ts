import { Fault } from '../faults/fault.ts';
import { listDataKeysOf, listMasterKeys, listOwners } from '../store/data-keys.ts';
import type { Db } from '../store/database.ts';
import { loadSecrets } from '../store/secrets.ts';
import type { KeySource } from './key-source.ts';
import { Keyring } from './keyring.ts';

export interface VaultReport {
  /** Where the master key comes from, in words. */
  readonly place: string;
  /** Id of the key that is there; `null` where there is none. */
  readonly keyId: string | null;
  /** Id of the key that the stored credentials need; `null` where nothing was sealed yet. */
  readonly expectedKeyId: string | null;
  /** Whether a change of keys was begun and has not ended. */
  readonly isChanging: boolean;
  readonly dataKeys: Count;
  readonly secrets: Count;
  readonly broken: readonly BrokenSeal[];
}

interface Count {
  readonly total: number;
  readonly opened: number;
}

export interface BrokenSeal {
  readonly owner: string;
  /** `null`: the data key of the owner itself. */
  readonly name: string | null;
  /** The data key itself, or the one that the secret is sealed with. */
  readonly keyId: string;
}

interface OwnerReport {
  readonly isChanging: boolean;
  readonly dataKeys: number;
  readonly secrets: number;
  readonly broken: readonly BrokenSeal[];
}

/**
 * Opens every data key and every secret, and changes nothing. Works without the right key too: then nothing opens.
 *
 * @throws Fault where the key cannot be read at all: `vault.key_malformed`, `vault.key_exposed`, `vault.key_unreadable`.
 */
export async function checkVault(db: Db, source: KeySource): Promise<VaultReport> {
  const keyring = new Keyring(source);
  const { current } = await keyring.refresh();
  const masterKeys = await listMasterKeys(db);
  const owners: OwnerReport[] = [];
  for (const owner of await listOwners(db)) owners.push(await checkOwner(db, keyring, owner));
  const broken = owners.flatMap((each) => each.broken);
  const brokenKeys = broken.filter((each) => each.name === null).length;
  const dataKeys = owners.reduce((sum, each) => sum + each.dataKeys, 0);
  const secrets = owners.reduce((sum, each) => sum + each.secrets, 0);
  return {
    place: source.place,
    keyId: current?.id ?? null,
    expectedKeyId: masterKeys.find((key) => key.state === 'current')?.id ?? null,
    isChanging: masterKeys.length > 1 || owners.some((each) => each.isChanging),
    dataKeys: { total: dataKeys, opened: dataKeys - brokenKeys },
    secrets: { total: secrets, opened: secrets - (broken.length - brokenKeys) },
    broken,
  };
}

/** Something may be sealed anew between two looks: what does not open is looked at once more. */
async function checkOwner(db: Db, keyring: Keyring, owner: string): Promise<OwnerReport> {
  const report = await openAllOf(db, keyring, owner);
  return report.broken.length === 0 ? report : openAllOf(db, keyring, owner);
}

async function openAllOf(db: Db, keyring: Keyring, owner: string): Promise<OwnerReport> {
  const keys = await listDataKeysOf(db, owner);
  const secrets = await loadSecrets(db, owner);
  const broken: BrokenSeal[] = [];
  for (const key of keys) {
    if ((await tryTo(() => keyring.dataKey(key))) === undefined)
      broken.push({ owner, name: null, keyId: key.id });
  }
  for (const { name, sealed, key } of secrets) {
    const value = await tryTo(async () => (await keyring.dataKey(key)).openSecret({ owner, name }, sealed));
    if (value === undefined) broken.push({ owner, name, keyId: key.id });
  }
  const isChanging = keys.some((key) => key.state === 'retiring');
  return { isChanging, dataKeys: keys.length, secrets: secrets.length, broken };
}

async function tryTo<T>(open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
