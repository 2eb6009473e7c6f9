import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { Fault } from '../faults/fault.ts';
import { Hidden } from './hidden.ts';
import { openBytes, sealBytes } from './jwe.ts';

const KEY_BYTES = 32;
const CHECK_TEXT = 'ml-connector: this opens with the right master key';

/** The key that wraps the data keys. It is never stored in the database. */
export class MasterKey extends Hidden {
  /** Fingerprint of the key: the same key has the same id everywhere. */
  readonly id: string;
  readonly #key: KeyObject;

  constructor(bytes: Buffer) {
    super();
    this.#key = createSecretKey(bytes);
    this.id = `mk_${createHmac('sha256', bytes).update('ml-connector master key id').digest('hex').slice(0, 20)}`;
    bytes.fill(0);
  }

  /** The key as text, for the file that keeps it. */
  reveal(): string {
    return this.#key.export().toString('base64');
  }

  /** A text that only this key opens; kept in the database to tell a right key from a wrong one. */
  sealCheckValue(): Promise<string> {
    return sealBytes(Buffer.from(CHECK_TEXT), this.#seal('ml-connector-check', {}));
  }

  async opensCheckValue(sealed: string): Promise<boolean> {
    const opened = await openBytes(sealed, this.#seal('ml-connector-check', {}));
    return opened !== undefined && Buffer.from(opened).toString() === CHECK_TEXT;
  }

  /** Wraps the bytes of a data key for one owner. */
  wrap(dataKey: Uint8Array, place: { readonly owner: string; readonly dataKeyId: string }): Promise<string> {
    return sealBytes(dataKey, this.#seal('ml-connector-data-key', place));
  }

  /** `undefined` where the text was changed, or belongs to another owner or key. */
  unwrap(
    wrapped: string,
    place: { readonly owner: string; readonly dataKeyId: string },
  ): Promise<Uint8Array | undefined> {
    return openBytes(wrapped, this.#seal('ml-connector-data-key', place));
  }

  #seal(typ: string, place: Readonly<Record<string, string>>) {
    return { key: this.#key, alg: 'A256KW', header: { ...place, typ, kid: this.id } } as const;
  }
}

export function generateMasterKey(): MasterKey {
  return new MasterKey(randomBytes(KEY_BYTES));
}

/**
 * Reads a master key from its text: base64, base64url or hex of 32 bytes, white space around it.
 *
 * @param place where the text comes from, in words, such as `the file /data/master.key`. The text itself is in no message.
 */
export function parseMasterKey(text: string, place: string): MasterKey {
  const trimmed = text.trim();
  const bytes = decode(trimmed);
  if (bytes === undefined || bytes.length !== KEY_BYTES)
    throw malformed(place, trimmed === '' ? 'is empty' : 'does not hold 32 bytes in base64 or hex');
  // A placeholder out of a template, such as AAAA…, would seal nothing.
  if (new Set(bytes).size < 8) throw malformed(place, 'holds a made-up key instead of random bytes');
  return new MasterKey(bytes);
}

function malformed(place: string, what: string): Fault {
  return new Fault('vault.key_malformed', `The master key cannot be used: ${place} ${what}.`);
}

function decode(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  // Node reads both alphabets of base64 as one.
  return /^[\w+/-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
