import { hintOf } from '../faults/fault.ts';
import type { ParkCode } from '../faults/fault-codes.ts';
import type { AccountChange } from '../flows/accounts/flow.ts';
import type { Difference, FlowName } from '../flows/flow.ts';
import type { TargetFlow } from '../flows/target-flow.ts';
import type { Change } from './diff.ts';

/** One line of a plan: what a sync would do with a record. */
export interface PlannedChange {
  readonly flow: FlowName;
  readonly recordKey: string;
  readonly label: string;
  readonly change: 'create' | 'update' | 'void' | 'link' | 'park';
  readonly differences: readonly Difference[];
  /** Of a record that would be created: what Cin7 would get. */
  readonly payload?: unknown;
  /** Why it would be parked, and the next step. */
  readonly code?: ParkCode;
  readonly field?: string;
  readonly detail?: string;
  readonly hint?: string;
}

export interface PlanCounters {
  readonly staged: number;
  readonly create: number;
  readonly update: number;
  readonly void: number;
  readonly link: number;
  readonly park: number;
  readonly unchanged: number;
}

export interface PlanSummary {
  readonly flows: Readonly<Partial<Record<FlowName, PlanCounters>>>;
  /** Cin7 calls that the writes will take. */
  readonly writes: number;
  readonly minutes: number;
}

const NONE: PlanCounters = { staged: 0, create: 0, update: 0, void: 0, link: 0, park: 0, unchanged: 0 };

/** Adds up a plan while its changes go by; the changes themselves are passed on, not kept. */
export class PlanBook {
  readonly #flows = new Map<FlowName, PlanCounters>();
  readonly #onChange: (change: PlannedChange) => void;
  #calls = 0;

  constructor(onChange: (change: PlannedChange) => void) {
    this.#onChange = onChange;
  }

  add<P>(flow: TargetFlow<P>, change: Change<P>): void {
    const base = { flow: flow.name, recordKey: change.recordKey, label: change.label };
    switch (change.kind) {
      case 'create':
      case 'update':
      case 'void':
        this.#count(flow.name, change.kind);
        this.#calls += flow.calls[change.kind];
        this.#onChange({
          ...base,
          change: change.kind,
          differences: change.kind === 'void' ? [] : change.differences,
          ...(change.kind === 'create' ? { payload: change.payload } : {}),
        });
        return;
      case 'parked': {
        const { code, field, detail } = change.rejection;
        this.#count(flow.name, 'park');
        this.#onChange({ ...base, change: 'park', differences: [], code, field, detail, hint: hintOf(code) });
        return;
      }
      case 'adopted':
      case 'unchanged':
        this.#count(flow.name, 'unchanged');
    }
  }

  addAccount(change: AccountChange): void {
    const base = {
      flow: 'accounts',
      recordKey: change.recordKey,
      label: change.match.label,
      differences: [],
    } as const;
    if (change.toCreate !== undefined) {
      this.#count('accounts', 'create');
      this.#calls += 1;
      this.#onChange({ ...base, change: 'create' });
      return;
    }
    switch (change.outcome) {
      case 'parked':
        this.#count('accounts', 'park');
        this.#onChange({
          ...base,
          change: 'park',
          ...(change.rejection === undefined
            ? {}
            : { ...change.rejection, hint: hintOf(change.rejection.code) }),
        });
        return;
      case 'linked':
      case 'updated':
        this.#count('accounts', 'link');
        this.#onChange({ ...base, change: 'link', detail: change.match.target ?? '' });
        return;
      case 'unchanged':
        this.#count('accounts', 'unchanged');
    }
  }

  /** @param callsPerMinute the allowance of the application key, what is reserved for others taken off. */
  summary(callsPerMinute: number): PlanSummary {
    const minutes = Math.ceil((this.#calls / callsPerMinute) * 10) / 10;
    return { flows: Object.fromEntries(this.#flows), writes: this.#calls, minutes };
  }

  #count(flow: FlowName, kind: Exclude<keyof PlanCounters, 'staged'>): void {
    const counters = this.#flows.get(flow) ?? NONE;
    this.#flows.set(flow, { ...counters, staged: counters.staged + 1, [kind]: counters[kind] + 1 });
  }
}
