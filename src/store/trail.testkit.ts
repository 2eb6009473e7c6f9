import type { ChainedEntry, TrailEvent } from '../trail/chain.ts';
import type { Db } from './database.ts';
import type { TrailTable } from './schema.ts';
import { NOW_MS } from './store.testkit.ts';
import { listTrail } from './trail.ts';

export function trailEvent(own: Partial<TrailEvent> = {}): TrailEvent {
  return {
    at: NOW_MS,
    actor: 'cli:anna',
    origin: 'here',
    action: 'record.created',
    flow: 'suppliers',
    recordKey: '4343',
    runId: 'run-1',
    settingsVersion: 1,
    cin7Id: 'id-1',
    data: { label: 'Parts Emporium “Ø”' },
    ...own,
  };
}

export function wholeTrail(db: Db, chain: string): Promise<readonly ChainedEntry[]> {
  return listTrail(db, { chain, afterSeq: 0, limit: 1_000_000 });
}

/** What somebody does who can write into the database: takes all entries of a chain out, and puts others in. */
export async function tamper(
  db: Db,
  chain: string,
  change: (rows: readonly TrailTable[]) => readonly TrailTable[],
): Promise<void> {
  const stored = await db.selectFrom('trail').selectAll().where('chain', '=', chain).orderBy('seq').execute();
  const rows = stored.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }));
  await db.deleteFrom('trail').where('chain', '=', chain).execute();
  const changed = change(rows);
  if (changed.length > 0)
    await db
      .insertInto('trail')
      .values([...changed])
      .execute();
}

/** The rows in their new order under the numbers that they had before. */
export function renumbered(rows: readonly TrailTable[]): readonly TrailTable[] {
  return rows.map((row, place) => ({ ...row, seq: place + 1 }));
}

/** The statements that a piece of work sends to the database. */
export async function statementsOf(
  db: Db,
  work: (db: Db) => Promise<unknown>,
): Promise<readonly { readonly sql: string; readonly parameters: readonly unknown[] }[]> {
  const statements: { sql: string; parameters: readonly unknown[] }[] = [];
  const executor = db.getExecutor();
  const listening = db.withPlugin({
    transformQuery({ node, queryId }) {
      const { sql, parameters } = executor.compileQuery(node, queryId);
      statements.push({ sql, parameters });
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  await work(listening);
  return [...statements];
}
