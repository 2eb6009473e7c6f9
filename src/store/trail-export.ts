import { Fault } from '../faults/fault.ts';
import { CHAIN_START, type ChainEnd, type ChainedEntry } from '../trail/chain.ts';
import type { ExportFilter, TrailExport } from '../trail/export.ts';
import type { Db } from './database.ts';
import { entryOf, listTrail } from './trail.ts';
import { listSummaries, loadFloor, loadHead } from './trail-source.ts';

/** Numbers that are looked at for one page; what passes the filter among them is the page. */
const WINDOW = 500;

/** What an export of a chain holds, fixed at this moment; entries that are appended later do not belong to it. */
export async function openExport(db: Db, chain: string, filter: ExportFilter): Promise<TrailExport> {
  const floor = await loadFloor(db, chain);
  const head = (await loadHead(db, chain)) ?? CHAIN_START;
  const range = await rangeOf(db, chain, filter, head);
  const isFiltered =
    filter.actions !== undefined || filter.recordKey !== undefined || filter.runId !== undefined;
  const isWhole = range.first === 1 && range.last === head.seq;
  const linked = !isFiltered && (isWhole || (range.first > floor.seq && range.first <= range.last));
  return {
    chain,
    filter,
    head,
    linked: linked ? await linksOf(db, chain, range, { isWhole, head }) : undefined,
    pages: () => pagesOf(db, chain, filter, range, floor),
  };
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** From the first entry of the span to its last: what lies between belongs to it, also where a clock was set back. */
async function rangeOf(db: Db, chain: string, filter: ExportFilter, head: ChainEnd): Promise<Range> {
  const { fromMs, toMs } = filter;
  let select = db
    .selectFrom('trail')
    .select((eb) => [eb.fn.min<number | null>('seq').as('first'), eb.fn.max<number | null>('seq').as('last')])
    .where('chain', '=', chain);
  if (fromMs === undefined && toMs === undefined) return { first: 1, last: head.seq };
  if (fromMs !== undefined) select = select.where('at', '>=', fromMs);
  if (toMs !== undefined) select = select.where('at', '<=', toMs);
  const row = await select.executeTakeFirst();
  return {
    first: fromMs === undefined ? 1 : Number(row?.first ?? head.seq + 1),
    last: toMs === undefined ? head.seq : Number(row?.last ?? 0),
  };
}

async function linksOf(
  db: Db,
  chain: string,
  range: Range,
  { isWhole, head }: { isWhole: boolean; head: ChainEnd },
): Promise<TrailExport['linked']> {
  if (isWhole) return { start: CHAIN_START, last: head, summaries: await listSummaries(db, chain) };
  const [first] = await listTrail(db, { chain, afterSeq: range.first - 1, limit: 1 });
  const [last] = await listTrail(db, { chain, afterSeq: range.last - 1, limit: 1 });
  if (first === undefined || last === undefined) return undefined;
  return {
    start: { seq: first.seq - 1, hash: first.prevHash },
    last: { seq: last.seq, hash: last.hash },
    summaries: [],
  };
}

async function* pagesOf(
  db: Db,
  chain: string,
  filter: ExportFilter,
  range: Range,
  floor: ChainEnd,
): AsyncGenerator<readonly ChainedEntry[]> {
  for (let seq = range.first; seq <= range.last; seq += WINDOW) {
    const until = Math.min(range.last, seq + WINDOW - 1);
    const page = await listWindow(db, chain, filter, { first: seq, last: until });
    if (page.length > 0) yield page;
  }
  if ((await loadFloor(db, chain)).seq !== floor.seq)
    throw new Fault('trail.pruned_meanwhile', 'Entries were removed while the trail was exported.');
}

async function listWindow(
  db: Db,
  chain: string,
  filter: ExportFilter,
  window: Range,
): Promise<readonly ChainedEntry[]> {
  let select = db
    .selectFrom('trail')
    .selectAll()
    .where('chain', '=', chain)
    .where('seq', '>=', window.first)
    .where('seq', '<=', window.last)
    .orderBy('seq');
  if (filter.actions !== undefined) select = select.where('action', 'in', [...filter.actions]);
  if (filter.recordKey !== undefined) select = select.where('record_key', '=', filter.recordKey);
  if (filter.runId !== undefined) select = select.where('run_id', '=', filter.runId);
  return (await select.execute()).map(entryOf);
}
