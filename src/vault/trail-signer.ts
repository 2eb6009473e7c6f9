import { type Db, inTransaction } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { describeSecrets } from '../store/secrets.ts';
import { ed25519Signer, newSigningKey, type TrailSigner } from '../trail/signer.ts';
import type { Requester } from './trail-events.ts';
import type { Vault } from './vault.ts';

const OWNER = 'system';
/** Name of the secret that holds the signing key. */
export const TRAIL_KEY_NAME = 'trail.signing-key';

/** Whether the trail has a signing key. Needs no master key. */
export async function hasTrailKey(db: Db): Promise<boolean> {
  return (await describeSecrets(db, OWNER)).some(({ name }) => name === TRAIL_KEY_NAME);
}

/** Signs for the trail with the key in the vault; the first call makes the key, with its trail entry. */
export async function openTrailSigner(db: Db, vault: Vault, requester: Requester): Promise<TrailSigner> {
  const known = await vault.open(OWNER, TRAIL_KEY_NAME);
  if (known !== undefined) return ed25519Signer(known);
  const key = await inTransaction(db, async (tx) => {
    await lockConnection(tx, OWNER);
    // Another process may have made it while this one waited: two keys would each sign what the other cannot check.
    const made = await vault.open(OWNER, TRAIL_KEY_NAME, tx);
    if (made !== undefined) return made;
    const value = newSigningKey();
    await vault.save(tx, { owner: OWNER, name: TRAIL_KEY_NAME, value, requester });
    return value;
  });
  return ed25519Signer(key);
}
