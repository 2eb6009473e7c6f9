import { localRequester, planBackfillOf, planConnection } from '../../app.ts';
import type { Difference } from '../../flows/flow.ts';
import { FLOW_NAMES } from '../../flows/flow.ts';
import { parseScope } from '../../sync/backfill-scope.ts';
import type { PlannedChange, PlanSummary } from '../../sync/plan.ts';
import type { Progress } from '../../sync/ports.ts';
import {
  type ExitCode,
  errorDocument,
  exitCodeOfFault,
  printError,
  printJson,
  printLine,
  printTable,
} from '../output.ts';
import { openProgress } from '../progress.ts';
import { type ConnectionOptions, stopOnSignal, withConnection } from '../session.ts';
import { type BackfillOptions, scopeOf } from './sync.ts';

interface PlanOptions extends ConnectionOptions, BackfillOptions {
  /** How many changes of each kind are shown in full; the totals count all. */
  readonly show: string;
}

/** `ml-connector plan` */
export function plan(options: PlanOptions): Promise<ExitCode> {
  const scope = scopeOf(options);
  const stop = stopOnSignal();
  return withConnection(options, 'plan', async (connection) => {
    const progress = openProgress(options);
    const shown = new ShownChanges(Number(options.show));
    const running = {
      requester: localRequester('plan'),
      signal: stop.signal,
      report: (step: Progress) => progress.report(step),
      onChange: (change: PlannedChange) => (options.json === true ? printJson(change) : shown.add(change)),
    };
    const ending = await (options.backfill === true
      ? planBackfillOf(connection, scope ?? parseScope({}), running)
      : planConnection(connection, running));
    progress.end();
    if (ending.value !== undefined) {
      if (options.json === true) printJson({ plan: ending.value.plan });
      else {
        shown.print();
        printPlan(ending.value.plan);
      }
      return 0;
    }
    if (options.json === true) printJson({ state: ending.state, fault: errorDocument(ending.fault?.error) });
    else printError(ending.fault?.error, options);
    return ending.fault?.code === undefined ? 1 : exitCodeOfFault(ending.fault.code);
  }).finally(() => stop.dispose());
}

export function printPlan(summary: PlanSummary): void {
  const columns = ['create', 'update', 'void', 'link', 'park', 'unchanged'] as const;
  const rows = FLOW_NAMES.flatMap((name) => {
    const counters = summary.flows[name];
    return counters === undefined
      ? []
      : [[name, counters.staged, ...columns.map((column) => counters[column])]];
  });
  printTable(['flow', 'staged', ...columns], rows);
  printLine(
    `A sync would take about ${summary.writes} calls to Cin7, at its pace about ${minutesText(summary.minutes)}. Nothing was written.`,
  );
}

export function minutesText(minutes: number): string {
  if (minutes < 1) return 'less than a minute';
  if (minutes < 90) return `${Math.ceil(minutes)} minutes`;
  return `${(minutes / 60).toFixed(1)} hours`;
}

/** Keeps the first changes of each kind; a first load has too many to print. */
class ShownChanges {
  readonly #most: number;
  readonly #kinds = new Map<string, { shown: PlannedChange[]; count: number }>();

  constructor(most: number) {
    this.#most = most;
  }

  add(change: PlannedChange): void {
    const key = `${change.flow}: ${change.change}${change.code === undefined ? '' : ` (${change.code})`}`;
    const kind = this.#kinds.get(key) ?? { shown: [], count: 0 };
    kind.count += 1;
    if (kind.shown.length < this.#most) kind.shown.push(change);
    this.#kinds.set(key, kind);
  }

  print(): void {
    for (const [key, kind] of this.#kinds) {
      printLine(`${key} — ${kind.count}`);
      for (const change of kind.shown) {
        printLine(
          `  ${change.label} [${change.recordKey}]${change.detail === undefined || change.detail === '' ? '' : `: ${change.detail}`}`,
        );
        for (const difference of change.differences.slice(0, 20))
          printLine(`    ${differenceText(difference)}`);
        if (change.differences.length > 20)
          printLine(`    … and ${change.differences.length - 20} more fields`);
      }
      if (kind.count > kind.shown.length)
        printLine(`  … and ${kind.count - kind.shown.length} more (--show ${kind.count} shows all)`);
      const hint = kind.shown[0]?.hint;
      if (hint !== undefined) printLine(`  next: ${hint}`);
      printLine();
    }
  }
}

export function differenceText(difference: Difference): string {
  return `${difference.field}: ${valueText(difference.from)} -> ${valueText(difference.to)}`;
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '(nothing)';
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}
