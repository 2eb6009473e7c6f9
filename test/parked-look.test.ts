import { describe, expect, test } from 'vitest';
import { type OpenConnection, syncConnection } from '../src/app.ts';
import { line, order, supplier } from '../src/simulators/dataset/small-dataset.testkit.ts';
import { QUIET } from './support/reconciling.ts';
import { expectSucceeded, orderRow, startTrial, type Trial } from './support/trial.ts';

const SCHEDULED = { ...QUIET, requester: { actor: 'schedule:hourly', origin: 'test' } };
const heldOrder = {
  dataset: {
    suppliers: [supplier()],
    purchaseOrders: [order(), order({ order_id: 'O2', order_seq: '1002' })],
    purchaseOrderLines: [line(), line({ order_id: 'O2' })],
  },
};

/** Syncs on a schedule, at a moment that many minutes from now. */
async function syncLater(
  trial: Trial,
  minutes: number,
  settings?: Record<string, unknown>,
): Promise<{ cin7Calls: number }> {
  const connection = await trial.open(settings);
  const later: OpenConnection = {
    ...connection,
    surroundings: { ...connection.surroundings, now: () => Date.now() + minutes * 60_000 },
  };
  const before = trial.cin7.callCount;
  try {
    expectSucceeded(await syncConnection(later, SCHEDULED));
  } finally {
    await connection.close();
  }
  return { cin7Calls: trial.cin7.callCount - before };
}

/** A connection with an order on hold that two runs on a schedule have seen. */
async function withParked(): Promise<Trial> {
  const trial = await startTrial(heldOrder);
  trial.change('F4301', { ...orderRow(1002), HOLD: 'C1' });
  await trial.run();
  expect(await trial.parked('purchases')).toHaveLength(1);
  return trial;
}

describe('while records are parked', () => {
  test('a run on a schedule reads the books of Cin7 for them only every so often', async () => {
    const trial = await withParked();
    const soon = await syncLater(trial, 10);
    const late = await syncLater(trial, 61);
    expect(soon.cin7Calls).toBeLessThanOrEqual(1);
    expect(late.cin7Calls).toBeGreaterThan(soon.cin7Calls);
    const again = await syncLater(trial, 70);
    expect(again.cin7Calls).toBeLessThanOrEqual(1);
  });

  test('a run that a person starts looks at them always', async () => {
    const trial = await withParked();
    const before = trial.cin7.callCount;
    await trial.run();
    expect(trial.cin7.callCount - before).toBeGreaterThan(1);
  });

  test('one that a person asked another try of is looked at by the next run', async () => {
    const trial = await withParked();
    trial.jde.upsert('F4301', { ...orderRow(1002), HOLD: '' }, { stamp: { date: '2010-01-01' } });
    await syncLater(trial, 5);
    expect(trial.purchasesOf('1002')).toHaveLength(0);
    await trial.retry('purchases', '00001-OP-1002-000');
    await syncLater(trial, 6);
    expect(trial.purchasesOf('1002')).toHaveLength(1);
  });

  test('a change of the crosswalk or of the settings by a person makes a look due at once', async () => {
    const trial = await withParked();
    await trial.map([{ kind: 'country', code: 'ZZ', target: 'Zedland' }]);
    expect((await syncLater(trial, 5)).cin7Calls).toBeGreaterThan(1);
    expect((await syncLater(trial, 6)).cin7Calls).toBeLessThanOrEqual(1);
    const settings = { run: { probeSeconds: 30 } };
    expect((await syncLater(trial, 7, settings)).cin7Calls).toBeGreaterThan(1);
    expect((await syncLater(trial, 8, settings)).cin7Calls).toBeLessThanOrEqual(1);
  });
});

test('an order whose supplier has just come is not kept waiting for the next look', async () => {
  const trial = await startTrial({
    ...heldOrder,
    tables: (tables) => {
      for (const row of tables['F0401'] ?? []) row['CRRP'] = '';
    },
  });
  await trial.run();
  expect((await trial.parked('purchases')).map((record) => record.code)).toContain(
    'purchases.supplier_waiting',
  );
  trial.change('F0401', { AN8: 4343, CRRP: 'USD' });
  await syncLater(trial, 5);
  expect(trial.purchasesOf('1001')).toHaveLength(1);
});
