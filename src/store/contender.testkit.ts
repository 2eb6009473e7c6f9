import { once } from 'node:events';
import { isFault } from '../faults/fault.ts';
import { storedBudgetLedger } from './budget.ts';
import { registerConnection } from './connections.ts';
import { type Db, inTransaction } from './database.ts';
import { loadMark, saveMark } from './marks.ts';
import { openPostgres } from './postgres.ts';
import { checkLease, type RunHandle, takeLease } from './runs.ts';
import { appendTrail } from './trail.ts';

/**
 * A process that does the same as others on one store, as often and as fast as it can. It says `ready` once it is connected, begins
 * when its input ends, and prints what it has done as JSON.
 */
const ACTS: Readonly<Record<string, (db: Db, own: Own) => Promise<unknown>>> = {
  budget: takeSlots,
  trail: tellOften,
  lease: takeOverAndWrite,
  register: registerOften,
};

interface Own {
  readonly name: string;
  readonly connectionId: string;
  readonly times: number;
}

const NOW_MS = 1_800_000_000_000;

async function takeSlots(db: Db, { times }: Own): Promise<number> {
  const ledger = storedBudgetLedger(db);
  const request = { keyHash: 'key', limit: 50, windowMs: 60_000, nowMs: NOW_MS, staleAfterMs: 60_000 };
  let granted = 0;
  for (let time = 0; time < times; time += 1) {
    const reserve = async (count: number): Promise<number> =>
      (await ledger.reserve({ ...request, count })).slotIds.length;
    for (const count of await Promise.all([reserve(1), reserve(2), reserve(3)])) granted += count;
  }
  return granted;
}

async function tellOften(db: Db, own: Own): Promise<number> {
  for (let time = 0; time < own.times; time += 1) {
    await inTransaction(db, async (tx) => {
      await appendTrail(tx, own.connectionId, [eventOf(own, { time }), eventOf(own, { time })]);
      if (time % 3 === 0) await appendTrail(tx, 'system', [eventOf(own, { time })]);
    });
  }
  return own.times;
}

/** Takes the lease from whoever has it, and adds one to a figure as long as it is not taken back. */
async function takeOverAndWrite(db: Db, own: Own): Promise<{ written: number; lost: number }> {
  let [written, lost] = [0, 0];
  while (written < own.times) {
    const run = await takeOver(db, own);
    try {
      for (let turn = 0; turn < 10 && written < own.times; turn += 1) {
        await addOne(db, own, run);
        written += 1;
      }
    } catch (error) {
      if (!isFault(error) || error.code !== 'run.lease_lost') throw error;
      lost += 1;
    }
  }
  return { written, lost };
}

async function takeOver(db: Db, own: Own): Promise<RunHandle> {
  const { connectionId, name } = own;
  const lease = {
    connectionId,
    holder: name,
    nowMs: NOW_MS,
    expiresAtMs: NOW_MS + 20_000,
    isDead: () => true,
  };
  const leaseNumber = await inTransaction(db, (tx) => takeLease(tx, lease));
  return { runId: name, connectionId, leaseNumber, settingsVersion: 1 };
}

async function addOne(db: Db, own: Own, run: RunHandle): Promise<void> {
  await inTransaction(db, async (tx) => {
    await checkLease(tx, run);
    const figure = Number(await loadMark(tx, own.connectionId, 'figure'));
    await saveMark(tx, own.connectionId, { name: 'figure', value: String(figure + 1), nowMs: NOW_MS });
    await appendTrail(tx, own.connectionId, [eventOf(own, { lease: run.leaseNumber })]);
  });
}

/** Each name three times at once, so that the moments of several processes meet. */
async function registerOften(db: Db, own: Own): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let time = 0; time < own.times; time += 1) {
    const connection = { name: `connection-${time}`, settings: { by: own.name }, nowMs: NOW_MS };
    const register = () => inTransaction(db, (tx) => registerConnection(tx, connection));
    const registered = await Promise.all([register(), register(), register()]);
    ids.push(...new Set(registered.map(({ id }) => id)));
  }
  return ids;
}

function eventOf(own: Own, data: Readonly<Record<string, unknown>>) {
  return {
    at: NOW_MS,
    actor: own.name,
    origin: 'test',
    action: 'test',
    flow: null,
    recordKey: null,
    runId: null,
    settingsVersion: null,
    cin7Id: null,
    data,
  };
}

if (import.meta.main) {
  const [act = '', url = '', name = '', connectionId = '', times = '1'] = process.argv.slice(2);
  const database = await openPostgres(url, { poolMax: 3, field: 'test' });
  process.stdout.write('ready\n');
  await once(process.stdin.resume(), 'end');
  const done = await ACTS[act]?.(database.db, { name, connectionId, times: Number(times) });
  process.stdout.write(`${JSON.stringify(done)}\n`);
  await database.close();
}
