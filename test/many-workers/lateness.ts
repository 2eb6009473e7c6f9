import { randomUUID } from 'node:crypto';
import { insertSchedule } from '../../src/store/schedules.ts';
import { until } from './disasters.ts';
import { openFleet } from './fleet.ts';

export interface Lateness {
  /** From the moment that a schedule was due until its run stood in the queue, and from there until it began. Sorted. */
  readonly queuedMs: readonly number[];
  readonly begunMs: readonly number[];
}

/** Schedules of several connections that are due at the same moment, before workers that have a place for each of them. */
export async function measureLateness(
  options: Pick<Parameters<typeof openFleet>[0], 'database' | 'workers'>,
): Promise<Lateness> {
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  const fleet = await openFleet({ ...options, connections: names, suppliers: 1, ordersEach: 1 });
  try {
    const nowMs = Date.now();
    const dueAtMs = nowMs + 3_000;
    for (const connectionId of Object.values(fleet.connections))
      await insertSchedule(
        fleet.store.db,
        {
          id: randomUUID(),
          connectionId,
          kind: 'plan',
          flows: [],
          cron: null,
          timeZone: 'UTC',
          everySeconds: 86_400,
          enabled: true,
          nextRunAtMs: dueAtMs,
        },
        nowMs,
      );
    await until(async () => {
      const runs = await fleet.runs();
      return runs.length === names.length && runs.every(({ endedAtMs }) => endedAtMs !== null);
    }, 'the runs to end');
    const runs = await fleet.runs();
    const sorted = (list: number[]): readonly number[] => list.toSorted((a, b) => a - b);
    return {
      queuedMs: sorted(runs.map(({ queuedAtMs }) => queuedAtMs - dueAtMs)),
      begunMs: sorted(runs.map(({ startedAtMs, queuedAtMs }) => startedAtMs - queuedAtMs)),
    };
  } finally {
    await fleet.stop();
  }
}
