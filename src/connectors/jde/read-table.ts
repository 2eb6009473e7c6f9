import type { SourceRow, TableSpec } from '../../domain/source-row.ts';
import { Fault, isFault } from '../../faults/fault.ts';
import type { TablePage, TableRead } from '../connector.ts';
import type { AisClient } from './client.ts';
import { checkColumns, compileRowDecoder } from './decode-rows.ts';
import { checkOverruledFormat } from './overruled-format.ts';
import type { RawPage } from './page.ts';
import { Pager } from './pager.ts';
import { Position } from './position.ts';
import { compileRowFilter, filterIgnored, planParts, type ReadPart } from './read-plan.ts';
import { delayMs, isPassing } from './retry.ts';

export interface ReadDeps {
  readonly client: AisClient;
  readonly now: () => number;
}

/** See `Source.readTable`. */
export async function* readTable(
  read: TableRead,
  deps: ReadDeps,
  signal: AbortSignal,
): AsyncGenerator<TablePage> {
  const { orchestrations, lookUpChunk } = deps.client.settings;
  // An orchestration takes one value per column.
  const parts = planParts(read, read.spec.table in orchestrations ? 1 : lookUpChunk);
  let isFirst = true;
  let foundNothing = true;
  for (const part of parts) {
    for await (const page of readPart(read.spec, part, deps, signal)) {
      // One empty page tells the server's day when there is nothing to read.
      if (page.rows.length > 0 || isFirst) yield page;
      isFirst = false;
      foundNothing &&= page.rows.length === 0;
    }
  }
  if (!isFirst && foundNothing && read.after === undefined) await checkOverruledFormat(read, deps, signal);
}

async function* readPart(
  spec: TableSpec,
  part: ReadPart,
  deps: ReadDeps,
  signal: AbortSignal,
): AsyncGenerator<TablePage> {
  const { retry } = deps.client;
  const pager = new Pager({ ...deps, spec, conditions: part.conditions, signal });
  const position = new Position(spec, part.after);
  const toRows = compilePage(spec, part, position, deps);
  let failures = 0;
  for (
    let keyConditions = position.conditions;
    keyConditions !== undefined;
    keyConditions = position.conditions
  ) {
    if (pager.follows && !pager.isOpen) {
      pager.startAnew();
      position.resume();
      continue;
    }
    let raw: RawPage;
    try {
      raw = await pager.turn(keyConditions);
    } catch (error) {
      // The result set is gone or in doubt; asking for its next page twice could skip one. So the rest is asked by key.
      if (!pager.follows || !isFault(error, 'retry') || failures >= retry.retriesMax) throw error;
      if (isPassing(error)) await retry.sleep(delayMs(failures, error, retry), signal);
      failures++;
      pager.startAnew();
      position.resume();
      continue;
    }
    const rows = toRows(raw, pager);
    if (rows.length > 0) failures = 0;
    yield toPage(rows, raw, position);
    turnTo(raw, { pager, position, spec, gained: rows.length > 0 });
  }
}

interface Turn {
  readonly pager: Pager;
  readonly position: Position;
  readonly spec: TableSpec;
  /** The page brought rows that were not known. */
  readonly gained: boolean;
}

/** Decides what is asked next: the linked page, the rest by key, or the next part. Never stops early (invariant 5). */
function turnTo(raw: RawPage, { pager, position, spec, gained }: Turn): void {
  if (pager.follow(raw)) return;
  pager.startAnew();
  if (!raw.moreRecords && raw.nextHref === undefined) {
    position.endPart();
    return;
  }
  if (gained) {
    position.resume();
    return;
  }
  if (pager.endsWithoutGain(raw)) {
    position.endPart();
    return;
  }
  if (pager.asksByLeadingKeyOnly || !position.deepen()) {
    throw new Fault(
      'jde.page_repeated',
      `AIS announces more rows of ${spec.table} but returns only known ones`,
    );
  }
}

function toPage(rows: readonly SourceRow[], raw: RawPage, position: Position): TablePage {
  const { lastKey } = position;
  const { serverDay } = raw;
  return rows.length > 0 && lastKey !== undefined ? { rows, serverDay, lastKey } : { rows, serverDay };
}

/** Decodes a page, checks each row against what was asked, and leaves out the rows that are known. */
function compilePage(
  spec: TableSpec,
  part: ReadPart,
  position: Position,
  deps: ReadDeps,
): (raw: RawPage, pager: Pager) => SourceRow[] {
  const { acceptJulianDates } = deps.client.settings;
  const matchOf = compileRowFilter(spec, part.conditions);
  let decode: ReturnType<typeof compileRowDecoder> | undefined;
  return (raw, pager) => {
    decode ??= compileRowDecoder(spec, { acceptJulianDates, dateFormat: pager.dateFormat });
    const decoded = raw.rows.map(decode);
    const [first] = decoded;
    if (first === undefined) {
      if (raw.columns !== undefined) checkColumns(spec, raw.columns);
    } else {
      pager.noteFirstRow(first.key);
    }
    const rows: SourceRow[] = [];
    for (const row of decoded) {
      const match = matchOf(row);
      if (match === 'notAsked' && !pager.mayReturnOthers) throw filterIgnored(spec, row, part.conditions);
      if (match !== 'asked') continue;
      if (position.accept(row)) rows.push(row);
    }
    position.endPage();
    return rows;
  };
}
