import { sql } from 'kysely';
import type { ChainEnd } from '../trail/chain.ts';
import type { Db } from './database.ts';
import { listChains, loadHead } from './trail-source.ts';

/** Marks of the store as a whole stand under this name instead of a connection's id. */
export const STORE = 'store';
/** When the backup was taken; stands in backups only. */
export const TAKEN = 'backup.taken';

/** The end of a chain of the trail, with what people call it. */
export interface NamedHead extends ChainEnd {
  readonly chain: string;
  readonly connection: string;
}

/** What SQLite finds wrong with the file, ten lines at most. Reads all of it. */
export async function integrityFlaws(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(10)`.execute(db);
  return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
}

/** The ends of all chains of the trail. */
export async function listHeads(db: Db): Promise<readonly NamedHead[]> {
  const rows = await db.selectFrom('connections').select(['id', 'name']).execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const heads: NamedHead[] = [];
  for (const chain of await listChains(db)) {
    const head = await loadHead(db, chain);
    if (head !== undefined) heads.push({ chain, connection: names.get(chain) ?? chain, ...head });
  }
  return heads;
}
