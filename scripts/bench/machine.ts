import { existsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { basename, dirname } from 'node:path';
import { sql } from 'kysely';
import { openSqlite } from '../../src/store/database.ts';
import { rounded } from './figures.ts';
import type { Databases, StoreKind } from './stores.ts';

/** On more load than this, figures of time say more about the neighbours than about the program. */
const QUIET_LOAD_MAX = 0.5;

/** What figures depend on besides the program. */
export async function describeMachine(parts: {
  readonly stores: readonly StoreKind[];
  readonly databases: Databases;
  readonly program: string;
  readonly quick: boolean;
}): Promise<Record<string, unknown>> {
  const { stores, databases, program, quick } = parts;
  const [oneMinute = 0, , quarterHour = 0] = loadavg();
  const cores = availableParallelism();
  return {
    machine: cpus()[0]?.model ?? 'unknown',
    cores,
    memoryGigabytes: rounded(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
    loadAverage: [rounded(oneMinute), rounded(quarterHour)],
    quiet: oneMinute <= cores * QUIET_LOAD_MAX,
    sqlite: stores.includes('sqlite') ? await sqliteVersion() : null,
    postgres: stores.includes('postgres') ? await databases.version() : null,
    program: existsSync(program) ? basename(dirname(dirname(program))) : program,
    quick,
  };
}

async function sqliteVersion(): Promise<string> {
  const database = await openSqlite(':memory:');
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(database.db);
  await database.close();
  return rows[0]?.version ?? '';
}
