import { endOfQuiet } from '../domain/quiet-hours.ts';
import type { FlowName } from '../flows/flow.ts';
import { nextDue } from '../jobs/timing.ts';
import type { ListedConnection } from '../store/connections-admin.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { findOpenRun, skipQueuedRun } from '../store/run-queue.ts';
import { listDueSchedules, nextDueAtMs, putOff, type Schedule, takeDueMoment } from '../store/schedules.ts';
import { appendTrail } from '../store/trail.ts';
import type { Connections } from './connections.ts';
import type { RunOrder, Runs } from './runs.ts';

interface SchedulerParts {
  readonly db: Db;
  readonly connections: Connections;
  readonly runs: Runs;
  readonly now: () => number;
  readonly onQueued: (run: { readonly id: string; readonly connectionId: string }) => Promise<void> | void;
  readonly onError: (error: unknown) => void;
}

/** Schedules that are looked at in one round. */
const DUE_MAX = 200;
const LOOK_MS = 1_000;

/**
 * Starts runs when they are due. Each schedule keeps its next moment in the store and the moment is taken in the transaction that
 * queues the run: a tick that was missed while everything was down runs once when it is back, and however many processes look, each
 * moment gives one run.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.look()).catch(this.#parts.onError);
    }, LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Queues what is due now. */
  async look(): Promise<void> {
    const { db, now, connections } = this.#parts;
    const dueAtMs = await nextDueAtMs(db);
    if (dueAtMs === null || dueAtMs > now()) return;
    const byId = new Map((await connections.list()).map((connection) => [connection.id, connection]));
    for (const schedule of await listDueSchedules(db, now(), DUE_MAX)) {
      const connection = byId.get(schedule.connectionId);
      if (connection !== undefined) await this.#fire(schedule, connection);
    }
  }

  async #fire(schedule: Schedule, connection: ListedConnection): Promise<void> {
    const { db, now, runs, onQueued } = this.#parts;
    const nowMs = now();
    const quietUntilMs = await this.#quietUntil(connection, nowMs);
    if (quietUntilMs !== undefined) {
      await putOff(db, schedule, quietUntilMs, 'Put off: the quiet hours of JDE forbid calls now.');
      return;
    }
    const order = orderOf(schedule, connection);
    const runId = await inTransaction(db, async (tx) => {
      await lockConnection(tx, connection.id);
      const dueAtMs = schedule.nextRunAtMs ?? nowMs;
      const next = { atMs: nextDue(schedule, nowMs), dueAtMs };
      if (connection.pausedAtMs !== null) {
        await takeDueMoment(tx, schedule, {
          ...next,
          runId: null,
          note: 'Left out: the connection is paused.',
        });
        return undefined;
      }
      const open = await findOpenRun(tx, connection.id);
      const id = await runs.enqueue(tx, order);
      const note =
        open === undefined
          ? ''
          : `Left out: a ${open.kind} of this connection was at work (${open.id.slice(0, 8)}).`;
      if (!(await takeDueMoment(tx, schedule, { ...next, runId: id, note }))) throw new MomentTaken();
      if (open === undefined) return id;
      await skipQueuedRun(tx, id, { state: 'skipped', text: note, nowMs });
      await appendTrail(tx, connection.id, [skippedEvent(order, id, note, nowMs)]);
      return undefined;
    }).catch((error: unknown) => {
      if (error instanceof MomentTaken) return undefined;
      throw error;
    });
    if (runId !== undefined) await onQueued({ id: runId, connectionId: connection.id });
  }

  /** Until when JDE is to be left alone; undefined when it may be called. */
  async #quietUntil(connection: ListedConnection, nowMs: number): Promise<number | undefined> {
    const { jde } = await this.#parts.connections.config(connection);
    const end = endOfQuiet({ spans: jde.quietHours, timeZone: jde.timeZone }, nowMs);
    return end === nowMs ? undefined : (end ?? nowMs + 24 * 3_600_000);
  }
}

/** Another process took the moment: what this one queued for it is rolled back. */
class MomentTaken extends Error {}

function orderOf(schedule: Schedule, connection: ListedConnection): RunOrder {
  // Checked by the API when the schedule was made.
  const flows = schedule.flows as readonly FlowName[];
  return {
    connection,
    kind: schedule.kind,
    trigger: 'schedule',
    wish: flows.length === 0 ? {} : { flows },
    requester: { actor: `schedule:${schedule.id.slice(0, 8)}`, origin: 'schedule' },
  };
}

function skippedEvent(order: RunOrder, runId: string, text: string, nowMs: number) {
  return {
    at: nowMs,
    ...order.requester,
    action: 'run.skipped',
    flow: null,
    recordKey: null,
    runId,
    settingsVersion: order.connection.settingsVersion,
    cin7Id: null,
    data: { kind: order.kind, text },
  };
}
