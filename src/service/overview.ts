import type { Db } from '../store/database.ts';
import { lastSuccessOf } from '../store/freshness.ts';
import type { Trouble } from '../store/notices.ts';
import {
  type ByFlow,
  countParked,
  countStagedByFlow,
  lastRunsByKind,
  nextScheduled,
  type RunYield,
  yieldsSince,
} from '../store/overview.ts';
import { findOpenRun } from '../store/run-queue.ts';
import type { RunKind, StoredRun } from '../store/runs.ts';
import { parseSummary } from '../sync/summary.ts';

/** What arrived in Cin7. Parked records are no part of it: a run counts those that it looked at again, too. */
const ARRIVALS = ['created', 'updated', 'linked', 'voided'] as const;
type Arrivals = Readonly<Record<(typeof ARRIVALS)[number], number>>;

/** How a connection stands, from what needs a person most to what needs nobody. */
export const STANDINGS = [
  /** Credentials are missing: nothing can run. */
  'unfinished',
  /** JDE or Cin7 does not answer. */
  'offline',
  /** The last sync failed, or several got nowhere. */
  'failing',
  /** It is long since a sync succeeded. */
  'stale',
  'paused',
  /** No sync has succeeded yet. */
  'new',
  'running',
  'fresh',
] as const;
export type Standing = (typeof STANDINGS)[number];

export interface ConnectionOverview {
  readonly openRun: StoredRun | undefined;
  readonly lastRuns: Readonly<Partial<Record<RunKind, StoredRun>>>;
  readonly lastSuccessAtMs: number | null;
  readonly next: { readonly atMs: number; readonly kind: RunKind } | null;
  readonly parked: ByFlow;
  readonly ignored: number;
  readonly staged: ByFlow;
}

const LOOKED_BACK_MS = 90 * 86_400_000;

export async function overviewOf(db: Db, connectionId: string, nowMs: number): Promise<ConnectionOverview> {
  const parked = await countParked(db, connectionId);
  const success = await lastSuccessOf(db, connectionId);
  return {
    openRun: await findOpenRun(db, connectionId),
    lastRuns: await lastRunsByKind(db, connectionId, nowMs - LOOKED_BACK_MS),
    lastSuccessAtMs: success?.succeededAtMs ?? null,
    next: await nextScheduled(db, connectionId),
    parked: parked.open,
    ignored: parked.ignored,
    staged: await countStagedByFlow(db, connectionId),
  };
}

interface Standards {
  readonly overview: ConnectionOverview;
  readonly troubles: readonly Trouble[];
  readonly isPaused: boolean;
  readonly hasCredentials: boolean;
}

/** Pure. */
export function standingOf({ overview, troubles, isPaused, hasCredentials }: Standards): Standing {
  const { openRun, lastRuns, lastSuccessAtMs } = overview;
  const hasTrouble = (event: string): boolean => troubles.some((trouble) => trouble.event === event);
  if (!hasCredentials) return 'unfinished';
  if (hasTrouble('connection.offline') || phaseOf(openRun) === 'offline') return 'offline';
  if (hasTrouble('run.no_progress') || isBad(lastRuns.sync)) return 'failing';
  if (hasTrouble('freshness.stale')) return 'stale';
  if (isPaused) return 'paused';
  if (openRun !== undefined) return 'running';
  return lastSuccessAtMs === null ? 'new' : 'fresh';
}

function isBad(run: StoredRun | undefined): boolean {
  return run?.state === 'failed' || run?.state === 'interrupted';
}

function phaseOf(run: StoredRun | undefined): string | undefined {
  if (run === undefined || run.progress === null) return undefined;
  return (JSON.parse(run.progress) as { phase?: string }).phase; // Written by the engine.
}

export interface DayArrivals extends Arrivals {
  /** `yyyy-MM-dd` in the zone asked for. */
  readonly day: string;
}

/** What arrived on each of the last days, the oldest first, days without anything included. A run counts on the day it ended. */
export async function arrivalsByDay(
  db: Db,
  of: {
    readonly connectionId: string;
    readonly days: number;
    readonly timeZone: string;
    readonly nowMs: number;
  },
): Promise<readonly DayArrivals[]> {
  const { connectionId, days, timeZone, nowMs } = of;
  const sinceMs = nowMs - (days + 1) * 86_400_000;
  const yields = await yieldsSince(db, { connectionId, sinceMs, nowMs });
  return addByDay(yields, lastDays(nowMs, days, timeZone), timeZone);
}

function addByDay(
  yields: readonly RunYield[],
  days: readonly string[],
  timeZone: string,
): readonly DayArrivals[] {
  const dayAt = dayFormat(timeZone);
  const sums = new Map(days.map((day) => [day, { ...NOTHING }]));
  for (const { atMs, summary } of yields) {
    const sum = sums.get(dayAt(atMs));
    if (sum === undefined) continue;
    for (const counters of Object.values(parseSummary(summary).flows))
      for (const name of ARRIVALS) sum[name] += counters[name];
  }
  return [...sums].map(([day, sum]) => ({ day, ...sum }));
}

const NOTHING: Record<(typeof ARRIVALS)[number], number> = {
  created: 0,
  updated: 0,
  linked: 0,
  voided: 0,
};

/** Days by the calendar: one with 23 or 25 hours is one, too. */
function lastDays(nowMs: number, count: number, timeZone: string): readonly string[] {
  const today = Date.parse(dayFormat(timeZone)(nowMs));
  return Array.from({ length: count }, (_, back) =>
    new Date(today - (count - 1 - back) * 86_400_000).toISOString().slice(0, 10),
  );
}

function dayFormat(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (ms) => format.format(ms);
}
