import { expect, test } from 'vitest';
import { common } from '../../src/console/texts/common.ts';
import { runs as texts } from '../../src/console/texts/runs.ts';
import { shell } from '../../src/console/texts/shell.ts';
import { supplier } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { startServer } from '../support/server.ts';
import { describeInBrowser } from './chromium.ts';
import { soon, visitAs } from './visitor.ts';

const SUPPLIERS = 120;
/** So long Cin7 takes for a write while the run is watched. With four at once the run would last for a minute. */
const SLOW_MS = 2_000;

const manySuppliers = () =>
  Array.from({ length: SUPPLIERS }, (_, index) =>
    supplier({ supplier_id: String(5_000 + index), name: `Supplier ${index}` }),
  );

describeInBrowser('runs', (browser) => {
  test('a run is watched while it works, stopped, and says that nothing is lost; the next one does the rest', async () => {
    const { served, cin7 } = await startServer({ dataset: { suppliers: manySuppliers() } });
    const isQuick = cin7.addFault({ on: { method: 'POST' }, do: { kind: 'slow', ms: SLOW_MS } });
    const visitor = await visitAs(browser(), served, 'operator');
    const { page } = visitor;
    await visitor.open('/c/main/runs');
    await page.getByRole('button', { name: texts.start }).click();
    const progress = page.getByRole('region', { name: texts.progress });
    await progress.getByText(texts.phase.work('suppliers'), { exact: true }).waitFor();
    // It moves without anybody doing anything.
    const bar = page.getByRole('progressbar', { name: texts.progress });
    const shown = async () => Number(await bar.getAttribute('aria-valuenow'));
    await soon(shown).toBeGreaterThan(0);
    await soon(shown).toBeGreaterThan(await shown());

    await page.getByRole('button', { name: texts.stop }).click();
    const dialog = page.getByRole('dialog', { name: texts.stopQuestion });
    await dialog.getByText(texts.stopText).waitFor();
    await dialog.getByRole('button', { name: texts.stop }).click();
    await page.getByText(texts.states.stopped, { exact: true }).waitFor();
    expect(cin7.suppliers().length).toBeLessThan(SUPPLIERS);

    isQuick();
    await page.getByRole('button', { name: texts.again }).click();
    await page.getByText(texts.states.succeeded, { exact: true }).waitFor();
    expect(cin7.suppliers()).toHaveLength(SUPPLIERS);
  });

  test('a viewer sees why they cannot start a run, and the server refuses whoever tries it all the same', async () => {
    const { served } = await startServer();
    const visitor = await visitAs(browser(), served, 'viewer');
    const { page } = visitor;
    await visitor.open('/c/main/runs');
    const start = page.getByRole('button', { name: texts.start, exact: true });
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    await start.focus();
    await page.getByRole('tooltip', { name: common.needsRole('operator', 'viewer') }).waitFor();
    await start.press('Enter');
    await page.getByText(texts.emptyTitle).waitFor();
    const status = await page.evaluate<number>(`fetch('/api/v1/runs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ connection: 'main', kind: 'sync' }),
    }).then((answer) => answer.status)`);
    expect(status).toBe(403);
    await page.reload();
    await page.getByText(texts.emptyTitle).waitFor();
  });

  test('when a session is ended elsewhere, the next look leads to the sign-in instead of an empty page', async () => {
    const { served } = await startServer();
    const visitor = await visitAs(browser(), served, 'viewer');
    const { page } = visitor;
    await visitor.open('/c/main/runs');
    const user = await served.access.getUserByName('viewer-vera');
    await served.access.signOutUser(user.id, { actor: 'test', origin: 'test' });
    await page.getByRole('link', { name: shell.pages.parked, exact: true }).click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  });
});
