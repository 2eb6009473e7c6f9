import type { Trial } from './attempts.ts';
import { type AccessContext, inSystem } from './context.ts';
import type { Origin } from './principal.ts';
import { note } from './trail.ts';

/** Tells the trail of something that was tried in vain. How often that can happen is bounded by the waits. */
export async function noteFailure(context: AccessContext, trial: Trial, origin: Origin): Promise<void> {
  await inSystem(context, (tx) =>
    note(tx, {
      action: 'access.sign_in_failed',
      by: { actor: 'anonymous', origin: origin.address },
      atMs: context.now(),
      // A name that is unknown may be a password in the wrong field.
      data: { what: trial.what, user: trial.user?.name ?? null },
    }),
  );
}
