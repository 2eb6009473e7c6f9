import type { ConnectionOverview } from '../../api/types.ts';
import { overview as texts } from '../../texts/overview.ts';

/** Something that a person has to do, and where. */
export interface Need {
  readonly text: string;
  /** Path of the page that helps. */
  readonly path: string;
}

/** What needs a person, the gravest first. Pure. */
export function needsOf(connections: readonly ConnectionOverview[]): readonly Need[] {
  return connections
    .flatMap((connection) => [...standingNeeds(connection), ...otherNeeds(connection)])
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ text, path }) => ({ text, path }));
}

type Ranked = Need & { readonly rank: number };

function standingNeeds({
  connection,
  standing,
  lastRuns,
  alarms,
  openRun,
}: ConnectionOverview): readonly Ranked[] {
  const { name, pausedBy } = connection;
  const base = `/c/${name}`;
  const { sync } = lastRuns;
  const lastRun = sync === undefined ? `${base}/runs` : `${base}/runs/${sync.id}`;
  switch (standing) {
    case 'unfinished':
      return [{ rank: 0, text: texts.need.unfinished(name), path: `${base}/settings` }];
    case 'offline':
      return [
        {
          rank: 1,
          text: texts.need.offline(name),
          path: openRun === null ? lastRun : `${base}/runs/${openRun.id}`,
        },
      ];
    case 'failing': {
      if (alarms.some(({ event }) => event === 'run.no_progress'))
        return [{ rank: 2, text: texts.need.stuck(name), path: lastRun }];
      const { fault } = sync ?? { fault: null };
      const text =
        fault === null
          ? texts.need.interrupted(name)
          : texts.need.failing(name, `${fault.text} ${fault.hint}`);
      return [{ rank: 2, text, path: lastRun }];
    }
    case 'stale':
      return [{ rank: 3, text: texts.need.stale(name), path: `${base}/runs` }];
    case 'new':
      return [{ rank: 4, text: texts.need.neverSynced(name), path: `${base}/plan` }];
    case 'paused':
      return [{ rank: 5, text: texts.need.paused(name, pausedBy ?? ''), path: `${base}/settings` }];
    case 'running':
    case 'fresh':
      return [];
  }
}

function otherNeeds({ connection, standing, lastRuns, parked, next }: ConnectionOverview): readonly Ranked[] {
  const { name, pausedAt } = connection;
  const base = `/c/${name}`;
  const parkedCount = sumOf(parked);
  const report = lastRuns.reconcile?.reconcile;
  const isAtWork = standing !== 'unfinished' && standing !== 'new';
  return [
    ...(report != null && !report.agree
      ? [{ rank: 6, text: texts.need.differences(name, report.sentence), path: `${base}/reconcile` }]
      : []),
    ...(parkedCount > 0
      ? [{ rank: 7, text: texts.need.parked(name, parkedCount), path: `${base}/parked` }]
      : []),
    ...(next === null && pausedAt === null && isAtWork
      ? [{ rank: 8, text: texts.need.noSchedule(name), path: `${base}/settings` }]
      : []),
  ];
}

export function sumOf(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
