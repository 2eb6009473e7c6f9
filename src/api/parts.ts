import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Health } from '../observe/health.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Connections } from '../service/connections.ts';
import type { Runs } from '../service/runs.ts';
import type { Database } from '../store/database.ts';
import type { Vault } from '../vault/vault.ts';

/** What the routes work with. Built once by the server; tests bring their own. */
export interface ApiParts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly loaded: LoadedConfig;
  readonly database: Database;
  readonly vault: Vault;
  readonly access: Access;
  readonly connections: Connections;
  readonly runs: Runs;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Undefined: /metrics is for this machine and for admins. */
  readonly metricsToken: string | undefined;
  readonly health: { live(): Health; ready(): Promise<Health> };
  readonly db: Database['db'];
  /** Tells the trail of a refused access. */
  readonly onRefused: (request: FastifyRequest, why: string) => Promise<void>;
}
