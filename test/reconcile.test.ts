import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { item, line, order, supplier } from '../src/simulators/dataset/small-dataset.testkit.ts';
import type { Db } from '../src/store/database.ts';
import type { StoredFinding } from '../src/store/findings.ts';
import { listRuns } from '../src/store/runs.ts';
import { parseSummary } from '../src/sync/summary.ts';
import { endReconcile, reconcile } from './support/reconciling.ts';
import { lineRow, only, orderKey, orderRow, startTrial, type Trial, textOf } from './support/trial.ts';

const threeOrders = {
  dataset: {
    suppliers: [supplier(), supplier({ supplier_id: '4344', name: 'Cable Works' })],
    purchaseOrders: ['1001', '1002', '1003'].map((order_seq) =>
      order({ order_id: `O${order_seq}`, order_seq }),
    ),
    purchaseOrderLines: ['1001', '1002', '1003'].map((seq) => line({ order_id: `O${seq}` })),
    items: [item()],
  },
};

const idOf = (row: Parameters<typeof textOf>[0]): string => textOf(row, 'ID');

/** The finding of one record, checked to be in words that help. */
function findingOf(findings: readonly StoredFinding[], parts: Partial<StoredFinding>): StoredFinding {
  const finding = only(
    findings.filter((each) =>
      Object.entries(parts).every(([name, value]) => Reflect.get(each, name) === value),
    ),
  );
  expect(finding.explanation).toMatch(/^["A-Z].{15,}[.!"]$/su);
  expect(finding.nextStep).toMatch(/^[A-Z].{8,}\.$/su);
  return finding;
}

/** Everything that the store holds of a connection, as a backup does. */
async function backUp(db: Db): Promise<() => Promise<void>> {
  const tables = [
    'links',
    'parked',
    'stage',
    'source_rows',
    'watermarks',
    'intents',
    'crosswalk',
    'marks',
  ] as const;
  const rows = new Map<string, readonly unknown[]>();
  for (const table of tables) rows.set(table, await db.selectFrom(table).selectAll().execute());
  return async () => {
    for (const table of tables) {
      await db.deleteFrom(table).execute();
      for (const row of rows.get(table) ?? [])
        await db
          .insertInto(table)
          .values(row as never)
          .execute();
    }
  };
}

describe('both sides in step', () => {
  test('agree, with equal counts and sums, and nothing is written anywhere', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    const { writes } = trial.cin7;
    const report = await reconcile(trial);
    expect(report.sentence).toBe('Both sides agree.');
    expect(report).toMatchObject({ agree: true, findings: [], compared: 0 });
    expect(report.flows.suppliers).toMatchObject({ jde: 2, cin7: 2, links: 2, counts: { equal: 2 } });
    expect(report.flows.purchases).toMatchObject({
      jde: 3,
      cin7: 3,
      links: 3,
      counts: { equal: 3 },
      totals: {
        jde: { orders: 3, sums: { USD: '75' } },
        cin7: { orders: 3, sums: { USD: '75' } },
      },
    });
    expect(report.flows.accounts).toMatchObject({ jde: 1, links: 1, counts: { notDue: 1 } });
    expect(trial.cin7.writes).toBe(writes);
  });

  test('the report is in the summary of the run', async () => {
    const trial = await startTrial();
    await trial.run();
    await reconcile(trial);
    const [run] = await listRuns(trial.database.db, { limit: 1 });
    expect(run).toMatchObject({ kind: 'reconcile', state: 'succeeded' });
    expect(parseSummary(run?.summary ?? '{}').reconcile).toMatchObject({ agree: true });
  });

  test('a purchase that people authorised and received has moved on, which nobody has to act on', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.cin7.authoriseOrder(idOf(trial.purchase('1001')));
    const report = await reconcile(trial);
    expect(report.agree).toBe(true);
    const finding = findingOf(report.findings, { class: 'movedOn' });
    expect(finding).toMatchObject({ recordKey: orderKey('1001'), cin7Value: 'ordered' });
  });

  test('an order that was cancelled in JDE and voided by it is closed', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '980' });
    await trial.run();
    const report = await reconcile(trial);
    expect(report.sentence).toBe('Both sides agree.');
    expect(report.flows.purchases?.counts).toMatchObject({ closed: 1, equal: 2 });
    expect(report.flows.purchases?.totals?.jde).toEqual({ orders: 2, sums: { USD: '50' } });
    expect(report.flows.purchases?.totals?.cin7).toEqual({ orders: 2, sums: { USD: '50' } });
  });

  test('an order that is not released yet is none of the business of Cin7', async () => {
    const trial = await startTrial({
      ...threeOrders,
      tables: (tables) => {
        for (const row of tables['F4311'] ?? []) if (row['DOCO'] === 1003) row['NXTR'] = '220';
      },
    });
    await trial.run();
    const report = await reconcile(trial);
    expect(report.sentence).toBe('Both sides agree.');
    expect(report.flows.purchases?.counts).toMatchObject({ notDue: 1, equal: 2 });
  });
});

