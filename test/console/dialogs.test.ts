import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { crosswalk } from '../../src/console/texts/crosswalk.ts';
import { parked } from '../../src/console/texts/parked.ts';
import { barriersOn, settled } from './accessibility.ts';
import { describeInBrowser } from './chromium.ts';
import { liveSomeTime } from './company.ts';
import { soon, visitAs } from './visitor.ts';

/** More than any of the dialogs has elements to tab to. */
const TABS = 12;

describeInBrowser('dialogs', (browser) => {
  test('hold the focus, close with Escape, give the focus back, and hinder nobody', async () => {
    const { server } = await liveSomeTime();
    const visitor = await visitAs(browser(), server.served, 'admin');
    const { page } = visitor;
    const found: string[] = [];
    for (const [address, opener] of [
      ['/c/main/parked', parked.ignore],
      ['/c/main/parked', parked.assign],
      ['/c/main/crosswalk', crosswalk.importCsv],
    ] as const) {
      await visitor.open(address);
      const button = page.getByRole('button', { name: opener }).first();
      await button.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      await settled(page, 'light');
      found.push(...(await barriersOn(page)).map((what) => `${opener} ${what}`));
      await expectFocusHeld(page);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await soon(() => page.evaluate('document.activeElement.textContent')).toContain(opener);
    }
    expect(found).toEqual([]);
  });
});

async function expectFocusHeld(page: Page): Promise<void> {
  for (let tab = 0; tab < TABS; tab += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement.closest('[role="dialog"]') !== null`)).toBe(true);
  }
}
