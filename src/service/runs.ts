import { randomUUID } from 'node:crypto';
import { Fault } from '../faults/fault.ts';
import type { FlowName } from '../flows/flow.ts';
import type { ListedConnection } from '../store/connections-admin.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { askRunToStop, enqueueRun, findOpenRun, skipQueuedRun } from '../store/run-queue.ts';
import { findRun, type RunKind, type RunTrigger, type StoredRun } from '../store/runs.ts';
import { appendTrail } from '../store/trail.ts';
import type { Requester } from '../sync/ports.ts';

/** What a run was asked for beyond its kind. Stored with it as JSON. */
export interface RunWish {
  readonly flows?: readonly FlowName[];
  /** Reconcile: read each document that differs in the lists. */
  readonly deep?: boolean;
  /** Backfill: which records are read again. */
  readonly backfill?: {
    readonly since?: string | undefined;
    readonly until?: string | undefined;
    readonly fromKey?: string | undefined;
    readonly toKey?: string | undefined;
  };
  /** Goes on with the rest of another run. `interruptions`: how often in a row its runs were broken off. */
  readonly continues?: { readonly run: string; readonly because: string; readonly interruptions: number };
}

export interface RunOrder {
  readonly connection: ListedConnection;
  readonly kind: RunKind;
  readonly trigger: RunTrigger;
  readonly wish: RunWish;
  readonly requester: Requester;
}

interface RunsParts {
  readonly db: Db;
  readonly now: () => number;
  /** Hears of a run after it stands in the queue. */
  readonly onQueued: (run: { readonly id: string; readonly connectionId: string }) => Promise<void> | void;
}

/** Starts runs and asks them to stop. Whoever carries runs out takes them from the queue. */
export class Runs {
  readonly #parts: RunsParts;

  constructor(parts: RunsParts) {
    this.#parts = parts;
  }

  /** @throws Fault `run.busy` while another run of the connection waits or is at work: runs never overlap. */
  async start(order: RunOrder): Promise<StoredRun> {
    const { db, onQueued } = this.#parts;
    const id = await inTransaction(db, async (tx) => {
      await lockConnection(tx, order.connection.id);
      const open = await findOpenRun(tx, order.connection.id);
      if (open !== undefined)
        throw new Fault(
          'run.busy',
          `A ${open.kind} of this connection ${open.state === 'queued' ? 'waits to start' : 'is at work'} (${open.id.slice(0, 8)}).`,
        );
      return this.enqueue(tx, order);
    });
    await onQueued({ id, connectionId: order.connection.id });
    return this.find(id);
  }

  /** Puts a run into the queue in a transaction of the caller, who tells `onQueued` after it. */
  async enqueue(tx: Tx, order: RunOrder): Promise<string> {
    const id = randomUUID();
    await enqueueRun(tx, {
      id,
      connectionId: order.connection.id,
      kind: order.kind,
      trigger: order.trigger,
      options: JSON.stringify(order.wish),
      settingsVersion: order.connection.settingsVersion,
      requestedBy: order.requester.actor,
      requestedFrom: order.requester.origin,
      nowMs: this.#parts.now(),
    });
    return id;
  }

  /** @throws Fault `api.not_found` */
  async find(idOrPrefix: string): Promise<StoredRun> {
    const run = await findRun(this.#parts.db, idOrPrefix);
    if (run !== undefined) return run;
    throw new Fault('api.not_found', `There is no run ${idOrPrefix}.`, { field: 'run' });
  }

  /** A run at work finishes the writes under way and stops; what it leaves is for the next run. */
  async stop(run: StoredRun, requester: Requester): Promise<StoredRun> {
    const { db, now } = this.#parts;
    const nowMs = now();
    await inTransaction(db, async (tx) => {
      await lockConnection(tx, run.connectionId);
      const end = {
        state: 'stopped',
        text: `Stopped by ${requester.actor} before it began.`,
        nowMs,
      } as const;
      const asked =
        (await skipQueuedRun(tx, run.id, end)) || (await askRunToStop(tx, run.id, requester.actor));
      if (!asked) throw new Fault('api.conflict', 'The run has ended already.', { field: 'run' });
      await appendTrail(tx, run.connectionId, [
        {
          at: nowMs,
          ...requester,
          action: 'run.stop_asked',
          flow: null,
          recordKey: null,
          runId: run.id,
          settingsVersion: run.settingsVersion,
          cin7Id: null,
          data: {},
        },
      ]);
    });
    return this.find(run.id);
  }
}

export function wishOf(run: StoredRun): RunWish {
  return JSON.parse(run.options) as RunWish; // Written by enqueue above.
}