describe('records that wait are explained with their code', () => {
  test('before the first sync', async () => {
    const trial = await startTrial();
    const report = await reconcile(trial);
    expect(report.agree).toBe(true);
    expect(report.sentence).toMatch(/^Both sides agree, but for \d+ records that wait/);
    expect(report.flows.purchases?.waiting).toEqual({ notReadYet: 1 });
  });

  test('parked ones with the reason that they are parked for', async () => {
    const trial = await startTrial({ ...threeOrders, unmapped: ['account 30.1411'] });
    trial.change('F4301', { ...orderRow(1002), HOLD: 'C1' });
    await trial.run();
    const report = await reconcile(trial);
    expect(report.flows.purchases?.waiting).toMatchObject({ 'purchases.on_hold': 1 });
    const finding = findingOf(report.findings, { recordKey: orderKey('1002') });
    expect(finding).toMatchObject({ class: 'waiting', code: 'purchases.on_hold' });
    expect(finding.explanation).toMatch(/hold with code C1/);
  });

  test('what was entered or changed in JDE after the last sync', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.change('F4311', { ...lineRow(1001), UORG: '20', AEXP: '50' });
    const report = await reconcile(trial);
    expect(report.agree).toBe(true);
    expect(report.flows.purchases?.waiting).toEqual({ notReadYet: 1 });
    await trial.run();
    expect((await reconcile(trial)).sentence).toBe('Both sides agree.');
  });
});

