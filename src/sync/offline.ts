import type { Fault } from '../faults/fault.ts';
import { isFault } from '../faults/fault.ts';
import type { FlowName } from '../flows/flow.ts';
import { F0010 } from '../flows/purchases/tables.ts';
import type { RunPorts } from './ports.ts';

type Side = 'jde' | 'cin7';

/** Whether a run has achieved anything since its last outage. */
export class RunProgress {
  readonly #achieved: () => number;
  #atLastOutage = 0;

  /** @param achieved a figure that rises with every row read and every record settled. */
  constructor(achieved: () => number) {
    this.#achieved = achieved;
  }

  /** Asks once for each outage. */
  since(): boolean {
    const achieved = this.#achieved();
    const progressed = achieved > this.#atLastOutage;
    this.#atLastOutage = achieved;
    return progressed;
  }
}

/**
 * Does the work of a flow; when JDE or Cin7 goes away, the run goes offline, knocks once in a while, and goes on by itself when it is
 * back. The work may be begun again at any time, since it goes on from what is stored.
 *
 * A system that was never there is not waited for, and neither is one that answers the knock and yet fails the work again without
 * any progress since.
 *
 * @throws Fault the one that made the run go offline, when `run.offlineMinutes` have passed.
 */
export async function whileOnline(
  flow: FlowName,
  work: () => Promise<void>,
  progress: RunProgress,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      const side = sideAway(error);
      if (side === undefined || !isFault(error) || signal.aborted || !progress.since()) throw error;
      await untilBack(flow, side, error, ports, signal);
    }
  }
}

function sideAway(error: unknown): Side | undefined {
  if (!isFault(error, 'retry')) return undefined;
  if (error.code.startsWith('jde.')) return 'jde';
  return error.code.startsWith('cin7.') ? 'cin7' : undefined;
}

async function untilBack(
  flow: FlowName,
  side: Side,
  fault: Fault,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  const { offlineMinutes, probeSeconds } = ports.settings.run;
  const giveUpAtMs = ports.now() + offlineMinutes * 60_000;
  for (;;) {
    if (ports.now() + probeSeconds * 1_000 > giveUpAtMs) throw fault;
    ports.report({ phase: 'offline', flow, side, detail: fault.message });
    await ports.outages.away(side, fault.message);
    await ports.sleep(probeSeconds * 1_000, signal);
    if (!(await isBack(side, ports, signal))) continue;
    await ports.outages.back(side);
    return;
  }
}

/** One small read. What no waiting mends (credentials refused meanwhile) is thrown. */
async function isBack(side: Side, ports: RunPorts, signal: AbortSignal): Promise<boolean> {
  try {
    if (side === 'cin7') await ports.target.readCompany(signal);
    else for await (const _ of ports.source.readTable({ spec: F0010 }, signal)) break;
    return true;
  } catch (error) {
    if (isFault(error, 'retry', 'uncertain')) return false;
    throw error;
  }
}
