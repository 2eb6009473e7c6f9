import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { jsonLines } from './support/cli.ts';
import { programPath } from './support/program.ts';

const ROOT = resolve(import.meta.dirname, '..');
const started: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Starts a simulator as a customer would, and reads the line it prints. */
async function simulate(...args: readonly string[]): Promise<Record<string, string>> {
  const child = spawn(process.execPath, [programPath(), 'simulate', ...args, '--json', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  for await (const line of createInterface({ input: child.stdout }))
    return JSON.parse(line) as Record<string, string>;
  throw new Error(`simulate ${args.join(' ')} ended without a word.`);
}

async function run(
  folder: string,
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [programPath(), ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, ...text };
}

/** Both simulators with a scenario each, and a folder that is configured for them. */
async function rehearse(scenarios: { jde?: string; cin7?: string; run?: Record<string, number> }) {
  const path = (name: string | undefined): readonly string[] =>
    name === undefined ? [] : ['--scenario', join(ROOT, 'scenarios', name)];
  const jde = await simulate('jde', ...path(scenarios.jde));
  const cin7 = await simulate('cin7', '--allowance', '600000', ...path(scenarios.cin7));
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-scenario-'));
  folders.push(folder);
  const connection = {
    name: 'main',
    jde: { url: jde['url'], environment: 'JPD920', role: '*ALL', retryDelaySecondsMax: 0.1 },
    cin7: { url: cin7['url'], callsPerMinute: 600_000, listLagSeconds: 2 },
    run: { offlineMinutes: 0, ...scenarios.run },
    outbound: { allowHosts: [jde['url'], cin7['url']].map((url) => new URL(url ?? '').host) },
  };
  writeFileSync(join(folder, 'ml-connector.yaml'), stringify({ version: 1, connections: [connection] }));
  const env = {
    ML_CONNECTOR_MAIN_JDE_USER: jde['user'],
    ML_CONNECTOR_MAIN_JDE_PASSWORD: jde['password'],
    ML_CONNECTOR_MAIN_CIN7_ACCOUNT_ID: cin7['accountId'],
    ML_CONNECTOR_MAIN_CIN7_APPLICATION_KEY: cin7['applicationKey'],
  };
  await run(folder, env, 'crosswalk', 'import', join(ROOT, 'sample-company/crosswalk.csv'));
  return { sync: () => run(folder, env, 'sync', '--json'), cin7 };
}

async function countPurchases(
  cin7: Record<string, string>,
): Promise<{ total: number; numbers: Set<string> }> {
  const numbers = new Set<string>();
  let total = 0;
  for (let page = 1; page <= 3; page += 1) {
    const answer = await fetch(`${cin7['url']}/purchaseList?Limit=1000&Page=${page}`, {
      headers: {
        'api-auth-accountid': cin7['accountId'] ?? '',
        'api-auth-applicationkey': cin7['applicationKey'] ?? '',
      },
    });
    const body = (await answer.json()) as { Total: number; PurchaseList: { OrderNumber: string }[] };
    total = body.Total;
    for (const row of body.PurchaseList) numbers.add(row.OrderNumber);
  }
  return { total, numbers };
}

test('a token that dies in the middle of page 3 costs nothing', async () => {
  const { sync } = await rehearse({ jde: 'jde-token-dies-on-page-3.yaml' });
  const ended = await sync();
  expect(ended.code).toBe(0);
  expect(jsonLines(ended.out).at(-1)).toMatchObject({ flows: { purchases: { created: 1075, left: 0 } } });
});

test('a restart of AIS and lost answers of Cin7 leave each order once', async () => {
  const { sync, cin7 } = await rehearse({
    jde: 'jde-restart-and-slow-answers.yaml',
    cin7: 'cin7-answers-lost.yaml',
  });
  let last = await sync();
  for (let more = 0; more < 5 && last.code !== 0; more += 1) last = await sync();
  expect(last.code).toBe(0);
  const { total, numbers } = await countPurchases(cin7);
  expect({ total, different: numbers.size }).toEqual({ total: 1075, different: 1075 });
});

test('Cin7 that answers 503 for minutes ends the run with the reason, and loses nothing', async () => {
  const { sync } = await rehearse({ cin7: 'cin7-503-for-5-minutes.yaml' });
  const ended = await sync();
  expect(ended.code).toBe(3);
  const line = jsonLines(ended.out).at(-1) as {
    flows: Record<string, Record<string, number>>;
    fault: { code: string };
  };
  expect(line.fault.code).toMatch(/^cin7\./);
  for (const { staged = 0, ...others } of Object.values(line.flows)) {
    expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(staged);
  }
});

test('each scenario that is shipped is accepted, and a wrong field is named', async () => {
  for (const name of readdirSync(join(ROOT, 'scenarios')).filter((file) => file.endsWith('.yaml'))) {
    const which = name.startsWith('jde-') ? 'jde' : 'cin7';
    expect((await simulate(which, '--scenario', join(ROOT, 'scenarios', name)))['url']).toMatch(/^http:/);
  }
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-scenario-'));
  folders.push(folder);
  writeFileSync(
    join(folder, 'wrong.yaml'),
    'faults:\n  - on: { service: nextt }\n    do: { kind: killSession }\n',
  );
  const ended = await run(folder, {}, 'simulate', 'jde', '--scenario', 'wrong.yaml');
  expect(ended.code).toBe(2);
  expect(ended.err).toContain('faults.0.on.service');
});
