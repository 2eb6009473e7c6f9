import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ed25519Signer, ed25519Verifier, newSigningKey } from './signer.ts';

describe('a signature of the trail', () => {
  test('is checked by the signer and by anybody with the public key', () => {
    const signer = ed25519Signer(newSigningKey());
    const signed = signer.sign('text');
    expect(signed.keyId).toBe(signer.keyId);
    for (const verifier of [signer, ed25519Verifier([signer.publicPem])]) {
      expect(verifier.verify('text', signed)).toBe(true);
      expect(verifier.verify('other text', signed)).toBe(false);
      expect(verifier.verify('text', { ...signed, signature: 'AAAA' })).toBe(false);
    }
  });

  test('by a key that is not known says nothing', () => {
    const signed = ed25519Signer(newSigningKey()).sign('text');
    expect(ed25519Signer(newSigningKey()).verify('text', signed)).toBeUndefined();
    expect(ed25519Verifier([]).verify('text', signed)).toBeUndefined();
  });

  test('by another key does not pass under the name of a known one', () => {
    const known = ed25519Signer(newSigningKey());
    const forged = ed25519Signer(newSigningKey()).sign('text');
    expect(known.verify('text', { ...forged, keyId: known.keyId })).toBe(false);
  });

  test('by the key before is still known where its public half was kept', () => {
    const former = ed25519Signer(newSigningKey());
    const signer = ed25519Signer(newSigningKey(), [former.publicPem]);
    expect(signer.verify('text', former.sign('text'))).toBe(true);
  });
});

describe('a key that cannot sign for the trail is refused without showing it', () => {
  test('text that is no key', () => {
    expect(() => ed25519Signer('geheim')).toThrow(expect.objectContaining({ code: 'trail.key_unusable' }));
    expect(() => ed25519Signer('geheim')).not.toThrow(/geheim/);
  });

  test('a key of another kind', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => ed25519Signer(pem)).toThrow(/of the kind ec, not Ed25519/);
  });
});
