import { resolve } from 'node:path';
import { z } from 'zod';
import type { Benchmark } from './context.ts';
import { type Figure, figure } from './figures.ts';
import { runMeasured } from './processes.ts';

const PROGRAM = resolve(import.meta.dirname, 'scale-program.ts');

const played = z.object({
  connections: z.int(),
  sameMinute: z.boolean(),
  latenessP50: z.number(),
  latenessP99: z.number(),
  callsOfARun: z.number(),
  cpuMillisecondsOfARun: z.number(),
  runsASecond: z.number(),
});
type Played = z.output<typeof played>;

export const scale: Benchmark = {
  name: 'scale',
  what: 'Schedules of many connections on PostgreSQL, with runs that do nothing: lateness, database calls, CPU. The floor is 10 connections.',
  async *run(context) {
    if (!context.stores.includes('postgres')) return;
    const sizes = context.quick ? ['10', '100'] : ['10', '100', '1000'];
    const { out } = await runMeasured({ args: [PROGRAM, await context.newPostgresUrl(), ...sizes] });
    const all = out
      .trim()
      .split('\n')
      .map((line) => played.parse(JSON.parse(line)));
    for (const one of all) {
      const smallest = all.find(({ sameMinute }) => sameMinute === one.sameMinute);
      if (smallest !== undefined) yield* compared(one, smallest);
    }
  },
};

function* compared(one: Played, smallest: Played): Iterable<Figure> {
  const name = `scale/${one.connections}/postgres/${one.sameMinute ? 'all-at-once' : 'spread'}`;
  yield figure(`${name}/lateness-p50`, { value: one.latenessP50, unit: 's', floor: smallest.latenessP50 });
  yield figure(`${name}/lateness-p99`, { value: one.latenessP99, unit: 's', floor: smallest.latenessP99 });
  yield figure(`${name}/database-calls-of-a-run`, {
    value: one.callsOfARun,
    unit: 'calls',
    floor: smallest.callsOfARun,
  });
  yield figure(`${name}/cpu-of-a-run`, {
    value: one.cpuMillisecondsOfARun,
    unit: 'CPU-milliseconds',
    floor: smallest.cpuMillisecondsOfARun,
  });
  yield figure(`${name}/runs-a-second`, {
    value: one.runsASecond,
    unit: 'runs',
    floor: smallest.runsASecond,
  });
}
