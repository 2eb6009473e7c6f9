import { Fault } from '../faults/fault.ts';
import { deleteDataKeysOf, listDataKeysOf, lockActiveDataKey } from '../store/data-keys.ts';
import type { Db, Tx } from '../store/database.ts';
import {
  deleteSecret,
  describeSecrets,
  loadSecrets,
  type SecretDescription,
  saveSecret,
} from '../store/secrets.ts';
import { appendTrail } from '../store/trail.ts';
import { activeDataKey } from './active-key.ts';
import { checkVault, type VaultReport } from './check.ts';
import type { SecretPlace } from './data-key.ts';
import type { KeySource } from './key-source.ts';
import { repeatWhileKeysChange } from './repeat.ts';
import { type DataKeyRotation, rotateDataKey } from './rotate-data-key.ts';
import { type MasterKeyRotation, rotateMasterKey } from './rotate-master-key.ts';
import type { RotationParts } from './rotation-parts.ts';
import type { RotationReport } from './rotation-report.ts';
import { checkSecretName, checkSecretValue } from './secret-form.ts';
import { type Requester, vaultEvent } from './trail-events.ts';

interface RotationAct {
  readonly requester: Requester;
  /** Called after each durable step. */
  readonly report?: RotationReport | undefined;
}

/** The sealed credentials in the store. `openVault` makes one. */
export class Vault {
  readonly #parts: RotationParts;

  constructor(parts: RotationParts) {
    this.#parts = parts;
  }

  /** Where the master key comes from, in words. */
  get place(): string {
    return this.#parts.keyring.source.place;
  }

  /**
   * Seals a secret and stores it in place of the former one, with its trail entry, in the caller's transaction.
   *
   * @throws Fault `input.invalid` for an empty value, one over 8 kB or one that is no Unicode text.
   */
  async save(
    tx: Tx,
    secret: SecretPlace & { readonly value: string; readonly requester: Requester },
  ): Promise<SecretDescription> {
    const { owner, name, value, requester } = secret;
    checkSecretName(owner, name);
    checkSecretValue(name, value);
    const nowMs = this.#parts.now();
    const key = await activeDataKey(tx, this.#parts.keyring, { owner, requester, nowMs });
    const former = (await describeSecrets(tx, owner)).find((each) => each.name === name);
    const fingerprint = key.fingerprint(name, value);
    const sealed = await key.sealSecret(name, value);
    const by = requester.actor;
    await saveSecret(tx, { owner, name, sealed, dataKeyId: key.id, fingerprint, nowMs, by });
    const data = { name, fingerprint, formerFingerprint: former?.fingerprint ?? null, keyId: key.id };
    await appendTrail(tx, owner, [vaultEvent('secret.set', requester, nowMs, data)]);
    return { name, fingerprint, updatedAtMs: nowMs, updatedBy: by, keyId: key.id };
  }

  /**
   * The value of a secret, or `undefined` where there is none.
   *
   * @param db the transaction, where it is opened inside of one.
   * @throws Fault `vault.secret_unreadable` where it was changed or moved, `vault.key_wrong` where its key is not at hand.
   */
  async open(owner: string, name: string, db: Db = this.#parts.db): Promise<string | undefined> {
    return (await this.#open(db, owner, name)).get(name);
  }

  /** All secrets of an owner by name, as they stood at one moment. */
  openAll(owner: string, db: Db = this.#parts.db): Promise<ReadonlyMap<string, string>> {
    return this.#open(db, owner);
  }

  /** What people may see of the secrets of an owner. Needs no key. */
  describe(owner: string, db: Db = this.#parts.db): Promise<readonly SecretDescription[]> {
    return describeSecrets(db, owner);
  }

  /** Removes a secret, with its trail entry. Returns whether there was one. */
  async remove(tx: Tx, { owner, name, requester }: SecretPlace & { requester: Requester }): Promise<boolean> {
    const fingerprint = await deleteSecret(tx, owner, name);
    if (fingerprint === undefined) return false;
    const event = vaultEvent('secret.removed', requester, this.#parts.now(), { name, fingerprint });
    await appendTrail(tx, owner, [event]);
    return true;
  }

  /** Removes all secrets of an owner, and its data keys with them. */
  async removeOwner(tx: Tx, { owner, requester }: { owner: string; requester: Requester }): Promise<void> {
    await lockActiveDataKey(tx, owner);
    for (const { name } of await describeSecrets(tx, owner))
      await this.remove(tx, { owner, name, requester });
    const ids = (await listDataKeysOf(tx, owner)).map((key) => key.id);
    await deleteDataKeysOf(tx, owner);
    this.#parts.keyring.forget(owner, ids);
  }

  /** Gives an owner a new data key and seals all its secrets anew, in small transactions, while others read and write. */
  rotateDataKey(owner: string, act: RotationAct): Promise<DataKeyRotation> {
    return rotateDataKey(this.#parts, { ...act, owner });
  }

  /**
   * Changes the master key and wraps all data keys anew, one by one. With a file as source a new key is made; the others
   * must have a new key already, and the former one in ML_CONNECTOR_MASTER_KEY_PREVIOUS.
   *
   * `to` is another source to move to, whose key is the new one.
   */
  rotateMasterKey(act: RotationAct & { readonly to?: KeySource }): Promise<MasterKeyRotation> {
    return rotateMasterKey(this.#parts, act);
  }

  /** Opens every data key and every secret, with keys that are read anew. */
  check(): Promise<VaultReport> {
    return checkVault(this.#parts.db, this.#parts.keyring.source);
  }

  #open(db: Db, owner: string, name?: string): Promise<ReadonlyMap<string, string>> {
    return repeatWhileKeysChange(() => this.#openOnce(db, owner, name));
  }

  async #openOnce(db: Db, owner: string, name?: string): Promise<ReadonlyMap<string, string>> {
    const values = new Map<string, string>();
    for (const secret of await loadSecrets(db, owner, name)) {
      const key = await this.#parts.keyring.dataKey(secret.key);
      const value = await key.openSecret({ owner, name: secret.name }, secret.sealed);
      if (value === undefined)
        throw new Fault(
          'vault.secret_unreadable',
          `The secret ${secret.name} of ${owner} does not open with its key ${key.id}.`,
          { field: secret.name },
        );
      values.set(secret.name, value);
    }
    return values;
  }
}
