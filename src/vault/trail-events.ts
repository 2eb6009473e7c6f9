import type { TrailEvent } from '../trail/chain.ts';

/** Who acts and from where. */
export interface Requester {
  readonly actor: string;
  readonly origin: string;
}

type VaultAction =
  | 'secret.set'
  | 'secret.removed'
  | 'key.created'
  | 'key.rotation_started'
  | 'key.rotated'
  | 'vault.reset';

/** An act on secrets or keys, for the trail. The data hold ids and fingerprints, never a value (invariant 8). */
export function vaultEvent(
  action: VaultAction,
  { actor, origin }: Requester,
  at: number,
  data: TrailEvent['data'],
): TrailEvent {
  const nothing = { flow: null, recordKey: null, runId: null, settingsVersion: null, cin7Id: null };
  return { at, actor, origin, action, ...nothing, data };
}
