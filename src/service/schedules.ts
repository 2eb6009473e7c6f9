import { randomUUID } from 'node:crypto';
import { Fault } from '../faults/fault.ts';
import { checkTiming, nextDue } from '../jobs/timing.ts';
import type { ListedConnection } from '../store/connections-admin.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import type { RunKind } from '../store/runs.ts';
import {
  deleteSchedule,
  findSchedule,
  insertSchedule,
  type Schedule,
  updateSchedule,
} from '../store/schedules.ts';
import { appendTrail } from '../store/trail.ts';
import type { Requester } from '../sync/ports.ts';

/** What people say of a schedule. */
export interface ScheduleWish {
  readonly kind: RunKind;
  readonly flows: readonly string[];
  readonly cron: string | null;
  readonly timeZone: string;
  readonly everySeconds: number | null;
  readonly enabled: boolean;
}

interface Act {
  readonly db: Db;
  readonly connection: ListedConnection;
  readonly requester: Requester;
  readonly nowMs: number;
}

/** Makes a schedule. A distance is first due right away, so that people see it work. */
export async function createSchedule(act: Act, wish: ScheduleWish): Promise<string> {
  checkTiming(wish);
  const id = randomUUID();
  const nextRunAtMs = firstDue(wish, act.nowMs);
  await inTransaction(act.db, async (tx) => {
    await lockConnection(tx, act.connection.id);
    await insertSchedule(tx, { ...wish, id, connectionId: act.connection.id, nextRunAtMs }, act.nowMs);
    await tell(tx, act, 'schedule.created', { id, from: null, to: { ...wish } });
  });
  return id;
}

export async function changeSchedule(act: Act, id: string, wish: ScheduleWish): Promise<void> {
  checkTiming(wish);
  await inTransaction(act.db, async (tx) => {
    await lockConnection(tx, act.connection.id);
    const before = await ownSchedule(tx, act, id);
    const timingStays =
      before.enabled &&
      before.cron === wish.cron &&
      before.timeZone === wish.timeZone &&
      before.everySeconds === wish.everySeconds;
    const nextRunAtMs = timingStays && wish.enabled ? before.nextRunAtMs : firstDue(wish, act.nowMs);
    await updateSchedule(tx, { ...wish, id, connectionId: act.connection.id, nextRunAtMs }, act.nowMs);
    await tell(tx, act, 'schedule.changed', { id, from: wishOf(before), to: { ...wish } });
  });
}

export async function removeSchedule(act: Act, id: string): Promise<void> {
  await inTransaction(act.db, async (tx) => {
    await lockConnection(tx, act.connection.id);
    const before = await ownSchedule(tx, act, id);
    await deleteSchedule(tx, id);
    await tell(tx, act, 'schedule.removed', { id, from: wishOf(before), to: null });
  });
}

function firstDue(wish: ScheduleWish, nowMs: number): number | null {
  if (!wish.enabled) return null;
  return wish.everySeconds === null ? nextDue(wish, nowMs) : nowMs;
}

async function ownSchedule(tx: Tx, act: Act, id: string): Promise<Schedule> {
  const schedule = await findSchedule(tx, id);
  if (schedule !== undefined && schedule.connectionId === act.connection.id) return schedule;
  throw new Fault('api.not_found', `Connection "${act.connection.name}" has no schedule ${id}.`, {
    field: 'schedule',
  });
}

function wishOf(schedule: Schedule): ScheduleWish {
  const { kind, flows, cron, timeZone, everySeconds, enabled } = schedule;
  return { kind, flows, cron, timeZone, everySeconds, enabled };
}

async function tell(tx: Tx, act: Act, action: string, data: Record<string, unknown>): Promise<void> {
  await appendTrail(tx, act.connection.id, [
    {
      at: act.nowMs,
      ...act.requester,
      action,
      flow: null,
      recordKey: null,
      runId: null,
      settingsVersion: act.connection.settingsVersion,
      cin7Id: null,
      data,
    },
  ]);
}
