import type { TrailAnchor } from '../trail/anchor.ts';
import { CHAIN_START, type ChainEnd, type ChainedEntry } from '../trail/chain.ts';
import type { TrailVerifier } from '../trail/signer.ts';
import type { TrailSummary } from '../trail/summary.ts';
import { type TrailSource, type TrailVerdict, verifyTrail } from '../trail/verify.ts';
import type { Db } from './database.ts';
import { listTrail } from './trail.ts';

const PAGE = 500;

/** Every chain of the store: those that have an end noted, and those that have entries all the same. */
export async function listChains(db: Db): Promise<readonly string[]> {
  const noted = await db.selectFrom('trail_heads').select('chain').execute();
  const found = await db.selectFrom('trail').select('chain').distinct().execute();
  return [...new Set([...noted, ...found].map((row) => row.chain))].toSorted();
}

/** A chain as it stands now. Entries that are appended later are not among its pages. */
export async function readTrail(db: Db, chain: string): Promise<TrailSource> {
  // Summaries before ends: a prune between the two only adds summaries, and the caller looks for that.
  const summaries = await listSummaries(db, chain);
  const { head, lastSeq } = await loadEnds(db, chain);
  return { summaries, head, pages: () => pagesOf(db, chain, lastSeq) };
}

/** The noted end of a chain; `undefined` where nothing was ever appended. */
export async function loadHead(db: Db, chain: string): Promise<ChainEnd | undefined> {
  return (await loadEnds(db, chain)).head;
}

interface StoredVerifyOptions {
  readonly anchors?: readonly TrailAnchor[];
  readonly verifier?: TrailVerifier | undefined;
  readonly signal?: AbortSignal;
}

/** Checks a chain of the store while the store is in use. */
export async function verifyStoredTrail(
  db: Db,
  chain: string,
  options: StoredVerifyOptions = {},
): Promise<TrailVerdict> {
  for (;;) {
    const source = await readTrail(db, chain);
    const verdict = await verifyTrail(source, options);
    if (verdict.flaw === undefined) return verdict;
    // Old entries may have been removed under the reader. Each round needs another prune, of which there is one a day.
    const summaries = await listSummaries(db, chain);
    if (summaries.length === source.summaries.length) return verdict;
  }
}

/** In order. One for each few thousand entries that were removed. */
export async function listSummaries(db: Db, chain: string): Promise<readonly TrailSummary[]> {
  const rows = await db
    .selectFrom('trail_summaries')
    .selectAll()
    .where('chain', '=', chain)
    .orderBy('first_seq')
    .execute();
  return rows.map((row) => ({
    chain: row.chain,
    firstSeq: Number(row.first_seq),
    lastSeq: Number(row.last_seq),
    firstAtMs: Number(row.first_at),
    lastAtMs: Number(row.last_at),
    removed: Number(row.removed),
    kept: Number(row.kept),
    keptHash: row.kept_hash,
    actions: countsOf(row.actions),
    firstPrevHash: row.first_prev_hash,
    lastHash: row.last_hash,
    createdAtMs: Number(row.created_at),
    keyId: row.key_id,
    signature: row.signature,
  }));
}

/** Ids of the keys that signed summaries, of all chains. */
export async function listSigningKeys(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom('trail_summaries').select('key_id').distinct().orderBy('key_id').execute();
  return rows.map((row) => row.key_id);
}

/** Where the entries begin that were never removed. */
export async function loadFloor(db: Db, chain: string): Promise<ChainEnd> {
  const row = await db
    .selectFrom('trail_summaries')
    .select(['last_seq', 'last_hash'])
    .where('chain', '=', chain)
    .orderBy('first_seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? CHAIN_START : { seq: Number(row.last_seq), hash: row.last_hash };
}

/** One statement, so that the noted end and the last entry are of the same moment. */
async function loadEnds(db: Db, chain: string): Promise<{ head: ChainEnd | undefined; lastSeq: number }> {
  const row = await db
    .selectNoFrom((eb) => [
      eb.selectFrom('trail_heads').select('seq').where('chain', '=', chain).as('head_seq'),
      eb.selectFrom('trail_heads').select('hash').where('chain', '=', chain).as('head_hash'),
      eb
        .selectFrom('trail')
        .select('seq')
        .where('chain', '=', chain)
        .orderBy('seq', 'desc')
        .limit(1)
        .as('last_seq'),
    ])
    .executeTakeFirstOrThrow();
  const { head_seq: seq, head_hash: hash } = row;
  const head = seq === null || hash === null ? undefined : { seq: Number(seq), hash };
  return { head, lastSeq: Number(row.last_seq ?? 0) };
}

async function* pagesOf(db: Db, chain: string, lastSeq: number): AsyncGenerator<readonly ChainedEntry[]> {
  for (let afterSeq = 0; afterSeq < lastSeq; ) {
    const page = (await listTrail(db, { chain, afterSeq, limit: PAGE })).filter(({ seq }) => seq <= lastSeq);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    afterSeq = last.seq;
  }
}

/** A document that was changed from outside may be anything: it fails its signature, not the reader. */
function countsOf(text: string): Readonly<Record<string, number>> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return {};
  }
  return typeof document === 'object' && document !== null
    ? Object.fromEntries(Object.entries(document).map(([action, count]) => [action, Number(count)]))
    : {};
}
