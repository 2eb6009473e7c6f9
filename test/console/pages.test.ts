import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { common } from '../../src/console/texts/common.ts';
import { shell } from '../../src/console/texts/shell.ts';
import { startServer } from '../support/server.ts';
import { barriersOn, settled, sidewaysOf } from './accessibility.ts';
import { describeInBrowser } from './chromium.ts';
import { liveSomeTime } from './company.ts';
import { addressesOf, pathsOfRouter } from './pages.ts';
import { complaintsOf, soon, type Visitor, visit, visitAs } from './visitor.ts';

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
const ALL_PAGES_MS = 400_000;

test('every page of the router is looked at', () => {
  const looked = Object.keys(
    addressesOf({ runs: { sync: '', plan: '', reconcile: '' }, records: [], text: '' }),
  );
  expect(looked.toSorted()).toEqual(pathsOfRouter().toSorted());
});

describeInBrowser('every page', (browser) => {
  test(
    'hinders nobody by WCAG 2.2 AA, light and dark, wide and narrow, and never scrolls sideways as a whole',
    async () => {
      const { server, shown } = await liveSomeTime();
      const visitor = await visitAs(browser(), server.served, 'admin', WIDE);
      const found: string[] = [];
      const looked = new Set<string>();
      for (const address of Object.values(addressesOf(shown)).flat()) {
        await visitor.page.setViewportSize(WIDE);
        await openSettled(visitor, address);
        // Some addresses lead to a page that has another one.
        if (looked.has(visitor.page.url())) continue;
        looked.add(visitor.page.url());
        found.push(...(await everyLook(visitor.page)).map((what) => `${address} ${what}`));
      }
      expect(found).toEqual([]);
    },
    ALL_PAGES_MS,
  );

  test('the sign-in, too', async () => {
    const { served } = await startServer();
    const visitor = await visit(browser(), served.url, WIDE);
    await visitor.open('/');
    expect(await everyLook(visitor.page)).toEqual([]);
  });

  test('can be reached without a mouse: past the menu, and through it on a narrow screen', async () => {
    const { served } = await startServer();
    const visitor = await visitAs(browser(), served, 'operator', NARROW);
    const { page } = visitor;
    await visitor.open('/c/main/runs');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe(shell.skip);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Sync now');
    await page.getByRole('button', { name: shell.openMenu }).press('Enter');
    await page.getByRole('link', { name: shell.pages.parked, exact: true }).press('Enter');
    await page.getByRole('heading', { level: 1, name: shell.pages.parked }).waitFor();
  });

  test('a refusal by the content security policy would be noticed', async () => {
    const { served } = await startServer();
    const context = await browser().newContext();
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(served.url);
    await page.evaluate(`document.body.innerHTML = '<p style="color: red">inline</p>'`);
    await soon(() => complaints.join()).toMatch(/Content Security Policy/);
    await context.close();
  });
});

/** Each size and colour scheme, in an order in which the colours change as seldom as can be: that repaints the whole page. */
const EVERY_LOOK = [
  { size: WIDE, colorScheme: 'light', rules: 'all' },
  { size: WIDE, colorScheme: 'dark', rules: 'of colours' },
  { size: NARROW, colorScheme: 'dark', rules: 'all' },
  { size: NARROW, colorScheme: 'light', rules: 'of colours' },
] as const;

/** Both sizes and both colours; ML_CONNECTOR_EVERY_LOOK=1 looks at each size in each colour. */
const LOOKS = EVERY_LOOK.filter(
  ({ rules }) => rules === 'all' || process.env['ML_CONNECTOR_EVERY_LOOK'] !== undefined,
);

/** What hinders people on the page as it stands, in both colours and both widths. */
async function everyLook(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { size, colorScheme, rules } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await settled(page, colorScheme);
    const sideways = await sidewaysOf(page);
    if (sideways > 0) found.push(`at ${size.width}: scrolls ${sideways} px sideways`);
    const barriers = await barriersOn(page, rules);
    found.push(...barriers.map((what) => `at ${size.width}, ${colorScheme}: ${what}`));
  }
  return found;
}

/** Opens a page and waits until nothing on it is still being loaded. */
async function openSettled({ page, open }: Visitor, address: string): Promise<void> {
  await open(address);
  await soon(() => page.getByRole('status', { name: common.loading }).count()).toBe(0);
}

const focused = (page: Page): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
