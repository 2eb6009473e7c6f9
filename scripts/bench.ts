import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { allowance } from './bench/allowance.ts';
import { type Benchmark, openContext } from './bench/context.ts';
import { newOrders, newSuppliers } from './bench/first-load.ts';
import { nothingToDo, unchanged } from './bench/later-runs.ts';
import { describeMachine } from './bench/machine.ts';
import { coldStart, idle } from './bench/resident.ts';
import { scale } from './bench/scale.ts';
import { Databases, type StoreKind } from './bench/stores.ts';
import { trail } from './bench/trail-figures.ts';

const BENCHMARKS: readonly Benchmark[] = [
  coldStart,
  idle,
  nothingToDo,
  newSuppliers,
  newOrders,
  unchanged,
  trail,
  scale,
  allowance,
];

const HELP = `Measures what the connector costs, each beside the floor of a bare program in the same run. One JSON line for each figure.

  npm run bench -- [--quick] [--only NAME]... [--store sqlite|postgres|both] [--program FILE]

  --quick     smaller sizes, some three minutes on a quiet machine
  --only      one benchmark; may be given several times
  --store     default: both
  --program   what is measured; default: dist/cli/main.js if it was built, else src/cli/main.ts

${BENCHMARKS.map(({ name, what }) => `  ${name.padEnd(14)} ${what}`).join('\n')}`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    store: { type: 'string', default: 'both' },
    program: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else if (
  values.only.some((name) => BENCHMARKS.every((each) => each.name !== name)) ||
  stores() === undefined
) {
  console.error(HELP);
  process.exitCode = 2;
} else await measure(stores() ?? []);

async function measure(chosen: readonly StoreKind[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-bench-'));
  const databases = new Databases();
  const program = resolve(values.program ?? builtProgram());
  const { quick } = values;
  try {
    print(await describeMachine({ stores: chosen, databases, program, quick }));
    const context = openContext({
      quick,
      stores: chosen,
      program: [...runtimeFlags(), program],
      folder,
      databases,
    });
    for (const benchmark of BENCHMARKS) {
      if (values.only.length > 0 && !values.only.includes(benchmark.name)) continue;
      for await (const figure of benchmark.run(context)) print(figure);
    }
  } finally {
    await databases.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function stores(): readonly StoreKind[] | undefined {
  const { store } = values;
  if (store === 'both') return ['sqlite', 'postgres'];
  return store === 'sqlite' || store === 'postgres' ? [store] : undefined;
}

function builtProgram(): string {
  const built = resolve(import.meta.dirname, '../dist/cli/main.js');
  return existsSync(built) ? built : resolve(import.meta.dirname, '../src/cli/main.ts');
}

/** The flags with which an installed program is started. */
function runtimeFlags(): readonly string[] {
  const [start = ''] = readFileSync(resolve(import.meta.dirname, '../bin/ml-connector.mjs'), 'utf8').split(
    '\n',
  );
  return start.split(' ').filter((word) => word.startsWith('--'));
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
