import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { findChromium } from './chromium.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
const SOURCES = ['src/console', 'vite.config.ts', 'package.json'];
const BUILDS = join(ROOT, 'node_modules/.cache/ml-connector');
/** No page that was opened before a build asks for its files for longer. */
const USED_MAX_MS = 3_600_000;

export const BUILT = join(ROOT, 'dist/console');

/**
 * Builds the console, unless what was built is newer than all that it is made of. What others are using meanwhile stays whole: it is
 * built aside, and files of the former build remain for pages that are open.
 */
export function buildConsole(): void {
  const newest = Math.max(...SOURCES.map((path) => newestMs(join(ROOT, path))));
  if (newestMs(join(BUILT, 'index.html')) > newest) return;
  mkdirSync(BUILDS, { recursive: true });
  const made = mkdtempSync(join(BUILDS, 'console-'));
  try {
    const begunAt = new Date();
    buildInto(made);
    putInPlace(made, begunAt);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** For vitest: before the tests of the console begin. */
export default function setUp(): void {
  if (findChromium() !== undefined) buildConsole();
}

function buildInto(folder: string): void {
  // In a process of its own: vitest says NODE_ENV=test, with which React would be built for its developers.
  const { status } = spawnSync(process.execPath, [VITE, 'build', '--logLevel', 'warn', '--outDir', folder], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error('The console cannot be built.');
}

/** The page comes last: it names files that are there by then. Names of assets tell their content, so equal names are equal files. */
function putInPlace(made: string, begunAt: Date): void {
  const assets = readdirSync(join(made, 'assets'));
  mkdirSync(join(BUILT, 'assets'), { recursive: true });
  for (const name of assets) {
    const path = join(BUILT, 'assets', name);
    if (!existsSync(path)) replace(path, join(made, 'assets', name));
  }
  replace(join(BUILT, 'icon.svg'), join(made, 'icon.svg'));
  // What was changed in the sources since then needs another build.
  utimesSync(join(made, 'index.html'), begunAt, begunAt);
  replace(join(BUILT, 'index.html'), join(made, 'index.html'));
  for (const name of readdirSync(join(BUILT, 'assets'))) {
    const path = join(BUILT, 'assets', name);
    if (!assets.includes(name) && Date.now() - newestMs(path) > USED_MAX_MS) rmSync(path, { force: true });
  }
}

/** At once, so that nobody reads half a file. It keeps its time. */
function replace(path: string, by: string): void {
  const aside = `${path}.${process.pid}`;
  cpSync(by, aside, { preserveTimestamps: true });
  renameSync(aside, path);
}

function newestMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
