import type { Benchmark, Context } from './context.ts';
import type { DataSize } from './data-set.ts';
import { startFarSide } from './far-side.ts';
import type { Tally } from './far-side-talk.ts';
import { type Figure, figure } from './figures.ts';
import { costs } from './first-load.ts';
import type { Measured } from './processes.ts';
import type { StoreKind } from './stores.ts';
import { openWorkplace } from './workplace.ts';

const LINES_OF_ORDER = 50;
/** The memory of a process goes up and down by this much whatever it does. */
const FLAT_MEGABYTES = 20;

export const unchanged: Benchmark = {
  name: 'unchanged',
  what: 'A second run that reads all rows of orders again, since they were changed today, and finds nothing to do.',
  async *run(context) {
    for (const store of context.stores) {
      const peaks: number[] = [];
      for (const rows of context.quick ? [10_000] : [10_000, 100_000, 1_000_000]) {
        const orders = rows / LINES_OF_ORDER;
        const size = { suppliers: 100, orders, linesOfOrder: LINES_OF_ORDER, changedToday: true };
        const { first, measured, floor, tally } = await secondRun(context, store, size);
        const name = `unchanged/${rows}/${store}`;
        yield figure(`${name}/first-load-peak-memory`, { value: first.peakMegabytes, unit: 'MB' });
        yield* costs(name, { measured, floor, records: rows, goals: { peakMegabytes: 200 } });
        yield* curve(name, measured);
        yield figure(`${name}/cin7-writes`, { value: writes(tally), unit: 'calls', goal: 0 });
        yield figure(`${name}/jde-calls`, { value: tally.jde.length, unit: 'calls' });
        peaks.push(measured.peakMegabytes);
      }
      const [smallest = 0] = peaks;
      const largest = peaks.at(-1) ?? 0;
      if (peaks.length > 1)
        yield figure(`unchanged/${store}/peak-memory-growth`, {
          value: Math.max(0, largest - smallest),
          unit: 'MB',
          floor: smallest,
          goal: FLAT_MEGABYTES,
        });
    }
  },
};

export const nothingToDo: Benchmark = {
  name: 'nothing-to-do',
  what: 'A run after which, and before which, nothing changed: calls and CPU of the whole command, its start included.',
  async *run(context) {
    const size = { suppliers: 100, orders: 100, linesOfOrder: 5, changedToday: false };
    for (const store of context.stores) {
      const { measured, floor, tally } = await secondRun(context, store, size);
      const name = `nothing-to-do/${store}`;
      const tables = Map.groupBy(
        tally.jde.filter(({ what }) => what.startsWith('dataservice ')),
        ({ what }) => what,
      );
      yield figure(`${name}/jde-calls-of-a-table`, {
        value: Math.max(...[...tables.values()].map(({ length }) => length)),
        unit: 'calls',
        floor: 1,
        goal: 1,
      });
      yield figure(`${name}/jde-calls`, { value: tally.jde.length, unit: 'calls', floor: tables.size });
      yield figure(`${name}/cin7-calls`, { value: tally.cin7.length, unit: 'calls', goal: 1 });
      yield figure(`${name}/cpu`, {
        value: measured.cpuSeconds,
        unit: 'CPU-seconds',
        floor: floor.cpuSeconds,
        goal: 0.5,
      });
      yield figure(`${name}/time`, { value: measured.seconds, unit: 's', floor: floor.seconds });
    }
  },
};

/** The first run loads everything, the second one is measured. */
async function secondRun(
  context: Context,
  store: StoreKind,
  size: DataSize,
): Promise<{
  readonly first: Measured;
  readonly measured: Measured;
  readonly floor: Measured;
  readonly tally: Tally;
}> {
  const farSide = await startFarSide(size, { folder: context.newFolder() });
  try {
    const workplace = await openWorkplace({ context, farSide, store });
    const first = await workplace.run('sync', '--json');
    const { purchases } = await farSide.tally();
    if (purchases !== size.orders)
      throw new Error(`Cin7 holds ${purchases} orders instead of ${size.orders}.`);
    let tally: Tally | undefined;
    const { measured, floor } = await workplace.runAndReplay({
      args: ['sync', '--json'],
      emptyCin7: false,
      afterRun: async () => {
        tally = await farSide.tally();
      },
    });
    if (tally === undefined) throw new Error('The calls were not counted.');
    return { first, measured, floor, tally };
  } finally {
    await farSide.stop();
  }
}

function* curve(name: string, { memory }: Measured): Iterable<Figure> {
  if (memory.length === 0) return;
  for (const percent of [25, 50, 75, 100]) {
    const index = Math.ceil((memory.length * percent) / 100) - 1;
    yield figure(`${name}/memory-at-${percent}-percent`, { value: memory[index] ?? 0, unit: 'MB' });
  }
}

function writes({ cin7 }: Tally): number {
  return cin7.filter(({ what }) => !what.startsWith('GET ')).length;
}
