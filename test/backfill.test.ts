import { describe, expect, test } from 'vitest';
import { backfillConnection, planBackfillOf } from '../src/app.ts';
import { importCrosswalk } from '../src/crosswalk/edit.ts';
import type { RunEnding } from '../src/jobs/execute-run.ts';
import { line, order, supplier } from '../src/simulators/dataset/small-dataset.testkit.ts';
import { loadBackfill } from '../src/store/backfills.ts';
import { listRuns } from '../src/store/runs.ts';
import { countStaged } from '../src/store/stage.ts';
import { listTrail } from '../src/store/trail.ts';
import type { BackfillOrder } from '../src/sync/backfill.ts';
import { parseScope } from '../src/sync/backfill-scope.ts';
import type { PlannedChange } from '../src/sync/plan.ts';
import type { RunSummary } from '../src/sync/summary.ts';
import { QUIET } from './support/reconciling.ts';
import {
  expectSucceeded,
  lineRow,
  orderRow,
  outcomes,
  rowsOf,
  startTrial,
  type Trial,
} from './support/trial.ts';

const NUMBERS = ['1001', '1002', '1003', '1004', '1005', '1006'];
const sixOrders = {
  dataset: {
    suppliers: [supplier(), supplier({ supplier_id: '4344', name: 'Cable Works' })],
    purchaseOrders: NUMBERS.map((order_seq) => order({ order_id: `O${order_seq}`, order_seq })),
    purchaseOrderLines: NUMBERS.map((seq) => line({ order_id: `O${seq}` })),
  },
  settings: { jde: { pageSize: 2 } },
};

async function backfill(
  trial: Trial,
  order: BackfillOrder,
  signal: AbortSignal = QUIET.signal,
): Promise<RunEnding<RunSummary>> {
  const connection = await trial.open();
  try {
    return await backfillConnection(connection, { ...QUIET, ...order, signal });
  } finally {
    await connection.close();
  }
}

/** Changes the quantity of a line as SQL in the database would: without a stamp that a sync sees. */
function changeUnseen(trial: Trial, number: number, quantity: number): void {
  const row = trial.jde.rows('F4311').find((each) => each['DOCO'] === number);
  const stamp = { date: String(row?.['UPMJ']), time: Number(row?.['TDAY']) };
  const changed = { ...lineRow(number), UORG: String(quantity), AEXP: String(quantity * 2.5) };
  trial.jde.upsert('F4311', changed, { stamp });
}

function quantityOf(trial: Trial, number: string): unknown {
  return rowsOf(trial.purchase(number), 'Order.Lines')[0]?.['Quantity'];
}

async function watermarks(trial: Trial): Promise<unknown> {
  return trial.database.db.selectFrom('watermarks').select(['table_name', 'changed_until']).execute();
}

/** Six orders in step, of which JDE has changed all in a way that no sync sees. */
async function changedUnseen(): Promise<Trial> {
  const trial = await startTrial(sixOrders);
  await trial.run();
  // A later stamp elsewhere: the days of the six orders are not read again by a sync.
  trial.change('F4301', { ...orderRow(1006), DESC: 'late' });
  trial.change('F4311', { ...lineRow(1006), DSC1: 'late' });
  await trial.run();
  for (const number of NUMBERS.slice(0, 5)) changeUnseen(trial, Number(number), 20);
  return trial;
}

