import { describe, expect, test } from 'vitest';
import { replayRecord } from '../src/app.ts';
import { line, order, supplier } from '../src/simulators/dataset/small-dataset.testkit.ts';
import { recordLife } from '../src/sync/record-life.ts';
import type { Replay, ReplayOf } from '../src/sync/replay.ts';
import { QUIET } from './support/reconciling.ts';
import {
  memberOf,
  orderKey,
  orderRow,
  outcomes,
  rowsOf,
  startTrial,
  type Trial,
  textOf,
} from './support/trial.ts';

const twoOrders = {
  dataset: {
    suppliers: [supplier()],
    purchaseOrders: [order(), order({ order_id: 'O2', order_seq: '1002' })],
    purchaseOrderLines: [line(), line({ order_id: 'O2' })],
  },
};

async function replay(
  trial: Trial,
  of: ReplayOf & { apply?: boolean },
  settings?: Record<string, unknown>,
): Promise<Replay> {
  const connection = await trial.open(settings);
  try {
    return await replayRecord(connection, { ...QUIET, ...of });
  } finally {
    await connection.close();
  }
}

const idOf = (trial: Trial, number: string): string => textOf(trial.purchase(number), 'ID');

describe('a replay of a record', () => {
  test('that nothing has changed for shows so, and changes nothing', async () => {
    const trial = await startTrial(twoOrders);
    await trial.run();
    const shown = await replay(trial, { flow: 'purchases', recordKey: orderKey('1001') });
    expect(shown).toMatchObject({ change: 'unchanged', calls: 0, differences: [], label: 'OP 1001 (00001)' });
    expect(await trial.database.db.selectFrom('stage').selectAll().execute()).toEqual([]);
  });

  test('shows what a change of the crosswalk would write, field by field, and what it costs', async () => {
    const trial = await startTrial(twoOrders);
    await trial.run();
    const code = String(trial.jde.rows('F0401')[0]?.['TRAP'] ?? '').trim();
    const before = trial.supplier('4343')['PaymentTerm'];
    const other = trial.cin7
      .paymentTerms()
      .map((row) => textOf(row, 'Name'))
      .find((name) => name !== before);
    await trial.map([{ kind: 'paymentTerm', code, target: other ?? '' }]);
    const shown = await replay(trial, { flow: 'suppliers', recordKey: '4343' });
    expect(shown).toMatchObject({
      change: 'update',
      calls: 2,
      differences: [{ field: 'PaymentTerm', from: before, to: other }],
    });
    expect(trial.supplier('4343')['PaymentTerm']).toBe(before);
  });

  test('says why a record is parked, and what to do', async () => {
    const trial = await startTrial(twoOrders);
    trial.change('F4301', { ...orderRow(1002), HOLD: 'C1' });
    await trial.run();
    const shown = await replay(trial, { flow: 'purchases', recordKey: orderKey('1002') });
    expect(shown).toMatchObject({ change: 'park', code: 'purchases.on_hold', calls: 0 });
    expect(shown.hint).toMatch(/released/);
    const sent = await replay(
      trial,
      { flow: 'purchases', recordKey: orderKey('1002') },
      { purchases: { heldOrders: 'send' } },
    );
    expect(sent).toMatchObject({ change: 'create', calls: 2 });
  });

  test('is worked off by the next sync when it is applied, and the trail says who asked', async () => {
    const trial = await startTrial(twoOrders);
    await trial.run();
    await replay(trial, { flow: 'purchases', recordKey: orderKey('1001'), apply: true });
    const life = await recordLife(
      trial.database.db,
      (await trial.stored()).id,
      'purchases',
      orderKey('1001'),
    );
    expect(life).toMatchObject({ state: 'staged', staged: 'retry' });
    expect(life?.trail[0]).toMatchObject({ action: 'record.replayed', actor: 'test' });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ unchanged: 1 });
  });

  test('makes a purchase anew that is gone or voided in Cin7, and never one that stands there', async () => {
    const trial = await startTrial(twoOrders);
    await trial.run();
    const of = { flow: 'purchases', recordKey: orderKey('1001'), relink: true } as const;
    await expect(replay(trial, { ...of, apply: true })).rejects.toMatchObject({
      code: 'input.invalid',
      field: '--relink',
    });
    trial.cin7.voidPurchase(idOf(trial, '1001'));
    expect(await replay(trial, of)).toMatchObject({ change: 'create', calls: 2 });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({});
    await replay(trial, { ...of, apply: true });
    expect(outcomes(await trial.run(), 'purchases')).toEqual({ created: 1 });
    const statuses = trial.purchasesOf('1001').map((row) => memberOf(row['Order'], 'Status'));
    expect(statuses).toEqual(['VOIDED', 'DRAFT']);
  });

  test('of an account shows its Cin7 account', async () => {
    const trial = await startTrial(twoOrders);
    await trial.run();
    const recordKey = String(trial.jde.rows('F0901')[0]?.['AID']).trim();
    expect(await replay(trial, { flow: 'accounts', recordKey })).toMatchObject({
      change: 'unchanged',
      reason: 'unmatched',
    });
  });

  test('of which nothing was ever read is refused', async () => {
    const trial = await startTrial(twoOrders);
    await expect(replay(trial, { flow: 'suppliers', recordKey: '4343' })).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });
});

describe('the life of a record', () => {
  test('has its rows in JDE, what was written, and everything that happened to it', async () => {
    const trial = await startTrial(twoOrders);
    await trial.run();
    trial.change('F0101', { AN8: 4343, TAX: '77-1' });
    await trial.run();
    const life = await recordLife(trial.database.db, (await trial.stored()).id, 'suppliers', '4343');
    expect(life).toMatchObject({
      label: 'Parts Emporium',
      state: 'live',
      parked: null,
      staged: null,
      openWrite: null,
    });
    expect(life?.tables.map(({ table }) => table)).toEqual(expect.arrayContaining(['F0401', 'F0101']));
    expect(life?.link).toMatchObject({
      cin7Id: trial.supplier('4343')['ID'],
      payload: { TaxNumber: '77-1' },
    });
    expect(life?.trail.map((entry) => entry.action)).toEqual(['record.updated', 'record.created']);
  });

  test('of a parked one has the reason and the next step', async () => {
    const trial = await startTrial(twoOrders);
    trial.change('F4301', { ...orderRow(1002), HOLD: 'C1' });
    await trial.run();
    const life = await recordLife(
      trial.database.db,
      (await trial.stored()).id,
      'purchases',
      orderKey('1002'),
    );
    expect(life).toMatchObject({ state: 'parked', link: null, parked: { code: 'purchases.on_hold' } });
    expect(rowsOf({ rows: life?.tables.map(({ table }) => ({ table })) ?? [] }, 'rows')).toHaveLength(2);
  });

  test('that is not known is none', async () => {
    const trial = await startTrial(twoOrders);
    expect(await recordLife(trial.database.db, (await trial.stored()).id, 'suppliers', '99')).toBeUndefined();
  });
});
