import { open } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { localRequester, reconcileConnection } from '../../app.ts';
import { Fault } from '../../faults/fault.ts';
import { FLOW_NAMES, type FlowName } from '../../flows/flow.ts';
import type { Db } from '../../store/database.ts';
import { listFindings, type StoredFinding } from '../../store/findings.ts';
import {
  FINDING_CLASSES,
  type FindingClass,
  type ReconciledFlow,
  type ReconcileSummary,
} from '../../sync/reconcile-summary.ts';
import {
  type ExitCode,
  errorDocument,
  exitCodeOfFault,
  printError,
  printJson,
  printLine,
  printNote,
  printTable,
} from '../output.ts';
import { type ConnectionOptions, stopOnSignal, withConnection } from '../session.ts';

interface ReconcileCommandOptions extends ConnectionOptions {
  readonly flow?: string;
  readonly deep?: boolean;
  readonly out?: string;
  readonly show: string;
}

const FINDINGS_PAGE = 1_000;

/** `ml-connector reconcile`: 0 when no difference needs a person, 1 when one does. */
export function reconcile(options: ReconcileCommandOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  const flows = options.flow === undefined ? {} : { flows: [flowOf(options.flow)] };
  return withConnection<ExitCode>(options, 'reconcile', async (connection) => {
    const ending = await reconcileConnection(connection, {
      requester: localRequester('reconcile'),
      signal: stop.signal,
      report: () => undefined,
      deep: options.deep === true,
      ...flows,
    });
    const { value, runId } = ending;
    if (value === undefined) {
      if (options.json === true)
        printJson({ state: ending.state, fault: errorDocument(ending.fault?.error) });
      else printError(ending.fault?.error, options);
      return ending.fault?.code === undefined ? 1 : exitCodeOfFault(ending.fault.code);
    }
    const { db } = connection.database;
    if (options.out !== undefined) await writeCsv(db, runId, options.out);
    if (options.json === true) await printDocuments(db, runId, value);
    else await printReport(db, runId, value, Number(options.show));
    if (options.out !== undefined && options.json !== true) printNote(`All findings are in ${options.out}.`);
    return value.agree ? 0 : 1;
  }).finally(() => stop.dispose());
}

function flowOf(text: string): FlowName {
  const flow = FLOW_NAMES.find((name) => name === text);
  if (flow !== undefined) return flow;
  throw new Fault('input.invalid', `"${text}" is no flow. Flows: ${FLOW_NAMES.join(', ')}.`, {
    field: '--flow',
  });
}

async function* pagesOf(db: Db, runId: string): AsyncGenerator<readonly StoredFinding[]> {
  for (let afterSeq = 0; ; ) {
    const page = await listFindings(db, { runId, afterSeq, limit: FINDINGS_PAGE });
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
    yield page;
  }
}

async function printDocuments(db: Db, runId: string, summary: ReconcileSummary): Promise<void> {
  for await (const page of pagesOf(db, runId)) for (const finding of page) printJson({ finding });
  printJson({ runId, reconcile: summary });
}

async function printReport(db: Db, runId: string, summary: ReconcileSummary, most: number): Promise<void> {
  printLine(`${summary.sentence}\n`);
  printCounts(summary);
  printTotals(summary.flows.purchases);
  const shown = new Map<string, number>();
  for await (const page of pagesOf(db, runId)) {
    for (const finding of page) {
      const key = `${finding.flow} ${finding.class} ${finding.code ?? ''}`;
      const count = (shown.get(key) ?? 0) + 1;
      shown.set(key, count);
      if (count <= most) printFinding(finding, count === 1);
    }
  }
  for (const [key, count] of shown)
    if (count > most)
      printLine(`… and ${count - most} more ${key.trimEnd()} (--show ${count} or --out shows all)`);
}

function printCounts({ flows }: ReconcileSummary): void {
  const met = FINDING_CLASSES.filter((name) =>
    FLOW_NAMES.some((flow) => (flows[flow]?.counts[name] ?? 0) > 0),
  );
  const rows = FLOW_NAMES.flatMap((name) => {
    const flow = flows[name];
    if (flow === undefined) return [];
    return [[name, flow.jde, flow.cin7, flow.links, ...met.map((found) => flow.counts[found])]];
  });
  printTable(['flow', 'in JDE', 'in Cin7', 'linked', ...met.map((name) => HEADINGS[name])], rows);
  printLine();
}

const HEADINGS: Readonly<Record<FindingClass, string>> = {
  neverArrived: 'never arrived',
  changedInJde: 'changed in JDE',
  goneInJde: 'gone in JDE',
  goneInCin7: 'gone in Cin7',
  edited: 'edited in Cin7',
  unknownInCin7: 'unknown in Cin7',
  equal: 'equal',
  movedOn: 'moved on',
  closed: 'closed',
  waiting: 'waiting',
  notDue: 'not due',
  foreign: 'not ours',
  unopened: 'unopened',
};

function printTotals(flow: ReconciledFlow | undefined): void {
  const totals = flow?.totals;
  if (totals === undefined) return;
  const currencies = [
    ...new Set([...Object.keys(totals.jde.sums), ...Object.keys(totals.cin7.sums)]),
  ].toSorted();
  if (currencies.length === 0) return;
  printTable(
    ['orders before tax', 'JDE', 'Cin7, as written'],
    currencies.map((code) => [code, totals.jde.sums[code] ?? '0', totals.cin7.sums[code] ?? '0']),
  );
  printLine(
    `${totals.jde.orders} orders are in scope in JDE, ${totals.cin7.orders} of ours stand in Cin7.\n`,
  );
}

function printFinding(finding: StoredFinding, isFirst: boolean): void {
  // Holds: the engine stores classes of this list only.
  if (isFirst)
    printLine(
      `${finding.flow} · ${HEADINGS[finding.class as FindingClass]}${finding.code === null ? '' : ` (${finding.code})`}`,
    );
  printLine(`  ${finding.label} [${finding.recordKey ?? finding.cin7Id ?? ''}]`);
  if (finding.field !== null && (finding.jdeValue ?? finding.cin7Value) !== null)
    printLine(
      `    ${finding.field}: written "${finding.jdeValue ?? ''}", in Cin7 "${finding.cin7Value ?? ''}"`,
    );
  printLine(`    ${finding.explanation}`);
  printLine(`    next: ${finding.nextStep}`);
}

const COLUMNS = [
  'flow',
  'class',
  'code',
  'recordKey',
  'label',
  'cin7Id',
  'field',
  'jdeValue',
  'cin7Value',
  'explanation',
  'nextStep',
] as const;

/** A text that a spreadsheet would take for a formula is written so that it does not. */
async function writeCsv(db: Db, runId: string, path: string): Promise<void> {
  const file = await open(path, 'w').catch((cause: unknown) => {
    throw new Fault('input.invalid', `${path} cannot be written.`, { field: '--out', cause });
  });
  try {
    await file.write(stringify([[...COLUMNS]]));
    for await (const page of pagesOf(db, runId)) {
      const rows = page.map((finding) => COLUMNS.map((column) => finding[column] ?? ''));
      await file.write(stringify(rows, { escape_formulas: true }));
    }
  } finally {
    await file.close();
  }
}
