import { describe, expect, test } from 'vitest';
import { listNotices, listTroubles, purgeNotices } from '../store/notices.ts';
import { freshStore, NOW_MS, startedRun } from '../store/store.testkit.ts';
import { runNoticeLoop } from './loop.ts';
import { noteEvent } from './note.ts';
import { Clock, DAY_MS, deskOf, startReceiver, webhookTo } from './notices.testkit.ts';

/** A clock on which so much time passes; then the loop is stopped. */
function untilMs(clock: Clock, endMs: number) {
  const stop = new AbortController();
  const sleep = async (ms: number): Promise<void> => {
    clock.advance(ms);
    if (clock.ms >= endMs) stop.abort();
  };
  return { signal: stop.signal, sleep };
}

describe('the loop', () => {
  test('sends, watches freshness and goes on after an error until it is stopped', async () => {
    const db = await freshStore();
    const { connectionId } = await startedRun(db);
    const receiver = await startReceiver();
    const desk = deskOf(db, [receiver.host]);
    await desk.add(webhookTo(receiver));
    const errors: unknown[] = [];
    let asked = 0;
    await runNoticeLoop({
      ...desk,
      ...untilMs(desk.clock, NOW_MS + 3 * 60_000),
      watched: async () => {
        asked += 1;
        if (asked === 1) throw new Error('The store is busy.');
        return [{ id: connectionId, staleAfterMinutes: 2 }];
      },
      keepDays: 90,
      onError: (error) => errors.push(error),
    });
    expect(asked).toBe(3);
    expect(errors).toEqual([new Error('The store is busy.')]);
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as { title: string }).title)).toEqual([
      'main: nothing fresh for more than 2 minutes',
    ]);
  });

  test('removes what is old', async () => {
    const db = await freshStore();
    const { connectionId } = await startedRun(db);
    await noteEvent(db, { event: 'run.no_progress', connectionId, runId: 'run-1', runs: 3 }, NOW_MS);
    const desk = deskOf(db);
    desk.clock.advance(31 * DAY_MS);
    await runNoticeLoop({
      ...desk,
      ...untilMs(desk.clock, desk.clock.ms),
      watched: async () => [],
      keepDays: 30,
      onError: (error) => {
        throw error;
      },
    });
    expect(await listNotices(db, { limit: 10 })).toEqual([]);
    expect(await listTroubles(db)).toEqual([]);
  });
});

test('what waits to be sent is not removed, however old it is', async () => {
  const db = await freshStore();
  const { connectionId } = await startedRun(db);
  const happen = (runId: string, runs: number) =>
    noteEvent(db, { event: 'parked.new', connectionId, runId, causes: [] }, NOW_MS + runs);
  await happen('run-1', 1);
  await deskOf(db).add(webhookTo(await startReceiver()));
  await happen('run-2', 2);
  expect(await purgeNotices(db, { olderThanMs: NOW_MS + DAY_MS, limit: 10 })).toBe(1);
  expect(await listNotices(db, { limit: 10 })).toMatchObject([{ runId: 'run-2' }]);
});
