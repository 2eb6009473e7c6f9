import { existsSync } from 'node:fs';
import { localRequester, type OpenConnection, openConnection, openStore } from '../app.ts';
import { configSchema } from '../config/file.ts';
import { findConnectionConfig, type LoadedConfig, loadConfig } from '../config/load.ts';
import { storePlace } from '../config/store-place.ts';
import { Fault } from '../faults/fault.ts';
import { findConnection, type StoredConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';

export interface ConnectionOptions {
  readonly config: string;
  readonly connection?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Opens the store and a connection for one command, and closes both whatever happens. */
export async function withConnection<T>(
  options: ConnectionOptions,
  command: string,
  work: (connection: OpenConnection) => Promise<T>,
): Promise<T> {
  const loaded = loadConfig(options.config);
  const config = findConnectionConfig(loaded.config, options.connection);
  const database = await openStore(loaded);
  try {
    const connection = await openConnection({ loaded, config, database, requester: localRequester(command) });
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  } finally {
    await database.close();
  }
}

/** Opens only the store, for commands that look at what is there. Needs no credentials and calls nobody. */
export async function withStore<T>(
  options: ConnectionOptions,
  work: (database: Database, connection: StoredConnection) => Promise<T>,
): Promise<T> {
  const loaded = loadConfig(options.config);
  const { name } = findConnectionConfig(loaded.config, options.connection);
  const database = await openStore(loaded);
  try {
    const stored = await findConnection(database.db, name);
    if (stored === undefined)
      throw new Fault(
        'input.invalid',
        `Connection "${name}" has not been used yet: nothing is stored of it. Run connection test or plan first.`,
        { field: '--connection' },
      );
    return await work(database, stored);
  } finally {
    await database.close();
  }
}

const DEFAULT_FILE = 'ml-connector.yaml';

/** Without a file everything has its default, and connections are made in the console. */
export function loadOrDefault(path: string): LoadedConfig {
  if (path === DEFAULT_FILE && !existsSync(path))
    return { config: configSchema.parse({ version: 1 }), folder: process.cwd() };
  return loadConfig(path);
}

/** Whether the store of the configuration exists already, as far as that can be told without opening it. */
export function storeExists(loaded: LoadedConfig): boolean {
  const place = storePlace(loaded, process.env);
  return place.dialect === 'postgres' || existsSync(place.path);
}

/** Ctrl-C and a service manager's stop end a command cleanly; a second Ctrl-C ends it at once. */
export function stopOnSignal(): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(1);
    process.stderr.write(
      '\nStopping: writes under way are finished, the rest goes on with the next run. Ctrl-C again ends at once.\n',
    );
    controller.abort(new Fault('run.stopped', 'The run was stopped on request.'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    dispose() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
