import { spawnSync } from 'node:child_process';

/** All that has to pass, in the order in which it fails fastest. The tests come last, so that their report is the last line. */
const steps: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'types of the console', command: ['tsc', '--noEmit', '-p', 'src/console'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'unused code', command: ['knip'] },
  { name: 'generated files', command: ['node', 'scripts/generate.ts', '--check'] },
  { name: 'tests', command: ['vitest', 'run'] },
];

for (const step of steps) {
  process.stdout.write(`\n== ${step.name}\n`);
  const [program = '', ...args] = step.command;
  const result = spawnSync(program, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0) {
    process.stdout.write(`\n${step.name} failed.\n`);
    process.exit(1);
  }
}
