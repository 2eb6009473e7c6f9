import { hintOf } from '../faults/fault.ts';
import type { FaultCode } from '../faults/fault-codes.ts';
import type { Progress } from '../sync/ports.ts';
import type { RunSummary } from '../sync/summary.ts';
import type { OutboundCall } from './calls.ts';
import type { ObservatoryParts } from './observatory.ts';
import type { TraceSpan } from './traces.ts';

export interface RunStart {
  readonly runId: string;
  /** Name of the connection. */
  readonly connection: string;
  readonly kind: string;
  readonly requestedBy: string;
}

export interface RunEnd {
  readonly state: string;
  readonly summary: RunSummary;
  readonly stuckRuns?: number;
  readonly fault?: {
    readonly code: FaultCode | undefined;
    readonly message: string;
    readonly error: unknown;
  };
}

export interface RunWatcher {
  progress(progress: Progress): void;
  call(call: OutboundCall): void;
  ended(end: RunEnd): void;
}

/** Follows one run: a line at its start and end and one for each fault; a span for it and for each phase of a flow. */
export function watchRun(run: RunStart, { log: all, metrics, traces, now }: ObservatoryParts): RunWatcher {
  const { runId, connection, kind } = run;
  const startedMs = now();
  const log = all.child({ runId, connection, kind });
  const span = traces.start(`run ${kind}`, {
    'ml_connector.connection': connection,
    'ml_connector.run': runId,
  });
  const phases = new PhaseSpans(span);
  let awayFrom: string | undefined;
  log.info({ requestedBy: run.requestedBy }, 'run started');
  return {
    progress(progress) {
      if (progress.phase === 'outcome') return;
      phases.enter(progress);
      const { phase } = progress;
      if (phase !== 'offline') {
        if (awayFrom !== undefined) log.info({ side: awayFrom }, 'back again');
        awayFrom = undefined;
        return;
      }
      // One line for an outage, not one for each knock.
      if (awayFrom !== progress.side) log.warn({ side: progress.side, flow: progress.flow }, progress.detail);
      awayFrom = progress.side;
    },
    call: (call) => phases.innermost.call(call),
    ended(end) {
      const seconds = Math.max(0, (now() - startedMs) / 1_000);
      phases.leave();
      if (end.fault !== undefined) span.fail(end.fault.code ?? 'unexpected');
      span.end({ 'ml_connector.state': end.state });
      metrics.runEnded({ connection, kind, state: end.state, seconds });
      logEnd(log, end, seconds);
    },
  };
}

function logEnd(log: ObservatoryParts['log'], end: RunEnd, seconds: number): void {
  const { state, summary, fault, stuckRuns } = end;
  const { flows, calls, refusals } = summary;
  if (fault !== undefined && state !== 'stopped') {
    const code = fault.code ?? 'unexpected';
    // Of an error of our own the place is what matters; of a fault its words say all.
    const details = fault.code === undefined ? { err: fault.error } : { hint: hintOf(fault.code) };
    log.error({ code, ...details }, fault.message);
  }
  if (stuckRuns !== undefined) log.warn({ runs: stuckRuns }, 'runs in a row left the same work behind');
  log.info({ state, seconds, flows, calls, refusals }, 'run ended');
}

/** The phase that a run is in, as a span inside that of the run. */
class PhaseSpans {
  readonly #run: TraceSpan;
  #name = '';
  #span: TraceSpan | undefined;

  constructor(run: TraceSpan) {
    this.#run = run;
  }

  get innermost(): TraceSpan {
    return this.#span ?? this.#run;
  }

  enter({ phase, flow }: { readonly phase: string; readonly flow: string }): void {
    const name = `${flow} ${phase}`;
    if (name === this.#name) return;
    this.leave();
    if (phase === 'done') return;
    this.#name = name;
    this.#span = this.#run.child(name, { 'ml_connector.flow': flow });
  }

  leave(): void {
    this.#span?.end();
    this.#span = undefined;
    this.#name = '';
  }
}
