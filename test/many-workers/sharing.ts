import { isDeepStrictEqual } from 'node:util';
import type { RunSummary } from '../../src/sync/summary.ts';
import { contentOf } from '../switches/content.ts';
import { until } from './disasters.ts';
import { openFleet } from './fleet.ts';
import { undisturbed } from './undisturbed.ts';

const [SUPPLIERS, ORDERS_EACH] = [14, 3];

export interface Sharing {
  readonly failures: readonly string[];
  /** Whether the long run left records when it made room. */
  readonly hasLeft: boolean;
  /** Records that are left when all is done. */
  readonly leftInTheEnd: number;
  /** Whether the run that waited went before the rest of the long one. */
  readonly wentBetween: boolean;
  /** Whether Cin7 holds what it holds after an undisturbed run. */
  readonly isAllThere: boolean;
}

/** Each run has done what it could. */
export const ROOM_IS_MADE: Sharing = {
  failures: [],
  hasLeft: true,
  leftInTheEnd: 0,
  wentBetween: true,
  isAllThere: true,
};

/** One place, a first load that takes long, and a run of another connection that comes while it is at work. */
export async function shareOnePlace(
  options: Pick<Parameters<typeof openFleet>[0], 'database' | 'workers' | 'servers'>,
): Promise<Sharing> {
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
    return {
      failures: runs.flatMap(({ state, faultText }) => (state === 'succeeded' ? [] : [faultText ?? state])),
      hasLeft: leftOf(first?.summary) > 0,
      leftInTheEnd: leftOf(rest.at(-1)?.summary),
      wentBetween: (other?.startedAtMs ?? Number.POSITIVE_INFINITY) < (rest[0]?.startedAtMs ?? 0),
      isAllThere: isDeepStrictEqual(contentOf(fleet.cin7), await undisturbed(SUPPLIERS, ORDERS_EACH)),
    };
  } finally {
    await fleet.stop();
  }
}

function leftOf(summary: string | undefined): number {
  const { flows } = JSON.parse(summary ?? '{"flows":{}}') as Pick<RunSummary, 'flows'>; // Written by the engine.
  return Object.values(flows).reduce((sum, { left }) => sum + left, 0);
}
