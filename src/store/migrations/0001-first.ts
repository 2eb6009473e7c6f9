import type { Kysely } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Schema } from '../schema.ts';
import { columnTypes } from './column-types.ts';

/** The first schema. A released migration is never edited; a change is a new one. */
export async function up(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const { text, bigint, serial } = columnTypes(dialect);

  await db.schema
    .createTable('connections')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull().unique())
    .addColumn('settings_version', 'integer', (c) => c.notNull())
    .addColumn('created_at', bigint, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('settings_versions')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addColumn('settings', text, (c) => c.notNull())
    .addColumn('created_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('settings_versions_pk', ['connection_id', 'version'])
    .execute();

  await db.schema
    .createTable('runs')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('lease_number', bigint, (c) => c.notNull())
    .addColumn('settings_version', 'integer', (c) => c.notNull())
    .addColumn('requested_by', text, (c) => c.notNull())
    .addColumn('started_at', bigint, (c) => c.notNull())
    .addColumn('ended_at', bigint)
    .addColumn('fault_code', text)
    .addColumn('fault_text', text)
    .addColumn('summary', text, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('runs_by_start').on('runs').columns(['connection_id', 'started_at']).execute();

  await db.schema
    .createTable('leases')
    .addColumn('connection_id', text, (c) => c.primaryKey())
    .addColumn('number', bigint, (c) => c.notNull())
    .addColumn('holder', text)
    .addColumn('expires_at', bigint, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('watermarks')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('table_name', text, (c) => c.notNull())
    .addColumn('changed_until', text, (c) => c.notNull())
    .addColumn('run_id', text, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('watermarks_pk', ['connection_id', 'table_name'])
    .execute();

  await db.schema
    .createTable('read_positions')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('table_name', text, (c) => c.notNull())
    .addColumn('changed_since', text)
    .addColumn('started_day', text, (c) => c.notNull())
    .addColumn('max_seen', text)
    .addColumn('last_key', text, (c) => c.notNull())
    .addColumn('rows_read', bigint, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('read_positions_pk', ['connection_id', 'table_name'])
    .execute();

  await db.schema
    .createTable('source_rows')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('table_name', text, (c) => c.notNull())
    .addColumn('row_key', text, (c) => c.notNull())
    .addColumn('record_key', text, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addColumn('data', text, (c) => c.notNull())
    .addColumn('read_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('source_rows_pk', ['connection_id', 'table_name', 'row_key'])
    .execute();
  await db.schema
    .createIndex('source_rows_by_record')
    .on('source_rows')
    .columns(['connection_id', 'table_name', 'record_key', 'row_key'])
    .execute();

  await db.schema
    .createTable('stage')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('flow', text, (c) => c.notNull())
    .addColumn('record_key', text, (c) => c.notNull())
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('needs_fetch', 'integer', (c) => c.notNull())
    .addColumn('staged_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('stage_pk', ['connection_id', 'flow', 'record_key'])
    .execute();

  await db.schema
    .createIndex('stage_to_fetch')
    .on('stage')
    .columns(['connection_id', 'flow', 'needs_fetch', 'record_key'])
    .execute();

  await db.schema
    .createTable('links')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('flow', text, (c) => c.notNull())
    .addColumn('record_key', text, (c) => c.notNull())
    .addColumn('cin7_id', text, (c) => c.notNull())
    .addColumn('cin7_number', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('label', text, (c) => c.notNull())
    .addColumn('name_key', text, (c) => c.notNull())
    .addColumn('fingerprint', text, (c) => c.notNull())
    .addColumn('payload', text, (c) => c.notNull())
    .addColumn('details', text, (c) => c.notNull())
    .addColumn('settings_version', 'integer', (c) => c.notNull())
    .addColumn('run_id', text, (c) => c.notNull())
    .addColumn('created_at', bigint, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('links_pk', ['connection_id', 'flow', 'record_key'])
    .execute();
  await db.schema
    .createIndex('links_by_name')
    .on('links')
    .columns(['connection_id', 'flow', 'name_key'])
    .execute();
  // Two records never share one object in Cin7: the database refuses it, whatever the code does.
  await db.schema
    .createIndex('links_by_cin7_id')
    .unique()
    .on('links')
    .columns(['connection_id', 'flow', 'cin7_id'])
    .execute();

  await db.schema
    .createTable('parked')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('flow', text, (c) => c.notNull())
    .addColumn('record_key', text, (c) => c.notNull())
    .addColumn('label', text, (c) => c.notNull())
    .addColumn('code', text, (c) => c.notNull())
    .addColumn('field', text, (c) => c.notNull())
    .addColumn('detail', text, (c) => c.notNull())
    .addColumn('fingerprint', text)
    .addColumn('retry_asked', 'integer', (c) => c.notNull())
    .addColumn('parked_at', bigint, (c) => c.notNull())
    .addColumn('seen_at', bigint, (c) => c.notNull())
    .addColumn('run_id', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('parked_pk', ['connection_id', 'flow', 'record_key'])
    .execute();

  await db.schema
    .createTable('intents')
    .addColumn('id', serial, (c) =>
      dialect === 'postgres' ? c.primaryKey() : c.primaryKey().autoIncrement(),
    )
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('flow', text, (c) => c.notNull())
    .addColumn('record_key', text, (c) => c.notNull())
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('label', text, (c) => c.notNull())
    .addColumn('fingerprint', text, (c) => c.notNull())
    .addColumn('payload', text, (c) => c.notNull())
    .addColumn('cin7_id', text)
    .addColumn('cin7_number', text)
    .addColumn('run_id', text, (c) => c.notNull())
    .addColumn('sent_at', bigint, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('intents_one_per_record')
    .unique()
    .on('intents')
    .columns(['connection_id', 'flow', 'record_key'])
    .execute();

  await db.schema
    .createTable('crosswalk')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('code', text, (c) => c.notNull())
    .addColumn('label', text, (c) => c.notNull())
    .addColumn('target', text)
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('origin', text, (c) => c.notNull())
    .addColumn('detail', text, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .addColumn('updated_by', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('crosswalk_pk', ['connection_id', 'kind', 'code'])
    .execute();

  await db.schema
    .createTable('trail')
    .addColumn('chain', text, (c) => c.notNull())
    .addColumn('seq', bigint, (c) => c.notNull())
    .addColumn('at', bigint, (c) => c.notNull())
    .addColumn('actor', text, (c) => c.notNull())
    .addColumn('origin', text, (c) => c.notNull())
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('flow', text)
    .addColumn('record_key', text)
    .addColumn('run_id', text)
    .addColumn('settings_version', 'integer')
    .addColumn('cin7_id', text)
    .addColumn('data', text, (c) => c.notNull())
    .addColumn('prev_hash', text, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('trail_pk', ['chain', 'seq'])
    .execute();
  await db.schema.createIndex('trail_by_run').on('trail').columns(['run_id', 'seq']).execute();
  await db.schema
    .createIndex('trail_by_record')
    .on('trail')
    .columns(['chain', 'flow', 'record_key', 'seq'])
    .execute();

  await db.schema
    .createTable('budget_slots')
    .addColumn('id', serial, (c) =>
      dialect === 'postgres' ? c.primaryKey() : c.primaryKey().autoIncrement(),
    )
    .addColumn('key_hash', text, (c) => c.notNull())
    .addColumn('started_at', bigint, (c) => c.notNull())
    .addColumn('released_at', bigint)
    .execute();
  await db.schema
    .createIndex('budget_slots_by_key')
    .on('budget_slots')
    .columns(['key_hash', 'started_at'])
    .execute();

  await db.schema
    .createTable('marks')
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('marks_pk', ['connection_id', 'name'])
    .execute();
}
