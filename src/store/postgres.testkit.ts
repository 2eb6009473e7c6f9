import { sql } from 'kysely';
import { afterAll } from 'vitest';
import type { Database } from './database.ts';
import { openPostgres } from './postgres.ts';
import { createDatabase, type TestServer } from './postgres-server.testkit.ts';

interface Lent {
  readonly database: Database;
  readonly drop: () => Promise<void>;
}

/** Databases of this test file that no test uses now. To copy one takes a hundred times as long as to empty it. */
const free: Lent[] = [];

afterAll(async () => {
  for (const { database, drop } of free.splice(0)) {
    await database.close();
    await drop();
  }
});

/** An empty store of this test file's own; closing it gives it back. */
export async function borrowDatabase(server: TestServer): Promise<Database> {
  const lent = free.pop() ?? (await lend(server));
  return {
    ...lent.database,
    async close() {
      await empty(lent.database);
      free.push(lent);
    },
  };
}

async function lend(server: TestServer): Promise<Lent> {
  const { url, drop } = await createDatabase(server);
  return { database: await openPostgres(url, { poolMax: 5, field: 'test' }), drop };
}

/** Nothing may stand in the way: no reference of one table to another, no trigger that guards entries, no transaction left open. */
async function empty({ db }: Database): Promise<void> {
  await sql`do $$
    declare name text; filled boolean;
    begin
      set local session_replication_role = replica;
      set local lock_timeout = '5s';
      for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations' loop
        execute format('select exists (select 1 from %I)', name) into filled;
        if filled then execute format('delete from %I', name); end if;
      end loop;
      for name in select sequencename from pg_sequences where schemaname = 'public' and last_value is not null loop
        perform setval(name::regclass, 1, false);
      end loop;
    end $$`.execute(db);
}
