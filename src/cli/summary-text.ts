import { hintOf } from '../faults/fault.ts';
import { FLOW_NAMES } from '../flows/flow.ts';
import type { Db } from '../store/database.ts';
import { countParkedByCause, listParked } from '../store/parked.ts';
import { OUTCOMES, type RunSummary } from '../sync/summary.ts';
import { printLine, printTable } from './output.ts';

const COUNTED = ['staged', ...OUTCOMES, 'left'] as const;

/** The line that `sync --json` and `demo --json` end with. */
export function summaryLine(summary: RunSummary): unknown {
  const flows = Object.fromEntries(
    FLOW_NAMES.flatMap((name) => {
      const counters = summary.flows[name];
      return counters === undefined
        ? []
        : [[name, Object.fromEntries(COUNTED.map((counter) => [counter, counters[counter]]))]];
    }),
  );
  return { flows, calls: summary.calls, refusals: summary.refusals, seconds: summary.seconds };
}

export function printSummary(summary: RunSummary): void {
  const rows = FLOW_NAMES.flatMap((name) => {
    const counters = summary.flows[name];
    return counters === undefined ? [] : [[name, ...COUNTED.map((counter) => counters[counter])]];
  });
  printTable(['flow', ...COUNTED], rows);
  const notDue = FLOW_NAMES.reduce((sum, name) => sum + (summary.flows[name]?.notDue ?? 0), 0);
  if (notDue > 0)
    printLine(
      `Of the unchanged, ${notDue} are none of Cin7's business now (not posting, not released, received or cancelled before).`,
    );
  const unmatched = summary.flows.accounts?.unmatched ?? 0;
  if (unmatched > 0) {
    printLine(
      `${unmatched} accounts have no Cin7 account; an order that uses one waits for it (crosswalk list --kind account --state unmatched).`,
    );
  }
  const refusals =
    summary.refusals === 0 ? 'none refused' : `${summary.refusals} refused for their rate and sent again`;
  printLine(
    `Calls: ${summary.calls.jde} to JDE, ${summary.calls.cin7} to Cin7, ${refusals}. ${summary.seconds.toFixed(1)} s.`,
  );
}

const EXAMPLES_MAX = 3;

/** Parked records by cause, most first, each with examples and the next step. */
export async function printParkedCauses(db: Db, connectionId: string): Promise<void> {
  const causes = await countParkedByCause(db, connectionId);
  if (causes.length === 0) {
    printLine('Nothing is parked.');
    return;
  }
  const total = causes.reduce((sum, cause) => sum + cause.count, 0);
  printLine(`${total} parked, by cause:`);
  for (const cause of causes) {
    printLine(`\n  ${cause.count} × ${cause.flow} · ${cause.code} · ${cause.field}`);
    const examples = await listParked(db, {
      connectionId,
      flow: cause.flow,
      code: cause.code,
      field: cause.field,
      limit: EXAMPLES_MAX,
    });
    for (const example of examples) printLine(`      ${example.label}: ${example.detail}`);
    if (cause.count > examples.length)
      printLine(
        `      … and ${cause.count - examples.length} more: ml-connector parked list --code ${cause.code}`,
      );
    printLine(`    next: ${hintOf(cause.code)}`);
  }
}
