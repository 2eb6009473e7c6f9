import { localRequester, replayRecord } from '../../app.ts';
import { Fault } from '../../faults/fault.ts';
import { FLOW_NAMES, type FlowName } from '../../flows/flow.ts';
import type { Db } from '../../store/database.ts';
import { searchRecords } from '../../store/search.ts';
import { type RecordLife, recordLife } from '../../sync/record-life.ts';
import type { Replay } from '../../sync/replay.ts';
import type { ChainedEntry } from '../../trail/chain.ts';
import { type ExitCode, printJson, printLine, printTable } from '../output.ts';
import { type ConnectionOptions, stopOnSignal, withConnection, withStore } from '../session.ts';
import { differenceText } from './plan.ts';

/** `ml-connector records search` */
export function recordsSearch(text: string, options: ConnectionOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    const found = await searchRecords(database.db, connection.id, text);
    if (options.json === true) found.forEach((record) => printJson(record));
    else if (found.length === 0) printLine('Nothing was found.');
    else
      printTable(
        ['flow', 'key', 'state', 'Cin7', 'record'],
        found.map((record) => [record.flow, record.recordKey, record.state, record.cin7Number, record.label]),
      );
    return 0;
  });
}

interface RecordOptions extends ConnectionOptions {
  readonly flow?: string;
}

/** `ml-connector records show` */
export function recordsShow(text: string, options: RecordOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    const { flow, recordKey } = await oneRecord(database.db, connection.id, text, options.flow);
    const life = await recordLife(database.db, connection.id, flow, recordKey);
    if (life === undefined) throw unknownRecord(text);
    if (options.json === true) printJson({ ...life, trail: life.trail.map(entryDocument) });
    else printLife(life);
    return 0;
  });
}

interface ReplayOptions extends RecordOptions {
  readonly apply?: boolean;
  readonly relink?: boolean;
}

/** `ml-connector records replay` */
export function recordsReplay(text: string, options: ReplayOptions): Promise<ExitCode> {
  const stop = stopOnSignal();
  return withConnection<ExitCode>(options, 'records replay', async (connection) => {
    const of = await oneRecord(connection.database.db, connection.stored.id, text, options.flow);
    const { apply = false, relink = false } = options;
    const requester = localRequester('records replay');
    const replay = await replayRecord(connection, { ...of, apply, relink, requester, signal: stop.signal });
    if (options.json === true) printJson({ ...replay, applied: apply });
    else printReplay(replay, apply);
    return 0;
  }).finally(() => stop.dispose());
}

/** The record that people mean: by its key, or by anything that finds one record alone. */
async function oneRecord(
  db: Db,
  connectionId: string,
  text: string,
  flowText: string | undefined,
): Promise<{ flow: FlowName; recordKey: string }> {
  const flow = FLOW_NAMES.find((name) => name === flowText);
  if (flowText !== undefined && flow === undefined)
    throw new Fault('input.invalid', `"${flowText}" is no flow. Flows: ${FLOW_NAMES.join(', ')}.`, {
      field: '--flow',
    });
  if (flow !== undefined && (await recordLife(db, connectionId, flow, text)) !== undefined)
    return { flow, recordKey: text };
  const all = await searchRecords(db, connectionId, text);
  const found = all.filter((record) => flow === undefined || record.flow === flow);
  const exact = found.filter((record) => record.recordKey === text);
  const [record, second] = exact.length === 1 ? exact : found;
  const name = FLOW_NAMES.find((known) => known === record?.flow);
  if (record === undefined || name === undefined) throw unknownRecord(text);
  if (second === undefined) return { flow: name, recordKey: record.recordKey };
  const keys = found.slice(0, 5).map((each) => `${each.flow} ${each.recordKey}`);
  throw new Fault(
    'input.invalid',
    `"${text}" finds ${found.length} records: ${keys.join(', ')}. Name the key, and the --flow.`,
    {
      field: 'key',
    },
  );
}

function unknownRecord(text: string): Fault {
  return new Fault('input.invalid', `Nothing is known of "${text}". See records search.`, { field: 'key' });
}

function printLife(life: RecordLife): void {
  printLine(`${life.flow} ${life.label} [${life.recordKey}] · ${life.state}`);
  if (life.link !== null)
    printLine(`Cin7: ${life.link.cin7Number} ${life.link.cin7Id} (${life.link.state})`.replaceAll('  ', ' '));
  if (life.mapping !== null)
    printLine(
      `Cin7 account: ${life.mapping.target ?? '(none)'} (${life.mapping.state}) ${life.mapping.detail}`.trimEnd(),
    );
  if (life.staged !== null) printLine(`On the stage: ${life.staged}`);
  if (life.openWrite !== null) printLine(`A write (${life.openWrite.action}) whose answer is not known yet`);
  if (life.parked !== null) {
    printLine(`Parked: ${life.parked.code} · ${life.parked.field}`);
    printLine(`    ${life.parked.detail}`);
    printLine(`    next: ${life.parked.hint}`);
  }
  for (const { table, rows } of life.tables) {
    printLine(`\n${table}`);
    for (const row of rows) {
      const values = Object.entries(row.values).filter(([, value]) => value !== null && value !== '');
      printLine(`  ${values.map(([alias, value]) => `${alias}=${value ?? ''}`).join(' ')}`);
    }
  }
  if (life.link !== null) {
    printLine('\nLast written to Cin7');
    for (const line of JSON.stringify(life.link.payload, null, 2).split('\n')) printLine(`  ${line}`);
  }
  printLine(`\nTrail, newest first${life.hasOlderEntries ? ` (the last ${life.trail.length})` : ''}`);
  for (const entry of life.trail) printEntry(entry);
}

function printEntry(entry: ChainedEntry): void {
  const at = new Date(entry.at).toISOString().slice(0, 19).replace('T', ' ');
  printLine(`  ${at} ${entry.actor} ${entry.action}`);
  const data = JSON.parse(entry.data) as Record<string, unknown>; // Written by our own trail.
  if (typeof data['detail'] === 'string') printLine(`      ${data['detail']}`);
  const differences = data['differences'];
  if (Array.isArray(differences))
    for (const difference of differences) printLine(`      ${differenceText(difference)}`);
}

function entryDocument(entry: ChainedEntry): unknown {
  return { ...entry, data: JSON.parse(entry.data) as unknown };
}

function printReplay(replay: Replay, applied: boolean): void {
  printLine(`${replay.flow} ${replay.label} [${replay.recordKey}]: ${replay.change}`);
  if (replay.reason !== undefined) printLine(`  ${replay.reason}`);
  for (const difference of replay.differences) printLine(`  ${differenceText(difference)}`);
  if (replay.code !== undefined) {
    printLine(`  ${replay.code} · ${replay.field ?? ''}: ${replay.detail ?? ''}`);
    printLine(`  next: ${replay.hint ?? ''}`);
  }
  const calls = replay.calls === 1 ? '1 call' : `${replay.calls} calls`;
  printLine(
    applied
      ? `It is staged: the next sync works it off, with about ${calls} to Cin7.`
      : `It would take about ${calls} to Cin7. Nothing was changed; --apply stages it for the next sync.`,
  );
}
