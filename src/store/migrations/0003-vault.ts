import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../database.ts';
import type { Schema } from '../schema.ts';
import { columnTypes } from './column-types.ts';

/**
 * Sealed credentials. The references make the database itself refuse what would lose one: a secret without its data key, a
 * data key without its master key.
 */
export async function up(db: Kysely<Schema>, dialect: Dialect): Promise<void> {
  const { text, bigint } = columnTypes(dialect);

  await db.schema
    .createTable('master_keys')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('check_value', text, (c) => c.notNull())
    .addColumn('created_at', bigint, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('master_keys_one_current')
    .unique()
    .on('master_keys')
    .column('state')
    .where('state', '=', 'current')
    .execute();

  await db.schema
    .createTable('data_keys')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('owner', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('wrapped', text, (c) => c.notNull())
    .addColumn('master_key_id', text, (c) => c.notNull().references('master_keys.id'))
    .addColumn('created_at', bigint, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('data_keys_one_active')
    .unique()
    .on('data_keys')
    .column('owner')
    .where(sql.ref('state'), '=', 'active')
    .execute();
  await db.schema
    .createIndex('data_keys_by_master_key')
    .on('data_keys')
    .columns(['master_key_id', 'id'])
    .execute();

  await db.schema
    .createTable('secrets')
    .addColumn('owner', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('sealed', text, (c) => c.notNull())
    .addColumn('data_key_id', text, (c) => c.notNull().references('data_keys.id'))
    .addColumn('fingerprint', text, (c) => c.notNull())
    .addColumn('updated_at', bigint, (c) => c.notNull())
    .addColumn('updated_by', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('secrets_pk', ['owner', 'name'])
    .execute();
  await db.schema.createIndex('secrets_by_data_key').on('secrets').column('data_key_id').execute();
}
