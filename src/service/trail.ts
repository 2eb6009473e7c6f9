import { type Db, inTransaction } from '../store/database.ts';
import { appendTrail } from '../store/trail.ts';
import type { Requester } from '../sync/ports.ts';
import type { ChainEnd } from '../trail/chain.ts';
import type { TrailSigner } from '../trail/signer.ts';
import { hasTrailKey, openTrailSigner } from '../vault/trail-signer.ts';
import type { Vault } from '../vault/vault.ts';

/** The signer, where the trail has a key already: what only reads makes none. */
export async function existingSigner(
  vault: Vault,
  db: Db,
  requester: Requester,
): Promise<TrailSigner | undefined> {
  return (await hasTrailKey(db)) ? openTrailSigner(db, vault, requester) : undefined;
}

/** Who took entries out of the house stands in the trail itself. */
export async function tellExported(
  db: Db,
  act: {
    readonly chain: string;
    readonly format: string;
    readonly head: ChainEnd;
    readonly requester: Requester;
    readonly nowMs: number;
  },
): Promise<void> {
  const event = {
    at: act.nowMs,
    ...act.requester,
    action: 'trail.exported',
    flow: null,
    recordKey: null,
    runId: null,
    settingsVersion: null,
    cin7Id: null,
    data: { format: act.format, lastSeq: act.head.seq },
  };
  await inTransaction(db, (tx) => appendTrail(tx, act.chain, [event]));
}
