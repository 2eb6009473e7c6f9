import { expect, test } from 'vitest';
import { crosswalk } from '../../src/console/texts/crosswalk.ts';
import { parked as texts } from '../../src/console/texts/parked.ts';
import { runs } from '../../src/console/texts/runs.ts';
import { shell } from '../../src/console/texts/shell.ts';
import { type Dataset, toCin7Company } from '../../src/simulators/dataset/index.ts';
import { item, line, order, smallDataset } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { startServer } from '../support/server.ts';
import { describeInBrowser } from './chromium.ts';
import { visitAs } from './visitor.ts';

describeInBrowser('parked records', (browser) => {
  test('orders that wait for an item are found, released by choosing the Cin7 product in place, and arrive', async () => {
    const { served, cin7 } = await startServer(withoutProduct());
    const visitor = await visitAs(browser(), served, 'operator');
    const { page } = visitor;
    const sync = page.getByRole('button', { name: texts.sync });
    const succeeded = page.getByText(runs.states.succeeded, { exact: true });
    await visitor.open('/c/main/parked');
    await page.getByText(texts.emptyTitle).waitFor();
    await sync.click();
    await succeeded.waitFor();
    expect(cin7.purchases()).toHaveLength(0);

    await page.getByRole('link', { name: shell.pages.parked, exact: true }).click();
    await page.getByText(texts.waitFor('2 purchase orders', 2, texts.unknown(1, 'item'))).waitFor();
    await page.getByRole('combobox', { name: /BC-1/ }).fill('CABLE');
    await page.getByRole('option', { name: /CABLE-9/ }).click();
    await page.getByRole('button', { name: crosswalk.saveChosen(1) }).click();
    await page.getByText(crosswalk.saved(1)).waitFor();
    await page.getByRole('button', { name: texts.sync }).click();
    await succeeded.waitFor();
    expect(cin7.purchases()).toHaveLength(2);
    await page.getByRole('link', { name: shell.pages.parked, exact: true }).click();
    await page.getByText(texts.emptyTitle).waitFor();
  });

  test('records are set aside with a reason, which stays beside them, and count again when it is taken back', async () => {
    const { served } = await startServer(withoutProduct());
    const visitor = await visitAs(browser(), served, 'operator');
    const { page } = visitor;
    await visitor.open('/c/main/parked');
    await page.getByRole('button', { name: texts.sync }).click();
    await page.getByText(runs.states.succeeded, { exact: true }).waitFor();
    await visitor.open('/c/main/parked');
    await page.getByRole('button', { name: texts.ignore }).click();
    const dialog = page.getByRole('dialog', { name: texts.ignoreTitle });
    await dialog.getByLabel(texts.reason).fill('cancelled by phone on 3 May');
    await dialog.getByRole('button', { name: texts.ignoreDo, exact: true }).click();
    await page.getByText(texts.emptyTitle).waitFor();
    await page.getByText(texts.ignored, { exact: true }).click();
    await page.getByRole('button', { name: texts.records }).click();
    await page.getByText('operator-olaf: cancelled by phone on 3 May').first().waitFor();
    await page.getByRole('button', { name: texts.unignore }).first().click();
    await page.getByText(texts.emptyIgnoredTitle).waitFor();
    await page.getByText(texts.open, { exact: true }).click();
    await page.getByRole('heading', { level: 2, name: /^2 purchase orders/ }).waitFor();
  });
});

/** Two orders of an item that Cin7 has under another number. */
function withoutProduct() {
  const dataset: Partial<Dataset> = {
    purchaseOrders: [order(), order({ order_id: 'O2', order_seq: '1002', order_number: 'PO-2' })],
    purchaseOrderLines: [line(), line({ order_id: 'O2' })],
    items: [item(), item({ item_id: '60099', item_number: 'CABLE-9', description: 'Cable of brakes' })],
  };
  return {
    dataset,
    cin7: { company: toCin7Company(smallDataset(dataset), { omitItems: ['BC-1'] }) },
    unmapped: ['item BC-1'],
  };
}
