import { expect, test } from 'vitest';
import { registerConnection } from '../store/connections.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { enqueueRun } from '../store/run-queue.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import { sliceSignal } from './slice.ts';

const SLICE_MS = 600_000;

async function connection(db: Db, name: string): Promise<string> {
  return (await inTransaction(db, (tx) => registerConnection(tx, { name, settings: {}, nowMs: NOW_MS }))).id;
}

async function waiting(db: Db, connectionId: string, queuedAtMs: number): Promise<void> {
  await enqueueRun(db, {
    id: `waiting-${connectionId}`,
    connectionId,
    kind: 'sync',
    trigger: 'schedule',
    options: '{}',
    settingsVersion: 1,
    requestedBy: 'schedule:1',
    requestedFrom: 'schedule',
    nowMs: queuedAtMs,
  });
}

/** A run at work on a clock that its sleeps move; it ends after twice its slice. */
async function watched() {
  const db = await freshStore();
  const run = await startedRun(db);
  let nowMs = NOW_MS;
  const ended = new AbortController();
  const sleep = async (ms: number): Promise<void> => {
    nowMs += ms;
    if (nowMs > NOW_MS + 2 * SLICE_MS) ended.abort();
  };
  const over = async (): Promise<{ signal: AbortSignal; atMs: number }> => {
    const { connectionId } = run;
    const signal = sliceSignal(
      { db, connectionId, sliceMs: SLICE_MS, now: () => nowMs, sleep },
      ended.signal,
    );
    await expect.poll(() => signal.aborted || ended.signal.aborted, { timeout: 30_000 }).toBe(true);
    return { signal, atMs: nowMs - NOW_MS };
  };
  return { db, run, over };
}

test('a run that has had its slice makes room for the run of another connection', async () => {
  const { db, over } = await watched();
  await waiting(db, await connection(db, 'second'), NOW_MS);
  const { signal, atMs } = await over();
  expect(signal.reason).toMatchObject({ code: 'run.slice_over' });
  expect(atMs).toBe(SLICE_MS);
});

test('a run that nobody waits for is left alone, however long it takes', async () => {
  const { over } = await watched();
  expect((await over()).signal.aborted).toBe(false);
});

test('a run makes no room for those of its own connection, nor for those that could not begin anyway', async () => {
  const { db, run, over } = await watched();
  await waiting(db, run.connectionId, NOW_MS);
  const { connectionId } = await startedRun(db, { name: 'second', runId: 'run-2' });
  await waiting(db, connectionId, NOW_MS);
  expect((await over()).signal.aborted).toBe(false);
});

test('a run that was only just queued is given the time to be taken up elsewhere', async () => {
  const { db, over } = await watched();
  await waiting(db, await connection(db, 'second'), NOW_MS + SLICE_MS - 1_000);
  expect((await over()).atMs).toBe(SLICE_MS + 5_000);
});
