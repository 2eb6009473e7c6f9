import { type Db, inTransaction } from '../store/database.ts';
import { lastSuccessOf } from '../store/freshness.ts';
import { noteEvent } from './note.ts';

export interface WatchedConnection {
  readonly id: string;
  /** 0: nobody wants to hear of it. */
  readonly staleAfterMinutes: number;
}

/** Notes for each connection whether it is long since a sync succeeded. To be called once in a while. */
export async function watchFreshness(
  db: Db,
  connections: readonly WatchedConnection[],
  nowMs: number,
): Promise<void> {
  for (const { id, staleAfterMinutes } of connections) {
    if (staleAfterMinutes === 0) continue;
    const fresh = await lastSuccessOf(db, id);
    if (
      fresh === undefined ||
      nowMs - (fresh.succeededAtMs ?? fresh.createdAtMs) < staleAfterMinutes * 60_000
    )
      continue;
    await inTransaction(db, (tx) =>
      noteEvent(
        tx,
        { event: 'freshness.stale', connectionId: id, lastSuccessMs: fresh.succeededAtMs, staleAfterMinutes },
        nowMs,
      ),
    );
  }
}
