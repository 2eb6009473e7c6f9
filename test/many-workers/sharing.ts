import { expect } from 'vitest';
import type { RunSummary } from '../../src/sync/summary.ts';
import { contentOf } from '../switches/content.ts';
import { until } from './disasters.ts';
import { openFleet } from './fleet.ts';
import { undisturbed } from './undisturbed.ts';

const [SUPPLIERS, ORDERS_EACH] = [14, 3];

/** One place, a first load that takes long, and a run of another connection that comes while it is at work. */
export async function expectRoomIsMade(
  options: Pick<Parameters<typeof openFleet>[0], 'database' | 'workers' | 'servers'>,
): Promise<void> {
  const fleet = await openFleet({
    ...options,
    onOneMachine: true,
    connections: ['main', 'second'],
    config: { jobs: { runsAtOnce: 1, sliceMinutes: 0.05 } },
    suppliers: SUPPLIERS,
    ordersEach: ORDERS_EACH,
  });
  try {
    await fleet.queue('main');
    await until(() => fleet.cin7.writes >= 2, 'the first load to write');
    await fleet.queue('second', { kind: 'plan', waitedMs: 10_000 });
    await until(
      async () => (await fleet.runs()).every(({ endedAtMs }) => endedAtMs !== null),
      'all runs to end',
    );
    const runs = await fleet.runs();
    const [first, ...rest] = runs.filter(({ kind }) => kind === 'sync');
    const other = runs.find(({ kind }) => kind === 'plan');
    expect(runs.map(({ state, faultText }) => faultText ?? state)).toEqual(runs.map(() => 'succeeded'));
    expect(leftOf(first?.summary)).toBeGreaterThan(0);
    expect(leftOf(rest.at(-1)?.summary)).toBe(0);
    // The one that waited went before the rest of the long one.
    expect(other?.startedAtMs).toBeLessThan(rest[0]?.startedAtMs ?? 0);
    expect(contentOf(fleet.cin7)).toEqual(await undisturbed(SUPPLIERS, ORDERS_EACH));
  } finally {
    await fleet.stop();
  }
}

function leftOf(summary: string | undefined): number {
  const { flows } = JSON.parse(summary ?? '{"flows":{}}') as Pick<RunSummary, 'flows'>; // Written by the engine.
  return Object.values(flows).reduce((sum, { left }) => sum + left, 0);
}