describe('differences that need a person', () => {
  test('never arrived: in scope in JDE, and the store has lost all trace of it', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    const purchase = trial.purchase('1002');
    trial.cin7.removePurchase(idOf(purchase));
    const { db } = trial.database;
    await db.deleteFrom('links').where('record_key', '=', orderKey('1002')).execute();
    const report = await reconcile(trial);
    expect(report.sentence).toBe('1 difference needs a person: 1 never arrived.');
    const finding = findingOf(report.findings, { class: 'neverArrived' });
    expect(finding).toMatchObject({
      flow: 'purchases',
      recordKey: orderKey('1002'),
      label: 'OP 1002 (00001)',
    });
    expect(finding.nextStep).toContain('sync --backfill --flow purchases --from-key 00001-OP-1002-000');
  });

  test('changed in JDE without a stamp that a sync would see', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    const row = trial.jde.rows('F4311').find((each) => each['DOCO'] === 1001);
    const stamp = { date: String(row?.['UPMJ']), time: Number(row?.['TDAY']) };
    trial.jde.upsert('F4311', { ...lineRow(1001), UORG: '20', AEXP: '50' }, { stamp });
    const report = await reconcile(trial);
    const finding = findingOf(report.findings, { class: 'changedInJde' });
    expect(finding.explanation).toBe('Line 1 amounts to 50 in JDE; 25 was written.');
    expect(report.flows.purchases?.totals).toMatchObject({
      jde: { sums: { USD: '100' } },
      cin7: { sums: { USD: '75' } },
    });
  });

  test('gone in JDE: its rows were removed', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.jde.remove('F4301', orderRow(1003));
    trial.jde.remove('F4311', lineRow(1003));
    trial.jde.remove('F0401', { AN8: 4344 });
    const report = await reconcile(trial);
    expect(report.agree).toBe(false);
    expect(findingOf(report.findings, { class: 'goneInJde', flow: 'purchases' })).toMatchObject({
      recordKey: orderKey('1003'),
      cin7Value: trial.purchase('1003')['OrderNumber'],
    });
    findingOf(report.findings, { class: 'goneInJde', flow: 'suppliers', recordKey: '4344' });
  });

  test('gone in JDE: row security hides it', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    const [user] = trial.jde.users;
    if (user === undefined) throw new Error('The simulator has a user.');
    user.rowSecurity = { F0401: (row) => row['AN8'] !== 4344 };
    const report = await reconcile(trial);
    expect(findingOf(report.findings, { class: 'goneInJde' }).explanation).toMatch(/row security/);
  });

  test('gone in Cin7', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    const { OrderNumber } = trial.purchase('1002');
    trial.cin7.removePurchase(idOf(trial.purchase('1002')));
    trial.cin7.removeSupplier(idOf(trial.supplier('4344')));
    const report = await reconcile(trial);
    const finding = findingOf(report.findings, { class: 'goneInCin7', flow: 'purchases' });
    expect(finding.explanation).toContain(String(OrderNumber));
    expect(finding.nextStep).toContain(`records replay ${orderKey('1002')} --relink --apply`);
    findingOf(report.findings, { class: 'goneInCin7', flow: 'suppliers', recordKey: '4344' });
  });

  test('gone in Cin7: the account of a mapping was archived', async () => {
    const trial = await startTrial();
    const code = textOf(trial.jde.rows('F0901')[0] as Parameters<typeof textOf>[0], 'AID').trim();
    const target = textOf(trial.cin7.accounts()[0] ?? {}, 'Code');
    await trial.map([{ kind: 'account', code, target }]);
    await trial.run();
    expect((await reconcile(trial)).flows.accounts?.counts).toMatchObject({ equal: 1 });
    trial.cin7.archiveAccount(target);
    const report = await reconcile(trial);
    expect(findingOf(report.findings, { class: 'goneInCin7', flow: 'accounts' })).toMatchObject({
      recordKey: code,
      cin7Value: 'ARCHIVED',
    });
  });

  test('edited by hand: fields of a supplier, each with both values; a text of people beside the marker is none', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.cin7.editSupplier(idOf(trial.supplier('4343')), {
      Name: 'Parts & More',
      TaxNumber: 'typed in',
      Comments: 'Ask for Maria. [JDE main AB 4343]',
    });
    const report = await reconcile(trial);
    expect(report.flows.suppliers?.counts).toMatchObject({ edited: 1, equal: 1 });
    expect(findingOf(report.findings, { field: 'Supplier.Name' })).toMatchObject({
      jdeValue: 'Parts Emporium',
      cin7Value: 'Parts & More',
    });
    findingOf(report.findings, { field: 'Supplier.TaxNumber' });
    expect(report.findings).toHaveLength(2);
  });

  test('edited by hand: a supplier whose marker was deleted, and one that was deprecated', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.cin7.editSupplier(idOf(trial.supplier('4343')), { Comments: '' });
    trial.cin7.deprecateSupplier(idOf(trial.supplier('4344')));
    const report = await reconcile(trial);
    findingOf(report.findings, { recordKey: '4343', field: 'Supplier.Comments' });
    expect(findingOf(report.findings, { recordKey: '4344' })).toMatchObject({
      field: 'Supplier.Status',
      jdeValue: 'Active',
      cin7Value: 'Deprecated',
    });
  });

  test('edited by hand: a purchase that was voided while its order lives', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.cin7.voidPurchase(idOf(trial.purchase('1001')));
    const report = await reconcile(trial);
    const finding = findingOf(report.findings, { class: 'edited' });
    expect(finding).toMatchObject({ recordKey: orderKey('1001'), field: 'Purchase.Status' });
    expect(finding.explanation).toMatch(/voided by hand in Cin7/);
  });

  test('edited by hand: an order that was written as authorised and taken back', async () => {
    const trial = await startTrial({
      ...threeOrders,
      settings: { purchases: { orderStatus: 'AUTHORISED' } },
    });
    await trial.run();
    trial.cin7.undoPurchase(idOf(trial.purchase('1001')));
    const report = await reconcile(trial);
    expect(report.flows.purchases?.counts).toMatchObject({ edited: 1, movedOn: 2 });
    expect(findingOf(report.findings, { field: 'Purchase.OrderStatus' })).toMatchObject({
      jdeValue: 'AUTHORISED',
      cin7Value: 'DRAFT',
    });
  });
});

