import type { FlowName } from '../flows/flow.ts';
import type { Progress } from '../sync/ports.ts';
import type { FlowCounters } from '../sync/summary.ts';

/** What people who watch a run see of it: where it is, what it has done. */
export interface RunState {
  readonly phase: Progress['phase'];
  readonly flow: FlowName;
  readonly detail: string;
  readonly flows: Readonly<Partial<Record<FlowName, FlowCounters>>>;
}

/** Keeps the last word of a run for each flow. */
export class RunWatch {
  #last: RunState | undefined;

  report(progress: Progress): void {
    if (progress.phase === 'outcome') return;
    const flows = this.#last?.flows ?? {};
    this.#last = {
      phase: progress.phase,
      flow: progress.flow,
      detail: progress.detail ?? '',
      flows: progress.phase === 'offline' ? flows : { ...flows, [progress.flow]: progress.counters },
    };
  }

  /** Undefined before the first word. */
  state(): RunState | undefined {
    return this.#last;
  }
}
