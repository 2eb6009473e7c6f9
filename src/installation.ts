import { FLOW_TABLES, openStore, type Surroundings } from './app.ts';
import type { LoadedConfig } from './config/load.ts';
import { refuseUncheckedTls } from './connectors/http/outbound.ts';
import { enrolProcess } from './jobs/process-entry.ts';
import { runNoticeLoop } from './notices/loop.ts';
import {
  type Health,
  type LoopWatch,
  liveness,
  readiness,
  storeProbe,
  watchEventLoop,
} from './observe/health.ts';
import { type Log, openLog } from './observe/log.ts';
import type { Observatory } from './observe/observatory.ts';
import { openObservatory } from './observe/open.ts';
import { type Engine, openEngine } from './service/engine.ts';
import type { Database } from './store/database.ts';
import type { Requester } from './sync/ports.ts';
import { configuredKeySource } from './vault/key-source.ts';
import { openVault } from './vault/open-vault.ts';
import type { Vault } from './vault/vault.ts';

export interface InstallationOptions {
  readonly loaded: LoadedConfig;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly surroundings: Surroundings;
  readonly requester: Requester;
  /** Tells a person something: a key that was made, the set-up token. */
  readonly say: (sentence: string) => void;
  readonly log?: Log;
}

/** What every process of an installation needs, whatever its role. */
export interface Installation {
  readonly database: Database;
  readonly vault: Vault;
  readonly engine: Engine;
  readonly observe: Observatory;
  readonly loop: LoopWatch;
  readonly log: Log;
  /** Begins with runs, schedules and notices. */
  start(): Promise<void>;
  /** Ends what was started. Writes under way are finished; the rest goes on elsewhere, or at the next start. */
  stop(): Promise<void>;
  /** Gives everything back. Nothing works any more. */
  close(): Promise<void>;
}

interface Role {
  readonly role: 'serve' | 'worker';
  readonly runsAtOnce: number;
}

/** @throws Fault of the store, the vault or the configuration. */
export async function openInstallation(
  options: InstallationOptions,
  { role, runsAtOnce }: Role,
): Promise<Installation> {
  const { loaded, env, version } = options;
  const { metrics, telemetry } = loaded.config;
  refuseUncheckedTls(env);
  const log = options.log ?? openLog(loaded.config.log);
  const database = await openStore(loaded, env);
  const { db } = database;
  const observe = await openObservatory({
    db,
    log,
    settings: { metrics, telemetry },
    flowTables: FLOW_TABLES,
    env,
    version,
    now: options.surroundings.now,
  });
  const surroundings: Surroundings = { ...options.surroundings, observe };
  const loop = watchEventLoop();
  const onError = (error: unknown): void => log.error(error, 'work in the background failed');
  const close = async (): Promise<void> => {
    loop.close();
    await observe.close();
    await database.close();
  };
  try {
    const vault = await openedVault(options, database);
    const engine = openEngine({
      loaded,
      database,
      vault,
      surroundings,
      env,
      runsAtOnce,
      onEnding: () => undefined, // The observatory has heard of it.
      onError,
    });
    let stops: readonly (() => Promise<void>)[] = [];
    return {
      database,
      vault,
      engine,
      observe,
      loop,
      log,
      close,
      async start() {
        stops = [() => engine.stop()];
        await engine.start();
        const entry = await enrolProcess({ db, role, version, now: surroundings.now, onError });
        const endNotices = startNotices(options, { database, vault, engine, log });
        stops = [...stops, endNotices, () => entry.leave()];
      },
      async stop() {
        for (const stop of stops) await stop();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What `/healthz` and `/readyz` ask of a process. */
export function healthOf({ database, vault, engine, loop }: Installation): {
  readonly live: () => Health;
  readonly ready: () => Promise<Health>;
} {
  return {
    live: () => liveness(loop),
    ready: () =>
      readiness([
        storeProbe(database.db),
        { name: 'vault', ask: () => vault.place },
        { name: 'runs', ask: () => engine.atWork() },
      ]),
  };
}

async function openedVault(options: InstallationOptions, { db }: Database): Promise<Vault> {
  const { loaded, env, requester, say } = options;
  const { vault, notices } = await openVault({
    db,
    source: configuredKeySource(loaded, env),
    now: options.surroundings.now,
    requester,
  });
  for (const notice of notices) say(notice);
  return vault;
}

/** @returns how to end it. */
function startNotices(
  { loaded, surroundings }: InstallationOptions,
  { database, vault, engine, log }: Pick<Installation, 'database' | 'vault' | 'engine' | 'log'>,
): () => Promise<void> {
  const { notices, server } = loaded.config;
  const stop = new AbortController();
  const loop = runNoticeLoop({
    db: database.db,
    vault,
    now: surroundings.now,
    random: surroundings.random,
    sleep: surroundings.sleep,
    publicUrl: server.publicUrl ?? undefined,
    allowHosts: notices.allowHosts,
    keepDays: notices.keepDays,
    signal: stop.signal,
    watched: async () => {
      const active = (await engine.connections.list()).filter(({ pausedAtMs }) => pausedAtMs === null);
      return Promise.all(
        active.map(async (connection) => ({
          id: connection.id,
          staleAfterMinutes: (await engine.connections.config(connection)).notices.staleAfterMinutes,
        })),
      );
    },
    onError: (error) => log.error(error, 'sending notices failed'),
  });
  return async () => {
    stop.abort();
    await loop;
  };
}
