import { assert } from '../faults/fault.ts';
import { FLOW_NAMES, type FlowName } from '../flows/flow.ts';
import type { PlanSummary } from './plan.ts';
import type { ReconcileSummary } from './reconcile-summary.ts';

/** What became of a record in a run. */
export const OUTCOMES = ['created', 'updated', 'linked', 'unchanged', 'voided', 'parked'] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

/** Counts records. `staged` is what was waiting at the start and what was staged since; it equals the sum of the others. */
export type FlowCounters = Readonly<Record<'staged' | OutcomeName | 'left', number>> & {
  /** Rows read from JDE, and how many of them were new or changed. */
  readonly rowsRead: number;
  readonly rowsChanged: number;
  /** Of the unchanged ones: those that are none of Cin7's business now. */
  readonly notDue: number;
  /** Of the unchanged accounts: those without a Cin7 account. Orders that use one are parked. */
  readonly unmatched: number;
};

export interface RunSummary {
  readonly flows: Readonly<Partial<Record<FlowName, FlowCounters>>>;
  readonly calls: { readonly jde: number; readonly cin7: number };
  readonly refusals: number;
  readonly seconds: number;
  /** Of a reconcile run that came to its end. */
  readonly reconcile?: ReconcileSummary;
  /** Of a plan that came to its end. */
  readonly plan?: PlanSummary;
}

export const NO_COUNTERS: FlowCounters = {
  staged: 0,
  created: 0,
  updated: 0,
  linked: 0,
  unchanged: 0,
  voided: 0,
  parked: 0,
  left: 0,
  rowsRead: 0,
  rowsChanged: 0,
  notDue: 0,
  unmatched: 0,
};

export type CounterChanges = Partial<Record<keyof FlowCounters, number>>;

export function addCounters(counters: FlowCounters, changes: CounterChanges): FlowCounters {
  const next: Record<keyof FlowCounters, number> = { ...counters };
  for (const name of Object.keys(counters) as (keyof FlowCounters)[]) next[name] += changes[name] ?? 0;
  return next;
}

/** Invariant 4: each staged record has an outcome or is left for the next run. */
export function assertBalance(flow: FlowName, counters: FlowCounters): void {
  const settled = OUTCOMES.reduce((sum, outcome) => sum + counters[outcome], 0);
  assert(
    counters.staged === settled + counters.left,
    `${flow}: staged ${counters.staged} = settled ${settled} + left ${counters.left}`,
  );
}

/** A run that died counted its outcomes and not what it left: that follows from the balance. */
function withLeft(counters: FlowCounters): FlowCounters {
  const settled = OUTCOMES.reduce((sum, outcome) => sum + counters[outcome], 0);
  return { ...counters, left: counters.staged - settled };
}

/** The stored form of a summary; unknown or absent members count as nothing. */
export function parseSummary(text: string): RunSummary {
  const document = JSON.parse(text) as Partial<RunSummary>; // Written by this engine.
  const flows: Partial<Record<FlowName, FlowCounters>> = {};
  for (const name of FLOW_NAMES) {
    const counters = document.flows?.[name];
    if (counters !== undefined) flows[name] = withLeft({ ...NO_COUNTERS, ...counters });
  }
  return {
    flows,
    calls: document.calls ?? { jde: 0, cin7: 0 },
    refusals: document.refusals ?? 0,
    seconds: document.seconds ?? 0,
    ...(document.reconcile === undefined ? {} : { reconcile: document.reconcile }),
    ...(document.plan === undefined ? {} : { plan: document.plan }),
  };
}
