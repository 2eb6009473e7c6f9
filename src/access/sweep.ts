import { deleteExpiredOidcFlows } from '../store/identities.ts';
import { deleteEndedSessions } from '../store/sessions.ts';
import { deleteOldAddresses, deleteOldAttempts } from '../store/sign-in-attempts.ts';
import { deleteExpiredTickets } from '../store/sign-in-tickets.ts';
import { FORGET_MS, KNOWN_ADDRESS_MS } from './attempts.ts';
import { type AccessContext, inSystem } from './context.ts';
import { idleMs } from './sessions.ts';

/** Takes away what has ended. Nothing depends on it but the size of the store. */
export async function sweepAccess(context: AccessContext): Promise<void> {
  const nowMs = context.now();
  await inSystem(context, async (tx) => {
    await deleteEndedSessions(tx, { expiredAtMs: nowMs, seenUntilMs: nowMs - idleMs(context) });
    await deleteExpiredTickets(tx, nowMs);
    await deleteExpiredOidcFlows(tx, nowMs);
    await deleteOldAttempts(tx, nowMs - FORGET_MS);
    await deleteOldAddresses(tx, nowMs - KNOWN_ADDRESS_MS);
  });
}
