import {
  checkables,
  localRequester,
  type OpenConnection,
  openConnection,
  openStore,
  planConnection,
} from '../../app.ts';
import { findConnectionConfig, loadConfig } from '../../config/load.ts';
import type { CheckStep } from '../../connectors/connector.ts';
import { importCrosswalk } from '../../crosswalk/edit.ts';
import { isBlankCode } from '../../crosswalk/view.ts';
import { hintOf } from '../../faults/fault.ts';
import type { FaultCode } from '../../faults/fault-codes.ts';
import { purchasesFlow } from '../../flows/purchases/flow.ts';
import { suppliersFlow } from '../../flows/suppliers/flow.ts';
import { findConnection } from '../../store/connections.ts';
import { loadCrosswalk } from '../../store/crosswalk.ts';
import { openSqlite } from '../../store/database.ts';
import type { PlannedChange, PlanSummary } from '../../sync/plan.ts';
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
import { type ConnectionOptions, stopOnSignal, storeExists } from '../session.ts';
import { printStep } from './connection-test.ts';
import { minutesText, printPlan } from './plan.ts';

/** Records that would be parked for one reason. */
interface Obstacle {
  readonly flow: string;
  readonly code: FaultCode;
  readonly field: string;
  readonly example: string;
  readonly count: number;
}

interface FitReport {
  readonly fits: boolean;
  readonly readable: { readonly passed: number; readonly failed: readonly CheckStep[] };
  readonly plan: PlanSummary;
  readonly obstacles: readonly Obstacle[];
  /** Codes without a Cin7 entry, by kind. */
  readonly unmapped: Readonly<Record<string, readonly string[]>>;
}

/**
 * `ml-connector fit`: will it work? Reads both systems whole, plans the first load in a store of its own that is thrown away, and
 * answers on one page. Writes nothing, neither to Cin7 nor to the connector's own store.
 */
export async function fit(options: ConnectionOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  const loaded = loadConfig(options.config);
  const config = findConnectionConfig(loaded.config, options.connection);
  const database = await openSqlite(':memory:');
  try {
    const connection = await openConnection({ loaded, config, database, requester: localRequester('fit') });
    try {
      if (storeExists(loaded)) await copyCrosswalk(connection, loaded);
      return await report(connection, options, stop.signal);
    } finally {
      await connection.close();
    }
  } finally {
    await database.close();
    stop.dispose();
  }
}

/** Mappings made so far count, also for a fit. */
async function copyCrosswalk(
  connection: OpenConnection,
  loaded: Parameters<typeof openStore>[0],
): Promise<void> {
  const store = await openStore(loaded);
  try {
    const stored = await findConnection(store.db, connection.config.name);
    if (stored === undefined) return;
    const rows = (await loadCrosswalk(store.db, stored.id)).filter(
      (row) => row.origin !== 'auto' && row.target !== null,
    );
    const choices = rows.map((row) => ({ kind: row.kind, code: row.code, target: row.target ?? '' }));
    await importCrosswalk(connection.database.db, connection.stored, choices, localRequester('fit'));
  } finally {
    await store.close();
  }
}

