import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import pg from 'pg';
import { type Disaster, EVERY_DISASTER, play } from '../test/many-workers/disasters.ts';
import { measureLateness } from '../test/many-workers/lateness.ts';
import { undisturbed } from '../test/many-workers/undisturbed.ts';
import { type PostgresServer, startPostgres } from '../test/support/postgres-server.ts';
import buildForTests from '../test/support/program-setup.ts';

const HELP = `Lets disasters strike real worker processes on a real PostgreSQL in the middle of their work, and compares what Cin7
holds in the end with an undisturbed run.

  node scripts/many-workers.ts [--workers 2,4] [--rounds N] [--only WORD] [--one-machine] [--json]
  node scripts/many-workers.ts --lateness [--workers 2,4]     how late runs of schedules begin`;

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '2,4' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    'one-machine': { type: 'boolean', default: false },
    lateness: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [SUPPLIERS, ORDERS_EACH] = [12, 2];

if (!values.help) await buildForTests();
if (values.help) console.log(HELP);
else if (values.lateness) await measureAll();
else process.exitCode = await strikeAll();

async function strikeAll(): Promise<number> {
  const expected = await undisturbed(SUPPLIERS, ORDERS_EACH);
  const server = await startPostgres();
  let failures = 0;
  try {
    for (const disaster of EVERY_DISASTER.filter(({ name }) => name.includes(values.only)))
      for (const workers of values.workers.split(',').map(Number))
        for (let round = 1; round <= Number(values.rounds); round += 1)
          if (!(await strike(disaster, { workers, server, expected }))) failures += 1;
  } finally {
    await server.stop();
  }
  return failures === 0 ? 0 : 1;
}

async function measureAll(): Promise<void> {
  const server = await startPostgres();
  try {
    for (const workers of values.workers.split(',').map(Number)) {
      const database = { url: await createDatabase(server), port: server.port };
      console.log(JSON.stringify({ workers, ...(await measureLateness({ database, workers })) }));
    }
  } finally {
    await server.stop();
  }
}

async function strike(
  disaster: Disaster,
  of: { readonly workers: number; readonly server: PostgresServer; readonly expected: unknown },
): Promise<boolean> {
  const { workers, server, expected } = of;
  const url = await createDatabase(server);
  const { content, ...course } = await play(disaster, {
    database: { url, port: server.port },
    workers,
    suppliers: SUPPLIERS,
    ordersEach: ORDERS_EACH,
    onOneMachine: values['one-machine'],
  });
  const isRight = isDeepStrictEqual(content, expected) && course.lateWrites === 0;
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1).padStart(5);
  if (values.json) console.log(JSON.stringify({ ...course, workers, isRight }));
  else
    console.log(
      `${isRight ? 'right' : 'WRONG'}  ${workers} workers  taken over ${seconds(course.takenOverMs)} s  wrote ${seconds(course.writtenMs)} s  done ${seconds(course.endedMs)} s  ${disaster.name}  (${course.runs.map(({ state }) => state).join(', ')})`,
    );
  return isRight;
}

async function createDatabase(server: PostgresServer): Promise<string> {
  const name = `fleet_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({
    host: server.socket,
    port: server.port,
    user: 'postgres',
    database: 'postgres',
  });
  await client.connect();
  await client.query(`create role ${name} superuser login password 'fleet'`);
  await client.query(`create database ${name} owner ${name} encoding 'UTF8' template template0`);
  await client.end();
  return `postgres://${name}:fleet@127.0.0.1:${server.port}/${name}`;
}
