import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Db } from '../store/database.ts';
import type { OutboundCall } from './calls.ts';
import { BoundedLabels } from './labels.ts';
import { StoreGauges } from './store-gauges.ts';

export interface MetricsOptions {
  readonly db: Db;
  readonly now: () => number;
  readonly version: string;
  /** Connections with figures of their own. */
  readonly connectionsMax: number;
  /** Which tables a flow reads. */
  readonly flowTables: Readonly<Record<string, readonly string[]>>;
  /** Memory, CPU, event loop of the process. Default: yes. */
  readonly processFigures?: boolean;
}

export interface RunFigures {
  readonly connection: string;
  readonly kind: string;
  readonly state: string;
  readonly seconds: number;
}

export interface RequestFigures {
  readonly method: string;
  /** As the route is written: `/api/v1/runs/:run`. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const PATHS_MAX = 60;
const RUN_SECONDS = [1, 5, 15, 60, 300, 900, 3_600, 4 * 3_600, 12 * 3_600, 24 * 3_600];
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Figures of this process, and of the store that it shares, for Prometheus. Nothing of it is global. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #connections: BoundedLabels;
  readonly #paths = new BoundedLabels(PATHS_MAX);
  readonly #store: StoreGauges;
  readonly #limits: Gauge<'key'>;
  readonly #calls: Counter<'system' | 'method' | 'path' | 'result'>;
  readonly #callSeconds: Histogram<'system' | 'method' | 'path'>;
  readonly #runs: Counter<'connection' | 'kind' | 'state'>;
  readonly #runSeconds: Histogram<'kind' | 'state'>;
  readonly #requestSeconds: Histogram<'method' | 'route' | 'status'>;

  constructor(options: MetricsOptions) {
    const registers = [this.#registry];
    this.#connections = new BoundedLabels(options.connectionsMax);
    this.#store = new StoreGauges({ ...options, registers, connections: this.#connections });
    if (options.processFigures !== false) collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: 'ml_connector_info',
      help: 'Version of the program.',
      labelNames: ['version'],
      registers,
    }).set({ version: options.version }, 1);
    this.#limits = new Gauge({
      name: 'ml_connector_cin7_budget_limit',
      help: 'Calls of Cin7 that this program may make in any 60 seconds, per application key.',
      labelNames: ['key'],
      registers,
    });
    this.#calls = new Counter({
      name: 'ml_connector_calls_total',
      help: 'HTTP calls of JDE (AIS) and Cin7 by this process.',
      labelNames: ['system', 'method', 'path', 'result'],
      registers,
    });
    this.#callSeconds = new Histogram({
      name: 'ml_connector_call_seconds',
      help: 'How long calls of JDE and Cin7 took.',
      labelNames: ['system', 'method', 'path'],
      buckets: CALL_SECONDS,
      registers,
    });
    this.#runs = new Counter({
      name: 'ml_connector_runs_total',
      help: 'Runs that ended in this process.',
      labelNames: ['connection', 'kind', 'state'],
      registers,
    });
    this.#runSeconds = new Histogram({
      name: 'ml_connector_run_seconds',
      help: 'How long runs took.',
      labelNames: ['kind', 'state'],
      buckets: RUN_SECONDS,
      registers,
    });
    this.#requestSeconds = new Histogram({
      name: 'ml_connector_http_request_seconds',
      help: 'How long requests to the HTTP API took.',
      labelNames: ['method', 'route', 'status'],
      buckets: REQUEST_SECONDS,
      registers,
    });
  }

  call({ system, method, path, result, ms }: OutboundCall): void {
    const labels = { system, method, path: this.#paths.of(path) };
    this.#calls.inc({ ...labels, result });
    this.#callSeconds.observe(labels, ms / 1_000);
  }

  runEnded({ connection, kind, state, seconds }: RunFigures): void {
    this.#runs.inc({ connection: this.#connections.of(connection), kind, state });
    this.#runSeconds.observe({ kind, state }, seconds);
  }

  request({ method, route, status, seconds }: RequestFigures): void {
    this.#requestSeconds.observe({ method, route, status: String(status) }, seconds);
  }

  /** What a key allows. `keyHash` as in the ledger of the budget. */
  budgetLimit(keyHash: string, limit: number): void {
    this.#limits.set({ key: shortKey(keyHash) }, limit);
  }

  /** What Prometheus gets. Works without the store, too: `ml_connector_store_up` is 0 then. */
  async scrape(): Promise<{ readonly contentType: string; readonly body: string }> {
    await this.#store.refresh();
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

/** Tells keys apart and says nothing of them. */
export const shortKey = (keyHash: string): string => keyHash.slice(0, 8);
