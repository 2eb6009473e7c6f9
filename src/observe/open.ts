import type { MetricsSettings, TelemetrySettings } from '../config/observe.ts';
import type { Db } from '../store/database.ts';
import type { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { Observatory } from './observatory.ts';
import { openTraces } from './traces.ts';

interface OpenOptions {
  readonly db: Db;
  readonly log: Log;
  readonly settings: { readonly metrics: MetricsSettings; readonly telemetry: TelemetrySettings };
  readonly flowTables: Readonly<Record<string, readonly string[]>>;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  readonly now: () => number;
}

/** Opens figures and traces of a process beside its log. */
export async function openObservatory(options: OpenOptions): Promise<Observatory> {
  const { db, log, settings, flowTables, env, version, now } = options;
  const { connectionsMax } = settings.metrics;
  const metrics = new Metrics({ db, now, version, connectionsMax, flowTables });
  const traces = await openTraces(settings.telemetry, { env, version, now });
  return new Observatory({ log, metrics, traces, now });
}
