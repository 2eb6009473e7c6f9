import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

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
step('tsc', [
  '-p',
  'tsconfig.build.json',
  '--outDir',
  folder,
  ...(values.unchecked === true ? ['--noCheck'] : []),
]);
if (values.only !== 'program') step('vite', ['build', '--outDir', resolve(folder, 'console')]);

function step(program: string, args: readonly string[]): void {
  const result = spawnSync(program, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status === 0) return;
  process.stderr.write(`${program} failed, so nothing was built that could be shipped.\n`);
  process.exit(1);
}
