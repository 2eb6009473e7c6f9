import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { loadLinks } from './links.ts';
import { listParked } from './parked.ts';
import { loadStaged } from './stage.ts';

/** A record that a search has found. */
export interface FoundRecord {
  readonly flow: string;
  readonly recordKey: string;
  readonly label: string;
  /** Order number in Cin7; empty where it has none. */
  readonly cin7Number: string;
  /** `read`: known from JDE and neither written nor waiting; `mapped`: an account of the reference table. */
  readonly state: 'live' | 'begun' | 'voided' | 'parked' | 'staged' | 'read' | 'mapped';
}

interface Hit {
  readonly flow: string;
  readonly recordKey: string;
}

const FOUND_MAX = 50;

/**
 * Finds records as people call them: by supplier name (its beginning or any part), address number, order number (`OP 4711`, `4711`),
 * record key, number or id in Cin7, or the words of a parked record. Exact finds come first. Each look walks an index, never payloads.
 */
export async function searchRecords(
  db: Db,
  connectionId: string,
  text: string,
): Promise<readonly FoundRecord[]> {
  const wanted = text.trim().replaceAll(/\s+/g, ' ');
  if (wanted === '') return [];
  const hits = new Map<string, Hit>();
  for (const look of [byKey, byCin7Id, byOrderNumber, byCin7Number, byNameStart, byNamePart, byParkedLabel]) {
    if (hits.size >= FOUND_MAX) break;
    for (const hit of await look(db, connectionId, wanted)) {
      if (hits.size < FOUND_MAX) hits.set(`${hit.flow} ${hit.recordKey}`, hit);
    }
  }
  const found = await describe(db, connectionId, [...hits.values()]);
  const accounts = await findAccounts(db, connectionId, wanted);
  return [...found, ...accounts].slice(0, FOUND_MAX);
}

type Look = (db: Db, connectionId: string, wanted: string) => Promise<readonly Hit[]>;

/** An address number, or a whole order key. */
const byKey: Look = async (db, connectionId, wanted) => {
  const hits: Hit[] = [];
  for (const [flow, table] of Object.entries(DRIVERS)) {
    const known = await db
      .selectFrom('source_rows')
      .select('record_key')
      .where('connection_id', '=', connectionId)
      .where('table_name', '=', table)
      .where('record_key', '=', wanted)
      .limit(1)
      .execute();
    const linked = await db
      .selectFrom('links')
      .select('record_key')
      .where('connection_id', '=', connectionId)
      .where('flow', '=', flow)
      .where('record_key', '=', wanted)
      .execute();
    if (known.length + linked.length > 0) hits.push({ flow, recordKey: wanted });
  }
  return hits;
};

const byCin7Id: Look = async (db, connectionId, wanted) => {
  const rows = await db
    .selectFrom('links')
    .select(['flow', 'record_key'])
    .where('connection_id', '=', connectionId)
    .where('flow', 'in', FLOWS)
    .where('cin7_id', 'in', [...new Set([wanted, wanted.toLowerCase()])])
    .execute();
  return rows.map(hitOf);
};

/** `4711`, `OP 4711`, `OP-4711`: of any company and suffix. */
const byOrderNumber: Look = async (db, connectionId, wanted) => {
  const match = /^(?:([A-Za-z][A-Za-z0-9])[ -]?)?(\d{1,9})$/.exec(wanted);
  if (match === null) return [];
  const [, type, number = ''] = match;
  const pattern = `%-${type === undefined ? '%' : escaped(type.toUpperCase())}-${number}-%`;
  const linked = await db
    .selectFrom('links')
    .select('record_key')
    .where('connection_id', '=', connectionId)
    .where('flow', '=', 'purchases')
    .where(like('record_key', pattern))
    .orderBy('record_key')
    .limit(FOUND_MAX)
    .execute();
  const read = await db
    .selectFrom('source_rows')
    .select('record_key')
    .distinct()
    .where('connection_id', '=', connectionId)
    .where('table_name', '=', DRIVERS.purchases)
    .where(like('record_key', pattern))
    .orderBy('record_key')
    .limit(FOUND_MAX)
    .execute();
  return [...linked, ...read].map((row) => ({ flow: 'purchases', recordKey: row.record_key }));
};