describe('a backfill', () => {
  test('brings in what no sync sees, in a range of order numbers, and moves no watermark', async () => {
    const trial = await changedUnseen();
    await trial.run();
    expect(quantityOf(trial, '1002')).toBe(10);
    const before = await watermarks(trial);
    const scope = parseScope({ flow: 'purchases', fromKey: '1002', toKey: '1003' });
    const ending = await backfill(trial, { scope });
    expectSucceeded(ending);
    expect(outcomes(ending.summary, 'purchases')).toEqual({ updated: 2 });
    expect(NUMBERS.slice(0, 4).map((number) => quantityOf(trial, number))).toEqual([10, 20, 20, 10]);
    expect(await watermarks(trial)).toEqual(before);
    expect(await listRuns(trial.database.db, { limit: 1 })).toMatchObject([
      { kind: 'backfill', state: 'succeeded' },
    ]);
  });

  test('takes one order by its whole key', async () => {
    const trial = await changedUnseen();
    const key = '00001-OP-1004-000';
    const ending = await backfill(trial, {
      scope: parseScope({ flow: 'purchases', fromKey: key, toKey: key }),
    });
    expect(outcomes(ending.summary, 'purchases')).toEqual({ updated: 1 });
    expect(quantityOf(trial, '1004')).toBe(20);
  });

  test('takes a supplier by its number, and suppliers without bounds', async () => {
    const trial = await startTrial(sixOrders);
    await trial.run();
    await trial.database.db.deleteFrom('links').where('record_key', '=', '4344').execute();
    const one = await backfill(trial, {
      scope: parseScope({ flow: 'suppliers', fromKey: '4344', toKey: '4344' }),
    });
    expect(outcomes(one.summary, 'suppliers')).toEqual({ linked: 1 });
    const all = await backfill(trial, { scope: parseScope({ flow: 'suppliers' }) });
    expect(outcomes(all.summary, 'suppliers')).toEqual({ unchanged: 2 });
    expect(trial.cin7.suppliers()).toHaveLength(2);
  });

  test('takes what was last changed between two days', async () => {
    const trial = await startTrial(sixOrders);
    await trial.run();
    for (const [day, number] of [
      ['2020-01-10', 1001],
      ['2020-01-20', 1002],
      ['2020-01-30', 1003],
    ] as const) {
      const stamp = { stamp: { date: day } };
      trial.jde.upsert('F4301', orderRow(number), stamp);
      trial.jde.upsert('F4311', { ...lineRow(number), UORG: '20', AEXP: '50' }, stamp);
    }
    trial.change('F4301', orderRow(1006));
    trial.change('F4311', lineRow(1006));
    const scope = parseScope({ flow: 'purchases', since: '2020-01-15', until: '2020-01-25' });
    const ending = await backfill(trial, { scope });
    expectSucceeded(ending);
    expect((await loadBackfill(trial.database.db, (await trial.stored()).id))?.staged).toBeUndefined();
    expect(quantityOf(trial, '1002')).toBe(20);
  });

  test('of orders, suppliers and accounts alike leaves both sides as they are when nothing differs', async () => {
    const trial = await startTrial(sixOrders);
    await trial.run();
    const { writes } = trial.cin7;
    const ending = await backfill(trial, { scope: parseScope({}) });
    expectSucceeded(ending);
    expect(outcomes(ending.summary, 'purchases')).toEqual({ unchanged: 6 });
    expect(trial.cin7.writes).toBe(writes);
  });

  test('is told in the trail with what it took', async () => {
    const trial = await changedUnseen();
    await backfill(trial, { scope: parseScope({ flow: 'purchases', fromKey: '1001' }) });
    const entries = await listTrail(trial.database.db, {
      chain: (await trial.stored()).id,
      afterSeq: 0,
      limit: 1_000,
    });
    const told = entries.filter((entry) => entry.action.startsWith('backfill.'));
    expect(told.map((entry) => entry.action)).toEqual(['backfill.started', 'backfill.ended']);
    expect(JSON.parse(told[1]?.data ?? '{}')).toMatchObject({ scope: { fromKey: '1001' }, staged: 6 });
  });
});

