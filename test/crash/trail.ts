import type { Database } from '../../src/store/database.ts';
import { listTrail } from '../../src/store/trail.ts';
import { checkChain } from '../../src/trail/chain.ts';

const ENTRIES_MAX = 100_000;

/** Checks every chain of the audit trail. Returns what is wrong with them. */
export async function loadTrailChain({ db }: Database): Promise<readonly string[]> {
  const chains = await db.selectFrom('trail').select('chain').distinct().execute();
  const flaws = await Promise.all(
    chains.map(async ({ chain }) => {
      const checked = checkChain(undefined, await listTrail(db, { chain, afterSeq: 0, limit: ENTRIES_MAX }));
      return 'flaw' in checked ? [`trail: ${checked.flaw.problem} at ${checked.flaw.seq}`] : [];
    }),
  );
  return flaws.flat();
}
