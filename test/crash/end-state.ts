import type { Database } from '../../src/store/database.ts';
import { OUTCOMES, type OutcomeName, parseSummary } from '../../src/sync/summary.ts';
import { loadTrailChain } from './trail.ts';
import type { World } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

/** Both sides after everything was said and done, without what differs from run to run: ids, numbers, moments. */
export interface EndState {
  /** Name of a thing -> what it is, as JSON. A thing that stands there twice has `#2` behind its name. */
  readonly things: ReadonlyMap<string, string>;
  /** What must never be, whatever the reference says. */
  readonly flaws: readonly string[];
}

export interface Verdict {
  /** In the reference and not here. */
  readonly lost: readonly string[];
  /** Here more often than in the reference. */
  readonly doubled: readonly string[];
  /** Anything else. */
  readonly wrong: readonly string[];
}

/** Compares with the end of an undisturbed course. */
export function judge(reference: EndState, end: EndState): Verdict {
  const lost = [...reference.things.keys()].filter((name) => !end.things.has(name));
  const added = [...end.things.keys()].filter((name) => !reference.things.has(name));
  const changed = [...end.things]
    .filter(([name, text]) => reference.things.has(name) && reference.things.get(name) !== text)
    .map(([name, text]) => `${name}: ${differenceOf(reference.things.get(name) ?? '', text)}`);
  return { lost, doubled: added, wrong: [...changed, ...end.flaws] };
}

export const isRight = ({ lost, doubled, wrong }: Verdict): boolean =>
  lost.length + doubled.length + wrong.length === 0;

/** The part of two texts in which they differ. */
function differenceOf(expected: string, got: string): string {
  let start = 0;
  while (start < expected.length && expected[start] === got[start]) start += 1;
  const from = Math.max(0, start - 40);
  return `expected …${expected.slice(from, start + 80)}… got …${got.slice(from, start + 80)}…`;
}

/** @param histories whether the stories of records are compared too: they differ rightly where changes met half-done work. */
export async function readEndState(world: World, histories: boolean): Promise<EndState> {
  const suppliers = world.cin7.suppliers();
  const purchases = world.cin7.purchases();
  const plain = namesOf(suppliers, purchases);
  const things = new Map<string, string>();
  const add = (name: string, thing: unknown): void => {
    let free = name;
    for (let n = 2; things.has(free); n += 1) free = `${name} #${n}`;
    things.set(free, plain(JSON.stringify(thing)));
  };
  for (const row of suppliers) add(`supplier ${keyOfSupplier(row)}`, without(row, TIMES));
  for (const row of purchases)
    add(`purchase ${keyOfPurchase(row)}`, without(row, [...TIMES, ...FROM_SUPPLIER]));
  for (const row of world.cin7.accounts() as readonly Row[])
    add(`account ${String(row['Code'])}`, without(row, TIMES));
  const flaws = await world.within(async ({ database }) => {
    await addStored(database, add, histories);
    return findFlaws(database);
  });
  return { things, flaws };
}

const TIMES = ['LastModifiedOn', 'LastUpdatedDate', 'CreatedDate', 'OrderDate'];
/** Cin7 copies these from the supplier on the day on which the purchase is made; we send none of them. */
const FROM_SUPPLIER = ['Contact', 'Phone', 'BillingAddress', 'ShippingAddress'];

function without(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

const keyOfSupplier = (row: Row): string => markIn(row['Comments']) ?? String(row['Name']);
const keyOfPurchase = (row: Row): string => markIn(row['Note']) ?? 'without a marker';

function markIn(text: unknown): string | undefined {
  return /\[JDE main (?:AB|PO) ([^\]]+)\]/.exec(String(text))?.[1];
}

/** Replaces ids and order numbers by what they stand for. */
function namesOf(suppliers: readonly Row[], purchases: readonly Row[]): (text: string) => string {
  const names = new Map<string, string>();
  for (const row of suppliers) names.set(String(row['ID']), `supplier ${keyOfSupplier(row)}`);
  for (const row of purchases) {
    names.set(String(row['ID']), `purchase ${keyOfPurchase(row)}`);
    names.set(String(row['OrderNumber']), `number ${keyOfPurchase(row)}`);
  }
  const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|PO-\d{5}/g;
  return (text) => text.replaceAll(id, (found) => `<${names.get(found) ?? 'id'}>`);
}

type Add = (name: string, thing: unknown) => void;

