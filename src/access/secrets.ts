import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BYTES = 32;
const API_TOKEN = /^mlc_([\w-]{43})([\w-]{6})$/;

type Random = (bytes: number) => Uint8Array;

/** An opaque secret of 256 random bits, safe in a cookie, a header and a command line. */
export function newSecret(random: Random): string {
  return Buffer.from(random(BYTES)).toString('base64url');
}

/** What the store keeps of a secret. No salt and no slow hash: 256 random bits cannot be guessed. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret);
}

/**
 * An API token: `mlc_`, 43 characters with 256 random bits, 6 with their checksum. Scanners for leaked secrets find it by its
 * beginning, and a mistyped one is refused without a look into the store.
 */
export function newApiToken(random: Random): string {
  const secret = newSecret(random);
  return `mlc_${secret}${checksumOf(secret)}`;
}

export function isApiToken(text: string): boolean {
  const [, secret, checksum] = API_TOKEN.exec(text) ?? [];
  return secret !== undefined && checksum === checksumOf(secret);
}

function checksumOf(secret: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(secret));
  return bytes.toString('base64url');
}
