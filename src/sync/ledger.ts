import type { FlowName } from '../flows/flow.ts';
import { inTransaction, type Tx } from '../store/database.ts';
import { checkLease, saveRunSummary } from '../store/runs.ts';
import type { RunPorts } from './ports.ts';
import {
  addCounters,
  assertBalance,
  type CounterChanges,
  type FlowCounters,
  NO_COUNTERS,
  OUTCOMES,
  type RunSummary,
} from './summary.ts';

/**
 * The books of a run: every transaction of a run goes through here, so that each checks the lease and each stores the counters
 * together with what they count. After a crash the stored counters are exact.
 */
export class RunLedger {
  readonly #ports: RunPorts;
  readonly #startedAtMs: number;
  #flows: Partial<Record<FlowName, FlowCounters>> = {};
  readonly #editions = new Map<FlowName, number>();
  #transactions: Promise<unknown> = Promise.resolve();

  constructor(ports: RunPorts) {
    this.#ports = ports;
    this.#startedAtMs = ports.now();
  }

  /** Which edition of the mapping the records of a flow are being mapped with; undefined before the first is. */
  edition(flow: FlowName): number | undefined {
    return this.#editions.get(flow);
  }

  noteEdition(flow: FlowName, edition: number): void {
    this.#editions.set(flow, edition);
  }

  counters(flow: FlowName): FlowCounters {
    return this.#flows[flow] ?? NO_COUNTERS;
  }

  /** Rises with every row read and every record settled. */
  achieved(): number {
    return Object.values(this.#flows).reduce(
      (sum, counters) =>
        sum + counters.rowsRead + OUTCOMES.reduce((settled, outcome) => settled + counters[outcome], 0),
      0,
    );
  }

  /** Runs the work in one transaction and adds what it counted. Transactions of a run follow each other. */
  transact<T>(
    flow: FlowName,
    work: (tx: Tx) => Promise<{ readonly counted: CounterChanges; readonly value: T }>,
  ): Promise<T> {
    const next = this.#transactions.then(() => this.#transact(flow, work));
    this.#transactions = next.catch(() => undefined);
    return next;
  }

  /**
   * Notes what is left for the next run, and checks the balance (invariant 4).
   *
   * @param byOthers records that people put on the stage while the run was at work.
   */
  close(flow: FlowName, { left, byOthers }: { readonly left: number; readonly byOthers: number }): void {
    const counters = addCounters({ ...this.counters(flow), left: 0 }, { left, staged: byOthers });
    this.#flows = { ...this.#flows, [flow]: counters };
    assertBalance(flow, counters);
  }

  summary(): RunSummary {
    const { source, target, now } = this.#ports;
    return {
      flows: this.#flows,
      calls: { jde: source.callCount, cin7: target.callCount },
      refusals: target.refusalCount,
      seconds: Math.round((now() - this.#startedAtMs) / 100) / 10,
    };
  }

  async #transact<T>(
    flow: FlowName,
    work: (tx: Tx) => Promise<{ readonly counted: CounterChanges; readonly value: T }>,
  ): Promise<T> {
    const { db, run } = this.#ports;
    const { flows, value } = await inTransaction(db, async (tx) => {
      await checkLease(tx, run);
      const result = await work(tx);
      const flows = { ...this.#flows, [flow]: addCounters(this.counters(flow), result.counted) };
      await saveRunSummary(tx, run, JSON.stringify({ ...this.summary(), flows }));
      return { flows, value: result.value };
    });
    // Only what is committed counts.
    this.#flows = flows;
    return value;
  }
}
