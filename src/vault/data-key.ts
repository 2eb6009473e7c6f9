import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { StoredDataKey } from '../store/data-keys.ts';
import { Hidden } from './hidden.ts';
import { openBytes, sealBytes } from './jwe.ts';
import type { MasterKey } from './master-key.ts';

export interface SecretPlace {
  /** A connection id, or `system`. */
  readonly owner: string;
  readonly name: string;
}

const FINGERPRINT_HEX_DIGITS = 12;

/** The key that seals the secrets of one owner. */
export class DataKey extends Hidden {
  readonly id: string;
  readonly owner: string;
  readonly #key: KeyObject;

  private constructor(id: string, owner: string, bytes: Uint8Array) {
    super();
    this.id = id;
    this.owner = owner;
    this.#key = createSecretKey(bytes);
    bytes.fill(0);
  }

  static generate(owner: string): DataKey {
    return new DataKey(`dk_${randomUUID()}`, owner, randomBytes(32));
  }

  /** `undefined` where the wrapped key was changed or moved. */
  static async unwrap(stored: StoredDataKey, master: MasterKey): Promise<DataKey | undefined> {
    const { id, owner, wrapped } = stored;
    const bytes = await master.unwrap(wrapped, { owner, dataKeyId: id });
    return bytes === undefined ? undefined : new DataKey(id, owner, bytes);
  }

  async wrapWith(master: MasterKey): Promise<string> {
    const bytes = this.#key.export();
    try {
      return await master.wrap(bytes, { owner: this.owner, dataKeyId: this.id });
    } finally {
      bytes.fill(0);
    }
  }

  sealSecret(name: string, value: string): Promise<string> {
    return sealBytes(Buffer.from(value, 'utf8'), this.#seal({ owner: this.owner, name }));
  }

  /**
   * `undefined` where the sealed text was changed, or belongs to another secret than the one of this place. The owner is that
   * of the place: a row that was moved to another owner, and names the key that it came with, does not open there.
   */
  async openSecret(place: SecretPlace, sealed: string): Promise<string | undefined> {
    const bytes = await openBytes(sealed, this.#seal(place));
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
  }

  /**
   * A short keyed hash of a value, safe to show: without the data key not even a short value can be found by trying. Equal
   * values under two names have different fingerprints.
   */
  fingerprint(name: string, value: string): string {
    const key = Buffer.from(hkdfSync('sha256', this.#key, '', 'ml-connector secret fingerprint', 32));
    const hash = createHmac('sha256', key)
      .update(JSON.stringify([this.owner, name, value]))
      .digest('hex');
    key.fill(0);
    return hash.slice(0, FINGERPRINT_HEX_DIGITS);
  }

  #seal({ owner, name }: SecretPlace) {
    const header = { typ: 'ml-connector-secret', kid: this.id, owner, name };
    return { key: this.#key, alg: 'dir', header } as const;
  }
}
