import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { readiness, storeProbe } from '../src/observe/health.ts';
import type { Db } from '../src/store/database.ts';
import { migrate, schemaState } from '../src/store/migrate.ts';
import { lineRow, memberOf, rowsOf, startTrial } from './support/trial.ts';

/** What the next program may do to the schema while this one is at work: more tables, more columns, more indexes. */
async function nextStep(db: Db): Promise<number> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name);
  for (const table of tables) {
    await sql`alter table ${sql.table(table)} add column next_nullable text`.execute(db);
    await sql`alter table ${sql.table(table)} add column next_default text not null default 'new'`.execute(
      db,
    );
    await sql`create index ${sql.id(`next_${table}`)} on ${sql.table(table)} (next_default)`.execute(db);
  }
  await sql`create table next_table (id text primary key)`.execute(db);
  const { applied } = await schemaState(db);
  await sql`insert into schema_migrations (number, name, applied_at) values (${applied + 1}, 'next', 0)`.execute(
    db,
  );
  return applied + 1;
}

test('a program that is at work goes on after another one has brought the store to the next schema; none starts anew', async () => {
  const trial = await startTrial();
  await trial.run();
  const { db, dialect } = trial.database;
  const next = await nextStep(db);

  trial.change('F4311', { ...lineRow(1001), UORG: '20', AEXP: '50.00' });
  const { flows } = await trial.run();
  expect(memberOf(flows.purchases, 'updated')).toBe(1);
  expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([{ Quantity: 20 }]);
  expect(await trial.parked()).toEqual([]);
  expect(await readiness([storeProbe(db)])).toMatchObject({
    ok: true,
    checks: [{ detail: expect.stringMatching(new RegExp(`^schema ${next}, of a newer program`)) }],
  });
  await expect(migrate(db, dialect)).rejects.toMatchObject({
    code: 'store.unusable',
    message: expect.stringContaining('Install the newer program'),
  });
});
