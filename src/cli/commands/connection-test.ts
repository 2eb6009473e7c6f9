import { checkables } from '../../app.ts';
import type { CheckStep } from '../../connectors/connector.ts';
import { type ExitCode, printJson, printLine } from '../output.ts';
import { type ConnectionOptions, stopOnSignal, withConnection } from '../session.ts';

const SIGNS: Readonly<Record<CheckStep['state'], string>> = {
  passed: '✓',
  warning: '!',
  failed: '✗',
  skipped: '·',
};

/** `ml-connector connection test` */
export function connectionTest(options: ConnectionOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  return withConnection(options, 'connection test', async (connection) => {
    const steps: CheckStep[] = [];
    for (const side of checkables(connection)) {
      const skipped: CheckStep[] = [];
      for await (const step of side.check(stop.signal)) {
        steps.push(step);
        if (options.json === true) printJson(step);
        else if (step.state === 'skipped') skipped.push(step);
        else printStep(step);
      }
      printSkipped(skipped);
    }
    const count = (state: CheckStep['state']): number => steps.filter((step) => step.state === state).length;
    const totals = {
      passed: count('passed'),
      warnings: count('warning'),
      failed: count('failed'),
      skipped: count('skipped'),
    };
    if (options.json === true) printJson({ connection: connection.config.name, ...totals });
    else
      printLine(
        `\n${totals.passed} passed, ${totals.warnings} warnings, ${totals.failed} failed, ${totals.skipped} skipped.`,
      );
    return totals.failed > 0 ? 3 : 0;
  }).finally(() => stop.dispose());
}

/** Many steps need the one that failed: they are told in one line for each reason. */
function printSkipped(skipped: readonly CheckStep[]): void {
  for (const [detail, steps] of Map.groupBy(skipped, (step) => step.detail)) {
    const names = steps.map((step) => step.title.replace(/^[^:]+: /, ''));
    printLine(`${SIGNS.skipped} ${detail}: ${names.join(', ')}`);
  }
}

export function printStep(step: CheckStep): void {
  printLine(`${SIGNS[step.state]} ${step.title}${step.detail === '' ? '' : ` — ${step.detail}`}`);
  if (step.fix !== undefined) printLine(`    change: ${step.fix}`);
}