async function addStored({ db }: Database, add: Add, histories: boolean): Promise<void> {
  for (const row of await db.selectFrom('links').selectAll().orderBy('record_key').execute()) {
    const { state, label, name_key, fingerprint, payload, details, cin7_id, cin7_number } = row;
    const isWritten = fingerprint !== '';
    add(`link ${row.flow} ${row.record_key}`, {
      state,
      label: isWritten ? label : '',
      name_key,
      isWritten,
      // Of what was found and not written only the header counts; the rest is made up when it is written.
      payload: isWritten ? payload : (JSON.parse(payload) as Row)['header'],
      // Ids of a supplier's rows are known sooner or later: the answer of a create shows none, a look-up does.
      details: row.flow === 'suppliers' ? '' : details,
      cin7_id,
      cin7_number,
    });
  }
  for (const row of await db.selectFrom('parked').selectAll().orderBy('record_key').execute()) {
    const { label, code, field, detail, fingerprint, retry_asked } = row;
    const wasSent = fingerprint !== null;
    add(`parked ${row.flow} ${row.record_key}`, { label, code, field, detail, wasSent, retry_asked });
  }
  for (const row of await db.selectFrom('crosswalk').selectAll().orderBy('kind').orderBy('code').execute()) {
    const { label, target, state, origin, detail } = row;
    add(`crosswalk ${row.kind} ${row.code}`, { label, target, state, origin, detail });
  }
  for (const row of await db.selectFrom('watermarks').selectAll().execute())
    add(`watermark ${row.table_name}`, row.changed_until);
  for (const row of await db.selectFrom('source_rows').selectAll().orderBy('row_key').execute())
    add(`row ${row.table_name} ${row.row_key}`, { record: row.record_key, data: row.data });
  if (!histories) return;
  const told = db
    .selectFrom('trail')
    .select(['action', 'flow', 'record_key'])
    .where('record_key', 'is not', null);
  for (const row of await told.orderBy('seq').execute())
    add(`trail ${MADE.get(row.action) ?? row.action} ${row.flow ?? ''} ${row.record_key ?? ''}`, '');
}

/** A supplier that was linked when its answer was lost is found by our own marker: nothing tells any more that people had typed it. */
const MADE: ReadonlyMap<string, string> = new Map([
  ['record.created', 'record.made'],
  ['record.linked', 'record.made'],
]);

/** What holds at the end of any course: nothing is left over, and the books balance. */
async function findFlaws(database: Database): Promise<readonly string[]> {
  const { db } = database;
  const left = await Promise.all(
    (['stage', 'intents', 'read_positions'] as const).map(async (table) => {
      const { count } = await db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count) === 0 ? [] : [`${table}: ${count} left over`];
    }),
  );
  return [
    ...left.flat(),
    ...(await booksOf(database)),
    ...(await storiesOf(database)),
    ...(await loadTrailChain(database)),
  ];
}

/** Each run balances, also one that died, and counted what the trail tells of it. */
export async function booksOf({ db }: Database): Promise<readonly string[]> {
  const flaws: string[] = [];
  const told = await db
    .selectFrom('trail')
    .select((eb) => ['run_id', 'flow', 'action', eb.fn.countAll<number>().as('count')])
    .where('record_key', 'is not', null)
    .groupBy(['run_id', 'flow', 'action'])
    .execute();
  for (const run of await db.selectFrom('runs').selectAll().execute()) {
    const { flows } = parseSummary(run.summary);
    for (const [flow, counters] of Object.entries(flows)) {
      const settled = OUTCOMES.reduce((sum, outcome) => sum + counters[outcome], 0);
      if (counters.left < 0 || counters.staged !== settled + counters.left)
        flaws.push(`run ${run.id} (${run.state}): ${flow} does not balance: ${JSON.stringify(counters)}`);
      if (flow === 'accounts') continue;
      for (const outcome of TOLD) {
        const entry = told.find(
          (row) => row.run_id === run.id && row.flow === flow && row.action === `record.${outcome}`,
        );
        if (Number(entry?.count ?? 0) !== counters[outcome])
          flaws.push(
            `run ${run.id} (${run.state}): ${flow} ${outcome} ${counters[outcome]}, told ${entry?.count ?? 0}`,
          );
      }
    }
  }
  return flaws;
}

/** Outcomes of which each one has an entry in the trail. */
const TOLD: readonly OutcomeName[] = ['created', 'updated', 'linked', 'voided'];

/** Each link came about once, and the trail says how. */
export async function storiesOf({ db }: Database): Promise<readonly string[]> {
  const links = await db.selectFrom('links').select(['flow', 'record_key', 'state', 'fingerprint']).execute();
  const told = await db.selectFrom('trail').select(['flow', 'record_key', 'action', 'cin7_id']).execute();
  return links.flatMap(({ flow, record_key, state, fingerprint }) => {
    // The header of a purchase that was found by a look-up, or whose lines were refused, has no end yet.
    if (state === 'begun' || fingerprint === '') return [];
    const births = told.filter(
      (entry) =>
        entry.flow === flow &&
        entry.record_key === record_key &&
        (entry.action === 'record.created' || entry.action === 'record.linked'),
    );
    return births.length === 1
      ? []
      : [`link ${flow} ${record_key}: ${births.length} entries of its making in the trail`];
  });
}
