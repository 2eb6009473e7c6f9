import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** `--no-sandbox`: in a container, as root, Chromium does not start otherwise; it only ever sees our own server. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The server listens on IPv4.
  '--host-resolver-rules=MAP localhost 127.0.0.1',
];

/** The installed Chromium or Chrome: CHROMIUM_PATH, or where systems put it; undefined: none is installed. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH: own } = process.env;
  return own !== undefined && own !== '' ? own : PLACES.find(isProgram);
}

export async function openChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium is installed. Set CHROMIUM_PATH to one.');
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Tests in a real browser. Where none is installed they are left out, and the name says so. */
export function describeInBrowser(about: string, tests: (browser: () => Browser) => void): void {
  const isThere = findChromium() !== undefined;
  const name = isThere
    ? `${about}, in a browser`
    : `${about} (left out: no Chromium is installed, and CHROMIUM_PATH names none)`;
  describe.skipIf(!isThere)(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await openChromium();
    });
    afterAll(() => browser?.close());
    tests(() => {
      if (browser === undefined) throw new Error('The browser is opened before the first test.');
      return browser;
    });
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
