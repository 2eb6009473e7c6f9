import type { Kysely } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Schema } from '../schema.ts';
import { columnTypes } from './column-types.ts';

/** Runs that wait, schedules, connections made through the API, plans that are kept, what people say about parked records. */
export async function up(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const { text, bigint } = columnTypes(dialect);

  await db.schema
    .alterTable('connections')
    .addColumn('origin', text, (c) => c.notNull().defaultTo('file'))
    .execute();
  await db.schema.alterTable('connections').addColumn('paused_at', bigint).execute();
  await db.schema.alterTable('connections').addColumn('paused_by', text).execute();

  await db.schema
    .alterTable('runs')
    .addColumn('trigger', text, (c) => c.notNull().defaultTo('person'))
    .execute();
  await db.schema
    .alterTable('runs')
    .addColumn('options', text, (c) => c.notNull().defaultTo('{}'))
    .execute();
  await db.schema
    .alterTable('runs')
    .addColumn('requested_from', text, (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('runs')
    .addColumn('queued_at', bigint, (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('runs').addColumn('stop_asked_by', text).execute();
  await db.schema.alterTable('runs').addColumn('progress', text).execute();
  await db.schema.createIndex('runs_by_state').on('runs').columns(['state', 'queued_at']).execute();

  await db.schema.alterTable('parked').addColumn('ignored_by', text).execute();
  await db.schema
    .alterTable('parked')
    .addColumn('subject', text, (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .createIndex('parked_by_cause')
    .on('parked')
    .columns(['connection_id', 'flow', 'code', 'subject'])
    .execute();
  await db.schema.alterTable('parked').addColumn('ignored_reason', text).execute();
  await db.schema.alterTable('parked').addColumn('ignored_at', bigint).execute();
  await db.schema.alterTable('parked').addColumn('assignee', text).execute();

  await db.schema
    .createTable('schedules')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('flows', text, (c) => c.notNull())
    .addColumn('cron', text)
    .addColumn('time_zone', text, (c) => c.notNull())
    .addColumn('every_seconds', bigint)
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('next_run_at', bigint)
    .addColumn('last_due_at', bigint)
    .addColumn('last_run_id', text)
    .addColumn('last_note', text, (c) => c.notNull())
    .addColumn('created_at', bigint, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('schedules_by_due')
    .on('schedules')
    .columns(['enabled', 'next_run_at'])
    .execute();
  await db.schema.createIndex('schedules_by_connection').on('schedules').columns(['connection_id']).execute();

  await db.schema
    .createTable('planned_changes')
    .addColumn('run_id', text, (c) => c.notNull())
    .addColumn('seq', bigint, (c) => c.notNull())
    .addColumn('connection_id', text, (c) => c.notNull())
    .addColumn('flow', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('record_key', text, (c) => c.notNull())
    .addColumn('data', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('planned_changes_pk', ['run_id', 'seq'])
    .execute();
  await db.schema
    .createIndex('planned_changes_by_kind')
    .on('planned_changes')
    .columns(['run_id', 'flow', 'kind', 'seq'])
    .execute();

  await db.schema
    .createTable('idempotency_keys')
    .addColumn('principal', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('request_hash', text, (c) => c.notNull())
    .addColumn('status', 'integer')
    .addColumn('answer', text)
    .addColumn('created_at', bigint, (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_keys_pk', ['principal', 'key'])
    .execute();
  await db.schema
    .createIndex('idempotency_keys_by_age')
    .on('idempotency_keys')
    .columns(['created_at'])
    .execute();

  await db.schema
    .createTable('processes')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('host', text, (c) => c.notNull())
    .addColumn('pid', 'integer', (c) => c.notNull())
    .addColumn('version', text, (c) => c.notNull())
    .addColumn('started_at', bigint, (c) => c.notNull())
    .addColumn('seen_at', bigint, (c) => c.notNull())
    .execute();
}
