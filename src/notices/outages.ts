import { type Db, inTransaction } from '../store/database.ts';
import { noteEvent, noteRecovery } from './note.ts';

interface OutageWatch {
  away(side: 'jde' | 'cin7', text: string): Promise<void>;
  back(side: 'jde' | 'cin7'): Promise<void>;
}

/** Notes that a system of a connection cannot be reached: told when it lasts, and told when it is over. */
export function watchOutages(db: Db, connectionId: string, now: () => number): OutageWatch {
  return {
    away: (side, text) =>
      inTransaction(db, async (tx) => {
        await noteEvent(tx, { event: 'connection.offline', connectionId, side, text }, now());
      }),
    back: (side) =>
      inTransaction(db, (tx) =>
        noteRecovery(tx, {
          connectionId,
          events: ['connection.offline'],
          fits: (key) => key.endsWith(`:${side}`),
          nowMs: now(),
        }),
      ),
  };
}
