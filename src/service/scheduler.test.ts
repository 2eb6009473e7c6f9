import { describe, expect, test } from 'vitest';
import { REAL_SURROUNDINGS } from '../app.ts';
import { configSchema } from '../config/file.ts';
import { listRuns } from '../store/runs.ts';
import { findSchedule } from '../store/schedules.ts';
import { freshDatabase } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import { openedVault } from '../vault/vault.testkit.ts';
import { Connections } from './connections.ts';
import { Runs } from './runs.ts';
import { Scheduler } from './scheduler.ts';
import { createSchedule, type ScheduleWish } from './schedules.ts';

const START_MS = Date.parse('2026-11-23T12:00:00Z');
const HOUR_MS = 3_600_000;
const ANNA = { actor: 'user:anna', origin: 'desk' };

async function opened(jde: Record<string, unknown> = {}) {
  const database = await freshDatabase();
  const { db } = database;
  const clock = { nowMs: START_MS };
  const now = () => clock.nowMs;
  const connections = new Connections({
    loaded: { config: configSchema.parse({ version: 1 }), folder: '/' },
    database,
    vault: await openedVault(db),
    surroundings: { ...REAL_SURROUNDINGS, now },
    env: {},
  });
  const settings = {
    name: 'main',
    jde: { url: 'https://ais.example.com', environment: 'JPD920', role: 'BUYER', ...jde },
  };
  const connection = await connections.create(settings, ANNA);
  const submitted: string[] = [];
  const onQueued = (run: { readonly id: string }): void => void submitted.push(run.id);
  const open = () => {
    const runs = new Runs({ db, now, onQueued });
    const onError = (error: unknown): never => {
      throw error;
    };
    return { runs, scheduler: new Scheduler({ db, connections, runs, now, onQueued, onError }) };
  };
  const schedule = (own: Partial<ScheduleWish> = {}): Promise<string> =>
    createSchedule(
      { db, connection, requester: ANNA, nowMs: clock.nowMs },
      {
        kind: 'sync',
        flows: [],
        cron: '0 * * * *',
        timeZone: 'UTC',
        everySeconds: null,
        enabled: true,
        ...own,
      },
    );
  const states = async () => (await listRuns(db, { limit: 50 })).map(({ state }) => state);
  return { db, clock, connections, connection, submitted, open, schedule, states, ...open() };
}

describe('a schedule', () => {
  test('queues a run when it is due, not before, and once', async () => {
    const { clock, scheduler, schedule, states, submitted } = await opened();
    await schedule();
    await scheduler.look();
    expect(await states()).toEqual([]);
    clock.nowMs += HOUR_MS;
    await scheduler.look();
    await scheduler.look();
    expect(await states()).toEqual(['queued']);
    expect(submitted).toHaveLength(1);
  });

  test('that was missed while everything was down runs once when it is back', async () => {
    const { db, clock, scheduler, schedule, states } = await opened();
    const id = await schedule();
    clock.nowMs += 50 * HOUR_MS + 60_000;
    await scheduler.look();
    await scheduler.look();
    expect(await states()).toEqual(['queued']);
    expect((await findSchedule(db, id))?.nextRunAtMs).toBe(START_MS + 51 * HOUR_MS);
  });

  test('gives one run however many processes look', async () => {
    const { clock, open, schedule, states } = await opened();
    await schedule();
    clock.nowMs += HOUR_MS;
    await Promise.all(Array.from({ length: 8 }, () => open().scheduler.look()));
    expect(await states()).toEqual(['queued']);
  });

  test('that is due while a run is at work leaves its run out, and says so', async () => {
    const { db, clock, connection, runs, scheduler, schedule } = await opened();
    const id = await schedule();
    await runs.start({ connection, kind: 'sync', trigger: 'person', wish: {}, requester: ANNA });
    clock.nowMs += HOUR_MS;
    await scheduler.look();
    const all = await listRuns(db, { limit: 10 });
    expect(all.map(({ state }) => state).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'queued',
      'skipped',
    ]);
    expect((await findSchedule(db, id))?.lastNote).toMatch(/^Left out: a sync .* was at work/);
    const told = await listTrail(db, { chain: connection.id, afterSeq: 0, limit: 100 });
    expect(told.map(({ action }) => action)).toContain('run.skipped');
  });

  test('rests while its connection is paused, and goes on from then', async () => {
    const { db, clock, connections, connection, scheduler, schedule, states } = await opened();
    const id = await schedule();
    await connections.pause(connection, true, ANNA);
    clock.nowMs += HOUR_MS;
    await scheduler.look();
    expect(await states()).toEqual([]);
    expect((await findSchedule(db, id))?.lastNote).toMatch(/paused/);
    await connections.pause(connection, false, ANNA);
    clock.nowMs += HOUR_MS;
    await scheduler.look();
    expect(await states()).toEqual(['queued']);
  });

  test('is put off to the end of the quiet hours of JDE', async () => {
    const { db, clock, scheduler, schedule, states } = await opened({
      quietHours: ['12:30-14:15'],
      timeZone: 'UTC',
    });
    const id = await schedule();
    clock.nowMs += HOUR_MS;
    await scheduler.look();
    expect(await states()).toEqual([]);
    expect((await findSchedule(db, id))?.nextRunAtMs).toBe(Date.parse('2026-11-23T14:15:00Z'));
    clock.nowMs = Date.parse('2026-11-23T14:15:01Z');
    await scheduler.look();
    expect(await states()).toEqual(['queued']);
  });

  test('by distance is due right away, then counted from each start', async () => {
    const { db, scheduler, schedule, states } = await opened();
    const id = await schedule({ cron: null, everySeconds: 900 });
    await scheduler.look();
    expect(await states()).toEqual(['queued']);
    expect((await findSchedule(db, id))?.nextRunAtMs).toBe(START_MS + 900_000);
  });
});
