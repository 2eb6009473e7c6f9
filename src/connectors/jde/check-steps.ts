import { Fault, hintOf } from '../../faults/fault.ts';
import type { FaultCode } from '../../faults/fault-codes.ts';
import type { CheckStep } from '../connector.ts';

/** What a step found. A `warning` says what to change. */
export type Finding =
  | { readonly state: 'passed'; readonly detail: string }
  | { readonly state: 'warning'; readonly detail: string; readonly fix: string; readonly code?: FaultCode }
  | {
      readonly state: 'failed';
      readonly detail: string;
      readonly fix: string;
      readonly code?: FaultCode;
      readonly allowEntry?: string;
    };

export interface StepPlan {
  readonly name: string;
  readonly title: string;
  /** Steps that must not have failed. */
  readonly needs: readonly string[];
  readonly work: () => Promise<Finding>;
}

export const passed = (detail: string): Finding => ({ state: 'passed', detail });

/** Runs the steps of a connection test one after the other and remembers which of them failed. */
export class StepRunner {
  readonly #failed = new Map<string, string>();
  readonly #now: () => number;
  readonly #signal: AbortSignal;

  constructor(now: () => number, signal: AbortSignal) {
    this.#now = now;
    this.#signal = signal;
  }

  async run(plan: StepPlan): Promise<CheckStep> {
    this.#signal.throwIfAborted();
    const { name, title } = plan;
    const blocker = plan.needs.find((need) => this.#failed.has(need));
    if (blocker !== undefined) {
      this.#failed.set(name, title);
      const detail = `Not tried, because this failed: ${this.#failed.get(blocker) ?? blocker}`;
      return { name, title, state: 'skipped', detail, tookMs: 0 };
    }
    const startedMs = this.#now();
    const finding = await plan.work().catch((error: unknown) => {
      this.#signal.throwIfAborted();
      return failure(error);
    });
    if (finding.state === 'failed') this.#failed.set(name, title);
    return { name, title, ...finding, tookMs: this.#now() - startedMs };
  }
}

/** A Fault as a failed step. Anything else is our own mistake and is thrown on. */
function failure(error: unknown): Finding {
  if (!(error instanceof Fault)) throw error;
  const { code, message, allowEntry } = error;
  return {
    state: 'failed',
    detail: message,
    fix: hintOf(code),
    code,
    ...(allowEntry === undefined ? {} : { allowEntry }),
  };
}