describe('a deep reconcile', () => {
  async function withEdits(): Promise<Trial> {
    const trial = await startTrial(threeOrders);
    await trial.run();
    const { Lines } = trial.purchase('1002')['Order'] as { Lines: Record<string, never>[] };
    trial.cin7.editPurchase(idOf(trial.purchase('1002')), {
      Lines: Lines.map((row) => ({ ...row, Quantity: 12, Total: 30 })),
    });
    return trial;
  }

  test('compares every field of a purchase, and sums what stands there', async () => {
    const trial = await withEdits();
    expect((await reconcile(trial)).agree).toBe(true);
    const report = await reconcile(trial, { deep: true });
    expect(report.compared).toBe(3);
    expect(report.flows.purchases?.counts).toMatchObject({ edited: 1, equal: 2 });
    expect(findingOf(report.findings, { field: 'Purchase.Order.Lines[0].Quantity' })).toMatchObject({
      recordKey: orderKey('1002'),
      jdeValue: '10',
      cin7Value: '12',
    });
    expect(report.flows.purchases?.totals).toMatchObject({
      jde: { sums: { USD: '75' } },
      cin7: { sums: { USD: '80' } },
    });
  });

  test('opens no more documents than it may, and goes on behind them the next time', async () => {
    const trial = await withEdits();
    const settings = { run: { reconcileReads: 1 } };
    const first = await reconcile(trial, { deep: true, settings });
    const second = await reconcile(trial, { deep: true, settings });
    expect([first.compared, second.compared]).toEqual([1, 1]);
    expect([first.flows.purchases?.counts.edited, second.flows.purchases?.counts.edited]).toEqual([0, 1]);
  });
});

describe('a store that was restored from an older backup', () => {
  async function restored(): Promise<Trial> {
    const trial = await startTrial(threeOrders);
    await trial.run();
    const restore = await backUp(trial.database.db);
    trial.change('F0401', { ...trial.jde.rows('F0401')[0], AN8: 4345 });
    trial.change('F0101', { ...trial.jde.rows('F0101')[0], AN8: 4345, ALPH: 'New Parts' });
    trial.change('F4301', { ...trial.jde.rows('F4301')[0], ...orderRow(1009) });
    trial.change('F4311', { ...trial.jde.rows('F4311')[0], ...lineRow(1009) });
    await trial.run();
    expect(trial.purchasesOf('1009')).toHaveLength(1);
    await restore();
    return trial;
  }

  test('what was written since is found by its marker, with the next step', async () => {
    const trial = await restored();
    const report = await reconcile(trial);
    expect(report.agree).toBe(false);
    const found = findingOf(report.findings, { class: 'unknownInCin7', flow: 'purchases' });
    expect(found).toMatchObject({ recordKey: orderKey('1009'), cin7Id: trial.purchase('1009')['ID'] });
    expect(found.nextStep).toContain('--from-key 00001-OP-1009-000');
    findingOf(report.findings, { class: 'unknownInCin7', flow: 'suppliers', recordKey: '4345' });
  });

  test('after a reconcile no sync makes such a purchase a second time', async () => {
    const trial = await restored();
    await reconcile(trial);
    await trial.run();
    expect(trial.purchasesOf('1009')).toHaveLength(1);
    expect((await reconcile(trial)).sentence).toBe('Both sides agree.');
  });
});

