import type { RunEnding } from '../jobs/execute-run.ts';
import type { Db } from '../store/database.ts';
import type { RunSummary } from '../sync/summary.ts';
import {
  type ExitCode,
  errorDocument,
  exitCodeOfFault,
  type OutputOptions,
  printError,
  printJson,
  printLine,
  printNote,
} from './output.ts';
import { printParkedCauses, printSummary, summaryLine } from './summary-text.ts';

/** Tells how a run that writes has ended: what it did, what is parked, what stopped it. */
export async function printRunEnding(
  ending: RunEnding<RunSummary>,
  of: { readonly db: Db; readonly connectionId: string },
  options: OutputOptions,
): Promise<ExitCode> {
  if (options.json === true) printJson(documentOf(ending));
  else await printForPeople(ending, of, options);
  if (ending.fault === undefined) return 0;
  return ending.fault.code === undefined ? 1 : exitCodeOfFault(ending.fault.code);
}

function documentOf({ state, summary, fault, stuckRuns }: RunEnding<RunSummary>): object {
  return {
    ...summaryLine(summary),
    ...(fault === undefined ? {} : { state, fault: errorDocument(fault.error) }),
    ...(stuckRuns === undefined ? {} : { stuckRuns }),
  };
}

async function printForPeople(
  { runId, state, summary, fault, stuckRuns }: RunEnding<RunSummary>,
  { db, connectionId }: { readonly db: Db; readonly connectionId: string },
  options: OutputOptions,
): Promise<void> {
  printLine(`Run ${runId} ${state}.\n`);
  printSummary(summary);
  printLine();
  await printParkedCauses(db, connectionId);
  if (fault !== undefined) printError(fault.error, options);
  if (stuckRuns !== undefined)
    printNote(
      `alarm: ${stuckRuns} runs in a row have left the same work behind. What stops them does not pass by itself.`,
    );
}
