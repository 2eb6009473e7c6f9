import { localRequester } from '../../app.ts';
import { Fault, hintOf } from '../../faults/fault.ts';
import type { Db } from '../../store/database.ts';
import { listParked, type ParkedRecord } from '../../store/parked.ts';
import { retryParked } from '../../sync/retry-parked.ts';
import { type ExitCode, printJson, printLine } from '../output.ts';
import { type ConnectionOptions, withStore } from '../session.ts';
import { printParkedCauses } from '../summary-text.ts';

interface ParkedOptions extends ConnectionOptions {
  readonly flow?: string;
  readonly code?: string;
}

const PAGE = 1_000;

/** `ml-connector parked list`: by cause, or each record where a cause or --json is asked for. */
export function parkedList(options: ParkedOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    if (options.json !== true && options.flow === undefined && options.code === undefined) {
      await printParkedCauses(database.db, connection.id);
      return 0;
    }
    const records = await allParked(database.db, connection.id, options);
    for (const record of records) {
      if (options.json === true) printJson({ ...record, hint: hintOf(record.code) });
      else {
        printLine(`${record.flow} ${record.label} [${record.recordKey}] · ${record.code} · ${record.field}`);
        printLine(`    ${record.detail}`);
        printLine(`    ${stepOf(record)}`);
      }
    }
    if (options.json !== true) printLine(countOf(records));
    return 0;
  });
}

function stepOf({ code, retryAsked, ignored }: ParkedRecord): string {
  if (ignored !== null) return `ignored by ${ignored.by}: ${ignored.reason}`;
  return `next: ${hintOf(code)}${retryAsked ? ' (another try is asked for)' : ''}`;
}

function countOf(records: readonly ParkedRecord[]): string {
  const ignored = records.filter((record) => record.ignored !== null).length;
  return `${records.length - ignored} parked${ignored === 0 ? '' : `, ${ignored} ignored`}.`;
}

interface RetryOptions extends ParkedOptions {
  readonly all?: boolean;
  readonly relink?: boolean;
  readonly dryRun?: boolean;
}

/** `ml-connector parked retry` */
export function parkedRetry(recordKeys: readonly string[], options: RetryOptions): Promise<ExitCode> {
  return withStore<ExitCode>(options, async (database, connection) => {
    if (
      recordKeys.length === 0 &&
      options.all !== true &&
      options.code === undefined &&
      options.flow === undefined
    ) {
      throw new Fault('input.invalid', 'Name the keys of parked records, a --code or a --flow, or --all.', {
        field: 'keys',
      });
    }
    const parked = await allParked(database.db, connection.id, options);
    const records =
      recordKeys.length === 0 ? parked : parked.filter((record) => recordKeys.includes(record.recordKey));
    const missing = recordKeys.filter((key) => !records.some((record) => record.recordKey === key));
    if (missing.length > 0)
      throw new Fault('input.invalid', `Not parked: ${missing.join(', ')}. See parked list.`, {
        field: 'keys',
      });
    const order = {
      records,
      relink: options.relink === true,
      requester: localRequester('parked retry'),
      nowMs: Date.now(),
    };
    const asked =
      options.dryRun === true ? records.length : await retryParked(database.db, connection, order);
    if (options.json === true) printJson({ asked, dryRun: options.dryRun === true });
    else
      printLine(
        options.dryRun === true
          ? `${asked} would be tried again.`
          : `${asked} will be tried again by the next sync.`,
      );
    return 0;
  });
}

async function allParked(
  db: Db,
  connectionId: string,
  options: ParkedOptions,
): Promise<readonly ParkedRecord[]> {
  const all: ParkedRecord[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last === undefined ? {} : { after: { flow: last.flow, recordKey: last.recordKey } };
    const page = await listParked(db, {
      connectionId,
      flow: options.flow,
      code: options.code,
      limit: PAGE,
      ...after,
    });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}
