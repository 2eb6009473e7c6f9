import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findChromium } from './chromium.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
const SOURCES = ['src/console', 'vite.config.ts', 'package.json'];

export const BUILT = join(ROOT, 'dist/console');

/** Builds the console, unless what was built is newer than all that it is made of. */
export function buildConsole(): void {
  const newest = Math.max(...SOURCES.map((path) => newestMs(join(ROOT, path))));
  if (newestMs(join(BUILT, 'index.html')) > newest) return;
  // In a process of its own: vitest says NODE_ENV=test, with which React would be built for its developers.
  const { status } = spawnSync(process.execPath, [VITE, 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error('The console cannot be built.');
}

/** For vitest: before the tests of the console begin. */
export default function setUp(): void {
  if (findChromium() !== undefined) buildConsole();
}

function newestMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
