import { describe, expect, test } from 'vitest';
import { inTransaction } from './database.ts';
import {
  checkLease,
  endRun,
  findRun,
  insertRun,
  listRuns,
  releaseLease,
  renewLease,
  saveRunSummary,
  takeLease,
} from './runs.ts';
import { freshStore, NOW_MS, sharedStore, startedRun } from './store.testkit.ts';

const LEASE_MS = 20_000;
const request = (connectionId: string, own: Partial<Parameters<typeof takeLease>[1]> = {}) => ({
  connectionId,
  holder: 'there:2',
  nowMs: NOW_MS + 1_000,
  expiresAtMs: NOW_MS + 1_000 + LEASE_MS,
  isDead: () => false,
  ...own,
});

describe('the lease of a connection', () => {
  test('is refused to a second run while the first one lives, and says who holds it', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    const second = takeLease(db, request(run.connectionId));
    await expect(second).rejects.toMatchObject({ code: 'run.busy' });
    await expect(second).rejects.toThrow(/here:1; its lease ends in 19 s/);
    await expect(checkLease(db, run)).resolves.toBeUndefined();
  });

  test('is refused to another process on the same store as well', async () => {
    const store = await sharedStore();
    const [one, two] = [await store.open(), await store.open()];
    const run = await startedRun(one.db);
    await expect(
      inTransaction(two.db, (tx) => takeLease(tx, request(run.connectionId))),
    ).rejects.toMatchObject({
      code: 'run.busy',
    });
  });

  test('of a holder that is dead is taken at once; its run is marked as interrupted', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    const isDead = (holder: string) => holder === 'here:1';
    expect(await takeLease(db, request(run.connectionId, { isDead }))).toBe(run.leaseNumber + 1);
    expect(await findRun(db, run.runId)).toMatchObject({ state: 'interrupted', endedAtMs: NOW_MS + 1_000 });
  });

  test('that was not renewed in time is taken', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    const late = request(run.connectionId, { nowMs: NOW_MS + LEASE_MS });
    expect(await takeLease(db, late)).toBe(run.leaseNumber + 1);
  });

  test('that was renewed is held on', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    await renewLease(db, run, NOW_MS + 60_000);
    const late = request(run.connectionId, { nowMs: NOW_MS + LEASE_MS });
    await expect(takeLease(db, late)).rejects.toMatchObject({ code: 'run.busy' });
  });

  test('that was lost is noticed by every later write and by the next renewal of the old run', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    await takeLease(db, request(run.connectionId, { isDead: () => true }));
    await expect(checkLease(db, run)).rejects.toMatchObject({ code: 'run.lease_lost' });
    await expect(renewLease(db, run, NOW_MS + 99_000)).rejects.toMatchObject({ code: 'run.lease_lost' });
  });

  test('that was lost cannot be given back by the old run', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    await takeLease(db, request(run.connectionId, { isDead: () => true }));
    await releaseLease(db, run);
    await expect(takeLease(db, request(run.connectionId, { holder: 'third:3' }))).rejects.toMatchObject({
      code: 'run.busy',
    });
  });

  test('that was given back is free, and its number is never used again', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    await releaseLease(db, run);
    expect(await takeLease(db, request(run.connectionId))).toBe(run.leaseNumber + 1);
    await expect(checkLease(db, run)).rejects.toMatchObject({ code: 'run.lease_lost' });
  });

  test('of one connection does not hold another up', async () => {
    const db = await freshStore();
    await startedRun(db);
    const other = await startedRun(db, { name: 'second', runId: 'run-2' });
    await expect(checkLease(db, other)).resolves.toBeUndefined();
  });
});

describe('runs', () => {
  test('keep how they ended', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    await saveRunSummary(db, run, '{"a":1}');
    expect(await findRun(db, run.runId)).toMatchObject({
      state: 'running',
      summary: '{"a":1}',
      endedAtMs: null,
    });
    await endRun(db, run, {
      state: 'failed',
      nowMs: NOW_MS + 5,
      summary: '{"a":2}',
      faultCode: 'jde.timeout',
      faultText: 'No answer.',
    });
    expect(await findRun(db, run.runId)).toEqual({
      id: run.runId,
      connectionId: run.connectionId,
      kind: 'sync',
      state: 'failed',
      settingsVersion: 1,
      requestedBy: 'test',
      startedAtMs: NOW_MS,
      endedAtMs: NOW_MS + 5,
      faultCode: 'jde.timeout',
      faultText: 'No answer.',
      summary: '{"a":2}',
      trigger: 'person',
      options: '{}',
      requestedFrom: '',
      queuedAtMs: NOW_MS,
      stopAskedBy: null,
      progress: null,
    });
  });

  test('are listed newest first, of one connection or of all', async () => {
    const db = await freshStore();
    const run = await startedRun(db);
    for (const [index, runId] of ['run-2', 'run-3'].entries()) {
      const handle = { ...run, runId, connectionId: index === 0 ? run.connectionId : 'another' };
      await insertRun(db, { handle, kind: 'plan', requestedBy: 'test', nowMs: NOW_MS + index + 1 });
    }
    const ids = async (query: { connectionId?: string; limit: number }) =>
      (await listRuns(db, query)).map((each) => each.id);
    expect(await ids({ limit: 10 })).toEqual(['run-3', 'run-2', 'run-1']);
    expect(await ids({ limit: 1 })).toEqual(['run-3']);
    expect(await ids({ connectionId: run.connectionId, limit: 10 })).toEqual(['run-2', 'run-1']);
  });

  test('are found by the beginning of their id, unless that fits several', async () => {
    const db = await freshStore();
    const run = await startedRun(db, { runId: 'abc-1' });
    await insertRun(db, {
      handle: { ...run, runId: 'abd-2' },
      kind: 'sync',
      requestedBy: 'test',
      nowMs: NOW_MS,
    });
    expect((await findRun(db, 'abc'))?.id).toBe('abc-1');
    expect(await findRun(db, 'ab')).toBeUndefined();
    expect(await findRun(db, 'x')).toBeUndefined();
    // A wildcard is no beginning of an id.
    expect(await findRun(db, '%c')).toBeUndefined();
  });
});
