import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { overview } from '../../src/console/texts/overview.ts';
import { runs } from '../../src/console/texts/runs.ts';
import { setUp as texts } from '../../src/console/texts/set-up.ts';
import { connectionTest, credentials } from '../../src/console/texts/settings.ts';
import { importCrosswalk } from '../../src/crosswalk/edit.ts';
import { toCrosswalk } from '../../src/simulators/dataset/index.ts';
import { smallDataset } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { startServer } from '../support/server.ts';
import { describeInBrowser } from './chromium.ts';
import { field, visitAs } from './visitor.ts';

const SET_UP_MS = 120_000;
const requester = { actor: 'user:olaf', origin: 'test' };

describeInBrowser('the set-up', (browser) => {
  test(
    'leads from nothing past a host that is not allowed and a wrong password to the first plan, a schedule and the first sync',
    async () => {
      const { served, jde, cin7, wish } = await startServer({ empty: true });
      const visitor = await visitAs(browser(), served, 'admin');
      const { page } = visitor;
      await page.getByRole('link', { name: overview.setUp }).click();
      await enter(page, {
        [texts.url]: jde.url,
        [texts.environment]: 'JDV920',
        [credential('jde.user')]: wish.secrets['jde.user'] ?? '',
        [credential('jde.password')]: 'not the password',
        [credential('cin7.accountId')]: wish.secrets['cin7.accountId'] ?? '',
        [credential('cin7.applicationKey')]: wish.secrets['cin7.applicationKey'] ?? '',
      });
      await page.getByRole('button', { name: texts.more }).click();
      await enter(page, { [texts.cin7Url]: cin7.url });
      await page.getByRole('button', { name: texts.saveAndTest }).click();

      // Simulators are on this machine, where no call may go unasked.
      await allow(page, jde.url);
      await allow(page, cin7.url);
      await page
        .getByRole('alert')
        .filter({ hasText: connectionTest.failed(1) })
        .waitFor();
      const goOn = page.getByRole('button', { name: texts.next, exact: true });
      expect(await goOn.getAttribute('aria-disabled')).toBe('true');

      await page.getByRole('button', { name: texts.back }).click();
      await enter(page, { [credential('jde.password')]: wish.secrets['jde.password'] ?? '' });
      await page.getByRole('button', { name: texts.saveAndTest }).click();
      await page.getByText(/^(Everything works|It works)/).waitFor();
      await goOn.click();

      // Somebody else has brought the reference table of the company.
      const connection = await served.engine.connections.find('main');
      await importCrosswalk(served.database.db, connection, toCrosswalk(smallDataset()), requester);
      await page.getByRole('button', { name: texts.fitStart, exact: true }).click();
      await page.getByText(texts.verdict('1 supplier', '1 purchase order')).waitFor();
      await page.getByText(texts.nothingParked).waitFor();
      expect(cin7.suppliers()).toHaveLength(0);
      await goOn.click();
      await page.getByRole('button', { name: texts.scheduleSave }).click();
      await page.getByRole('button', { name: texts.startSync }).click();
      await page.getByText(runs.states.succeeded, { exact: true }).waitFor();
      expect(cin7.suppliers()).toHaveLength(1);
    },
    SET_UP_MS,
  );
});

const credential = (name: string): string => credentials.names[name] ?? name;

async function enter(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await field(page, label).fill(value);
}

async function allow(page: Page, url: string): Promise<void> {
  const { host } = new URL(url);
  await page.getByRole('button', { name: connectionTest.allow(host) }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: connectionTest.allow(host) })
    .click();
}
