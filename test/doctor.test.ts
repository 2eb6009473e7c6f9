import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { skewFinding } from '../src/cli/doctor/online.ts';
import { openSqlite } from '../src/store/database.ts';
import { carryOut } from './support/api-runs.ts';
import { jsonLines } from './support/cli.ts';
import { startServer, type TestServer } from './support/server.ts';
import { programPath } from './support/program.ts';

const CANARIES = {
  jdePassword: 'canary-jde-password-7f3a',
  applicationKey: 'canary-cin7-application-key-91bd',
  databasePassword: 'canary-database-password-2e11',
  channelSecret: 'canary-webhook-path-0c1d',
};
const REQUESTER = { actor: 'test', origin: 'test' };

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

function doctor(
  folder: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [programPath(), 'doctor', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((done) => child.on('close', (code) => done({ code, text })));
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where sealed secrets are, a run has ended, and a server is at work. */
async function usedServer(): Promise<TestServer> {
  const server = await startServer({
    jde: { users: [{ user: 'READER', password: CANARIES.jdePassword }] },
    cin7: { applicationKeys: [CANARIES.applicationKey] },
    config: { notices: { allowHosts: ['127.0.0.1:9'] } },
  });
  const { engine } = server.served;
  const connection = await engine.connections.find('main');
  await engine.connections.saveCredentials(connection, server.wish.secrets, REQUESTER);
  const admin = await server.person('admin');
  const made = await admin.call('POST', '/api/v1/notice-channels', {
    name: 'ops',
    kind: 'slack',
    events: null,
    connections: null,
    enabled: true,
    secret: { url: `http://127.0.0.1:9/${CANARIES.channelSecret}` },
  });
  expect(made.status, made.text).toBeLessThan(300);
  await carryOut(admin, 'sync');
  return server;
}

const environmentOf = ({ cin7 }: TestServer): Record<string, string> => ({
  ML_CONNECTOR_MAIN_JDE_USER: 'READER',
  ML_CONNECTOR_MAIN_JDE_PASSWORD: CANARIES.jdePassword,
  ML_CONNECTOR_MAIN_CIN7_ACCOUNT_ID: cin7.accountId,
  ML_CONNECTOR_MAIN_CIN7_APPLICATION_KEY: CANARIES.applicationKey,
});

function expectNoCanary(text: string): void {
  expect(Object.values(CANARIES).filter((canary) => text.includes(canary))).toEqual([]);
}

const PLACES = [
  'budget',
  'clock.online',
  'clock.store',
  'config',
  'connection',
  'connections',
  'credentials',
  'disk',
  'environment',
  'leases',
  'notices',
  'processes',
  'program',
  'records',
  'runs',
  'schedules',
  'store',
  'store.file',
  'store.integrity',
  'store.schema',
  'trail',
  'troubles',
  'vault',
  'watermarks',
];

test('a healthy installation is looked at everywhere, without a secret; one that is not says what and what next', async () => {
  const server = await usedServer();
  const env = environmentOf(server);
  const well = await doctor(server.folder, ['--online', '--json'], env);
  expectNoCanary(well.text);
  const lines = jsonLines(well.text);
  const found = lines.slice(0, -1);
  expect(found.filter(({ state }) => state === 'problem')).toEqual([]);
  expect(well.code).toBe(0);
  expect(new Set(found.map(({ check }) => check))).toEqual(new Set(PLACES));
  expect(lines.at(-1)).toMatchObject({ healthy: true, problem: 0 });
  const of = (check: string) => found.find((each) => each['check'] === check);
  expect(of('vault')).toMatchObject({ state: 'ok', sealed: expect.any(Number) });
  expect(of('runs')).toMatchObject({ connection: 'main', runs: [{ kind: 'sync', state: 'succeeded' }] });
  expect(of('watermarks')).toMatchObject({ connection: 'main', tables: { F0401: expect.any(String) } });
  expect(of('program')).toMatchObject({ node: process.versions.node, timeZone: expect.any(String) });

  const { db } = server.served.database;
  const connection = await server.served.engine.connections.find('main');
  await db.updateTable('trail').set({ actor: 'nobody' }).where('chain', '=', connection.id).execute();
  await db.updateTable('runs').set({ state: 'failed', fault_code: 'jde.sign_in_refused' }).execute();
  rmSync(join(server.folder, 'data', 'master.key'));
  const ill = await doctor(server.folder, [], env);
  expect(ill.code).toBe(1);
  expectNoCanary(ill.text);
  expect(ill.text).toMatch(/✗ trail: main: Entry 1 was changed.*\n {4}next: Run audit verify --all/);
  expect(ill.text).toMatch(/✗ runs: main: sync failed \(jde\.sign_in_refused\).*\n {4}next: .*runs show/);
  expect(ill.text).toMatch(/✗ vault: 0 of \d+ stored secrets open.*\n {4}next: Run key check/);
  expect(ill.text).toMatch(/\d+ in order, \d+ warnings, 3 problems\.\n$/);
}, 90_000);

test('where nothing is set up yet it makes nothing, and says where a store would be', async () => {
  const folder = emptyFolder();
  const ended = await doctor(folder);
  expect(ended).toMatchObject({ code: 0, text: expect.stringContaining('there is no store') });
  expect(readdirSync(folder)).toEqual([]);
});

test('a configuration that is wrong, a database that does not answer and a store before its upgrade are findings', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'ml-connector.yaml'), 'version: 1\nstores: {}\n');
  const url = `postgres://anna:${CANARIES.databasePassword}@127.0.0.1:1/connector`;
  const other = emptyFolder();
  const older = emptyFolder();
  const store = await openSqlite(join(older, 'data', 'ml-connector.db'));
  await store.db.deleteFrom('schema_migrations' as never).execute();
  await store.close();
  const [wrong, away, before] = await Promise.all([
    doctor(folder),
    doctor(other, [], { DATABASE_URL: url }),
    doctor(older),
  ]);
  expect(wrong.code).toBe(1);
  expect(wrong.text).toMatch(/✗ config: .*Did you mean store\?\n {4}next: /);
  expect(away.code).toBe(1);
  expect(away.text).toMatch(/✗ store: .*nothing listens there.*\n {4}next: /);
  expectNoCanary(away.text);
  expect(before.code).toBe(0);
  expect(before.text).toMatch(/! store\.schema: schema 0; .*\n {4}next: Make a backup/);
});

test.each([
  [1_000, 'ok', 'm: this clock is 1 s ahead'],
  [-45_000, 'warning', 'm: this clock is 45 s behind'],
  [300_000, 'problem', 'm: this clock is 300 s ahead'],
] as const)('a clock that is off by %i ms is %s', (skewMs, state, detail) => {
  expect(skewFinding('m', 1_000_000, 1_000_000 + skewMs)).toMatchObject({ state, detail });
  expect(skewFinding('m', Number.NaN, 0).state).toBe('skipped');
});
