import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { noticesOf } from './build/notices.ts';
import { buildProgram } from './build/program.ts';

/**
 * Builds what is shipped: the program and the console. What a former build has left is removed first, or it would be shipped as well.
 *
 * `--to FOLDER` builds elsewhere, `--only program` leaves the console out, `--unchecked` leaves the check of types out.
 */
const { values } = parseArgs({
  options: { to: { type: 'string' }, only: { type: 'string' }, unchecked: { type: 'boolean' } },
});
const folder = resolve(values.to ?? 'dist');
rmSync(folder, { recursive: true, force: true });
if (values.unchecked !== true) step('tsc', ['--noEmit']);
const modules = [...(await buildProgram(join(folder, 'cli'), resolve(import.meta.dirname, '..')))];
if (values.only !== 'program') modules.push(...(await buildConsole(join(folder, 'console'))));
writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(modules));

/** @returns the files of which the console was made, as paths. */
async function buildConsole(outDir: string): Promise<readonly string[]> {
  const built = await build({ logLevel: 'warn', build: { outDir } });
  if (!('output' in built)) throw new Error('the console was not built as one bundle');
  return built.output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
}

function step(program: string, args: readonly string[]): void {
  const result = spawnSync(program, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status === 0) return;
  process.stderr.write(`${program} failed, so nothing was built that could be shipped.\n`);
  process.exit(1);
}
