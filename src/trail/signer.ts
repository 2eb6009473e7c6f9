import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { Fault } from '../faults/fault.ts';

/** Checks signatures of this key, and of those that it followed. */
export interface TrailVerifier {
  /** @returns `undefined` where the key is not known here, so that nothing can be said. */
  verify(text: string, signed: Signed): boolean | undefined;
}

/** Signs what the trail says of itself: anchors, and summaries of what was removed. */
export interface TrailSigner extends TrailVerifier {
  /** Names the key: the beginning of the SHA-256 of its public half. */
  readonly keyId: string;
  /** PEM. With it anybody can check signatures, and nobody can make them. */
  readonly publicPem: string;
  sign(text: string): Signed;
}

export interface Signed {
  readonly keyId: string;
  /** base64url */
  readonly signature: string;
}

/** A new Ed25519 key, as PKCS #8 PEM, for the vault. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * @param privatePem Ed25519 key in PKCS #8 PEM.
 * @param publicPems keys that signed before this one.
 */
export function ed25519Signer(privatePem: string, publicPems: readonly string[] = []): TrailSigner {
  const privateKey = readKey(privatePem, createPrivateKey);
  const publicKey = createPublicKey(privateKey);
  const keyId = keyIdOf(publicKey);
  const known = keysById([publicKey, ...publicPems.map((pem) => readKey(pem, createPublicKey))]);
  return {
    keyId,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (text) => ({ keyId, signature: sign(null, Buffer.from(text), privateKey).toString('base64url') }),
    verify: (text, signed) => verifyWith(known, text, signed),
  };
}

/** For those who check only. */
export function ed25519Verifier(publicPems: readonly string[]): TrailVerifier {
  const known = keysById(publicPems.map((pem) => readKey(pem, createPublicKey)));
  return { verify: (text, signed) => verifyWith(known, text, signed) };
}

function verifyWith(
  known: ReadonlyMap<string, KeyObject>,
  text: string,
  signed: Signed,
): boolean | undefined {
  const key = known.get(signed.keyId);
  if (key === undefined) return undefined;
  return verify(null, Buffer.from(text), key, Buffer.from(signed.signature, 'base64url'));
}

function readKey(pem: string, read: (pem: string) => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read(pem);
  } catch {
    // The cause may quote the key.
    throw new Fault('trail.key_unusable', 'The signing key of the trail is not a key in PEM form.');
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Fault(
      'trail.key_unusable',
      `The signing key of the trail is of the kind ${key.asymmetricKeyType ?? 'secret'}, not Ed25519.`,
    );
  return key;
}

const KEY_ID_LENGTH = 16;

function keyIdOf(publicKey: KeyObject): string {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex').slice(0, KEY_ID_LENGTH);
}

function keysById(keys: readonly KeyObject[]): ReadonlyMap<string, KeyObject> {
  return new Map(keys.map((key) => [keyIdOf(key), key]));
}
