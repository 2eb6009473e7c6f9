import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { codeAt } from '../../src/access/access.testkit.ts';
import { type Cin7Simulator, startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import { toCin7Company, toJdeTables } from '../../src/simulators/dataset/index.ts';
import { smallDataset } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { type JdeSimulator, startJdeSimulator } from '../../src/simulators/jde/index.ts';
import { createDatabase, testServer } from '../../src/store/postgres-server.testkit.ts';
import { carryOut } from './api-runs.ts';
import { jsonLines } from './cli.ts';
import { openPerson, type Person } from './person.ts';
import { programPath } from './program.ts';

const PASSWORD = 'violet tractor under the moon';
const CHANNEL_SECRET = 'canary-channel-path-5521';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly url: string;
  readonly said: () => string;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

/** A folder in which the real program runs, on whatever store the tests run on. */
async function machine() {
  const folder = mkdtempSync(join(tmpdir(), 'key-reset-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const server = testServer();
  const postgres = server === undefined ? undefined : await createDatabase(server);
  if (postgres !== undefined) onTestFinished(postgres.drop);
  const document = 'version: 1\nserver:\n  port: 0\nnotices:\n  allowHosts: ["127.0.0.1:9"]\n';
  writeFileSync(join(folder, 'ml-connector.yaml'), document);
  const env = postgres === undefined ? {} : { DATABASE_URL: postgres.url };
  const start = (args: readonly string[]) => startProgram(folder, args, env);
  return {
    folder,
    key: join(folder, 'data', 'master.key'),
    run: (...args: readonly string[]): Promise<Ended> => start(args).ended,
    async serve(): Promise<Running> {
      const { child, text, ended } = start(['serve']);
      onTestFinished(() => endNow(child));
      await expect.poll(() => text.out + text.err, { timeout: 30_000 }).toMatch(/listens on \S+\. /);
      const [, url = ''] = /listens on (\S+)\. /.exec(text.out) ?? [];
      return {
        url,
        said: () => text.out + text.err,
        stop(signal = 'SIGTERM') {
          child.kill(signal);
          return ended;
        },
      };
    },
  };
}

/** Starts the real program in a folder. */
export function startProgram(folder: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [programPath(), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, ...text })));
  return { child, text, ended };
}

function endNow(child: ChildProcess): void {
  if (child.exitCode === null) child.kill('SIGKILL');
}

async function bothSystems() {
  const dataset = smallDataset({});
  const jde = await startJdeSimulator({ tables: toJdeTables(dataset) });
  const cin7 = await startCin7Simulator({
    company: toCin7Company(dataset),
    allowance: { calls: 600_000, windowMs: 60_000 },
  });
  onTestFinished(async () => {
    await Promise.all([jde.stop(), cin7.stop()]);
  });
  return { jde, cin7 };
}

const settingsFor = (jde: JdeSimulator, cin7: Cin7Simulator) => ({
  name: 'main',
  outbound: { allowHosts: [new URL(jde.url).host, new URL(cin7.url).host] },
  run: { offlineMinutes: 0 },
  jde: { url: jde.url, environment: 'JDV920', role: '*ALL', retryDelaySecondsMax: 0.05 },
  cin7: { url: cin7.url, callsPerMinute: 600_000, listLagSeconds: 0 },
});

const credentialsFor = (jde: JdeSimulator, cin7: Cin7Simulator) => ({
  'jde.user': jde.users[0]?.user ?? '',
  'jde.password': jde.users[0]?.password ?? '',
  'cin7.accountId': cin7.accountId,
  'cin7.applicationKey': cin7.applicationKey,
});

async function done(person: Person, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await person.call(method, path, body);
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
  return answer.body;
}

const at = (document: unknown, member: string): string =>
  String((document as Readonly<Record<string, unknown>>)[member]); // Answers are objects.

/**
 * A server is set up by people, its master key is lost, and it goes on after `key reset`; on whatever store the tests run on.
 *
 * @returns what a second `key reset` says at the end.
 */
