import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { buildProgram } from '../../scripts/build/program.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Below node_modules, so that the program finds the libraries that stay outside of it. */
const BUILDS = join(ROOT, 'node_modules', '.cache', 'ml-connector');
/** No run of tests uses a build for longer. */
const USED_MAX_MS = 4 * 3_600_000;

/** Builds the program once for whatever stands in the sources now; tests find it through {@link programPath}. */
export default async function setUp(): Promise<void> {
  if (process.env['ML_CONNECTOR_TEST_PROGRAM'] !== undefined) return;
  const folder = join(BUILDS, `program-${stateOfSources()}`);
  if (!existsSync(folder)) {
    removeOld();
    await build(folder);
  }
  process.env['ML_CONNECTOR_TEST_PROGRAM'] = join(folder, 'dist', 'cli', 'main.js');
}

function stateOfSources(): string {
  const hash = createHash('sha256');
  for (const name of ['src', 'scripts/build', 'package-lock.json']) {
    const path = join(ROOT, name);
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
      : [''];
    for (const file of files.toSorted()) {
      const { mtimeMs, size } = statSync(join(path, file));
      hash.update(`${name}/${file} ${mtimeMs} ${size}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** Another run may build the same at the same time: whoever is first, is first. */
async function build(folder: string): Promise<void> {
  mkdirSync(BUILDS, { recursive: true });
  const made = mkdtempSync(join(BUILDS, 'making-'));
  await buildProgram(join(made, 'dist', 'cli'), ROOT);
  cpSync(join(ROOT, 'package.json'), join(made, 'package.json'));
  for (const name of ['sample-company', 'scenarios', 'schema'])
    symlinkSync(join(ROOT, name), join(made, name));
  try {
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function removeOld(): void {
  if (!existsSync(BUILDS)) return;
  for (const name of readdirSync(BUILDS)) {
    const path = join(BUILDS, name);
    if (Date.now() - statSync(path).mtimeMs > USED_MAX_MS) rmSync(path, { recursive: true, force: true });
  }
}
