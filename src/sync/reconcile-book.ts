import { add, type Decimal, ZERO } from '../domain/decimal.ts';
import { assert } from '../faults/fault.ts';
import type { FlowName } from '../flows/flow.ts';
import { inTransaction, type Tx } from '../store/database.ts';
import { type Finding, saveFindings } from '../store/findings.ts';
import { checkLease } from '../store/runs.ts';
import type { RunPorts } from './ports.ts';
import {
  DIFFERENCES,
  FINDING_CLASSES,
  type FindingClass,
  type ReconciledFlow,
  type ReconcileSummary,
  sentenceOf,
} from './reconcile-summary.ts';

/** Findings that nobody has to act on are listed up to here; the counts are exact whatever is listed. */
const EXPLAINED_LISTED_MAX = 10_000;
const FINDINGS_AT_ONCE = 500;

/** What one record is counted as: once for each side on which it was met. */
export interface Counted {
  readonly class: FindingClass;
  readonly onSides: readonly ('jde' | 'cin7' | 'links')[];
  /** Why it waits. */
  readonly code?: string;
  readonly findings?: readonly FindingText[];
}

/** A finding without what the book knows of it. */
export type FindingText = Omit<Finding, 'flow' | 'class' | 'code'>;

export interface Amount {
  readonly currency: string;
  readonly sum: Decimal;
}

interface Account {
  readonly sides: Record<'jde' | 'cin7' | 'links', number>;
  readonly counts: Record<FindingClass, number>;
  readonly waiting: Record<string, number>;
  readonly listed: Partial<Record<FindingClass, number>>;
  readonly totals: Record<'jde' | 'cin7', { orders: number; sums: Record<string, Decimal> }>;
  swept: Readonly<Record<'jde' | 'cin7' | 'links', number>> | undefined;
}

/** The books of a reconcile run: counts every key of both sides exactly once, and stores what differs. */
export class ReconcileBook {
  readonly #ports: RunPorts;
  readonly #flows = new Map<FlowName, Account>();
  #pending: Finding[] = [];
  #seq = 0;
  compared = 0;

  constructor(ports: RunPorts) {
    this.#ports = ports;
  }

  async count(flow: FlowName, counted: Counted): Promise<void> {
    const account = this.#account(flow);
    for (const side of counted.onSides) account.sides[side] += 1;
    account.counts[counted.class] += 1;
    if (counted.class === 'waiting') {
      const code = counted.code ?? 'staged';
      account.waiting[code] = (account.waiting[code] ?? 0) + 1;
    }
    await this.#list(flow, counted);
  }

  /** A key of a side that belongs to a record which is counted elsewhere. */
  meet(flow: FlowName, side: 'jde' | 'cin7' | 'links'): void {
    this.#account(flow).sides[side] += 1;
  }

  addTotal(flow: FlowName, side: 'jde' | 'cin7', amount: Amount, orders = 1): void {
    const total = this.#account(flow).totals[side];
    total.orders += orders;
    total.sums[amount.currency] = add(total.sums[amount.currency] ?? ZERO, amount.sum);
  }

  /** Every key that was swept has been counted, and none twice. */
  close(
    flow: FlowName,
    swept: { readonly jde: number; readonly cin7: number; readonly links: number },
  ): void {
    const account = this.#account(flow);
    for (const side of ['jde', 'cin7', 'links'] as const) {
      assert(
        account.sides[side] === swept[side],
        `reconcile ${flow}: ${swept[side]} of ${side} = ${account.sides[side]} counted`,
      );
    }
    account.swept = swept;
  }

  async flush(): Promise<void> {
    const findings = this.#pending;
    if (findings.length === 0) return;
    this.#pending = [];
    await this.transact((tx) => saveFindings(tx, this.#ports.run, this.#seq + 1, findings));
    this.#seq += findings.length;
  }

  /** Every write of the run checks that the run still holds its lease. */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return inTransaction(this.#ports.db, async (tx) => {
      await checkLease(tx, this.#ports.run);
      return work(tx);
    });
  }

  summary(): ReconcileSummary {
    const flows: Partial<Record<FlowName, ReconciledFlow>> = {};
    for (const [flow, account] of this.#flows) {
      const { swept, counts, waiting, totals } = account;
      assert(swept, `reconcile ${flow} was closed`);
      flows[flow] = { ...swept, counts, waiting, ...(flow === 'purchases' ? { totals } : {}) };
    }
    const differences = Object.values(flows).some((flow) =>
      DIFFERENCES.some((name) => flow.counts[name] > 0),
    );
    return { flows, agree: !differences, sentence: sentenceOf(flows), compared: this.compared };
  }

  async #list(flow: FlowName, { class: name, findings = [], code }: Omit<Counted, 'onSides'>): Promise<void> {
    const { listed } = this.#account(flow);
    const isDifference = DIFFERENCES.some((difference) => difference === name);
    for (const text of findings) {
      if (!isDifference && (listed[name] ?? 0) >= EXPLAINED_LISTED_MAX) return;
      listed[name] = (listed[name] ?? 0) + 1;
      this.#pending.push({ ...text, flow, class: name, code: code ?? null });
    }
    if (this.#pending.length >= FINDINGS_AT_ONCE) await this.flush();
  }

  #account(flow: FlowName): Account {
    const known = this.#flows.get(flow);
    if (known !== undefined) return known;
    const account: Account = {
      sides: { jde: 0, cin7: 0, links: 0 },
      // Holds: every class has its zero.
      counts: Object.fromEntries(FINDING_CLASSES.map((name) => [name, 0])) as Record<FindingClass, number>,
      waiting: {},
      listed: {},
      totals: { jde: { orders: 0, sums: {} }, cin7: { orders: 0, sums: {} } },
      swept: undefined,
    };
    this.#flows.set(flow, account);
    return account;
  }
}

/** Calls that a run may spend on looking at single objects. */
export class ReadAllowance {
  #left: number;

  constructor(reads: number) {
    this.#left = reads;
  }

  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }
}
