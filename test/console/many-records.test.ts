import { expect, test } from 'vitest';
import { records } from '../../src/console/texts/records.ts';
import { actionText, trail } from '../../src/console/texts/trail.ts';
import { startServer } from '../support/server.ts';
import { describeInBrowser } from './chromium.ts';
import { fillRecords, fillTrail, supplierName } from './many-records.ts';
import { visitAs } from './visitor.ts';

const RECORDS = 10_000;
/** As many as a customer has after years: ML_CONNECTOR_TRAIL_ENTRIES=1000000. */
const ENTRIES = Number(process.env['ML_CONNECTOR_TRAIL_ENTRIES'] ?? 100_000);
/** On a quiet machine it takes some hundred milliseconds; a busy one is given more. */
const AT_ONCE_MS = 10_000;
const FILL_MS = 120_000 + ENTRIES;

describeInBrowser('a store of years', (browser) => {
  test(`among ${RECORDS} suppliers one is found by a part of its name, while typing`, async () => {
    const { served } = await startServer();
    const { id } = await served.engine.connections.find('main');
    await fillRecords(served.database.db, id, RECORDS);
    const visitor = await visitAs(browser(), served, 'viewer');
    const { page } = visitor;
    await visitor.open('/c/main/records');
    const wanted = supplierName(7_321);
    const took = await taken(async () => {
      await page.getByRole('searchbox').fill('works 7321');
      await page.getByRole('link', { name: wanted }).waitFor();
    });
    expect(took).toBeLessThan(AT_ONCE_MS);
    await page.getByRole('searchbox').fill('works');
    await page.getByText(records.first(50)).waitFor();
    await page.getByRole('searchbox').fill('107321');
    await page.getByRole('link', { name: wanted }).click();
    await page.getByRole('heading', { level: 1, name: wanted }).waitFor();
  });

  test(
    `in a trail of ${ENTRIES} entries pages are turned and what is rare is found without waiting`,
    async ({ annotate }) => {
      const { served } = await startServer();
      const { id } = await served.engine.connections.find('main');
      await fillTrail(served.database.db, id, ENTRIES);
      const visitor = await visitAs(browser(), served, 'viewer');
      const { page } = visitor;
      await visitor.open('/c/main/trail');
      const rows = page.getByRole('table', { name: trail.title }).getByRole('row');
      await expect.poll(() => rows.count(), { timeout: AT_ONCE_MS }).toBe(51);
      const first = await rows.nth(1).innerText();
      const turned = await taken(async () => {
        await page.getByRole('button', { name: trail.older }).click();
        await expect.poll(() => rows.nth(1).innerText(), { timeout: AT_ONCE_MS }).not.toBe(first);
      });
      const found = await taken(async () => {
        await page.getByLabel(trail.actor).fill('anna');
        await rows
          .filter({ hasText: actionText('crosswalk.set') })
          .nth(9)
          .waitFor();
      });
      const none = await taken(async () => {
        await page.getByRole('button', { name: trail.clear }).click();
        await page.getByLabel(trail.about).selectOption('crosswalk');
        await expect
          .poll(() => rows.filter({ hasText: actionText('crosswalk.set') }).count(), { timeout: AT_ONCE_MS })
          .toBeGreaterThan(9);
      });
      const all = { turned, found, none };
      await annotate(JSON.stringify(all));
      expect(Object.entries(all).filter(([, ms]) => ms > AT_ONCE_MS)).toEqual([]);
    },
    FILL_MS,
  );
});

async function taken(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}
