import { hintOf } from '../faults/fault.ts';
import { FLOW_NAMES } from '../flows/flow.ts';
import type { Db } from '../store/database.ts';
import { countIgnored, countParkedByCause, listParked, type ParkedCause } from '../store/parked.ts';
import { OUTCOMES, type RunSummary } from '../sync/summary.ts';
import { printLine, printTable } from './output.ts';

const COUNTED = ['staged', ...OUTCOMES, 'left'] as const;

/** The line that `sync --json` and `demo --json` end with. */
export function summaryLine(summary: RunSummary): object {
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

/** Parked records that wait, by cause, most first, each with examples and the next step; of ignored ones only how many. */
export async function printParkedCauses(db: Db, connectionId: string): Promise<void> {
  const causes = await countParkedByCause(db, connectionId);
  const ignored = await countIgnored(db, connectionId);
  const total = causes.reduce((sum, cause) => sum + cause.count, 0);
  printLine(total === 0 ? 'Nothing is parked.' : `${total} parked, by cause:`);
  for (const cause of causes) await printCause(db, connectionId, cause);
  if (ignored > 0) printLine(`\n${ignored} ignored: somebody decided that they need not arrive.`);
}

async function printCause(db: Db, connectionId: string, cause: ParkedCause): Promise<void> {
  const { flow, code, field, count } = cause;
  printLine(`\n  ${count} × ${flow} · ${code} · ${field}`);
  const examples = await listParked(db, {
    connectionId,
    flow,
    code,
    field,
    ignored: false,
    limit: EXAMPLES_MAX,
  });
  for (const example of examples) printLine(`      ${example.label}: ${example.detail}`);
  if (count > examples.length)
    printLine(`      … and ${count - examples.length} more: ml-connector parked list --code ${code}`);
  printLine(`    next: ${hintOf(code)}`);
}
