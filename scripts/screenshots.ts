import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { type ColorScheme, settled } from '../test/console/accessibility.ts';
import { buildConsole } from '../test/console/build.ts';
import { openChromium } from '../test/console/chromium.ts';
import { addressesOf, type Shown } from '../test/console/pages.ts';
import { addressOf, enterPassword } from '../test/console/visitor.ts';

const HELP = `Makes a picture of every page of the console, of a company that has used it for two weeks.

  npm run screenshots -- DIR [--best]

  --best   only those of the README, each in one size and colour`;

const DEMO = resolve(import.meta.dirname, '../test/console/demo-server.ts');
const WIDE = { width: 1280, height: 860 };
const NARROW = { width: 390, height: 844 };

interface Look {
  readonly size: { readonly width: number; readonly height: number };
  readonly colorScheme: ColorScheme;
}

const LOOKS: readonly Look[] = [WIDE, NARROW].flatMap((size) => [
  { size, colorScheme: 'light' as const },
  { size, colorScheme: 'dark' as const },
]);

/** Pictures of the README, by the path of their page. */
const BEST: Readonly<Record<string, { readonly path: string; readonly part?: number; readonly look: Look }>> =
  {
    overview: { path: '/', look: { size: WIDE, colorScheme: 'light' } },
    'set-up': { path: '/set-up', part: 1, look: { size: WIDE, colorScheme: 'light' } },
    parked: { path: '/c/$connection/parked', look: { size: WIDE, colorScheme: 'light' } },
    plan: { path: '/c/$connection/plan', look: { size: WIDE, colorScheme: 'light' } },
    reconcile: { path: '/c/$connection/reconcile', look: { size: WIDE, colorScheme: 'light' } },
    'overview-phone': { path: '/', look: { size: NARROW, colorScheme: 'dark' } },
  };

const { values, positionals } = parseArgs({
  options: { best: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined || values.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(values.help ? 0 : 2);
}
buildConsole();
mkdirSync(folder, { recursive: true });
const demo = await startDemo();
const browser = await openChromium();
try {
  await takeAll(browser, folder);
} finally {
  await browser.close();
  demo.program.kill('SIGTERM');
}

async function takeAll(chromium: Browser, into: string): Promise<void> {
  const context = await chromium.newContext({
    baseURL: addressOf(demo.url),
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: WIDE,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto('/');
  await enterPassword({ page }, demo.name, demo.password);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const addresses = addressesOf(await shownBy(page));
  if (values.best) {
    for (const [name, { path, part = 0, look }] of Object.entries(BEST)) {
      const address = addresses[path]?.[part] ?? '/';
      await open(page, address);
      await take(page, look, join(into, `${name}.png`), { fullPage: false });
    }
    return;
  }
  for (const address of Object.values(addresses).flat()) {
    await open(page, address);
    const name = address
      .replaceAll(/[0-9a-f]{8}-[-0-9a-f]{27}/g, 'id')
      .replaceAll(/\W+/g, '-')
      .replaceAll(/^-|-$/g, '');
    for (const look of LOOKS) {
      const file = `${name === '' ? 'overview' : name}-${look.size.width}-${look.colorScheme}.png`;
      await take(page, look, join(into, file), { fullPage: true });
    }
  }
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
}

async function take(page: Page, look: Look, path: string, options: { fullPage: boolean }): Promise<void> {
  await page.setViewportSize(look.size);
  await page.emulateMedia({ colorScheme: look.colorScheme });
  await settled(page, look.colorScheme);
  await page.screenshot({ path, ...options });
  process.stdout.write(`${path}\n`);
}

/** The newest run of each kind, and some records with a story. */
async function shownBy(page: Page): Promise<Shown> {
  const runOf = async (kind: string): Promise<string> => {
    const id = await page.evaluate<string | undefined>(
      `fetch('/api/v1/runs?connection=main&kind=${kind}&state=succeeded&limit=1').then((answer) => answer.json()).then(({ items }) => items[0]?.id)`,
    );
    if (id === undefined) throw new Error(`There is no ${kind}.`);
    return id;
  };
  const parked = await page.evaluate<readonly string[]>(
    `fetch('/api/v1/connections/main/parked?flow=purchases&limit=1').then((answer) => answer.json()).then(({ items }) => items.map(({ flow, recordKey }) => flow + '/' + recordKey))`,
  );
  const arrived = await page.evaluate<readonly string[]>(
    `fetch('/api/v1/connections/main/records?text=PO-').then((answer) => answer.json()).then(({ items }) => items.filter(({ state }) => state === 'live').slice(0, 1).map(({ flow, recordKey }) => flow + '/' + recordKey))`,
  );
  return {
    runs: { sync: await runOf('sync'), plan: await runOf('plan'), reconcile: await runOf('reconcile') },
    records: [...arrived, ...parked],
    text: 'a',
  };
}

interface Demo {
  readonly program: ChildProcess;
  readonly url: string;
  readonly name: string;
  readonly password: string;
}

/** Starts the demo and waits until it says where it is. */
async function startDemo(): Promise<Demo> {
  const program = spawn(process.execPath, [DEMO, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: program.stdout })) {
    const [, url, name, password] = /^(http\S+) — sign in as (\S+) with "(.+)"$/.exec(line) ?? [];
    if (url === undefined || name === undefined || password === undefined) continue;
    // Whatever else it says is let through.
    program.stdout.pipe(process.stderr);
    return { program, url, name, password };
  }
  throw new Error('The demo ended before it said where it is.');
}
