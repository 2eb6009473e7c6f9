import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { administer, createDatabase, testServer } from '../src/store/postgres-server.testkit.ts';
import { insertSchedule, listSchedules } from '../src/store/schedules.ts';
import { type Course, DATABASE_DROPS_ALL, FROZEN, KILLED, play, until } from './many-workers/disasters.ts';
import { type FleetDatabase, openFleet } from './many-workers/fleet.ts';
import { expectRoomIsMade } from './many-workers/sharing.ts';
import { undisturbed } from './many-workers/undisturbed.ts';

/** All disasters, more workers and more rounds: `node scripts/many-workers.ts`. */
const LASTS_MAX_MS = 240_000;
const [SUPPLIERS, ORDERS_EACH] = [8, 2];
/** 30 s on a machine that has nothing else to do. */
const GOES_ON_MS_MAX = 60_000;

/** A database that is reached over TCP, where a password is asked for. */
async function sharedDatabase(): Promise<FleetDatabase> {
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

describe.concurrent('of two workers on one database, with nothing lost and nothing doubled,', () => {
  test.each([KILLED, FROZEN])(
    'the other one goes on when $name',
    async (disaster) => {
      const course = await play(disaster, { database: await sharedDatabase(), workers: 2, ...size });
      await expectAllThere(course);
      expect(course.runs.map(({ state }) => state)).toEqual(['interrupted', 'succeeded']);
    },
    LASTS_MAX_MS,
  );

  test(
    'one goes on when $name'.replace('$name', DATABASE_DROPS_ALL.name),
    async () => {
      await expectAllThere(
        await play(DATABASE_DROPS_ALL, { database: await sharedDatabase(), workers: 2, ...size }),
      );
    },
    LASTS_MAX_MS,
  );
});

test(
  'a long run of a worker makes room for one of another connection, and goes on behind it',
  async () => {
    await expectRoomIsMade({ database: await sharedDatabase(), workers: 1 });
  },
  LASTS_MAX_MS,
);

test(
  'a schedule gives one run for each moment, however many processes look at it',
  async () => {
    const fleet = await openFleet({
      database: await sharedDatabase(),
      servers: 1,
      workers: 3,
      onOneMachine: true,
      // The server leaves all runs to the workers.
      config: { jobs: { runsAtOnce: 0 }, worker: { runsAtOnce: 2 } },
      suppliers: 1,
      ordersEach: 1,
    });
    onTestFinished(() => fleet.stop());
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
  },
  LASTS_MAX_MS,
);