describe('a backfill that is stopped', () => {
  /** Stops the run while it writes the order of this number. */
  async function stoppedAt(trial: Trial, writes: number): Promise<RunEnding<RunSummary>> {
    const stop = new AbortController();
    const before = trial.cin7.writes;
    const remove = trial.cin7.onAnswered(() => {
      if (trial.cin7.writes - before >= writes) stop.abort(new Error('stopped'));
    });
    const ending = await backfill(trial, { scope: parseScope({ flow: 'purchases' }) }, stop.signal);
    remove();
    return ending;
  }

  test('goes on where it was, and every record is taken', async () => {
    const trial = await changedUnseen();
    expect((await stoppedAt(trial, 2)).state).toBe('stopped');
    const under = await loadBackfill(trial.database.db, (await trial.stored()).id);
    expect(under?.staged).toBeLessThan(6);
    const ending = await backfill(trial, {});
    expectSucceeded(ending);
    expect(NUMBERS.slice(0, 5).map((number) => quantityOf(trial, number))).toEqual([20, 20, 20, 20, 20]);
    expect(NUMBERS.map((number) => trial.purchasesOf(number).length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await loadBackfill(trial.database.db, (await trial.stored()).id)).toBeUndefined();
  });

  test('does not make way for another one unless it is dropped', async () => {
    const trial = await changedUnseen();
    await stoppedAt(trial, 1);
    const other = parseScope({ flow: 'suppliers' });
    expect(await backfill(trial, { scope: other })).toMatchObject({
      state: 'failed',
      fault: { code: 'backfill.open' },
    });
    expectSucceeded(await backfill(trial, { scope: other, discard: true }));
    expect(await backfill(trial, {})).toMatchObject({ state: 'failed', fault: { code: 'input.invalid' } });
  });

  test('leaves what it had staged to the next sync', async () => {
    const trial = await changedUnseen();
    await stoppedAt(trial, 1);
    await trial.run();
    const of = { connectionId: (await trial.stored()).id, flow: 'purchases' };
    expect(await countStaged(trial.database.db, of)).toBe(0);
  });
});

describe('live work goes before a backfill', () => {
  test('what changes meanwhile is written before what the backfill has staged', async () => {
    const trial = await changedUnseen();
    const order: string[] = [];
    let entered = false;
    const remove = trial.cin7.onAnswered((n) => {
      const call = trial.cin7.calls[n - 1];
      if (call?.method === 'POST' && call.path.endsWith('purchase/order')) order.push('written');
    });
    const ending = await backfill(trial, {
      scope: parseScope({ flow: 'purchases', fromKey: '1001', toKey: '1005' }),
      isLiveWorkDue: () => {
        if (entered || order.length === 0) return false;
        entered = true;
        trial.change('F4311', { ...lineRow(1006), UORG: '60', AEXP: '150' });
        return true;
      },
    });
    remove();
    expectSucceeded(ending);
    expect(quantityOf(trial, '1006')).toBe(60);
    expect(NUMBERS.slice(0, 5).map((number) => quantityOf(trial, number))).toEqual([20, 20, 20, 20, 20]);
    const writtenAt = (number: string): number =>
      Date.parse(String(trial.purchase(number)['LastUpdatedDate']));
    expect(writtenAt('1006')).toBeLessThanOrEqual(writtenAt('1005'));
  });

  test('people may edit the crosswalk while it is at work', async () => {
    const trial = await changedUnseen();
    let edited: Promise<unknown> | undefined;
    const remove = trial.cin7.onAnswered(() => {
      edited ??= trial.stored().then((stored) =>
        importCrosswalk(trial.database.db, stored, [{ kind: 'unit', code: 'ZZ', target: 'Each' }], {
          actor: 'anna',
          origin: 'test',
        }),
      );
    });
    const ending = await backfill(trial, { scope: parseScope({ flow: 'purchases' }) });
    remove();
    await edited;
    expectSucceeded(ending);
    expect(NUMBERS.slice(0, 5).map((number) => quantityOf(trial, number))).toEqual([20, 20, 20, 20, 20]);
  });
});

describe('the plan of a backfill', () => {
  test('shows what would change, and keeps nothing: a later sync is as if it had never been', async () => {
    const trial = await changedUnseen();
    const changes: PlannedChange[] = [];
    const connection = await trial.open();
    const rowsBefore = await trial.database.db.selectFrom('source_rows').selectAll().execute();
    const scope = parseScope({ flow: 'purchases', fromKey: '1001', toKey: '1003' });
    const ending = await planBackfillOf(connection, scope, {
      ...QUIET,
      onChange: (change) => changes.push(change),
    });
    await connection.close();
    expectSucceeded(ending);
    expect(changes.map(({ recordKey, change }) => [recordKey, change])).toEqual([
      ['00001-OP-1001-000', 'update'],
      ['00001-OP-1002-000', 'update'],
      ['00001-OP-1003-000', 'update'],
    ]);
    expect(changes[0]?.differences).toContainEqual({
      field: 'order.Lines[0].Quantity',
      from: '10',
      to: '20',
    });
    expect(await trial.database.db.selectFrom('source_rows').selectAll().execute()).toEqual(rowsBefore);
    expect(await trial.database.db.selectFrom('stage').selectAll().execute()).toEqual([]);
    expectSucceeded(await backfill(trial, { scope }));
    expect(quantityOf(trial, '1002')).toBe(20);
  });

  test('needs a sync before it', async () => {
    const trial = await startTrial(sixOrders);
    const connection = await trial.open();
    const scope = parseScope({ flow: 'suppliers' });
    const ending = await planBackfillOf(connection, scope, { ...QUIET, onChange: () => undefined });
    await connection.close();
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'input.invalid' } });
  });
});

describe('what people ask for is checked', () => {
  test.each([
    [{ flow: 'orders' }, '--flow'],
    [{ flow: 'purchases', since: '31.1.2026' }, '--since'],
    [{ flow: 'purchases', until: '2026-02-30' }, '--until'],
    [{ flow: 'purchases', fromKey: 'OP-17' }, '--from-key'],
    [{ fromKey: '17' }, '--flow'],
  ])('%j', (input, field) => {
    expect(() => parseScope(input)).toThrow(expect.objectContaining({ code: 'input.invalid', field }));
  });
});