export async function loseTheKeyAndGoOn(): Promise<Ended> {
  const { jde, cin7 } = await bothSystems();
  const place = await machine();
  const made = await place.run('user', 'create', 'anna', '--role', 'admin', '--json');
  expect(made).toMatchObject({ code: 0 });
  const first = await place.serve();
  const anna = openPerson(first.url);
  const asked = await anna.call('POST', '/api/v1/auth/sign-in', {
    name: 'anna',
    password: at(JSON.parse(made.out), 'temporaryPassword'),
  });
  await done(anna, 'POST', '/api/v1/auth/sign-in/password', {
    ticket: at(asked.body, 'ticket'),
    password: PASSWORD,
  });
  await done(anna, 'POST', '/api/v1/connections', settingsFor(jde, cin7));
  await done(anna, 'PUT', '/api/v1/connections/main/secrets', credentialsFor(jde, cin7));
  await done(anna, 'POST', '/api/v1/notice-channels', {
    name: 'ops',
    kind: 'slack',
    events: null,
    connections: null,
    enabled: true,
    secret: { url: `http://127.0.0.1:9/${CHANNEL_SECRET}` },
  });
  const { secret } = (await done(anna, 'POST', '/api/v1/me/totp')) as { readonly secret: string }; // As its schema says.
  await done(anna, 'POST', '/api/v1/me/totp/confirm', { code: codeAt(secret, Date.now()) });
  await carryOut(anna, 'sync');

  // Nothing is lost yet; and while a server is at work nothing is given up.
  expect(await place.run('key', 'reset', '--yes')).toMatchObject({ code: 3, out: '' });
  rmSync(place.key);
  const busy = await place.run('key', 'reset', '--yes');
  expect(busy).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringMatching(/A serve uses the store \(\S+:\d+\)/),
  });
  expect(await first.stop()).toMatchObject({ code: 0 });

  const refused = await place.run('serve');
  expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('vault.key_missing') });
  expect(refused.err).toContain('key reset');
  expect(existsSync(place.key)).toBe(false);

  const shown = await place.run('key', 'reset');
  expect(shown).toMatchObject({ code: 0, err: expect.stringContaining('Nothing was changed.') });
  expect(shown.out).toContain(
    'connection main: cin7.accountId, cin7.applicationKey, jde.password, jde.user, to be entered again',
  );
  expect(shown.out).toContain('notice channel ops:');
  expect(shown.out).toContain('second factor and recovery codes of 1 user: anna.');
  expect(await place.run('serve')).toMatchObject({ code: 3 });

  const given = await place.run('key', 'reset', '--yes', '--json');
  expect(given).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(given.out)).toMatchObject({
    dryRun: false,
    keyId: null,
    connections: [{ name: 'main' }],
    channels: ['ops'],
    users: ['anna'],
  });
  expect(shown.out + given.out).not.toContain(CHANNEL_SECRET);
  expect(shown.out + given.out).not.toContain(cin7.applicationKey);

  const second = await place.serve();
  expect(second.said()).toMatch(/A new master key mk_\w+ was made/);
  const ill = await place.run('doctor', '--json');
  expect(ill.code).toBe(1);
  expect(jsonLines(ill.out).filter(({ check }) => check === 'credentials')).toMatchObject([
    {
      state: 'problem',
      detail: expect.stringContaining('connection main: jde.user'),
      next: expect.stringMatching(/console/),
    },
    { state: 'warning', detail: expect.stringContaining('notice channel ops') },
  ]);
  const again = openPerson(second.url);
  const signedIn = await done(again, 'POST', '/api/v1/auth/sign-in', { name: 'anna', password: PASSWORD });
  expect(signedIn).not.toHaveProperty('ticket');
  const missing = await again.call('POST', '/api/v1/connections/main/test');
  expect(missing.text).toMatch(/config\.credential_missing|no credentials yet/);
  await done(again, 'PUT', '/api/v1/connections/main/secrets', credentialsFor(jde, cin7));
  const tested = await again.call('POST', '/api/v1/connections/main/test');
  expect(tested.text).toMatch(/event: done\ndata: .*"failed":0/);
  await carryOut(again, 'sync');
  const trail = await place.run('audit', 'verify', '--all');
  expect(trail, trail.err).toMatchObject({ code: 0 });
  expect(await second.stop()).toMatchObject({ code: 0 });
  expect(await place.run('key', 'check')).toMatchObject({ code: 0 });
  return place.run('key', 'reset');
}
