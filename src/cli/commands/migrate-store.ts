import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { localRequester } from '../../app.ts';
import { type LoadedConfig, loadConfig } from '../../config/load.ts';
import { type StorePlace, storePlace } from '../../config/store-place.ts';
import { Fault } from '../../faults/fault.ts';
import { isHolderDead } from '../../jobs/lease-holder.ts';
import { type CountedTable, copyStore, previewCopy, type StoreCopy } from '../../store/copy-store.ts';
import { type Database, openSqlite } from '../../store/database.ts';
import { openPostgres } from '../../store/postgres.ts';
import { flawText } from '../../trail/checker.ts';
import { type ExitCode, printJson, printLine, printNote, printTable } from '../output.ts';

interface MigrateOptions {
  readonly config: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `ml-connector migrate-store`: copies an embedded store into an empty PostgreSQL database, and compares every row. */
export async function migrateStore(options: MigrateOptions): Promise<ExitCode> {
  const loaded = loadConfig(options.config);
  const path = embeddedPath(loaded);
  const place = targetPlace(loaded, options.to);
  const source = await openSqlite(path);
  try {
    const target = await openPostgres(place.url, { ...place, isCopied: true });
    try {
      return await (options.dryRun === true
        ? preview(source, target, options)
        : copy({ source, target, path, place }, options));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function embeddedPath(loaded: LoadedConfig): string {
  const path = resolve(loaded.folder, loaded.config.store.sqlite);
  if (existsSync(path)) return path;
  throw new Fault('input.invalid', `There is no embedded store ${path} to be copied.`, {
    field: 'store.sqlite',
  });
}

type PostgresPlace = Extract<StorePlace, { dialect: 'postgres' }>;

/** An address on the command line is seen by everybody on the machine, so one that stands elsewhere need not be given. */
function targetPlace(loaded: LoadedConfig, to: string | undefined): PostgresPlace {
  const { poolMax } = loaded.config.store;
  if (to !== undefined) return { dialect: 'postgres', url: to, field: '--to', poolMax };
  const place = storePlace(loaded, process.env);
  if (place.dialect === 'postgres') return place;
  throw new Fault(
    'input.invalid',
    'No PostgreSQL database is named. Set the environment variable DATABASE_URL, or give --to.',
    { field: '--to' },
  );
}

async function preview(source: Database, target: Database, options: MigrateOptions): Promise<ExitCode> {
  const tables = await previewCopy({ source, target, nowMs: Date.now(), isDead: isHolderDead });
  printCounts(tables, options);
  if (options.json !== true) printNote('Nothing was written.');
  return 0;
}

interface Copy {
  readonly source: Database;
  readonly target: Database;
  readonly path: string;
  readonly place: PostgresPlace;
}

async function copy({ source, target, path, place }: Copy, options: MigrateOptions): Promise<ExitCode> {
  const nowMs = Date.now();
  const event = {
    at: nowMs,
    ...localRequester('migrate-store'),
    action: 'store.copied',
    flow: null,
    recordKey: null,
    runId: null,
    settingsVersion: null,
    cin7Id: null,
    data: { from: path },
  };
  const report = (table: CountedTable): void =>
    printNote(`${table.table}: ${table.rows} rows copied and compared`);
  const done = await copyStore({
    source,
    target,
    nowMs,
    isDead: isHolderDead,
    event,
    ...(options.json === true ? {} : { report }),
  });
  return tell(done, { path, place }, options);
}

function tell(
  done: StoreCopy,
  { path, place }: Pick<Copy, 'path' | 'place'>,
  options: MigrateOptions,
): ExitCode {
  const damaged = done.chains.filter(({ verdict }) => verdict.flaw !== undefined);
  if (options.json === true)
    printJson({
      tables: done.tables,
      trails: done.chains.length,
      damaged: damaged.map(({ chain }) => chain),
    });
  else {
    printCounts(done.tables, options);
    printLine();
    printLine(
      `Every row was read back from PostgreSQL and is the same. ${done.chains.length} trails were verified.`,
    );
    printLine();
    adviceOf(path, place).forEach(printLine);
  }
  for (const { chain, verdict } of damaged)
    printNote(
      `The trail ${chain} is damaged, there as in the embedded store. ${verdict.flaw === undefined ? '' : flawText(verdict.flaw)} See audit verify.`,
    );
  return damaged.length === 0 ? 0 : 1;
}

function adviceOf(path: string, place: PostgresPlace): readonly string[] {
  const setting =
    place.field === '--to'
      ? 'Put the address of the database into the environment variable DATABASE_URL of every process'
      : `The address in ${place.field} is used from now on; give it to every process`;
  return [
    'What is left to do:',
    `  1. ${setting}, or name its source under store.postgres in ml-connector.yaml.`,
    `  2. Move ${path} aside, so that nobody goes on with it: what is written there now is not in PostgreSQL. It was not changed and is a backup.`,
    '  3. Start the server again, and run audit verify.',
  ];
}

function printCounts(tables: readonly CountedTable[], options: MigrateOptions): void {
  if (options.json === true && options.dryRun === true) printJson({ tables });
  if (options.json === true) return;
  printTable(
    ['table', 'rows'],
    tables.map(({ table, rows }) => [table, rows]),
  );
}
