import { noteEvent, noteRecovery } from '../notices/note.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { pruneExpired } from '../store/trail-prune.ts';
import { queryTrail } from '../store/trail-query.ts';
import { listChains, verifyStoredTrail } from '../store/trail-source.ts';
import type { Requester } from '../sync/ports.ts';
import { flawText } from '../trail/checker.ts';
import { hasTrailKey, openTrailSigner } from '../vault/trail-signer.ts';
import type { Vault } from '../vault/vault.ts';

interface UpkeepPorts {
  readonly db: Db;
  readonly vault: Vault;
  /** Null: entries are kept for ever. */
  readonly retentionDays: number | null;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Forgets ended sessions, tickets and counters of failed attempts. */
  readonly sweepAccess: () => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RESETS_MAX = 100;
const REQUESTER: Requester = { actor: 'system', origin: 'upkeep' };

/** What has to be done now and then while the server is at work: tidying, retention, checks of the trail and of the keys. */
export async function runUpkeep(ports: UpkeepPorts): Promise<void> {
  const { now, sleep, signal } = ports;
  let lastDayMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const works: (() => Promise<unknown>)[] = [ports.sweepAccess];
    if (now() - lastDayMs >= DAY_MS) {
      lastDayMs = now();
      works.push(
        () => checkKeys(ports),
        () => checkTrails(ports),
        () => keepRetention(ports),
      );
    }
    for (const work of works) {
      try {
        await work();
      } catch (error) {
        if (!signal.aborted) ports.onError(error);
      }
    }
    // Ends only by the signal.
    await sleep(HOUR_MS, signal).catch(() => undefined);
  }
}

/** Verifies each chain, and tells people of one that was changed outside the program. */
export async function checkTrails(
  ports: Pick<UpkeepPorts, 'db' | 'vault' | 'now' | 'signal'>,
): Promise<void> {
  const { db, vault, signal, now } = ports;
  // Only a trail that was pruned has anything signed; then its key is in the vault.
  const verifier = (await hasTrailKey(db)) ? await openTrailSigner(db, vault, REQUESTER) : undefined;
  const lostKeys = await keysLostInResets(db);
  for (const chain of await listChains(db)) {
    const verdict = await verifyStoredTrail(db, chain, { signal, verifier });
    const { flaw } = verdict;
    const unknownKeys = verdict.unknownKeys.filter((id) => !lostKeys.has(id));
    if (flaw === undefined && unknownKeys.length === 0) continue;
    // This store signs with its own key alone: another one is somebody else's.
    const problem =
      flaw === undefined
        ? `Entries were removed under the signature of a key that is not of this store: ${unknownKeys.join(', ')}.`
        : flawText(flaw);
    const event = { event: 'trail.damaged', chain, seq: flaw?.seq ?? 1, problem } as const;
    await inTransaction(db, (tx) => noteEvent(tx, event, now()));
  }
}

/** Keys of this store that went with a lost master key. What they signed is checked with `audit verify --public-key` alone. */
async function keysLostInResets(db: Db): Promise<ReadonlySet<unknown>> {
  const resets = await queryTrail(db, { chain: 'system', actions: ['vault.reset'] }, { limit: RESETS_MAX });
  return new Set(
    resets.entries.flatMap(({ data }) => {
      const { signingKeys } = JSON.parse(data) as { readonly signingKeys?: readonly unknown[] }; // Written by key-reset.ts.
      return signingKeys ?? [];
    }),
  );
}

/** Opens every key and every secret, and tells people of those that do not open. */
export async function checkKeys(ports: Pick<UpkeepPorts, 'db' | 'vault' | 'now'>): Promise<void> {
  const { db, vault, now } = ports;
  const report = await vault.check();
  await inTransaction(db, async (tx) => {
    const opensAll = report.broken.length === 0 && report.secrets.opened === report.secrets.total;
    if (opensAll) {
      await noteRecovery(tx, { connectionId: null, events: ['key.problem'], nowMs: now() });
      return;
    }
    const event = {
      event: 'key.problem',
      connectionId: null,
      text: 'Some of the stored credentials cannot be opened with the master key.',
      hint: 'Run ml-connector key check: it names them.',
    } as const;
    await noteEvent(tx, event, now());
  });
}

async function keepRetention(ports: UpkeepPorts): Promise<void> {
  const { db, vault, retentionDays, signal, now } = ports;
  if (retentionDays === null) return;
  const signer = await openTrailSigner(db, vault, REQUESTER);
  await pruneExpired(db, { retentionDays, signer, requester: REQUESTER, nowMs: now(), signal });
}
