import type { Kysely } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Schema } from '../schema.ts';
import { columnTypes } from './column-types.ts';

/** Reports of reconcile runs, the keys that one has swept, the backfill under way, and indexes that records are found by. */
export async function up(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const { text, bigint } = columnTypes(dialect);

  await db.schema
    .createTable('sweep')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('flow', text, (c) => c.notNull())
    .addColumn('side', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('data', text)
    .addColumn('lines', text)
    .addPrimaryKeyConstraint('sweep_pk', ['connection_id', 'flow', 'side', 'key'])
    .execute();

  await db.schema
    .createTable('findings')
    .addColumn('run_id', text, (c) => c.notNull())
    .addColumn('seq', bigint, (c) => c.notNull())
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('flow', text, (c) => c.notNull())
    .addColumn('class', text, (c) => c.notNull())
    .addColumn('record_key', text)
    .addColumn('label', text, (c) => c.notNull())
    .addColumn('cin7_id', text)
    .addColumn('field', text)
    .addColumn('jde_value', text)
    .addColumn('cin7_value', text)
    .addColumn('code', text)
    .addColumn('explanation', text, (c) => c.notNull())
    .addColumn('next_step', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('findings_pk', ['run_id', 'seq'])
    .execute();
  await db.schema
    .createIndex('findings_by_class')
    .on('findings')
    .columns(['run_id', 'flow', 'class', 'seq'])
    .execute();
  await db.schema
    .createIndex('findings_by_connection')
    .on('findings')
    .columns(['connection_id', 'run_id'])
    .execute();

  await db.schema
    .createTable('foreign_purchases')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('cin7_id', text, (c) => c.notNull())
    .addColumn('opened_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('foreign_purchases_pk', ['connection_id', 'cin7_id'])
    .execute();

  await db.schema
    .createTable('backfills')
    .addColumn('connection_id', text, (c) => c.primaryKey())
    .addColumn('scope', text, (c) => c.notNull())
    .addColumn('position', text, (c) => c.notNull())
    .addColumn('staged', bigint, (c) => c.notNull())
    .addColumn('requested_by', text, (c) => c.notNull())
    .addColumn('started_at', bigint, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .execute();

  // A search by part of a name or number walks an index and never the payloads. The first takes the place of links_by_name.
  await db.schema
    .createIndex('links_by_name_and_key')
    .on('links')
    .columns(['connection_id', 'flow', 'name_key', 'record_key'])
    .execute();
  await db.schema.dropIndex('links_by_name').execute();
  await db.schema
    .createIndex('links_by_number')
    .on('links')
    .columns(['connection_id', 'flow', 'cin7_number', 'record_key'])
    .execute();
}
