import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { startCin7Simulator } from '../src/simulators/cin7/index.ts';
import { loadSampleCompany } from '../src/simulators/dataset/index.ts';
import { startJdeSimulator } from '../src/simulators/jde/index.ts';
import { createDatabase, testServer } from '../src/store/postgres-server.testkit.ts';
import { jsonLines, openWorkplace, type Workplace } from './support/cli.ts';

async function emptyDatabase(): Promise<string> {
  const server = testServer();
  if (server === undefined) throw new Error('These tests need PostgreSQL.');
  const { url, drop } = await createDatabase(server, 'template0');
  onTestFinished(drop);
  return url;
}

async function installed() {
  const sample = await loadSampleCompany();
  const jde = await startJdeSimulator({ tables: sample.tables });
  const allowance = { calls: 600_000, windowMs: 60_000 };
  const cin7 = await startCin7Simulator({ company: sample.company, allowance });
  const work = openWorkplace({ jde, cin7 });
  onTestFinished(async () => {
    await Promise.all([jde.stop(), cin7.stop()]);
    work.remove();
  });
  return { cin7, work };
}

/** What a person does whom the command has told to. */
function useDatabase(work: Workplace, url: string): void {
  work.write('database-url', `${url}\n`);
  const config = parse(readFileSync(join(work.folder, 'ml-connector.yaml'), 'utf8')) as Record<
    string,
    unknown
  >;
  work.write('ml-connector.yaml', stringify({ ...config, store: { postgres: { file: 'database-url' } } }));
}

test('an installation moves to PostgreSQL and goes on there as if nothing had happened', async () => {
  const { cin7, work } = await installed();
  const url = await emptyDatabase();
  expect((await work.run('sync')).code).toBe(0);
  const writes = cin7.writes;

  const counted = await work.run('migrate-store', '--to', url, '--dry-run', '--json');
  expect(counted.code).toBe(0);
  const moved = await work.run('migrate-store', '--to', url);
  expect(moved).toMatchObject({ code: 0 });
  expect(moved.out).toContain('Every row was read back from PostgreSQL and is the same.');
  expect(moved.out).toMatch(/DATABASE_URL.*\n.*Move .*ml-connector\.db aside/);
  const again = await work.run('migrate-store', '--to', url, '--json');
  expect(again.code).toBe(3);
  expect(jsonLines(again.out).at(-1)).toMatchObject({ error: { code: 'store.not_empty' } });

  useDatabase(work, url);
  const synced = await work.run('sync', '--json');
  expect(synced.code).toBe(0);
  expect(jsonLines(synced.out).at(-1)).toMatchObject({
    flows: { suppliers: { created: 0 }, purchases: { created: 0, updated: 0 } },
  });
  expect(cin7.writes).toBe(writes);
  const runs = jsonLines((await work.run('runs', 'list', '--json')).out);
  expect(runs.map((run) => run['state'])).toEqual(['succeeded', 'succeeded']);
  const verified = await work.run('audit', 'verify', '--all', '--json');
  expect(verified.code).toBe(0);
  for (const verdict of jsonLines(verified.out)) expect(verdict).toMatchObject({ intact: true });
  // Eight processes, one after the other.
}, 240_000);

test('a database that does not answer is named without its password', async () => {
  const { work } = await installed();
  expect((await work.run('connection', 'test')).code).toBe(0);
  const ended = await work.run('migrate-store', '--to', 'postgres://anna:s3cret@127.0.0.1:1/connector');
  expect(ended.code).toBe(3);
  expect(ended.err).toContain('nothing listens there');
  expect(`${ended.out}${ended.err}`).not.toContain('s3cret');
});

test('without a database the command says how to name one', async () => {
  const { work } = await installed();
  expect((await work.run('connection', 'test')).code).toBe(0);
  const ended = await work.run('migrate-store');
  expect(ended.code).toBe(2);
  expect(ended.err).toContain('DATABASE_URL');
});
