import type { Db } from './database.ts';

/** A process that told of itself so lately may be at work. */
const PROCESS_ALIVE_MS = 60_000;

interface AtWorkQuery {
  readonly nowMs: number;
  /** Whether the holder of a lease is known to be gone. */
  readonly isDead: (holder: string) => boolean;
}

/** Somebody who uses the store. */
export interface AtWork {
  readonly what: 'run' | 'serve' | 'worker';
  /** Host and process id. */
  readonly holder: string;
}

/** A run, a server or a worker that is at work on the store, on whatever machine; `undefined` where there is none. */
export async function findAtWork(db: Db, { nowMs, isDead }: AtWorkQuery): Promise<AtWork | undefined> {
  const leases = await db
    .selectFrom('leases')
    .select('holder')
    .where('expires_at', '>', nowMs)
    .where('holder', 'is not', null)
    .execute();
  const run = leases.map((lease) => lease.holder ?? '').find((holder) => !isDead(holder));
  if (run !== undefined) return { what: 'run', holder: run };
  const processes = await db
    .selectFrom('processes')
    .select(['role', 'host', 'pid'])
    .where('seen_at', '>', nowMs - PROCESS_ALIVE_MS)
    .execute();
  const alive = processes.find(({ host, pid }) => !isDead(`${host}:${pid}`));
  if (alive === undefined) return undefined;
  return { what: alive.role === 'worker' ? 'worker' : 'serve', holder: `${alive.host}:${alive.pid}` };
}
