import type { SourceRow } from '../domain/source-row.ts';
import { hintOf } from '../faults/fault.ts';
import type { FlowName } from '../flows/flow.ts';
import { type CrosswalkRow, loadCrosswalk } from '../store/crosswalk.ts';
import type { Db } from '../store/database.ts';
import { type Intent, listOpenIntents } from '../store/intents.ts';
import { type LinkState, loadLinks } from '../store/links.ts';
import { listParked, type ParkedRecord } from '../store/parked.ts';
import { loadRows } from '../store/source-rows.ts';
import { loadStaged, type StageReason } from '../store/stage.ts';
import { queryTrail } from '../store/trail-query.ts';
import type { ChainedEntry } from '../trail/chain.ts';
import { tablesOf } from './backfill-scope.ts';

/** Entries of the trail that are shown of one record. */
const ENTRIES_MAX = 200;

/** Everything that is known of a record: what JDE said last, what Cin7 was sent, what it waits for, and what happened to it. */
export interface RecordLife {
  readonly flow: FlowName;
  readonly recordKey: string;
  readonly label: string;
  readonly state: LinkState | 'parked' | 'staged' | 'read' | 'mapped';
  readonly tables: readonly { readonly table: string; readonly rows: readonly SourceRow[] }[];
  readonly link: {
    readonly cin7Id: string;
    readonly cin7Number: string;
    readonly state: LinkState;
    /** What was last written; an order whose lines are in doubt holds none. */
    readonly payload: unknown;
  } | null;
  /** An account's entry in the reference table. */
  readonly mapping: CrosswalkRow | null;
  readonly parked: (ParkedRecord & { readonly hint: string }) | null;
  readonly staged: StageReason | null;
  /** A write whose answer is not known yet. */
  readonly openWrite: Pick<Intent, 'action' | 'state' | 'sentAtMs'> | null;
  /** Newest first. */
  readonly trail: readonly ChainedEntry[];
  /** There are older entries than those shown. */
  readonly hasOlderEntries: boolean;
}

/** The whole life of one record; `undefined` when nothing is known of it. */
export async function recordLife(
  db: Db,
  connectionId: string,
  flow: FlowName,
  recordKey: string,
): Promise<RecordLife | undefined> {
  const of = { connectionId, flow };
  const tables = await loadTables(db, connectionId, flow, recordKey);
  const link = (await loadLinks(db, of, [recordKey])).get(recordKey);
  const [parked] = await listParked(db, { ...of, recordKeys: [recordKey], limit: 1 });
  const staged = (await loadStaged(db, of, [recordKey])).get(recordKey);
  const mapping =
    flow === 'accounts'
      ? (await loadCrosswalk(db, connectionId, 'account')).find((row) => row.code === recordKey)
      : undefined;
  const intent = (await listOpenIntents(db, of)).find((open) => open.recordKey === recordKey);
  const { entries, next } = await queryTrail(
    db,
    { chain: connectionId, flow, recordKey },
    { limit: ENTRIES_MAX },
  );
  if (
    tables.length === 0 &&
    link === undefined &&
    parked === undefined &&
    mapping === undefined &&
    entries.length === 0
  )
    return undefined;
  const waiting = parked !== undefined ? 'parked' : staged !== undefined ? 'staged' : undefined;
  return {
    flow,
    recordKey,
    label: link?.label ?? parked?.label ?? mapping?.label ?? recordKey,
    state: waiting ?? link?.state ?? (mapping?.target ? 'mapped' : 'read'),
    tables,
    link:
      link === undefined
        ? null
        : {
            cin7Id: link.cin7Id,
            cin7Number: link.cin7Number,
            state: link.state,
            payload: JSON.parse(link.payload) as unknown,
          },
    mapping: mapping ?? null,
    parked: parked === undefined ? null : { ...parked, hint: hintOf(parked.code) },
    staged: staged ?? null,
    openWrite:
      intent === undefined ? null : { action: intent.action, state: intent.state, sentAtMs: intent.sentAtMs },
    trail: entries,
    hasOlderEntries: next !== undefined,
  };
}

async function loadTables(
  db: Db,
  connectionId: string,
  flow: FlowName,
  recordKey: string,
): Promise<RecordLife['tables']> {
  const found: { table: string; rows: readonly SourceRow[] }[] = [];
  for (const { spec, role } of tablesOf(flow)) {
    if (role === 'reference') continue;
    const rows = (await loadRows(db, { connectionId, table: spec.table }, [recordKey])).get(recordKey) ?? [];
    if (rows.length > 0) found.push({ table: spec.table, rows });
  }
  return found;
}
