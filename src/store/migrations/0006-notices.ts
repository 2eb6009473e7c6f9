import type { Kysely } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Schema } from '../schema.ts';
import { columnTypes } from './column-types.ts';

/** Channels, what is to be told, to whom it was told, and which trouble is open; an index for monitoring. */
export async function up(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const { text, bigint } = columnTypes(dialect);

  await db.schema
    .createTable('notice_channels')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull().unique())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('settings', text, (c) => c.notNull())
    .addColumn('events', text)
    .addColumn('connections', text)
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('created_at', bigint, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('notices')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('event', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('connection_id', text)
    .addColumn('run_id', text)
    .addColumn('message', text, (c) => c.notNull())
    .addColumn('at', bigint, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('notices_by_time').on('notices').columns(['at']).execute();

  await db.schema
    .createTable('notice_deliveries')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('notice_id', text, (c) => c.notNull())
    .addColumn('channel_id', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_at', bigint, (c) => c.notNull())
    .addColumn('claimed_until', bigint, (c) => c.notNull())
    .addColumn('claimed_by', text)
    .addColumn('give_up_at', bigint, (c) => c.notNull())
    .addColumn('last_error', text)
    .addColumn('created_at', bigint, (c) => c.notNull())
    .addColumn('ended_at', bigint)
    .execute();
  await db.schema
    .createIndex('notice_deliveries_due')
    .on('notice_deliveries')
    .columns(['state', 'channel_id', 'next_at'])
    .execute();
  await db.schema
    .createIndex('notice_deliveries_by_notice')
    .on('notice_deliveries')
    .columns(['notice_id'])
    .execute();
  await db.schema
    .createIndex('notice_deliveries_by_time')
    .on('notice_deliveries')
    .columns(['created_at'])
    .execute();

  await db.schema
    .createTable('notice_troubles')
    .addColumn('dedup_key', text, (c) => c.primaryKey())
    .addColumn('event', text, (c) => c.notNull())
    .addColumn('connection_id', text)
    .addColumn('title', text, (c) => c.notNull())
    .addColumn('first_at', bigint, (c) => c.notNull())
    .addColumn('last_at', bigint, (c) => c.notNull())
    .addColumn('times', 'integer', (c) => c.notNull())
    .addColumn('told_at', bigint)
    .addColumn('times_told', 'integer', (c) => c.notNull())
    .execute();

  // For figures: how much waits and since when, without a look at each row of a million.
  await db.schema
    .createIndex('stage_by_age')
    .on('stage')
    .columns(['connection_id', 'flow', 'staged_at'])
    .execute();
}
