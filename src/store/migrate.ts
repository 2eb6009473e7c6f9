import { type Kysely, sql } from 'kysely';
import { Fault } from '../faults/fault.ts';
import type { Dialect } from './database.ts';
import { lockSubject } from './locks.ts';
import * as first from './migrations/0001-first.ts';
import * as jobs from './migrations/0002-jobs.ts';
import * as vault from './migrations/0003-vault.ts';
import * as access from './migrations/0004-access.ts';
import * as trail from './migrations/0005-trail.ts';
import * as notices from './migrations/0006-notices.ts';
import * as reconcile from './migrations/0007-reconcile.ts';
import type { Schema } from './schema.ts';

const SUBJECT = 'schema';

interface Migration {
  readonly number: number;
  readonly name: string;
  up(db: Kysely<Schema>, dialect: Dialect): Promise<void>;
}

/**
 * In order. Forward only, and each of them only adds: a table, an index that is not unique, a column that may be null or has a default.
 * While an installation is upgraded, processes of the former program are at work beside those of the new one.
 */
const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: 'first', up: first.up },
  { number: 2, name: 'jobs', up: jobs.up },
  { number: 3, name: 'vault', up: vault.up },
  { number: 4, name: 'access', up: access.up },
  { number: 5, name: 'trail', up: trail.up },
  { number: 6, name: 'notices', up: notices.up },
  { number: 7, name: 'reconcile', up: reconcile.up },
];

/**
 * Brings the schema to the newest number. Each migration and its mark are one transaction.
 *
 * @param upTo stops there, as a former program would.
 */
export async function migrate(
  db: Kysely<Schema>,
  dialect: Dialect,
  upTo = Number.POSITIVE_INFINITY,
): Promise<void> {
  if (dialect === 'sqlite') await createMarks(db);
  else {
    // Asked by two at the same moment, PostgreSQL begins to make the table twice and refuses one of them.
    await db.transaction().execute(async (tx) => {
      await lockSubject(tx, SUBJECT);
      await createMarks(tx);
    });
  }
  const applied = await appliedNumber(db);
  const newest = MIGRATIONS.at(-1)?.number ?? 0;
  if (applied > newest) {
    throw new Fault(
      'store.unusable',
      `The store has schema ${applied}, this program knows ${newest}. Install the newer program, or restore a backup.`,
    );
  }
  for (const migration of MIGRATIONS.filter(({ number }) => number > applied && number <= upTo)) {
    await db.transaction().execute(async (tx) => {
      await lockSubject(tx, SUBJECT);
      // The index of a large table takes as long as it takes.
      if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(tx);
      // A second process may have done it while this one waited for the lock.
      if ((await appliedNumber(tx)) >= migration.number) return;
      await migration.up(tx, dialect);
      await sql`insert into schema_migrations (number, name, applied_at) values (${migration.number}, ${migration.name}, ${Date.now()})`.execute(
        tx,
      );
    });
  }
}

async function createMarks(db: Kysely<Schema>): Promise<void> {
  await sql`create table if not exists schema_migrations (number integer primary key, name text not null, applied_at bigint not null)`.execute(
    db,
  );
}

/** Which schema the store has, and which one this program knows. */
export async function schemaState(db: Kysely<Schema>): Promise<{ applied: number; newest: number }> {
  return { applied: await appliedNumber(db), newest: MIGRATIONS.at(-1)?.number ?? 0 };
}

async function appliedNumber(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{
    number: number | null;
  }>`select max(number) as number from schema_migrations`.execute(db);
  return Number(rows[0]?.number ?? 0);
}
