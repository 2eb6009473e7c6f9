import { type AddressInfo } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { LogController } from 'fastify';
import { type Access, openAccess } from './access/access.ts';
import { authenticateWith } from './api/authenticate.ts';
import { httpOptions, refuseListeningInClear } from './api/http-options.ts';
import { type Api, buildApi } from './api/server.ts';
import { readTlsFiles, watchTlsFiles } from './api/tls-files.ts';
import type { Surroundings } from './app.ts';
import { FLOW_TABLES, openStore } from './app.ts';
import { readMetricsToken, readOidcClientSecret } from './config/credentials.ts';
import type { LoadedConfig } from './config/load.ts';
import { runNoticeLoop } from './notices/loop.ts';
import { noteEvent } from './notices/note.ts';
import { type LoopWatch, liveness, readiness, storeProbe, watchEventLoop } from './observe/health.ts';
import { type Log, openLog } from './observe/log.ts';
import type { Observatory } from './observe/observatory.ts';
import { openObservatory } from './observe/open.ts';
import { type Engine, openEngine } from './service/engine.ts';
import { runUpkeep } from './service/upkeep.ts';
import { type Database, inTransaction } from './store/database.ts';
import { appendTrail } from './store/trail.ts';
import type { Requester } from './sync/ports.ts';
import { chooseKeySource } from './vault/key-source.ts';
import { openVault } from './vault/open-vault.ts';
import type { Vault } from './vault/vault.ts';

export interface ServeOptions {
  readonly loaded: LoadedConfig;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly surroundings: Surroundings;
  readonly requester: Requester;
  /** Tells a person something: a key that was made, the set-up token. */
  readonly say: (sentence: string) => void;
  readonly log?: Log;
}

/** A server at work. */
export interface Served {
  /** Where it listens, as a URL without a path. */
  readonly url: string;
  readonly engine: Engine;
  readonly database: Database;
  readonly vault: Vault;
  readonly access: Access;
  /** Writes under way are finished; the rest goes on at the next start. */
  close(): Promise<void>;
}

