import { Gauge, type Registry } from 'prom-client';
import type { Db } from '../store/database.ts';
import { readFigures, type StoreFigures } from '../store/metrics.ts';
import { type NoticeQueue, noticeQueue } from '../store/notice-deliveries.ts';
import type { BoundedLabels } from './labels.ts';

interface StoreGaugesOptions {
  readonly db: Db;
  readonly now: () => number;
  readonly registers: Registry[];
  readonly connections: BoundedLabels;
  readonly flowTables: Readonly<Record<string, readonly string[]>>;
}

/** Figures are at least so old before they are read again, however many ask. */
const REFRESH_MS_MIN = 5_000;
/** Reading them takes one twentieth of the time at most: a store with a million waiting records is not kept busy by its monitor. */
const REST_PER_WORK = 19;

/** Figures that are counted in the store when somebody asks for them. */
export class StoreGauges {
  readonly #options: StoreGaugesOptions;
  readonly #gauges: ReturnType<typeof makeGauges>;
  #refreshing: Promise<void> | undefined;
  #freshUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: StoreGaugesOptions) {
    this.#options = options;
    this.#gauges = makeGauges(options.registers);
  }

  /** Reads the figures, once for all who ask meanwhile. Never fails: a store that is away is a figure, too. */
  async refresh(): Promise<void> {
    const { now } = this.#options;
    if (now() < this.#freshUntilMs) return;
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #read(): Promise<void> {
    const { db, now } = this.#options;
    const startedMs = now();
    try {
      const figures = await readFigures(db, startedMs);
      const queue = await noticeQueue(db);
      this.#show(figures, queue, startedMs);
      this.#gauges.up.set(1);
    } catch {
      for (const gauge of Object.values(this.#gauges)) gauge.reset();
      this.#gauges.up.set(0);
    }
    const tookMs = now() - startedMs;
    this.#freshUntilMs = now() + Math.max(REFRESH_MS_MIN, tookMs * REST_PER_WORK);
  }

  #show(figures: StoreFigures, queue: NoticeQueue, nowMs: number): void {
    const { connections, flowTables } = this.#options;
    const g = this.#gauges;
    for (const gauge of Object.values(g)) gauge.reset();
    const names = new Map(figures.connections.map(({ id, name }) => [id, name]));
    connections.keepOnly(new Set(names.values()));
    for (const name of names.values()) connections.of(name);
    const label = (id: string): string => connections.of(names.get(id) ?? '(removed)');
    const ageSeconds = (ms: number): number => Math.max(0, (nowMs - ms) / 1_000);

    for (const { connectionId, flow, count, oldestAtMs } of figures.staged) {
      g.staged.inc({ connection: label(connectionId), flow }, count);
      raise(g.stagedAge, { connection: label(connectionId), flow }, ageSeconds(oldestAtMs));
    }
    for (const { connectionId, flow, code, count, oldestAtMs } of figures.parked) {
      g.parked.inc({ connection: label(connectionId), flow, code }, count);
      raise(g.parkedAge, { connection: label(connectionId), flow }, ageSeconds(oldestAtMs));
    }
    for (const { connectionId, table, changedUntil } of figures.watermarks) {
      const age = ageSeconds(Date.parse(`${changedUntil}T00:00:00Z`));
      for (const [flow, tables] of Object.entries(flowTables))
        if (tables.includes(table)) raise(g.watermarkAge, { connection: label(connectionId), flow }, age);
    }
    for (const { connectionId, state, count } of figures.openRuns)
      g.openRuns.inc({ connection: label(connectionId), state }, count);
    for (const { connectionId, kind, endedAtMs } of figures.lastSuccess)
      raise(g.successAge, { connection: label(connectionId), kind }, ageSeconds(endedAtMs));
    for (const { keyHash, used } of figures.budget) g.budgetUsed.inc({ key: keyHash.slice(0, 8) }, used);
    g.connections.set(names.size);
    g.noticesWaiting.set(queue.waiting);
    g.noticesFailed.set(queue.failed);
    g.noticesAge.set(queue.oldestAtMs === null ? 0 : ageSeconds(queue.oldestAtMs));
  }
}

/** Where several things share labels, the oldest counts: that is the one to worry about. */
function raise<L extends string>(
  gauge: Gauge<L> & { readonly highest: Map<string, number> },
  labels: Partial<Record<L, string>>,
  value: number,
): void {
  const key = JSON.stringify(labels);
  const highest = Math.max(value, gauge.highest.get(key) ?? 0);
  gauge.highest.set(key, highest);
  gauge.set(labels, highest);
}

/** A gauge that remembers the highest value since its last reset. */
class HighestGauge<L extends string> extends Gauge<L> {
  readonly highest = new Map<string, number>();

  override reset(): void {
    this.highest?.clear();
    super.reset();
  }
}

function makeGauges(registers: Registry[]) {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
    new Gauge({ name: `ml_connector_${name}`, help, labelNames: [...labelNames], registers });
  const highest = <L extends string>(name: string, help: string, labelNames: readonly L[]): HighestGauge<L> =>
    new HighestGauge({ name: `ml_connector_${name}`, help, labelNames: [...labelNames], registers });
  const flow = ['connection', 'flow'] as const;
  return {
    up: gauge('store_up', '1: the figures of the store below are of now; 0: the store could not be read.'),
    connections: gauge('connections', 'Connections that are known.'),
    staged: gauge('staged_records', 'Records that wait to be worked on.', flow),
    stagedAge: highest('staged_oldest_seconds', 'How long the oldest of them has waited.', flow),
    parked: gauge('parked_records', 'Records that are parked.', [...flow, 'code'] as const),
    parkedAge: highest('parked_oldest_seconds', 'How long the oldest of them has been parked.', flow),
    watermarkAge: highest(
      'watermark_age_seconds',
      'Time since the day up to which all tables of the flow were read; below 86,400 plus the time zone of JDE where all is well.',
      flow,
    ),
    openRuns: gauge('runs_open', 'Runs that wait or are at work.', ['connection', 'state'] as const),
    successAge: highest('last_success_age_seconds', 'Time since a run of the kind last succeeded.', [
      'connection',
      'kind',
    ] as const),
    budgetUsed: gauge('cin7_budget_used', 'Calls of Cin7 that count now, per application key.', [
      'key',
    ] as const),
    noticesWaiting: gauge('notices_waiting', 'Deliveries of notices that wait to be sent.'),
    noticesFailed: gauge('notices_failed', 'Deliveries of notices that were given up.'),
    noticesAge: gauge('notices_oldest_seconds', 'How long the oldest of those that wait has waited.'),
  };
}
