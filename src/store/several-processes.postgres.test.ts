import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkChain } from '../trail/chain.ts';
import { storedBudgetLedger } from './budget.ts';
import type { Db } from './database.ts';
import { loadMark, saveMark } from './marks.ts';
import { openPostgres } from './postgres.ts';
import { createDatabase, testServer } from './postgres-server.testkit.ts';
import { NOW_MS, startedRun } from './store.testkit.ts';
import { listTrail } from './trail.ts';

const PROGRAM = join(import.meta.dirname, 'contender.testkit.ts');

async function openedStore(): Promise<{ db: Db; url: string }> {
  const server = testServer();
  if (server === undefined) throw new Error('These tests need PostgreSQL.');
  const { url, drop } = await createDatabase(server);
  const database = await openPostgres(url, { poolMax: 3, field: 'test' });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  return { db: database.db, url };
}

/** Lets processes loose on a store at the same moment, and returns what each of them printed. */
async function race(
  url: string,
  act: string,
  own: { connectionId?: string; times: number },
): Promise<unknown[]> {
  const started = ['one', 'two', 'three'].map((name) => {
    const args = [PROGRAM, act, url, name, own.connectionId ?? 'none', String(own.times)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    return { child, ready: once(child.stdout, 'data'), ended: once(child, 'close'), text: () => out };
  });
  await Promise.all(started.map(({ ready }) => ready));
  for (const { child } of started) child.stdin.end();
  const codes = await Promise.all(started.map(async ({ ended }) => (await ended)[0] as number | null));
  expect(codes).toEqual([0, 0, 0]);
  return started.map(({ text }) => JSON.parse(text().split('\n')[1] ?? 'null') as unknown);
}

async function trailOf(db: Db, chain: string) {
  return listTrail(db, { chain, afterSeq: 0, limit: 10_000 });
}

test('processes that share an application key never take more calls than it allows', async () => {
  const { db, url } = await openedStore();
  const granted = await race(url, 'budget', { times: 20 });
  expect(granted.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(50);
  const window = { windowMs: 60_000, nowMs: NOW_MS, staleAfterMs: 60_000 };
  expect(await storedBudgetLedger(db).used('key', window)).toBe(50);
});

test('the trail that processes write to at the same time has no gap, no double and no broken link', async () => {
  const { db, url } = await openedStore();
  const { connectionId } = await startedRun(db);
  expect(await race(url, 'trail', { connectionId, times: 60 })).toEqual([60, 60, 60]);
  const entries = await trailOf(db, connectionId);
  expect(checkChain(undefined, entries)).toMatchObject({ last: { seq: 3 * 60 * 2 } });
  expect(new Set(entries.map((entry) => entry.actor)).size).toBe(3);
  expect(checkChain(undefined, await trailOf(db, 'system'))).toMatchObject({ last: { seq: 3 * 20 } });
});

test('a process whose lease was taken over changes nothing any more, however close the moments are', async () => {
  const { db, url } = await openedStore();
  const { connectionId } = await startedRun(db);
  await saveMark(db, connectionId, { name: 'figure', value: '0', nowMs: NOW_MS });
  const done = await race(url, 'lease', { connectionId, times: 80 });
  // No addition was lost, and none was made twice.
  expect(await loadMark(db, connectionId, 'figure')).toBe(String(3 * 80));
  // They did take the lease from each other.
  expect(done).toContainEqual({ written: 80, lost: expect.toSatisfy((lost) => Number(lost) > 0) });
  // Nothing was written under a lease once there was a later one.
  const leases = (await trailOf(db, connectionId))
    .filter((entry) => entry.action === 'test')
    .map((entry) => (JSON.parse(entry.data) as { lease: number }).lease);
  expect(leases).toHaveLength(3 * 80);
  expect(leases).toEqual(leases.toSorted((a, b) => a - b));
});

test('processes that register the same new connection agree on one', async () => {
  const { db, url } = await openedStore();
  const [one, two, three] = await race(url, 'register', { times: 8 });
  expect(one).toHaveLength(8);
  expect(two).toEqual(one);
  expect(three).toEqual(one);
  const versions = await db
    .selectFrom('settings_versions')
    .innerJoin('connections', 'connections.id', 'settings_versions.connection_id')
    .select(['connections.name', 'settings_versions.version'])
    .execute();
  const names = versions.map((row) => `${row.name} ${row.version}`);
  expect(new Set(names).size).toBe(names.length);
});
