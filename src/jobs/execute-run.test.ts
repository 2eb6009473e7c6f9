import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { Fault } from '../faults/fault.ts';
import { findConnection } from '../store/connections.ts';
import type { Db } from '../store/database.ts';
import { askRunToStop } from '../store/run-queue.ts';
import { listRuns, type RunHandle, releaseLease, takeLease } from '../store/runs.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import type { WritePermit } from '../sync/ports.ts';
import type { RunSummary } from '../sync/summary.ts';
import { executeRun } from './execute-run.ts';
import type { HandOn } from './hand-on.ts';
import { isHolderDead, leaseHolder } from './lease-holder.ts';

const SUMMARY: RunSummary = { flows: {}, calls: { jde: 1, cin7: 2 }, refusals: 0, seconds: 1 };

async function opened() {
  const db = await freshStore();
  await releaseLease(db, await startedRun(db, { runId: 'earlier' }));
  const connection = await findConnection(db, 'main');
  if (connection === undefined) throw new Error('No connection.');
  await db.deleteFrom('runs').execute();
  const slept: number[] = [];
  const order = {
    db,
    connection,
    kind: 'sync',
    requester: { actor: 'anna', origin: 'desk' },
    deadlineMs: 60_000,
    now: () => NOW_MS,
    sleep: async (ms: number) => void slept.push(ms),
  } as const;
  const execute = <T>(
    work: (run: RunHandle, signal: AbortSignal, permit: WritePermit) => Promise<T>,
    own: { signal?: AbortSignal; deadlineMs?: number; handOn?: HandOn } = {},
  ) =>
    executeRun(
      {
        ...order,
        ...(own.deadlineMs === undefined ? {} : { deadlineMs: own.deadlineMs }),
        ...(own.handOn === undefined ? {} : { handOn: own.handOn }),
      },
      work,
      () => SUMMARY,
      own.signal ?? new AbortController().signal,
    );
  return { db, connection, execute, slept };
}

async function told(db: Db, chain: string): Promise<readonly string[]> {
  return (await listTrail(db, { chain, afterSeq: 0, limit: 10 })).map((entry) => entry.action);
}

/** Work that only ends when it is told to. */
function untilStopped(_: RunHandle, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('put down')), { once: true });
  });
}

async function stealLease(db: Db, run: RunHandle): Promise<void> {
  const lease = {
    connectionId: run.connectionId,
    holder: 'there:2',
    nowMs: NOW_MS,
    expiresAtMs: NOW_MS + 20_000,
  };
  await takeLease(db, { ...lease, isDead: () => true });
}

