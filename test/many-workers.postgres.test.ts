import { randomUUID } from 'node:crypto';
import { describe, expect, type TestContext, test } from 'vitest';
import { administer, createDatabase, testServer } from '../src/store/postgres-server.testkit.ts';
import { insertSchedule, listSchedules } from '../src/store/schedules.ts';
import { type Course, DATABASE_DROPS_ALL, FROZEN, KILLED, play, until } from './many-workers/disasters.ts';
import { type FleetDatabase, openFleet } from './many-workers/fleet.ts';
import { ROOM_IS_MADE, shareOnePlace } from './many-workers/sharing.ts';
import { undisturbed } from './many-workers/undisturbed.ts';

/** Set for those that take long. All disasters, more workers and more rounds: `node scripts/many-workers.ts`. */
const ALL = (process.env['ML_CONNECTOR_MANY_WORKERS'] ?? '') !== '';
const LASTS_MAX_MS = 240_000;
const [SUPPLIERS, ORDERS_EACH] = [8, 2];
/** 30 s on a machine that has nothing else to do. */
const GOES_ON_MS_MAX = 60_000;

/** A database that is reached over TCP, where a password is asked for. */
async function sharedDatabase({ onTestFinished }: TestContext): Promise<FleetDatabase> {
  const server = testServer();
  if (server === undefined) throw new Error('These tests need PostgreSQL.');
  const { url: made, drop } = await createDatabase(server);
  const role = `fleet_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create role ${role} superuser login password 'fleet'`);
  onTestFinished(async () => {
    await drop();
    await administer(server, `drop role ${role}`);
  });
  const url = new URL(made);
  const port = Number(url.port);
  url.username = role;
  url.password = 'fleet';
  url.host = `127.0.0.1:${port}`;
  url.searchParams.delete('host');
  return { url: url.href, port };
}

const size = { suppliers: SUPPLIERS, ordersEach: ORDERS_EACH };

async function expectAllThere(course: Course): Promise<void> {
  expect(course.content).toEqual(await undisturbed(SUPPLIERS, ORDERS_EACH));
  expect(course.runs.at(-1)).toMatchObject({ state: 'succeeded', kind: 'sync' });
  expect(course.lateWrites).toBe(0);
  expect(course.writtenMs).toBeLessThan(GOES_ON_MS_MAX);
}

// Each with a context of its own: tests beside each other must not clear up after each other.
describe.concurrent('processes on one database', { timeout: LASTS_MAX_MS }, () => {
  test('a killed worker loses and doubles nothing, and another one goes on', async (context) => {
    const database = await sharedDatabase(context);
    const course = await play(KILLED, { database, workers: 2, onOneMachine: true, ...size });
    await expectAllThere(course);
    expect(course.runs[0]?.state).toBe('interrupted');
  });

  test('a worker that stands still for longer than its lease changes nothing when it wakes', async (context) => {
    const database = await sharedDatabase(context);
    const course = await play(FROZEN, { database, workers: 2, ...size });
    await expectAllThere(course);
    expect(course.runs[0]?.state).toBe('interrupted');
  });

  test('a database that ends all connections loses and doubles nothing', async (context) => {
    const database = await sharedDatabase(context);
    await expectAllThere(await play(DATABASE_DROPS_ALL, { database, workers: 2, ...size }));
  });
});

describe('processes on one database, one after the other', { timeout: LASTS_MAX_MS }, () => {
  test.skipIf(!ALL)(
    'a long run makes room for one of another connection, and goes on behind it',
    async (context) => {
      const database = await sharedDatabase(context);
      expect(await shareOnePlace({ database, workers: 1 })).toEqual(ROOM_IS_MADE);
    },
  );

  test('a schedule gives one run for each moment, however many look at it', async (context) => {
    const fleet = await openFleet({
      database: await sharedDatabase(context),
      servers: 1,
      workers: 3,
      onOneMachine: true,
      // The server leaves all runs to the workers.
      config: { jobs: { runsAtOnce: 0 }, worker: { runsAtOnce: 2 } },
      suppliers: 1,
      ordersEach: 1,
    });
    context.onTestFinished(() => fleet.stop());
    const dueAtMs = Date.now() + 1_500;
    const ids = Array.from({ length: 20 }, () => randomUUID());
    for (const id of ids) {
      await insertSchedule(
        fleet.store.db,
        {
          id,
          connectionId: fleet.connections['main'] ?? '',
          kind: 'sync',
          flows: [],
          cron: null,
          timeZone: 'UTC',
          everySeconds: 86_400,
          enabled: true,
          nextRunAtMs: dueAtMs,
        },
        Date.now(),
      );
    }
    const actors = ids.map((id) => `schedule:${id.slice(0, 8)}`).toSorted();
    await until(async () => (await fleet.runs()).length >= ids.length, 'the schedules to fire');
    await until(
      async () => (await fleet.runs()).every(({ state }) => state === 'skipped' || state === 'succeeded'),
      'the runs to end',
    );
    const runs = await fleet.runs();
    expect(runs.map((run) => run.requestedBy).toSorted()).toEqual(actors);
    // Runs of one connection never overlap: those that were due beside one at work say so.
    expect(runs.filter(({ state }) => state === 'succeeded').length).toBeGreaterThan(0);
    const schedules = await listSchedules(fleet.store.db);
    expect(new Set(schedules.map(({ lastDueAtMs }) => lastDueAtMs))).toEqual(new Set([dueAtMs]));
  });
});
