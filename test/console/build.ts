import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { findChromium } from './chromium.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SOURCES = ['src/console', 'vite.config.ts', 'package.json'];

export const BUILT = join(ROOT, 'dist/console');

/** Builds the console, unless what was built is newer than all that it is made of. */
export async function buildConsole(): Promise<void> {
  const newest = Math.max(...SOURCES.map((path) => newestMs(join(ROOT, path))));
  if (newestMs(join(BUILT, 'index.html')) > newest) return;
  await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
}

/** For vitest: before the tests of the console begin. */
export default async function setUp(): Promise<void> {
  if (findChromium() !== undefined) await buildConsole();
}

function newestMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