describe('a run', () => {
  test('that comes to its end succeeds, and is told with its summary', async () => {
    const { db, connection, execute } = await opened();
    const ending = await execute(async (run) => run.connectionId);
    expect(ending).toMatchObject({ state: 'succeeded', value: connection.id, summary: SUMMARY });
    expect(await listRuns(db, { limit: 10 })).toMatchObject([
      { id: ending.runId, state: 'succeeded', requestedBy: 'anna', summary: JSON.stringify(SUMMARY) },
    ]);
    expect(await told(db, connection.id)).toEqual(['run.started', 'run.succeeded']);
  });

  test('that meets a fault fails with its code and words', async () => {
    const { db, connection, execute } = await opened();
    const ending = await execute(() => Promise.reject(new Fault('jde.timeout', 'AIS did not answer.')));
    expect(ending).toMatchObject({
      state: 'failed',
      fault: { code: 'jde.timeout', message: 'AIS did not answer.' },
    });
    expect(await listRuns(db, { limit: 1 })).toMatchObject([
      { state: 'failed', faultCode: 'jde.timeout', faultText: 'AIS did not answer.' },
    ]);
    expect(await told(db, connection.id)).toEqual(['run.started', 'run.failed']);
  });

  test('that meets a mistake of our own fails as well, and keeps the error', async () => {
    const { execute } = await opened();
    const error = new TypeError('x is not a function');
    expect(await execute(() => Promise.reject(error))).toMatchObject({
      state: 'failed',
      fault: { code: undefined, message: 'x is not a function', error },
    });
  });

  test('that people stop is stopped, for the reason that they gave', async () => {
    const { db, execute } = await opened();
    const stop = new AbortController();
    const ending = await execute(
      (run, signal) => {
        const work = untilStopped(run, signal);
        stop.abort(new Fault('run.stopped', 'Stopped on request.'));
        return work;
      },
      { signal: stop.signal },
    );
    expect(ending).toMatchObject({ state: 'stopped', fault: { code: 'run.stopped' } });
    expect(await listRuns(db, { limit: 1 })).toMatchObject([{ state: 'stopped' }]);
  });

  test('that takes longer than its deadline is ended', async () => {
    const { execute } = await opened();
    const ending = await execute(untilStopped, { deadlineMs: 1 });
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'run.deadline' } });
  });

  test('gives its lease back however it ends', async () => {
    const { execute } = await opened();
    await execute(() => Promise.reject(new Error('no')));
    expect(await execute(async () => 'next')).toMatchObject({ state: 'succeeded', value: 'next' });
  });

  test('is refused while another one of the connection is at work', async () => {
    const { db, execute } = await opened();
    const ending = await execute(async () => {
      await expect(execute(async () => 'second')).rejects.toMatchObject({ code: 'run.busy' });
      return 'first';
    });
    expect(ending).toMatchObject({ state: 'succeeded', value: 'first' });
    expect(await listRuns(db, { limit: 10 })).toHaveLength(1);
  });
});

describe('a run that lost its lease', () => {
  test('writes nothing more when it notices', async () => {
    const { db, connection, execute } = await opened();
    const ending = await execute(async (run) => {
      await stealLease(db, run);
      throw new Fault('run.lease_lost', 'Lost.');
    });
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'run.lease_lost' } });
    expect(await listRuns(db, { limit: 1 })).toMatchObject([{ state: 'interrupted' }]);
    expect(await told(db, connection.id)).toEqual(['run.started', 'run.interrupted']);
  });

  test('writes nothing more even when it came to its end without noticing', async () => {
    const { db, connection, execute } = await opened();
    const ending = await execute((run) => stealLease(db, run));
    expect(ending).toMatchObject({ state: 'failed', fault: { code: 'run.lease_lost' } });
    expect(await listRuns(db, { limit: 1 })).toMatchObject([{ state: 'interrupted' }]);
    expect(await told(db, connection.id)).toEqual(['run.started', 'run.interrupted']);
  });
});

describe('a run that takes over', () => {
  const elsewhere = (db: Db, connectionId: string, ownExpiry: number) =>
    takeLease(db, {
      connectionId,
      holder: 'elsewhere:1',
      nowMs: NOW_MS - 30_000,
      expiresAtMs: ownExpiry,
      isDead: () => false,
    });
  const write = async (_run: RunHandle, signal: AbortSignal, permit: WritePermit) => {
    await permit.untilAllowed(signal);
    await permit.untilAllowed(signal);
    return permit.isAllowed();
  };

  test('from one who may live waits before its first write, once', async () => {
    const { db, connection, execute, slept } = await opened();
    await elsewhere(db, connection.id, NOW_MS - 1);
    expect(await execute(write)).toMatchObject({ state: 'succeeded', value: true });
    expect(slept).toEqual([12_000]);
  });

  test('soon after that, from whomever, waits as well', async () => {
    const { db, connection, execute, slept } = await opened();
    await elsewhere(db, connection.id, NOW_MS - 1);
    await execute(async () => 'ended before it wrote anything');
    await execute(write);
    expect(slept).toEqual([12_000]);
  });

  test('from one who gave the lease back, or is dead, writes at once', async () => {
    const { db, connection, execute, slept } = await opened();
    await execute(write);
    const host = leaseHolder().replace(/:\d+$/, '');
    const lease = { connectionId: connection.id, nowMs: NOW_MS, expiresAtMs: NOW_MS + 20_000 };
    await takeLease(db, { ...lease, holder: `${host}:${2 ** 22 + 1}`, isDead: () => false });
    await execute(write);
    expect(slept).toEqual([]);
  });
});

