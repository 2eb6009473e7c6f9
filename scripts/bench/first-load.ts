import type { Benchmark, Context } from './context.ts';
import type { DataSize } from './data-set.ts';
import { startFarSide } from './far-side.ts';
import type { CallOf, Tally } from './far-side-talk.ts';
import { type Figure, figure } from './figures.ts';
import type { Measured } from './processes.ts';
import type { StoreKind } from './stores.ts';
import { openWorkplace } from './workplace.ts';

export const newSuppliers: Benchmark = {
  name: 'new-suppliers',
  what: 'A first load of suppliers into an empty Cin7, from the start of `sync` to its end.',
  async *run(context) {
    for (const suppliers of context.quick ? [1_000] : [1_000, 10_000]) {
      const size = { suppliers, orders: 0, linesOfOrder: 0, changedToday: false };
      for (const store of context.stores) {
        const { measured, floor, tally } = await firstLoad(context, store, size);
        expectHeld('suppliers', tally.suppliers, suppliers);
        const name = `new-suppliers/${suppliers}/${store}`;
        const goals = suppliers === 10_000 ? { cpuSeconds: 5, peakMegabytes: 200 } : {};
        yield* costs(name, { measured, floor, records: suppliers, goals });
        yield* calls(name, tally, { records: suppliers, creating: ['POST /supplier'], goal: 1 });
      }
    }
  },
};

export const newOrders: Benchmark = {
  name: 'new-orders',
  what: 'A first load of orders of five lines, with a hundred suppliers, into an empty Cin7.',
  async *run(context) {
    const orders = context.quick ? 200 : 5_000;
    const size = { suppliers: 100, orders, linesOfOrder: 5, changedToday: false };
    for (const store of context.stores) {
      const { measured, floor, tally } = await firstLoad(context, store, size);
      expectHeld('purchases', tally.purchases, orders);
      const name = `new-orders/${orders}/${store}`;
      yield* costs(name, { measured, floor, records: orders, goals: {} });
      const creating = ['POST /advanced-purchase', 'POST /purchase/order'];
      yield* calls(name, tally, { records: orders, creating, goal: 2 });
    }
  },
};

async function firstLoad(
  context: Context,
  store: StoreKind,
  size: DataSize,
): Promise<{ readonly measured: Measured; readonly floor: Measured; readonly tally: Tally }> {
  const farSide = await startFarSide(size, { folder: context.newFolder() });
  try {
    const workplace = await openWorkplace({ context, farSide, store });
    let tally: Tally | undefined;
    const { measured, floor } = await workplace.runAndReplay({
      args: ['sync', '--json'],
      emptyCin7: true,
      afterRun: async () => {
        tally = await farSide.tally();
      },
    });
    if (tally === undefined) throw new Error('The calls were not counted.');
    return { measured, floor, tally };
  } finally {
    await farSide.stop();
  }
}

export function* costs(
  name: string,
  parts: {
    readonly measured: Measured;
    readonly floor: Measured;
    readonly records: number;
    readonly goals: { readonly cpuSeconds?: number; readonly peakMegabytes?: number };
  },
): Iterable<Figure> {
  const { measured, floor, records, goals } = parts;
  yield figure(`${name}/cpu`, {
    value: measured.cpuSeconds,
    unit: 'CPU-seconds',
    floor: floor.cpuSeconds,
    goal: goals.cpuSeconds,
  });
  yield figure(`${name}/cpu-of-a-record`, {
    value: (measured.cpuSeconds / records) * 1_000_000,
    unit: 'CPU-microseconds',
    floor: (floor.cpuSeconds / records) * 1_000_000,
  });
  yield figure(`${name}/peak-memory`, {
    value: measured.peakMegabytes,
    unit: 'MB',
    floor: floor.peakMegabytes,
    goal: goals.peakMegabytes,
  });
  yield figure(`${name}/time`, { value: measured.seconds, unit: 's', floor: floor.seconds });
}

function* calls(
  name: string,
  tally: Tally,
  { records, creating, goal }: { records: number; creating: readonly string[]; goal: number },
): Iterable<Figure> {
  const isCreating = ({ what }: CallOf): boolean => creating.includes(what);
  const own = tally.cin7.filter(isCreating).length;
  yield figure(`${name}/cin7-calls-of-a-record`, {
    value: own / records,
    unit: 'calls',
    floor: creating.length,
    goal,
  });
  yield figure(`${name}/other-cin7-calls`, { value: tally.cin7.length - own, unit: 'calls' });
  yield figure(`${name}/jde-calls`, { value: tally.jde.length, unit: 'calls' });
  yield figure(`${name}/refusals`, { value: tally.refusals, unit: 'calls', goal: 0 });
}

/** A quick run that lost half of its records would be a fine figure. */
function expectHeld(what: string, held: number, expected: number): void {
  if (held !== expected) throw new Error(`Cin7 holds ${held} ${what} instead of ${expected}.`);
}
