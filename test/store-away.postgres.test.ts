import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import type { Db } from '../src/store/database.ts';
import { startTrial, type Trial } from './support/trial.ts';

/** From here on the database goes away whenever a statement of this kind reaches a table. */
async function goAwayAt(db: Db, statement: 'insert' | 'update', table: string): Promise<() => Promise<void>> {
  await sql`create or replace function go_away() returns trigger language plpgsql as $$
    begin raise exception 'terminating connection due to administrator command' using errcode = '57P01'; end $$`.execute(
    db,
  );
  await sql`create trigger go_away before ${sql.raw(statement)} on ${sql.table(table)} for each statement
    execute function go_away()`.execute(db);
  const comeBack = async (): Promise<void> => {
    await sql`drop trigger if exists go_away on ${sql.table(table)}`.execute(db);
  };
  // Other tests use the same tables.
  onTestFinished(comeBack);
  return comeBack;
}

async function runThatFails(trial: Trial): Promise<void> {
  const ending = await trial.sync();
  expect(ending).toMatchObject({ state: 'failed', fault: { code: 'store.unavailable' } });
}

test('a database that goes away behind the header of a purchase costs no second purchase', async () => {
  const trial = await startTrial();
  const { db } = trial.database;
  const comeBack = await goAwayAt(db, 'update', 'intents');
  await runThatFails(trial);
  expect(trial.purchasesOf('1001')).toHaveLength(1);
  expect(await db.selectFrom('intents').select('flow').execute()).toEqual([{ flow: 'purchases' }]);
  await comeBack();
  await trial.run();
  expect(trial.purchasesOf('1001')).toHaveLength(1);
  expect(await db.selectFrom('intents').selectAll().execute()).toEqual([]);
});

test('a database that goes away behind the answer of Cin7 costs no second supplier', async () => {
  const trial = await startTrial();
  const { db } = trial.database;
  const comeBack = await goAwayAt(db, 'insert', 'links');
  await runThatFails(trial);
  expect(await db.selectFrom('intents').select('flow').execute()).toEqual([{ flow: 'suppliers' }]);
  await comeBack();
  await trial.run();
  expect(trial.supplier('4343')).toBeDefined();
  expect(trial.purchasesOf('1001')).toHaveLength(1);
});
