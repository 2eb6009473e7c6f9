import type { FlowName } from '../flows/flow.ts';
import type { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';
import { type Outcome, recordOutcomes } from './record.ts';

/** Outcomes that are stored in one transaction at most. */
const OUTCOMES_AT_ONCE = 50;
/** No answered write waits longer to be stored. */
const WAIT_MAX_MS = 200;

/**
 * Stores what answered writes leave: at the pace of Cin7 each at once, at a faster pace several in one transaction. An answer that is
 * lost before it was stored is as if it had never come: its intent is open, and it is looked up (invariant 3).
 */
export class Recorder {
  readonly #flow: FlowName;
  readonly #ports: RunPorts;
  readonly #ledger: RunLedger;
  #outcomes: Outcome[] = [];
  #storing: Promise<void> = Promise.resolve();
  #storedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;

  constructor(flow: FlowName, ports: RunPorts, ledger: RunLedger) {
    this.#flow = flow;
    this.#ports = ports;
    this.#ledger = ledger;
  }

  /** Returns when the next write may go out: with a full batch, after it was stored. */
  async outcome(outcome: Outcome): Promise<void> {
    this.#outcomes.push(outcome);
    const waitedMs = performance.now() - this.#storedAtMs;
    if (this.#outcomes.length >= OUTCOMES_AT_ONCE || waitedMs >= WAIT_MAX_MS) {
      await this.flush();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: unknown) => {
        // Nobody awaits the timer: the next write or the end of the slice reports it.
        this.#failure ??= error instanceof Error ? error : new Error(String(error), { cause: error });
      });
    }, WAIT_MAX_MS);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Everything noted so far is stored when this returns. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    if (outcomes.length > 0) {
      this.#storedAtMs = performance.now();
      this.#storing = this.#storing.then(() =>
        recordOutcomes(this.#flow, outcomes, [], this.#ports, this.#ledger),
      );
    }
    await this.#storing;
    if (this.#failure !== undefined) throw this.#failure;
  }
}
