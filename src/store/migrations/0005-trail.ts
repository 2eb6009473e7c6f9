import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Schema } from '../schema.ts';
import { columnTypes } from './column-types.ts';

/** Heads and summaries of the audit trail, and an index for each way in which people look through it. */
export async function up(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const { text, bigint } = columnTypes(dialect);
  await db.schema
    .createTable('trail_heads')
    .addColumn('chain', text, (c) => c.primaryKey())
    .addColumn('seq', bigint, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addColumn('latest_at', bigint, (c) => c.notNull())
    .addColumn('backwards_ms', bigint, (c) => c.notNull())
    .execute();
  await createHeads(db);
  await db.schema
    .createTable('trail_summaries')
    .addColumn('chain', text, (c) => c.notNull())
    .addColumn('first_seq', bigint, (c) => c.notNull())
    .addColumn('last_seq', bigint, (c) => c.notNull())
    .addColumn('first_at', bigint, (c) => c.notNull())
    .addColumn('last_at', bigint, (c) => c.notNull())
    .addColumn('removed', bigint, (c) => c.notNull())
    .addColumn('kept', bigint, (c) => c.notNull())
    .addColumn('kept_hash', text, (c) => c.notNull())
    .addColumn('actions', text, (c) => c.notNull())
    .addColumn('first_prev_hash', text, (c) => c.notNull())
    .addColumn('last_hash', text, (c) => c.notNull())
    .addColumn('created_at', bigint, (c) => c.notNull())
    .addColumn('key_id', text, (c) => c.notNull())
    .addColumn('signature', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('trail_summaries_pk', ['chain', 'first_seq'])
    .execute();
  await createIndexes(db);
}

/** Chains that were begun before there were heads. */
async function createHeads(db: Kysely<Schema>): Promise<void> {
  await sql`
    insert into trail_heads (chain, seq, hash, latest_at, backwards_ms)
    select last.chain, last.seq, last.hash, times.latest_at, times.backwards_ms
    from trail as last
    join (
      select chain, max(seq) as seq, max(at) as latest_at, max(latest_so_far - at) as backwards_ms
      from (select chain, seq, at, max(at) over (partition by chain order by seq) as latest_so_far from trail) as timed
      group by chain
    ) as times on times.chain = last.chain and times.seq = last.seq
  `.execute(db);
}

/**
 * Ids of runs and of Cin7 objects and keys of records are rare enough to do without the chain in front, which is the longest part of an
 * entry. Rows that have none are left out. Where none can be without, saying so all the same makes SQLite, which knows no statistics,
 * take the index for narrower than the primary key; it would read all entries of a span of time else.
 */
async function createIndexes(db: Kysely<Schema>): Promise<void> {
  await db.schema.dropIndex('trail_by_run').execute();
  await db.schema.dropIndex('trail_by_record').execute();
  for (const column of ['run_id', 'record_key', 'cin7_id'] as const) {
    await db.schema
      .createIndex(`trail_by_${column}`)
      .on('trail')
      .columns([column, 'seq'])
      .where(column, 'is not', null)
      .execute();
  }
  for (const column of ['action', 'actor', 'flow'] as const) {
    await db.schema
      .createIndex(`trail_by_${column}`)
      .on('trail')
      .columns(['chain', column, 'seq'])
      .where(column, 'is not', null)
      .execute();
  }
  await db.schema.createIndex('trail_by_time').on('trail').columns(['chain', 'at', 'seq']).execute();
}