describe('a run that others may go on with', () => {
  const away = new Fault('store.unavailable', 'The database is not available.');

  async function handed(
    work: (run: RunHandle, signal: AbortSignal) => Promise<unknown>,
    signal?: AbortSignal,
  ) {
    const { db, execute, connection } = await opened();
    const asked: string[] = [];
    const handOn: HandOn = async (_, because) => {
      asked.push(because);
      return 'next';
    };
    const ending = await execute(work, { handOn, ...(signal === undefined ? {} : { signal }) });
    const [stored] = await listRuns(db, { limit: 1 });
    return { ending, asked, stored, told: await told(db, connection.id) };
  }

  test('and has had its slice succeeds with what it has done', async () => {
    const over = AbortSignal.abort(new Fault('run.slice_over', 'The run made room.'));
    const { ending, asked, stored } = await handed(async (_, signal) => signal.throwIfAborted(), over);
    expect(ending).toMatchObject({ state: 'succeeded', summary: SUMMARY, successorId: 'next' });
    expect(ending.fault).toBeUndefined();
    expect(stored).toMatchObject({ state: 'succeeded', faultCode: null });
    expect(asked).toEqual(['slice_over']);
  });

  test('and whose process stops is stopped', async () => {
    const stop = AbortSignal.abort(new Fault('run.stopped', 'The process was told to stop.'));
    const { ending, asked } = await handed(async (_, signal) => signal.throwIfAborted(), stop);
    expect(ending).toMatchObject({ state: 'stopped', successorId: 'next' });
    expect(asked).toEqual(['process_stopped']);
  });

  test('and whose database was away for a moment is interrupted', async () => {
    const { ending, asked, stored, told: entries } = await handed(() => Promise.reject(away));
    expect(ending).toMatchObject({ state: 'interrupted', successorId: 'next' });
    expect(stored).toMatchObject({ state: 'interrupted', faultCode: 'store.unavailable' });
    expect(asked).toEqual(['store_away']);
    expect(entries).toEqual(['run.started', 'run.interrupted']);
  });

  test('but failed by itself is not handed on', async () => {
    const { ending, asked } = await handed(() => Promise.reject(new Fault('jde.timeout', 'No answer.')));
    expect(ending.state).toBe('failed');
    expect(asked).toEqual([]);
  });

  test('but was stopped by people is not handed on', async () => {
    const { db, execute } = await opened();
    const asked: string[] = [];
    const handOn: HandOn = async (_, because) => {
      asked.push(because);
      return 'next';
    };
    const ending = await execute(
      async (run, signal) => {
        await askRunToStop(db, run.runId, 'user:anna');
        return untilStopped(run, signal);
      },
      { handOn },
    );
    expect(ending).toMatchObject({ state: 'stopped', fault: { code: 'run.stopped' } });
    expect(asked).toEqual([]);
  });

  test('fails where nobody is there to go on', async () => {
    const { execute } = await opened();
    expect(await execute(() => Promise.reject(away))).toMatchObject({ state: 'failed' });
  });
});

describe('the holder of a lease', () => {
  test('is this process, which lives', () => {
    expect(leaseHolder()).toMatch(/.+:\d+$/);
    expect(isHolderDead(leaseHolder())).toBe(false);
  });

  test('on this machine whose process is gone is dead', () => {
    const host = leaseHolder().replace(/:\d+$/, '');
    // Larger than any process id that a system hands out.
    expect(isHolderDead(`${host}:${2 ** 22 + 1}`)).toBe(true);
  });

  test('in another container of the same host name is never known to be dead', () => {
    expect(isHolderDead(`${hostname()}:${2 ** 22 + 1}`)).toBe(process.platform !== 'linux');
  });

  test('on another machine, or of a strange form, is never known to be dead', () => {
    expect(isHolderDead('elsewhere:1')).toBe(false);
    expect(isHolderDead('nonsense')).toBe(false);
  });
});
