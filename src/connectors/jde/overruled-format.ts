import type { TableSpec } from '../../domain/source-row.ts';
import { Fault } from '../../faults/fault.ts';
import type { TableRead } from '../connector.ts';
import type { AisClient } from './client.ts';
import { browseRequest } from './conditions.ts';
import { compileRowDecoder } from './decode-rows.ts';
import { readPage } from './page.ts';

/**
 * Proves that a read of changes which found nothing had nothing to find. Only where `jde.dateFormat` overrules what the sign-in
 * reported: AIS may then take a day for another one, far ahead, and leave out every change without a word. The row changed last
 * is asked without a date.
 *
 * @throws Fault `jde.filter_ignored` when that row should have come.
 */
export async function checkOverruledFormat(
  read: TableRead,
  deps: { readonly client: AisClient; readonly now: () => number },
  signal: AbortSignal,
): Promise<void> {
  const { spec, changedSince } = read;
  const { client } = deps;
  const ticket = await client.session.ticket(signal);
  const { reportedDateFormat: reported, dateFormat } = ticket;
  if (changedSince === undefined || reported === undefined || reported === dateFormat.pattern) return;
  const newest = await newestDay(spec, deps, signal);
  if (newest === undefined || newest < changedSince) return;
  throw new Fault(
    'jde.filter_ignored',
    `AIS left out rows of ${spec.table} that were changed on ${newest}: jde.dateFormat says ${dateFormat.pattern}, the sign-in reports ${reported}`,
  );
}

async function newestDay(
  spec: TableSpec,
  { client, now }: { readonly client: AisClient; readonly now: () => number },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { acceptJulianDates, timeZone } = client.settings;
  const column = spec.changedOn ?? '';
  return client.ask(
    ({ dateFormat }) => {
      const orderBy = [{ column, direction: 'DESC' as const }];
      const body = browseRequest(spec, {
        conditions: [],
        pageSize: 1,
        dateFormat,
        nextPages: false,
        orderBy,
      });
      return { what: `browse ${spec.table}`, method: 'POST', path: '/jderest/v2/dataservice', body };
    },
    (answer, { dateFormat }) => {
      const page = readPage(answer, spec.table, { timeZone, nowMs: now() });
      const [row] = page.rows.map(compileRowDecoder(spec, { acceptJulianDates, dateFormat }));
      return row?.values[column] ?? undefined;
    },
    signal,
  );
}
