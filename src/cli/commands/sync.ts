import { localRequester, syncConnection } from '../../app.ts';
import {
  type ExitCode,
  errorDocument,
  exitCodeOfFault,
  printError,
  printJson,
  printLine,
  printNote,
} from '../output.ts';
import { openProgress } from '../progress.ts';
import { type ConnectionOptions, stopOnSignal, withConnection } from '../session.ts';
import { printParkedCauses, printSummary, summaryLine } from '../summary-text.ts';

/** `ml-connector sync` */
export function sync(options: ConnectionOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  return withConnection(options, 'sync', async (connection) => {
    const progress = openProgress(options);
    const ending = await syncConnection(connection, {
      requester: localRequester('sync'),
      signal: stop.signal,
      report: (step) => progress.report(step),
    });
    progress.end();
    if (options.json === true) {
      const fault =
        ending.fault === undefined ? {} : { state: ending.state, fault: errorDocument(ending.fault.error) };
      const stuck = ending.stuckRuns === undefined ? {} : { stuckRuns: ending.stuckRuns };
      printJson({ ...(summaryLine(ending.summary) as object), ...fault, ...stuck });
    } else {
      printLine(`Run ${ending.runId} ${ending.state}.\n`);
      printSummary(ending.summary);
      printLine();
      await printParkedCauses(connection.database.db, connection.stored.id);
      if (ending.fault !== undefined) printError(ending.fault.error, options);
      if (ending.stuckRuns !== undefined)
        printNote(
          `alarm: ${ending.stuckRuns} runs in a row have left the same work behind. What stops them does not pass by itself.`,
        );
    }
    if (ending.fault === undefined) return 0;
    return ending.fault.code === undefined ? 1 : exitCodeOfFault(ending.fault.code);
  }).finally(() => stop.dispose());
}
