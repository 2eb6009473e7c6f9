import type { OutboundCall } from './calls.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type RunStart, type RunWatcher, watchRun } from './run-watcher.ts';
import type { Traces } from './traces.ts';

export interface ObservatoryParts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly traces: Traces;
  readonly now: () => number;
}

/** Hears what a process does, and tells it in log, figures and traces. */
export class Observatory {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly #parts: ObservatoryParts;
  /** Runs at work, by connection: they never overlap there. */
  readonly #runs = new Map<string, RunWatcher>();

  constructor(parts: ObservatoryParts) {
    this.#parts = parts;
    this.log = parts.log;
    this.metrics = parts.metrics;
  }

  /** A run began. What it reports and how it ends goes to what is returned. */
  runStarted(run: RunStart): RunWatcher {
    const watcher = watchRun(run, this.#parts);
    this.#runs.set(run.connection, watcher);
    return {
      ...watcher,
      ended: (end) => {
        if (this.#runs.get(run.connection) === watcher) this.#runs.delete(run.connection);
        watcher.ended(end);
      },
    };
  }

  /** A call of JDE or Cin7 ended. */
  call(connection: string, call: OutboundCall): void {
    const { metrics, log } = this.#parts;
    metrics.call(call);
    this.#runs.get(connection)?.call(call);
    if (log.isLevelEnabled('debug')) log.debug({ connection, ...call }, 'call');
  }

  async close(): Promise<void> {
    await this.#parts.traces.close();
  }
}