/**
 * Opens the store and the vault, starts runs and schedules, and serves the API and the console.
 *
 * @throws Fault of the vault (`vault.key_missing`, `vault.key_wrong` …), the store or the configuration before anything listens.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { loaded, env } = options;
  const { server: settings, metrics, telemetry } = loaded.config;
  refuseListeningInClear(settings);
  const tls = settings.tls === null ? undefined : readTlsFiles(settings.tls, loaded.folder);
  const log = options.log ?? openLog(loaded.config.log);
  const database = await openStore(loaded);
  const observe = await openObservatory({
    db: database.db,
    log,
    settings: { metrics, telemetry },
    flowTables: FLOW_TABLES,
    env,
    version: options.version,
    now: options.surroundings.now,
  });
  const surroundings: Surroundings = { ...options.surroundings, observe };
  const loop = watchEventLoop();
  try {
    const { vault, notices } = await openVault({
      db: database.db,
      source: chooseKeySource({
        settings: loaded.config.vault,
        folder: loaded.folder,
        storePath: loaded.config.store.sqlite,
        env,
      }),
      now: surroundings.now,
      requester: options.requester,
    });
    for (const notice of notices) options.say(notice);
    const engine = openEngine({
      loaded,
      database,
      vault,
      surroundings,
      env,
      onEnding: () => undefined, // The observatory has heard of it.
      onError: (error) => log.error(error, 'work in the background failed'),
    });
    const { app, access } = await openApi(options, { database, vault, engine, observe, loop, log, tls });
    await engine.start();
    const loops = startLoops(options, { access, database, vault, engine, log });
    await app.listen({ host: settings.host, port: settings.port });
    loop.lagMs(); // What starting took is nobody's wait.
    const watch =
      settings.tls === null
        ? undefined
        : watchTlsFiles({
            server: app.server as never, // With `tls` set fastify makes an HTTPS server.
            files: settings.tls,
            folder: loaded.folder,
            report: (fault) => fault && log.warn({ code: fault.code }, fault.message),
          });
    return {
      url: urlOf(app, settings.tls !== null),
      engine,
      database,
      vault,
      access,
      async close() {
        watch?.stop();
        await engine.stop();
        await loops.stop();
        await app.close();
        loop.close();
        await observe.close();
        await database.close();
      },
    };
  } catch (error) {
    loop.close();
    await database.close();
    throw error;
  }
}

interface Parts {
  readonly database: Database;
  readonly vault: Vault;
  readonly engine: Engine;
  readonly log: Log;
}

async function openApi(
  options: ServeOptions,
  parts: Parts & {
    readonly observe: Observatory;
    readonly loop: LoopWatch;
    readonly tls: Parameters<typeof httpOptions>[0]['tls'];
  },
): Promise<{ readonly app: Api; readonly access: Access }> {
  const { loaded, surroundings, version, env } = options;
  const { database, vault, engine, observe, loop, log, tls } = parts;
  const { db } = database;
  const { now } = surroundings;
  const { access: settings, server, metrics } = loaded.config;
  const oidcClientSecret =
    settings.oidc === undefined
      ? undefined
      : readOidcClientSecret(settings.oidc, { env, folder: loaded.folder });
  const access = openAccess({
    db,
    box: vault,
    settings,
    now,
    onBlocked: async (tx, { user, origin, untilMs }) => {
      const minutes = Math.max(1, Math.ceil((untilMs - now()) / 60_000));
      await noteEvent(tx, { event: 'sign_in.blocked', user, origin, minutes }, now());
    },
    oidcClientSecret,
  });
  const setUp = await access.issueSetUpToken();
  if (setUp !== undefined)
    options.say(
      `Nobody can sign in yet. Make the first admin in the console with this set-up token: ${setUp.token}`,
    );
  const app = await buildApi({
    parts: {
      version,
      startedAtMs: now(),
      loaded,
      database,
      db,
      vault,
      access,
      connections: engine.connections,
      runs: engine.runs,
      now,
      random: surroundings.random,
      log,
      metrics: observe.metrics,
      metricsToken: readMetricsToken(metrics, { env, folder: loaded.folder }),
      health: {
        live: () => liveness(loop),
        ready: () =>
          readiness([
            storeProbe(db),
            { name: 'vault', ask: () => vault.place },
            { name: 'runs', ask: () => engine.atWork() },
          ]),
      },
      onRefused: (request, why) => tellRefused(db, request, why, now()),
    },
    authenticate: authenticateWith(access),
    safety: { settings: server },
    http: {
      ...httpOptions({ settings: server, tls }),
      loggerInstance: log,
      logController: new LogController({ disableRequestLogging: true }),
    },
  });
  return { app, access };
}

/** Refused access belongs into the trail: somebody tried to do what he may not. */
async function tellRefused(
  db: Database['db'],
  request: FastifyRequest,
  why: string,
  nowMs: number,
): Promise<void> {
  const { principal } = request;
  await inTransaction(db, (tx) =>
    appendTrail(tx, 'system', [
      {
        at: nowMs,
        actor: principal === null ? 'nobody' : `${principal.kind}:${principal.name}`,
        origin: request.ip,
        action: 'access.refused',
        flow: null,
        recordKey: null,
        runId: null,
        settingsVersion: null,
        cin7Id: null,
        data: { method: request.method, route: request.routeOptions.url ?? '', why },
      },
    ]),
  );
}

function startLoops(
  options: ServeOptions,
  parts: Parts & { readonly access: Access },
): { stop(): Promise<void> } {
  const { loaded, surroundings } = options;
  const { database, vault, engine, log } = parts;
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
  const upkeep = runUpkeep({
    db: database.db,
    vault,
    retentionDays: loaded.config.trail.retentionDays,
    now: surroundings.now,
    sleep: surroundings.sleep,
    signal: stop.signal,
    sweepAccess: parts.access.sweep,
    onError: (error) => log.error(error, 'upkeep failed'),
  });
  return {
    async stop() {
      stop.abort();
      await Promise.all([loop, upkeep]);
    },
  };
}

function urlOf(app: Api, isTls: boolean): string {
  const { address, port, family } = app.server.address() as AddressInfo; // It listens on TCP.
  const host = family === 'IPv6' ? `[${address}]` : address;
  return `${isTls ? 'https' : 'http'}://${host}:${port}`;
}
