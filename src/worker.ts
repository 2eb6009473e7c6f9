import type { AddressInfo } from 'node:net';
import type { Api } from './api/server.ts';
import { readMetricsToken } from './config/credentials.ts';
import { storePlace } from './config/store-place.ts';
import { Fault } from './faults/fault.ts';
import { healthOf, type Installation, type InstallationOptions, openInstallation } from './installation.ts';

/** A worker at work. */
export interface Working {
  /** Where it answers monitoring, as a URL without a path; undefined: nowhere. */
  readonly healthUrl: string | undefined;
  /** Writes under way are finished; the rest goes on elsewhere. */
  close(): Promise<void>;
}

/**
 * Carries runs out, and looks after schedules and notices, beside any number of other processes on the same PostgreSQL.
 *
 * @throws Fault `config.invalid` with an embedded store, which is for one process; faults of the vault, the store and the configuration.
 */
export async function work(options: InstallationOptions): Promise<Working> {
  const { loaded, env } = options;
  const { jobs, worker } = loaded.config;
  if (storePlace(loaded, env).dialect !== 'postgres')
    throw new Fault(
      'config.invalid',
      'Workers need the store in PostgreSQL: the embedded one is for a single process, which is serve. Set DATABASE_URL or store.postgres; migrate-store moves what there is.',
      { field: 'store' },
    );
  const runsAtOnce = worker.runsAtOnce ?? jobs.runsAtOnce;
  if (runsAtOnce === 0)
    throw new Fault('config.invalid', 'A worker that carries out no runs has nothing to do.', {
      field: 'worker.runsAtOnce',
    });
  const installation = await openInstallation(options, { role: 'worker', runsAtOnce });
  try {
    await installation.start();
    const monitoring = await answerMonitoring(options, installation);
    return {
      healthUrl: monitoring === undefined ? undefined : urlOf(monitoring),
      async close() {
        await installation.stop();
        await monitoring?.close();
        await installation.close();
      },
    };
  } catch (error) {
    await installation.stop();
    await installation.close();
    throw error;
  }
}

async function answerMonitoring(
  { loaded, env, surroundings }: InstallationOptions,
  installation: Installation,
): Promise<Api | undefined> {
  const { metrics, worker } = loaded.config;
  if (worker.healthPort === null) return undefined;
  // Most of what a server is made of comes with it.
  const { buildMonitoring } = await import('./api/monitoring-server.ts');
  const app = buildMonitoring({
    loaded,
    log: installation.log,
    metrics: installation.observe.metrics,
    metricsToken: readMetricsToken(metrics, { env, folder: loaded.folder }),
    health: healthOf(installation),
    now: surroundings.now,
  });
  await app.listen({ host: worker.healthHost, port: worker.healthPort });
  return app;
}

function urlOf(app: Api): string {
  const { address, port, family } = app.server.address() as AddressInfo; // It listens on TCP.
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