test('purchases that people typed in are opened once, and no more than allowed in one run', async () => {
  const trial = await startTrial(threeOrders);
  await trial.run();
  const { db } = trial.database;
  await db.deleteFrom('links').where('flow', '=', 'purchases').execute();
  for (const number of ['1001', '1002', '1003'])
    trial.cin7.editPurchase(idOf(trial.purchase(number)), { Note: 'typed in' });
  const settings = { run: { reconcileReads: 2 } };
  const first = await reconcile(trial, { settings });
  expect(first.flows.purchases?.counts).toMatchObject({ foreign: 2, unopened: 1, neverArrived: 3 });
  const second = await reconcile(trial, { settings });
  expect(second.flows.purchases?.counts).toMatchObject({ foreign: 3, unopened: 0 });
  const before = trial.cin7.calls.filter((call) => call.path.includes('advanced-purchase')).length;
  await reconcile(trial, { settings });
  expect(trial.cin7.calls.filter((call) => call.path.includes('advanced-purchase'))).toHaveLength(before);
});

describe('lists that trail behind', () => {
  test('what was just written is not taken as gone', async () => {
    const trial = await startTrial({ ...threeOrders, cin7: { switches: { listLagSeconds: 3_600 } } });
    await trial.run();
    const report = await reconcile(trial);
    expect(report.sentence).toBe('Both sides agree.');
    expect(report.flows.purchases).toMatchObject({ jde: 3, cin7: 0, links: 3 });
  });
});

describe('a sweep that does not come to its end', () => {
  test('fails the run; nothing is reported as gone', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.cin7.addFault({ on: { path: '/purchaseList' }, do: { kind: 'status', status: 500 } });
    const ending = await endReconcile(trial);
    expect(ending.state).toBe('failed');
    expect(ending.summary.reconcile).toBeUndefined();
    expect(await trial.database.db.selectFrom('findings').selectAll().execute()).toEqual([]);
  });

  test('a driver table that comes back empty is no reason to call everything gone', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    const [user] = trial.jde.users;
    if (user === undefined) throw new Error('The simulator has a user.');
    user.rowSecurity = { F0401: () => false };
    expect(await endReconcile(trial)).toMatchObject({
      state: 'failed',
      fault: { code: 'jde.rows_vanished' },
    });
  });

  test('an empty list of Cin7 is no reason either', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    for (const row of trial.cin7.purchases()) trial.cin7.removePurchase(idOf(row));
    expect(await endReconcile(trial)).toMatchObject({
      state: 'failed',
      fault: { code: 'reconcile.side_empty' },
    });
  });

  test('the next run begins anew, and leaves nothing of the one that died', async () => {
    const trial = await startTrial(threeOrders);
    await trial.run();
    trial.cin7.addFault({ on: { path: '/purchaseList' }, do: { kind: 'status', status: 500 } });
    await endReconcile(trial);
    trial.cin7.clearFaults();
    const { count } =
      (await sql<{ count: number }>`select count(*) as count from sweep`.execute(trial.database.db))
        .rows[0] ?? {};
    expect(Number(count)).toBeGreaterThan(0);
    expect((await reconcile(trial)).sentence).toBe('Both sides agree.');
    expect(await trial.database.db.selectFrom('sweep').selectAll().execute()).toEqual([]);
  });
});

test('the ten newest reports are kept', async () => {
  const trial = await startTrial(threeOrders);
  await trial.run();
  trial.cin7.voidPurchase(idOf(trial.purchase('1001')));
  const runs: string[] = [];
  for (let run = 0; run < 12; run += 1) runs.push((await reconcile(trial)).runId);
  const kept = await trial.database.db.selectFrom('findings').select('run_id').distinct().execute();
  expect(new Set(kept.map((row) => row.run_id))).toEqual(new Set(runs.slice(2)));
});