const byCin7Number: Look = async (db, connectionId, wanted) => {
  const rows = await db
    .selectFrom('links')
    .select(['flow', 'record_key'])
    .where('connection_id', '=', connectionId)
    .where('flow', '=', 'purchases')
    .where(like('cin7_number', `%${escaped(wanted.toUpperCase())}%`))
    .orderBy('cin7_number')
    .limit(FOUND_MAX)
    .execute();
  return rows.map(hitOf);
};

const byNameStart: Look = async (db, connectionId, wanted) => {
  const folded = wanted.toLowerCase();
  const rows = await db
    .selectFrom('links')
    .select(['flow', 'record_key'])
    .where('connection_id', '=', connectionId)
    .where('flow', '=', 'suppliers')
    .where('name_key', '>=', folded)
    .where('name_key', '<', `${folded}\uFFFF`)
    .orderBy('name_key')
    .limit(FOUND_MAX)
    .execute();
  return rows.map(hitOf);
};

const byNamePart: Look = async (db, connectionId, wanted) => {
  const rows = await db
    .selectFrom('links')
    .select(['flow', 'record_key'])
    .where('connection_id', '=', connectionId)
    .where('flow', '=', 'suppliers')
    .where(like('name_key', `%${escaped(wanted.toLowerCase())}%`))
    .orderBy('name_key')
    .limit(FOUND_MAX)
    .execute();
  return rows.map(hitOf);
};

const byParkedLabel: Look = async (db, connectionId, wanted) => {
  const pattern = `%${escaped(wanted.toLowerCase())}%`;
  const rows = await db
    .selectFrom('parked')
    .select(['flow', 'record_key'])
    .where('connection_id', '=', connectionId)
    .where(sql<boolean>`lower(label) like ${pattern} escape '\\'`)
    .orderBy('flow')
    .orderBy('record_key')
    .limit(FOUND_MAX)
    .execute();
  return rows.map(hitOf);
};

const FLOWS = ['suppliers', 'purchases'];
/** Tables whose rows bring records into being. */
const DRIVERS = { suppliers: 'F0401', purchases: 'F4301' } as const;

/** What stands in the books about records: label, number and state. */
async function describe(db: Db, connectionId: string, hits: readonly Hit[]): Promise<readonly FoundRecord[]> {
  const described = new Map<string, FoundRecord>();
  for (const flow of new Set(hits.map((hit) => hit.flow))) {
    const of = { connectionId, flow };
    const recordKeys = hits.filter((hit) => hit.flow === flow).map((hit) => hit.recordKey);
    const links = await loadLinks(db, of, recordKeys);
    const staged = await loadStaged(db, of, recordKeys);
    const parked = new Map(
      (await listParked(db, { ...of, recordKeys, limit: recordKeys.length })).map((record) => [
        record.recordKey,
        record,
      ]),
    );
    for (const recordKey of recordKeys) {
      const link = links.get(recordKey);
      const waiting = parked.has(recordKey) ? 'parked' : staged.has(recordKey) ? 'staged' : undefined;
      described.set(`${flow} ${recordKey}`, {
        flow,
        recordKey,
        label: link?.label ?? parked.get(recordKey)?.label ?? recordKey,
        cin7Number: link?.cin7Number ?? '',
        state: waiting ?? link?.state ?? 'read',
      });
    }
  }
  return hits.flatMap((hit) => described.get(`${hit.flow} ${hit.recordKey}`) ?? []);
}

async function findAccounts(db: Db, connectionId: string, wanted: string): Promise<readonly FoundRecord[]> {
  const pattern = `%${escaped(wanted.toLowerCase())}%`;
  const rows = await db
    .selectFrom('crosswalk')
    .select(['code', 'label', 'target', 'state'])
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'account')
    .where((eb) =>
      eb.or([
        eb('code', '=', wanted),
        eb('target', '=', wanted),
        sql<boolean>`lower(label) like ${pattern} escape '\\'`,
      ]),
    )
    .orderBy('code')
    .limit(FOUND_MAX)
    .execute();
  return rows.map((row) => ({
    flow: 'accounts',
    recordKey: row.code,
    label: row.label === '' ? row.code : row.label,
    cin7Number: row.target ?? '',
    state: row.target === null ? 'read' : 'mapped',
  }));
}

function hitOf(row: { readonly flow: string; readonly record_key: string }): Hit {
  return { flow: row.flow, recordKey: row.record_key };
}

function like(column: 'record_key' | 'cin7_number' | 'name_key', pattern: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`;
}

/** Text of people in a pattern: `%` and `_` mean themselves. */
function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}
