import { type AddressInfo } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { LogController } from 'fastify';
import { type Access, openAccess } from './access/access.ts';
import { authenticateWith } from './api/authenticate.ts';
import { httpOptions, refuseListeningInClear } from './api/http-options.ts';
import { type Api, buildApi } from './api/server.ts';
import { readTlsFiles, watchTlsFiles } from './api/tls-files.ts';
import { readMetricsToken, readOidcClientSecret } from './config/credentials.ts';
import { healthOf, type Installation, type InstallationOptions, openInstallation } from './installation.ts';
import { noteEvent } from './notices/note.ts';
import type { Engine } from './service/engine.ts';
import { runUpkeep } from './service/upkeep.ts';
import { type Database, inTransaction } from './store/database.ts';
import { appendTrail } from './store/trail.ts';
import type { Vault } from './vault/vault.ts';

export type ServeOptions = InstallationOptions;

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
  const { loaded } = options;
  const { server: settings } = loaded.config;
  refuseListeningInClear(settings);
  const tls = settings.tls === null ? undefined : readTlsFiles(settings.tls, loaded.folder);
  const installation = await openInstallation(options, {
    role: 'serve',
    runsAtOnce: loaded.config.jobs.runsAtOnce,
  });
  const { database, vault, engine, log, loop } = installation;
  try {
    const { app, access } = await openApi(options, installation, tls);
    await installation.start();
    const upkeep = startUpkeep(options, installation, access);
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
        await installation.stop();
        await upkeep.stop();
        await app.close();
        await installation.close();
      },
    };
  } catch (error) {
    await installation.stop();
    await installation.close();
    throw error;
  }
}

async function openApi(
  options: ServeOptions,
  installation: Installation,
  tls: Parameters<typeof httpOptions>[0]['tls'],
): Promise<{ readonly app: Api; readonly access: Access }> {
  const { loaded, surroundings, version, env } = options;
  const { database, vault, engine, observe, log } = installation;
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
      health: healthOf(installation),
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

function startUpkeep(
  { loaded, surroundings }: ServeOptions,
  { database, vault, log }: Installation,
  access: Access,
): { stop(): Promise<void> } {
  const stop = new AbortController();
  const upkeep = runUpkeep({
    db: database.db,
    vault,
    retentionDays: loaded.config.trail.retentionDays,
    now: surroundings.now,
    sleep: surroundings.sleep,
    signal: stop.signal,
    sweepAccess: access.sweep,
    onError: (error) => log.error(error, 'upkeep failed'),
  });
  return {
    async stop() {
      stop.abort();
      await upkeep;
    },
  };
}

function urlOf(app: Api, isTls: boolean): string {
  const { address, port, family } = app.server.address() as AddressInfo; // It listens on TCP.
  const host = family === 'IPv6' ? `[${address}]` : address;
  return `${isTls ? 'https' : 'http'}://${host}:${port}`;
}
