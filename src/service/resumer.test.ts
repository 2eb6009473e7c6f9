import { describe, expect, test } from 'vitest';
import type { SubmittedRun } from '../jobs/carrier.ts';
import { leaseHolder } from '../jobs/lease-holder.ts';
import { saveBackfill } from '../store/backfills.ts';
import { setPaused } from '../store/connections-admin.ts';
import type { Db } from '../store/database.ts';
import { loadMark } from '../store/marks.ts';
import { askRunToStop } from '../store/run-queue.ts';
import { checkLease, listRuns, renewLease } from '../store/runs.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import { Resumer } from './resumer.ts';

const LEASE_MS = 20_000;
/** Larger than any process id that a system hands out. */
const DEAD = leaseHolder().replace(/:\d+$/, `:${2 ** 22 + 1}`);

async function opened(holder = 'elsewhere:1') {
  const db = await freshStore();
  const run = await startedRun(db, { holder });
  const submitted: SubmittedRun[] = [];
  let nowMs = NOW_MS;
  const resumer = new Resumer({
    db,
    carrier: { submit: async (order) => void submitted.push(order) },
    now: () => nowMs,
    onError: (error) => {
      throw error;
    },
  });
  const look = async (passMs = 0): Promise<void> => {
    nowMs += passMs;
    await resumer.look();
  };
  return { db, run, resumer, submitted, look };
}

async function states(db: Db): Promise<readonly string[]> {
  return (await listRuns(db, { limit: 10 })).map(({ state }) => state).toSorted();
}

describe('a run whose worker', () => {
  test('is at work is left alone', async () => {
    const { db, look, submitted } = await opened();
    await look(LEASE_MS - 1);
    expect(await states(db)).toEqual(['running']);
    expect(submitted).toEqual([]);
  });

  test('did not renew its lease is ended, and another one goes on with the rest', async () => {
    const { db, run, look, submitted } = await opened();
    await look(LEASE_MS);
    const [next, before] = await listRuns(db, { limit: 10 });
    expect(before).toMatchObject({ id: run.runId, state: 'interrupted' });
    expect(next).toMatchObject({ state: 'queued', kind: 'sync', requestedBy: 'test', trigger: 'person' });
    expect(JSON.parse(next?.options ?? '')).toEqual({
      continues: { run: run.runId, because: 'worker_gone', interruptions: 1 },
    });
    expect(submitted).toEqual([{ id: next?.id, connectionId: run.connectionId, insteadOf: run.runId }]);
    const trail = await listTrail(db, { chain: run.connectionId, afterSeq: 0, limit: 10 });
    expect(trail.map(({ action }) => action)).toEqual(['run.interrupted', 'run.continued']);
    // He may live: who comes next waits before it writes.
    expect(await loadMark(db, run.connectionId, 'run.taken_over')).toBe(String(NOW_MS + LEASE_MS));
  });

  test('wakes later can change nothing any more', async () => {
    const { db, run, look } = await opened();
    await look(LEASE_MS);
    await expect(checkLease(db, run)).rejects.toMatchObject({ code: 'run.lease_lost' });
    await expect(renewLease(db, run, NOW_MS + 60_000)).rejects.toMatchObject({ code: 'run.lease_lost' });
  });

  test('is known to be dead is not waited for', async () => {
    const { db, run, look, submitted } = await opened(DEAD);
    await look();
    expect(submitted).toHaveLength(1);
    expect(await loadMark(db, run.connectionId, 'run.taken_over')).toBeUndefined();
  });

  test('is this process, which could not store its ending, goes on at once', async () => {
    const { run, resumer, look, submitted } = await opened(leaseHolder());
    await look();
    expect(submitted).toEqual([]);
    resumer.giveUp(run.runId);
    await look();
    expect(submitted).toHaveLength(1);
  });

  test('has given it up is not taken from another process that has it now', async () => {
    const { run, resumer, look, submitted } = await opened('elsewhere:1');
    resumer.giveUp(run.runId);
    await look();
    expect(submitted).toEqual([]);
  });

  test('is gone has one successor, however many processes look', async () => {
    const { db, look } = await opened();
    await Promise.all([look(LEASE_MS), look(), look()]);
    expect(await states(db)).toEqual(['interrupted', 'queued']);
  });
});

describe('nobody goes on with', () => {
  test('a run of a connection that is paused', async () => {
    const { db, run, look, submitted } = await opened();
    await setPaused(db, run.connectionId, { by: 'anna', atMs: NOW_MS });
    await look(LEASE_MS);
    expect(await states(db)).toEqual(['interrupted']);
    expect(submitted).toEqual([]);
  });

  test('a run that people had asked to stop', async () => {
    const { db, run, look } = await opened();
    await askRunToStop(db, run.runId, 'anna');
    await look(LEASE_MS);
    expect(await states(db)).toEqual(['interrupted']);
  });

  test('a plan, which is for the person who asked for it', async () => {
    const { db, look } = await opened();
    await db.updateTable('runs').set({ kind: 'plan' }).execute();
    await look(LEASE_MS);
    expect(await states(db)).toEqual(['interrupted']);
  });

  test('a run that was broken off ten times in a row', async () => {
    const { db, run, look } = await opened();
    const continues = { run: 'before', because: 'worker_gone', interruptions: 10 };
    await db
      .updateTable('runs')
      .set({ options: JSON.stringify({ continues }) })
      .execute();
    await look(LEASE_MS);
    expect(await states(db)).toEqual(['interrupted']);
    const trail = await listTrail(db, { chain: run.connectionId, afterSeq: 0, limit: 10 });
    expect(trail.map(({ action }) => action)).toEqual(['run.interrupted', 'run.not_continued']);
  });
});

describe('a backfill', () => {
  const asked = { flows: ['suppliers'], backfill: { since: '2026-01-01' } };

  async function continued(begun: boolean): Promise<unknown> {
    const { db, run, look } = await opened();
    await db
      .updateTable('runs')
      .set({ kind: 'backfill', options: JSON.stringify(asked) })
      .execute();
    if (begun)
      await saveBackfill(
        db,
        run.connectionId,
        { scope: '{}', position: '{}', staged: 0, requestedBy: 'test', startedAtMs: NOW_MS },
        NOW_MS,
      );
    await look(LEASE_MS);
    const [next] = await listRuns(db, { limit: 1 });
    const { continues: _, ...wish } = JSON.parse(next?.options ?? '{}') as Record<string, unknown>;
    return wish;
  }

  test('that was begun goes on where it stands', async () => {
    expect(await continued(true)).toEqual({});
  });

  test('that was not begun yet keeps what was asked for', async () => {
    expect(await continued(false)).toEqual(asked);
  });
});
