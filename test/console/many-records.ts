import { type Db, inTransaction } from '../../src/store/database.ts';
import { saveLinks } from '../../src/store/links.ts';
import { appendTrail } from '../../src/store/trail.ts';
import type { TrailEvent } from '../../src/trail/chain.ts';

const DAY_MS = 86_400_000;
/** The entries lie in this time, evenly. */
const SPAN_DAYS = 1_000;
const AT_ONCE = 5_000;
const OUTCOMES = ['record.created', 'record.updated', 'record.parked', 'record.linked'];

/** Suppliers that stand in Cin7, as many runs have left them in the store. */
export async function fillRecords(db: Db, connectionId: string, count: number): Promise<void> {
  const run = { runId: 'filled', connectionId, leaseNumber: 1, settingsVersion: 1 };
  const links = Array.from({ length: count }, (_, index) => ({
    recordKey: String(100_000 + index),
    cin7Id: `5d8f1b7a-0000-4000-8000-${String(index).padStart(12, '0')}`,
    cin7Number: '',
    state: 'live' as const,
    label: supplierName(index),
    nameKey: supplierName(index).toLowerCase(),
    fingerprint: 'f',
    payload: JSON.stringify({ Name: supplierName(index) }),
    details: '{}',
  }));
  await inTransaction(db, (tx) => saveLinks(tx, run, 'suppliers', links, Date.now()));
}

export const supplierName = (index: number): string => `${WORDS[index % WORDS.length]} Works ${index}`;
const WORDS = ['Anvil', 'Bolt', 'Cable', 'Drill', 'Engine', 'Filter', 'Gasket', 'Hinge'];

/**
 * Entries of the trail as years of runs leave them, chained: mostly outcomes of records by a schedule, and now and then an act of a
 * person, `crosswalk.set` by anna.
 */
export async function fillTrail(db: Db, chain: string, count: number): Promise<void> {
  const endMs = Date.now();
  for (let start = 0; start < count; start += AT_ONCE) {
    const events = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) =>
      eventAt(start + index, count, endMs),
    );
    await inTransaction(db, (tx) => appendTrail(tx, chain, events));
  }
}

function eventAt(index: number, count: number, endMs: number): TrailEvent {
  const byPerson = index % 9_973 === 0;
  const number = String(100_000 + ((index * 7_919) % 10_000));
  return {
    at: endMs - Math.floor((1 - index / count) * SPAN_DAYS * DAY_MS),
    actor: byPerson ? 'user:anna' : 'schedule:nightly',
    origin: 'server-01',
    action: byPerson ? 'crosswalk.set' : (OUTCOMES[index % OUTCOMES.length] ?? ''),
    flow: byPerson ? null : 'suppliers',
    recordKey: byPerson ? null : number,
    runId: null,
    settingsVersion: 1,
    cin7Id: null,
    data: byPerson
      ? { kind: 'item', code: `BC-${index}`, from: null, to: `SKU-${index}` }
      : { label: `Parts Emporium ${index}`, differences: [{ field: 'Name', from: 'a', to: 'b' }] },
  };
}
