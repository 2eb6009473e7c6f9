import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const ALL = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  // Off by itself, since it is new in WCAG 2.2.
  rules: { 'target-size': { enabled: true } },
};

/** The other rules look at what colours do not change. */
const OF_COLOURS = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

/** What hinders people on this page by WCAG 2.2 A and AA, a line each: the rule, where, what it asks for. */
export async function barriersOn(
  page: Page,
  which: 'all' | 'of colours' = 'all',
): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(AXE);
  const options = { ...(which === 'all' ? ALL : OF_COLOURS), resultTypes: ['violations'] };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) =>
        `${id}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`,
    ),
  );
}

/** How far the page as a whole can be moved sideways, in pixels. */
export function sidewaysOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
}

export type ColorScheme = 'light' | 'dark';

/**
 * Waits until the page has the colours of the scheme, and for what moves or changes its colour to have ended; what goes round for ever
 * is not waited for.
 */
export async function settled(page: Page, colorScheme: ColorScheme): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    while (document.documentElement.dataset.mantineColorScheme !== '${colorScheme}') await frame();
    await frame();
    await frame();
    const ending = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((each) => each.finished));
  })()`);
}
