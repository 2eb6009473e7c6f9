import type { KeyObject } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

interface Seal {
  readonly key: KeyObject;
  /** `dir`: the key encrypts the text itself; `A256KW`: it wraps a key made for this text alone. */
  readonly alg: 'dir' | 'A256KW';
  /**
   * What the text is and where it belongs. It stands readable in the protected header, is covered by the seal, and is
   * compared on opening: a sealed text that was put into another place does not open there.
   */
  readonly header: { readonly typ: string; readonly kid: string } & Readonly<Record<string, string>>;
}

const ENC = 'A256GCM';

/** Seals bytes as a compact JWE (RFC 7516). */
export function sealBytes(bytes: Uint8Array, { key, alg, header }: Seal): Promise<string> {
  return new CompactEncrypt(bytes).setProtectedHeader({ ...header, alg, enc: ENC }).encrypt(key);
}

/** The bytes of a compact JWE, or `undefined` where it was changed, sealed with another key or for another place. */
export async function openBytes(sealed: string, { key, alg, header }: Seal): Promise<Uint8Array | undefined> {
  const options = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [ENC] };
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, options);
    const found = new Map<string, unknown>(Object.entries(protectedHeader));
    return Object.entries(header).every(([name, value]) => found.get(name) === value) ? plaintext : undefined;
  } catch {
    // Whatever is wrong with the text, the caller knows which one it is and says so.
    return undefined;
  }
}
