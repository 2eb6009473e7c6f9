import { expect, test } from 'vitest';
import { common } from '../../src/console/texts/common.ts';
import { reconcile } from '../../src/console/texts/reconcile.ts';
import { records } from '../../src/console/texts/records.ts';
import { replayTexts as texts } from '../../src/console/texts/replay.ts';
import { runs } from '../../src/console/texts/runs.ts';
import { importCrosswalk } from '../../src/crosswalk/edit.ts';
import { supplier } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { carryOut } from '../support/api-runs.ts';
import { startServer } from '../support/server.ts';
import { orderKey } from '../support/trial.ts';
import { barriersOn, settled } from './accessibility.ts';
import { describeInBrowser } from './chromium.ts';
import { visitAs } from './visitor.ts';

const MAKER = { actor: 'test', origin: 'test' };
const SUPPLIER = '/c/main/records/suppliers/4343';

describeInBrowser('sending a record again', (browser) => {
  test('a supplier that is gone in Cin7 is found by the reconcile, sent anew once the plan was read, and is there again', async () => {
    const suppliers = [supplier(), supplier({ supplier_id: '4344', name: 'Other Parts' })];
    const { served, cin7, caller } = await startServer({ dataset: { suppliers } });
    const operator = await caller('operator');
    await carryOut(operator, 'sync');
    const ids = () => cin7.suppliers().map(({ ID }) => String(ID));
    const named = cin7.suppliers().find(({ Name }) => Name === 'Parts Emporium');
    const before = String(named?.['ID']);
    cin7.removeSupplier(before);
    await carryOut(operator, 'reconcile');
    const visitor = await visitAs(browser(), served, 'operator');
    const { page } = visitor;
    await visitor.open('/c/main/reconcile');
    const findings = page.getByRole('table', { name: reconcile.findings });
    await findings.getByText(reconcile.steps.sendAnew).waitFor();
    expect(await findings.innerText()).not.toContain('ml-connector');
    await findings.getByRole('link', { name: reconcile.acts.sendAnew }).click();

    const dialog = page.getByRole('dialog');
    await dialog.getByText(texts.findOrCreate).waitFor();
    await dialog.getByText(texts.confirm.anew('supplier Parts Emporium')).waitFor();
    await settled(page, 'light');
    expect(await barriersOn(page)).toEqual([]);
    expect(ids()).toHaveLength(1);
    await dialog.getByRole('button', { name: texts.go.anew }).click();
    await page.getByText(texts.done).waitFor();
    await dialog.waitFor({ state: 'detached' });

    await page.getByText(records.staged('retry')).waitFor();
    await page.getByRole('button', { name: runs.start }).click();
    await page.getByText(runs.states.succeeded, { exact: true }).waitFor();
    expect(ids()).toHaveLength(2);
    expect(ids()).not.toContain(before);
  });

  test('what Cin7 was sent already needs nothing, and an order that stands there is not made twice', async () => {
    const { served, cin7, caller } = await startServer();
    await carryOut(await caller('operator'), 'sync');
    const visitor = await visitAs(browser(), served, 'operator');
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await visitor.open(SUPPLIER);
    await page.getByRole('button', { name: texts.open }).click();
    await dialog.getByText(texts.unchanged).waitFor();
    expect(await dialog.getByRole('button', { name: texts.go.again }).count()).toBe(0);
    await dialog.getByRole('button', { name: common.close }).last().click();
    await dialog.waitFor({ state: 'detached' });

    await visitor.open(`/c/main/records/purchases/${orderKey('1001')}`);
    await page.getByRole('button', { name: texts.open }).click();
    await dialog.getByText(texts.unchanged).waitFor();
    await dialog.getByRole('radio', { name: texts.ways.anew }).click();
    await dialog.getByRole('alert').filter({ hasText: 'Void it there first' }).waitFor();
    expect(await dialog.getByRole('button', { name: texts.go.anew }).count()).toBe(0);
    expect(cin7.purchases()).toHaveLength(1);
  });

  test('what differs from the last write is shown field by field before it is sent', async () => {
    const { served, jde, cin7, caller } = await startServer();
    await carryOut(await caller('operator'), 'sync');
    const termOf = () => String(cin7.suppliers()[0]?.['PaymentTerm']);
    const before = termOf();
    const other =
      cin7
        .paymentTerms()
        .map(({ Name }) => String(Name))
        .find((name) => name !== before) ?? '';
    const code = String(jde.rows('F0401')[0]?.['TRAP']).trim();
    const connection = await served.engine.connections.find('main');
    await importCrosswalk(
      served.database.db,
      connection,
      [{ kind: 'paymentTerm', code, target: other }],
      MAKER,
    );
    const visitor = await visitAs(browser(), served, 'operator');
    const { page } = visitor;
    await visitor.open(SUPPLIER);
    await page.getByRole('button', { name: texts.open }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(texts.update('supplier Parts Emporium')).waitFor();
    const field = dialog.getByRole('listitem').filter({ hasText: 'Payment term' });
    expect(await field.innerText()).toContain(before);
    expect(await field.innerText()).toContain(other);
    await dialog.getByText(texts.confirm.again).waitFor();
    expect(termOf()).toBe(before);
    await dialog.getByRole('button', { name: texts.go.again }).click();
    await page.getByRole('button', { name: runs.start }).click();
    await page.getByText(runs.states.succeeded, { exact: true }).waitFor();
    expect(termOf()).toBe(other);
  });

  test('a viewer sees why they cannot send anything, also by an address that somebody gave them', async () => {
    const { served, caller } = await startServer();
    await carryOut(await caller('operator'), 'sync');
    const visitor = await visitAs(browser(), served, 'viewer');
    const { page } = visitor;
    await visitor.open(`${SUPPLIER}?send=anew`);
    const button = page.getByRole('button', { name: texts.open });
    await button.focus();
    await page.getByRole('tooltip', { name: common.needsRole('operator', 'viewer') }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});
