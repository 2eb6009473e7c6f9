import { Fault, hintOf } from '../../faults/fault.ts';
import { findRun, listRuns, type StoredRun } from '../../store/runs.ts';
import { listTrail } from '../../store/trail.ts';
import { parseSummary } from '../../sync/summary.ts';
import type { ChainedEntry } from '../../trail/chain.ts';
import { type ExitCode, printJson, printLine, printTable } from '../output.ts';
import { type ConnectionOptions, withStore } from '../session.ts';
import { printSummary } from '../summary-text.ts';
import { differenceText } from './plan.ts';

interface ListOptions extends ConnectionOptions {
  readonly limit: string;
}

/** `ml-connector runs list` */
export function runsList(options: ListOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    const runs = await listRuns(database.db, { connectionId: connection.id, limit: Number(options.limit) });
    if (options.json === true) runs.forEach((run) => printJson(runDocument(run)));
    else {
      printTable(
        ['run', 'kind', 'state', 'started (UTC)', 'seconds', 'created', 'updated', 'parked', 'by'],
        runs.map((run) => {
          const flows = Object.values(parseSummary(run.summary).flows);
          const sum = (name: 'created' | 'updated' | 'parked'): number =>
            flows.reduce((total, counters) => total + counters[name], 0);
          return [
            run.id.slice(0, 8),
            run.kind,
            run.state,
            utc(run.startedAtMs),
            seconds(run),
            sum('created'),
            sum('updated'),
            sum('parked'),
            run.requestedBy,
          ];
        }),
      );
    }
    return 0;
  });
}

const TRAIL_PAGE = 1_000;

/** `ml-connector runs show` */
export function runsShow(id: string, options: ConnectionOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    const run = await findRun(database.db, id);
    if (run === undefined || run.connectionId !== connection.id) {
      throw new Fault(
        'input.invalid',
        `There is no single run whose id begins with "${id}". See runs list.`,
        { field: 'id' },
      );
    }
    if (options.json === true) printJson(runDocument(run));
    else printRun(run);
    for (let afterSeq = 0; ; ) {
      const entries = await listTrail(database.db, {
        chain: connection.id,
        runId: run.id,
        afterSeq,
        limit: TRAIL_PAGE,
      });
      for (const entry of entries) {
        if (options.json === true) printJson(entryDocument(entry));
        else printEntry(entry);
      }
      const last = entries.at(-1);
      if (last === undefined) return 0;
      afterSeq = last.seq;
    }
  });
}

function runDocument(run: StoredRun): unknown {
  return { ...run, summary: parseSummary(run.summary) };
}

function printRun(run: StoredRun): void {
  printLine(`Run ${run.id}: ${run.kind}, ${run.state}`);
  printLine(
    `Started ${utc(run.startedAtMs)} UTC by ${run.requestedBy}, took ${seconds(run)} s, settings version ${run.settingsVersion}`,
  );
  if (run.faultText !== null) printLine(`Fault: ${run.faultText}`);
  if (run.faultCode !== null) printLine(`Next:  ${hintOf(run.faultCode)}`);
  printLine();
  printSummary(parseSummary(run.summary));
  printLine();
}

function printEntry(entry: ChainedEntry): void {
  if (!entry.action.startsWith('record.')) return;
  const data = JSON.parse(entry.data) as Record<string, unknown>; // Written by our own trail.
  const number = typeof data['number'] === 'string' ? ` ${data['number']}` : '';
  const detail = typeof data['detail'] === 'string' ? `: ${data['detail']}` : '';
  printLine(
    `${entry.action.slice('record.'.length).padEnd(8)} ${String(data['label'])} [${entry.recordKey ?? ''}]${number}${detail}`,
  );
  const differences = data['differences'];
  if (Array.isArray(differences))
    for (const difference of differences) printLine(`           ${differenceText(difference)}`);
}

function entryDocument(entry: ChainedEntry): unknown {
  return { ...entry, data: JSON.parse(entry.data) as unknown };
}

const utc = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

function seconds(run: StoredRun): string {
  return run.endedAtMs === null ? '-' : ((run.endedAtMs - run.startedAtMs) / 1_000).toFixed(1);
}