async function report(
  connection: OpenConnection,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<ExitCode> {
  const steps: CheckStep[] = [];
  for (const side of checkables(connection)) for await (const step of side.check(signal)) steps.push(step);
  const failed = steps.filter((step) => step.state === 'failed');
  if (failed.length > 0) {
    if (options.json === true) printJson({ fits: false, failed });
    else {
      printLine('It does not work yet. What failed:\n');
      failed.forEach(printStep);
    }
    return 3;
  }

  const obstacles = new Map<string, { -readonly [K in keyof Obstacle]: Obstacle[K] }>();
  const progress = openProgress(options);
  const ending = await planConnection(connection, {
    requester: localRequester('fit'),
    signal,
    report: (step) => progress.report(step),
    onChange: (change) => addObstacle(obstacles, change),
  });
  progress.end();
  if (ending.value === undefined) {
    if (options.json === true) printJson({ fits: false, fault: errorDocument(ending.fault?.error) });
    else printError(ending.fault?.error, options);
    return ending.fault?.code === undefined ? 1 : exitCodeOfFault(ending.fault.code);
  }
  const document: FitReport = {
    fits: true,
    readable: { passed: steps.filter((step) => step.state === 'passed').length, failed: [] },
    plan: ending.value.plan,
    obstacles: [...obstacles.values()].toSorted((a, b) => b.count - a.count),
    unmapped: await unmappedCodes(connection),
  };
  if (options.json === true) printJson(document);
  else
    printReport(
      document,
      steps,
      connection.config.cin7.callsPerMinute - connection.config.cin7.callsReserved,
    );
  return 0;
}

function addObstacle(
  obstacles: Map<string, { -readonly [K in keyof Obstacle]: Obstacle[K] }>,
  change: PlannedChange,
): void {
  if (change.change !== 'park' || change.code === undefined) return;
  const key = `${change.flow} ${change.code} ${change.field ?? ''}`;
  const known = obstacles.get(key);
  if (known !== undefined) known.count += 1;
  else
    obstacles.set(key, {
      flow: change.flow,
      code: change.code,
      field: change.field ?? '',
      example: `${change.label}: ${change.detail ?? ''}`,
      count: 1,
    });
}

async function unmappedCodes(
  connection: OpenConnection,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = await loadCrosswalk(connection.database.db, connection.stored.id);
  const open = rows.filter((row) => ['unmatched', 'ambiguous', 'broken'].includes(row.state));
  const byKind = Map.groupBy(open, (row) => row.kind);
  return Object.fromEntries(
    [...byKind].map(([kind, entries]) => [
      kind,
      entries.map((row) =>
        row.kind === 'account' ? row.label : isBlankCode(row.code) ? '(blank)' : row.code,
      ),
    ]),
  );
}

function verdict(plan: PlanSummary): string {
  const { suppliers, purchases } = plan.flows;
  const parked = (suppliers?.park ?? 0) + (purchases?.park ?? 0);
  const waiting =
    parked === 0
      ? 'none would be parked'
      : `${parked} records would be parked until the points below are settled`;
  return `Both systems can be read. A first load would write ${suppliers?.create ?? 0} suppliers and ${purchases?.create ?? 0} orders; ${waiting}.`;
}

const CODES_SHOWN = 8;

/** How long the first load takes: what would be written now, and once nothing is parked any more. */
function loadTime(plan: PlanSummary, callsPerMinute: number): string {
  const { suppliers, purchases } = plan.flows;
  const released =
    plan.writes +
    (suppliers?.park ?? 0) * suppliersFlow.calls.create +
    (purchases?.park ?? 0) * purchasesFlow.calls.create;
  const all =
    released === plan.writes
      ? ''
      : `, about ${minutesText(released / callsPerMinute)} once all of them are released`;
  return `The first load takes about ${minutesText(plan.minutes)}${all}; after that only what changes is sent.`;
}

function printReport(report: FitReport, steps: readonly CheckStep[], callsPerMinute: number): void {
  printLine(`${verdict(report.plan)}\n`);
  for (const step of steps.filter((candidate) => candidate.state === 'warning')) printStep(step);
  printPlan(report.plan);
  printLine(`${loadTime(report.plan, callsPerMinute)}\n`);
  if (Object.keys(report.unmapped).length > 0) {
    printLine('Codes to map first (crosswalk list, crosswalk set):');
    printTable(
      ['kind', 'codes', 'which'],
      Object.entries(report.unmapped).map(([kind, codes]) => [
        kind,
        codes.length,
        `${codes.slice(0, CODES_SHOWN).join(', ')}${codes.length > CODES_SHOWN ? ', …' : ''}`,
      ]),
    );
    printLine();
  }
  if (report.obstacles.length === 0) {
    printLine('No record would be parked.');
    return;
  }
  printLine('Records that would be parked:');
  for (const obstacle of report.obstacles) {
    printLine(`\n  ${obstacle.count} × ${obstacle.flow} · ${obstacle.code} · ${obstacle.field}`);
    printLine(`      for example ${obstacle.example}`);
    printLine(`    next: ${hintOf(obstacle.code)}`);
  }
}
