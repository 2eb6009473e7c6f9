import { resolve } from 'node:path';
import { z } from 'zod';
import type { Benchmark } from './context.ts';
import { figure } from './figures.ts';
import { runMeasured } from './processes.ts';

const PROGRAM = resolve(import.meta.dirname, 'trail-program.ts');

const floorFigures = z.object({
  appendCpuMicrosecondsPerEntry: z.number(),
  verifySeconds: z.number(),
  peakMegabytes: z.number(),
});

const figures = floorFigures.extend({
  storeBytesPerEntry: z.number(),
  exportJsonSeconds: z.number(),
  verifyFileSeconds: z.number(),
  pruneSeconds: z.number(),
  pageMilliseconds: z.record(z.string(), z.number()),
});

export const trail: Benchmark = {
  name: 'trail',
  what: 'The audit trail in SQLite: append, verify, export, prune, and the slowest page of the console.',
  async *run(context) {
    const entries = context.quick ? 20_000 : 1_000_000;
    const run = async (...args: readonly string[]): Promise<unknown> => {
      const { out } = await runMeasured({ args: [PROGRAM, String(entries), ...args] });
      return JSON.parse(out);
    };
    const value = figures.parse(await run());
    const floor = floorFigures.parse(await run('floor'));
    const name = `trail/${entries}/sqlite`;
    yield figure(`${name}/append-cpu-of-an-entry`, {
      value: value.appendCpuMicrosecondsPerEntry,
      unit: 'CPU-microseconds',
      floor: floor.appendCpuMicrosecondsPerEntry,
    });
    yield figure(`${name}/verify`, { value: value.verifySeconds, unit: 's', floor: floor.verifySeconds });
    yield figure(`${name}/export`, { value: value.exportJsonSeconds, unit: 's' });
    yield figure(`${name}/verify-export`, { value: value.verifyFileSeconds, unit: 's' });
    yield figure(`${name}/prune`, { value: value.pruneSeconds, unit: 's' });
    yield figure(`${name}/slowest-page`, {
      value: Math.max(...Object.values(value.pageMilliseconds)),
      unit: 'ms',
    });
    yield figure(`${name}/bytes-of-an-entry`, { value: value.storeBytesPerEntry, unit: 'bytes' });
    yield figure(`${name}/peak-memory`, {
      value: value.peakMegabytes,
      unit: 'MB',
      floor: floor.peakMegabytes,
    });
  },
};
