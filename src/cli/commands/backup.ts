import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { localRequester } from '../../app.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { storePlace } from '../../config/store-place.ts';
import { Fault } from '../../faults/fault.ts';
import { type BackedUp, backUpSqlite } from '../../store/backup.ts';
import { configuredKeySource } from '../../vault/key-source.ts';
import { type ExitCode, printJson, printLine, printTable } from '../output.ts';
import { loadOrDefault, stopOnSignal } from '../session.ts';

interface BackupOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `ml-connector backup`: copies the embedded store while the server is at work. */
export async function backup(file: string, options: BackupOptions): Promise<ExitCode> {
  const loaded = loadOrDefault(options.config);
  const path = embeddedStore(loaded, 'backed up');
  if (!existsSync(path))
    throw new Fault('input.invalid', `There is no embedded store ${path} to be backed up.`, {
      field: 'store.sqlite',
    });
  const stop = stopOnSignal();
  try {
    const nowMs = Date.now();
    const done = await backUpSqlite({
      path,
      file,
      nowMs,
      signal: stop.signal,
      event: {
        at: nowMs,
        ...localRequester('backup'),
        action: 'store.backed_up',
        flow: null,
        recordKey: null,
        runId: null,
        settingsVersion: null,
        cin7Id: null,
        data: { file: resolve(file) },
      },
    });
    tell(done, configuredKeySource(loaded, process.env).place, options);
    return 0;
  } finally {
    stop.dispose();
  }
}

/**
 * Path of the embedded store.
 *
 * @throws Fault `store.not_embedded` where the store is in PostgreSQL.
 */
export function embeddedStore(loaded: LoadedConfig, act: string): string {
  const place = storePlace(loaded, process.env);
  if (place.dialect === 'postgres')
    throw new Fault(
      'store.not_embedded',
      `The store is in PostgreSQL (${place.field}), which is ${act} with its own tools: pg_dump and pg_restore.`,
      { field: place.field },
    );
  if (place.path !== ':memory:') return place.path;
  throw new Fault('input.invalid', `A store in memory cannot be ${act}.`, { field: 'store.sqlite' });
}

function tell(done: BackedUp, keyPlace: string, options: BackupOptions): void {
  const { file, anchorFile, bytes, schema, heads, isNoted } = done;
  if (options.json === true) {
    printJson({ file, anchorFile, bytes, schema, heads, isNoted, masterKey: keyPlace });
    return;
  }
  printLine(`${file}: ${megabytes(bytes)}, schema ${schema}, checked whole.`);
  printLine();
  printTable(
    ['trail', 'entries up to', 'hash'],
    heads.map(({ connection, seq, hash }) => [connection, seq, hash]),
  );
  printLine();
  printLine(
    `These ends stand in ${anchorFile}: keep it elsewhere, and audit verify --anchor compares with it.`,
  );
  printLine(
    `The master key is NOT in the backup, and without it no stored credential opens. It comes from ${keyPlace}: back it up as well, apart from the data.`,
  );
  if (!isNoted)
    printLine('The store has an older schema than this program, so its trail was not told of the backup.');
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
