import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cin7Simulator, startCin7Simulator } from '../src/simulators/cin7/index.ts';
import { loadSampleCompany } from '../src/simulators/dataset/index.ts';
import { type JdeSimulator, startJdeSimulator } from '../src/simulators/jde/index.ts';
import { listConnections } from '../src/store/connections-admin.ts';
import { openSqlite } from '../src/store/database.ts';
import { listParked, setIgnored } from '../src/store/parked.ts';
import { jsonLines, openWorkplace, type Workplace } from './support/cli.ts';

const SAMPLE = resolve(import.meta.dirname, '../sample-company');
const expected = JSON.parse(readFileSync(resolve(SAMPLE, 'EXPECTED.json'), 'utf8')) as {
  arrivingOrders: number;
};
const COUNTERS = ['staged', 'created', 'updated', 'linked', 'unchanged', 'voided', 'parked', 'left'];

let jde: JdeSimulator;
let cin7: Cin7Simulator;
let work: Workplace;

beforeEach(async () => {
  const sample = await loadSampleCompany();
  jde = await startJdeSimulator({ tables: sample.tables });
  cin7 = await startCin7Simulator({
    company: sample.company,
    allowance: { calls: 600_000, windowMs: 60_000 },
  });
  work = openWorkplace({ jde, cin7 });
});

afterEach(async () => {
  await Promise.all([jde.stop(), cin7.stop()]);
  work.remove();
});

/** Waits for something that another process does. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Each order number that JDE released stands in Cin7 once, and no supplier name twice. */
function expectEachOnce(): void {
  const markers = cin7
    .purchases()
    .map((purchase) => /\[JDE main PO [^\]]+\]/.exec(String(purchase['Note']))?.[0]);
  expect(new Set(markers).size).toBe(markers.length);
  expect(markers).toHaveLength(expected.arrivingOrders);
  const names = cin7.suppliers().map((supplier) => String(supplier['Name']).toLowerCase());
  expect(new Set(names).size).toBe(names.length);
}

describe('the demo', () => {
  test('ends by itself with --once and says what arrived', async () => {
    const ended = await work.run('demo', '--once', '--json');
    expect(ended).toMatchObject({ code: 0, err: '' });
    const line = jsonLines(ended.out).at(-1);
    expect(Object.keys(line ?? {})).toEqual(['flows', 'calls', 'refusals', 'seconds']);
    const flows = line?.['flows'] as Record<string, Record<string, number>>;
    expect(Object.keys(flows)).toEqual(['accounts', 'suppliers', 'purchases']);
    for (const counters of Object.values(flows)) {
      expect(Object.keys(counters)).toEqual(COUNTERS);
      const { staged = 0, ...others } = counters;
      expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(staged);
    }
    expect(flows['purchases']?.['created']).toBe(expected.arrivingOrders);
    expect(line).toMatchObject({ refusals: 0 });
  });

  test('tells people about the raised allowance, in plain lines when piped', async () => {
    const ended = await work.run('demo', '--once');
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('60,000 calls a minute instead of the 60 of Cin7');
    expect(ended.out).toMatch(/^Run \S+ succeeded\.$/m);
    expect(`${ended.out}${ended.err}`).not.toContain('\u001b[');
  });
});

describe('a first load', () => {
  test('goes through connection test, fit, crosswalk import, plan and sync', async () => {
    const checked = await work.run('connection', 'test', '--json');
    expect(jsonLines(checked.out).at(-1)).toMatchObject({ connection: 'main', failed: 0 });
    expect(checked.code).toBe(0);

    const fit = await work.run('fit', '--json');
    const report = jsonLines(fit.out).at(-1);
    expect(fit.code).toBe(0);
    expect(report?.['unmapped']).toMatchObject({
      paymentTerm: expect.arrayContaining(['(blank)', 'N75']),
      location: expect.arrayContaining(['160']),
    });

    const imported = await work.run('crosswalk', 'import', resolve(SAMPLE, 'crosswalk.csv'), '--json');
    expect(imported.code).toBe(0);
    const planned = await work.run('plan', '--json');
    expect(planned.code).toBe(0);
    const plan = jsonLines(planned.out).at(-1)?.['plan'] as { flows: Record<string, Record<string, number>> };
    expect(plan.flows['purchases']?.['create']).toBe(expected.arrivingOrders);
    expect(cin7.writes).toBe(0);

    const synced = await work.run('sync', '--json');
    expect(synced.code).toBe(0);
    expectEachOnce();

    const writes = cin7.writes;
    const again = await work.run('sync', '--json');
    expect(jsonLines(again.out).at(-1)).toMatchObject({ flows: { purchases: { created: 0, updated: 0 } } });
    expect(cin7.writes).toBe(writes);

    const runs = jsonLines((await work.run('runs', 'list', '--json')).out);
    expect(runs.map((run) => run['kind'])).toEqual(['sync', 'sync', 'plan']);
    const shown = await work.run('runs', 'show', String(runs[1]?.['id']).slice(0, 8), '--json');
    expect(
      jsonLines(shown.out).filter((entry) => entry['action'] === 'record.created').length,
    ).toBeGreaterThan(expected.arrivingOrders);
    expect(jsonLines((await work.run('audit', 'verify', '--json')).out).at(-1)).toMatchObject({
      intact: true,
    });
  });

  test('stopped with Ctrl-C ends cleanly, and the next run goes on', async () => {
    await work.run('crosswalk', 'import', resolve(SAMPLE, 'crosswalk.csv'));
    const first = work.start('sync', '--json');
    await until(() => cin7.purchases().length >= 100);
    first.kill('SIGINT');
    const stopped = await first.ended;
    expect(stopped.code).toBe(1);
    expect(jsonLines(stopped.out).at(-1)).toMatchObject({ state: 'stopped', fault: { code: 'run.stopped' } });
    const second = await work.run('sync', '--json');
    expect(second.code).toBe(0);
    expectEachOnce();
  });

  test('killed in the middle is taken up by the next run at once, with nothing twice', async () => {
    await work.run('crosswalk', 'import', resolve(SAMPLE, 'crosswalk.csv'));
    const first = work.start('sync');
    await until(() => cin7.purchases().length >= 100);
    first.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const second = await work.run('sync', '--json');
    expect(second.code).toBe(0);
    expectEachOnce();
    const runs = jsonLines((await work.run('runs', 'list', '--json')).out);
    expect(runs.map((run) => run['state'])).toEqual(['succeeded', 'interrupted']);
    expect(jsonLines((await work.run('audit', 'verify', '--json')).out).at(-1)).toMatchObject({
      intact: true,
    });
  });
});

describe('bad input is refused with what to change', () => {
  test('a typo in the configuration', async () => {
    const path = work.write(
      'typo.yaml',
      readFileSync(resolve(work.folder, 'ml-connector.yaml'), 'utf8').replace('environment', 'enviroment'),
    );
    const ended = await work.run('plan', '--config', path);
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(
      /typo\.yaml:\d+: connections\[0\]\.jde\.enviroment is not a setting\. Did you mean environment\?/,
    );
  });

  test('a configuration that is not there', async () => {
    const ended = await work.run('sync', '--config', 'nowhere.yaml', '--json');
    expect(ended.code).toBe(2);
    expect(jsonLines(ended.out).at(-1)).toMatchObject({
      error: { code: 'config.invalid', field: '--config' },
    });
  });

  test('a wrong password is tried once, and named in the test and in the sync', async () => {
    work.remove();
    work = openWorkplace({ jde, cin7, password: 'wrong' });
    const tested = await work.run('connection', 'test');
    expect(tested.code).toBe(3);
    expect(tested.out).toMatch(/✗ JDE: sign-in of JDE to JPD920.*403.*\n\s+change: Check user, password/);
    const signIns = jde.calls.filter((call) => call.service === 'tokenrequest').length;
    const synced = await work.run('sync', '--json');
    expect(synced.code).toBe(3);
    expect(jsonLines(synced.out).at(-1)).toMatchObject({ fault: { code: 'jde.sign_in_refused' } });
    expect(jde.calls.filter((call) => call.service === 'tokenrequest')).toHaveLength(signIns + 1);
    expect(`${tested.out}${synced.out}${synced.err}`).not.toContain('wrong');
  });

  test('a crosswalk target that Cin7 does not have', async () => {
    const ended = await work.run('crosswalk', 'set', 'paymentTerm', 'N30', '30 dayz');
    expect(ended.code).toBe(2);
    expect(ended.err).toMatch(/"30 dayz" is not in Cin7\. Nearest: 30 days/);
  });

  test('a crosswalk file with a kind that does not exist', async () => {
    const file = work.write('codes.csv', 'kind,code,target\npaymentTrem,N30,30 days\n');
    const ended = await work.run('crosswalk', 'import', file);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('codes.csv:2: "paymentTrem" is no kind of the crosswalk');
  });

  test('an unknown command, a missing argument, an unknown run', async () => {
    expect((await work.run('snyc')).code).toBe(2);
    expect((await work.run('crosswalk', 'set')).code).toBe(2);
    await work.run('plan');
    const ended = await work.run('runs', 'show', 'ffffffff');
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('See runs list');
  });

  test('a parked record that is not parked', async () => {
    await work.run('plan');
    const ended = await work.run('parked', 'retry', '4711');
    expect(ended.code).toBe(2);
    expect(ended.err).toContain('Not parked: 4711');
  });
});

/** What a person does in the console. */
async function ignoreFirst(code: string): Promise<void> {
  const database = await openSqlite(join(work.folder, 'data/ml-connector.db'));
  const [connection] = await listConnections(database.db);
  if (connection === undefined) throw new Error('There is no connection.');
  const of = { connectionId: connection.id };
  const [record] = await listParked(database.db, { ...of, code, limit: 1 });
  if (record === undefined) throw new Error(`Nothing is parked for ${code}.`);
  const decision = { by: 'user:anna', reason: 'entered by hand', atMs: Date.now() };
  await setIgnored(database.db, { ...of, ...record }, decision);
  await database.close();
}

test('parked records are listed with their next step, and go when their code is mapped; exported codes come back in', async () => {
  await work.run('crosswalk', 'import', resolve(SAMPLE, 'crosswalk.csv'));
  await work.run('sync');
  const parked = jsonLines((await work.run('parked', 'list', '--json')).out);
  expect(parked.length).toBeGreaterThan(50);
  for (const record of parked) {
    expect(record['detail']).toMatch(/\S+ .*\.$/);
    expect(record['hint']).toMatch(/\S+ .*\.$/);
    expect(record['field']).not.toBe('');
  }
  const retried = await work.run('parked', 'retry', '--code', 'purchases.credit_line', '--json');
  expect(jsonLines(retried.out).at(-1)).toMatchObject({ asked: 5, dryRun: false });

  await ignoreFirst('purchases.credit_line');
  const causes = await work.run('parked', 'list');
  expect(causes.out).toContain(`${parked.length - 1} parked, by cause:`);
  expect(causes.out).toContain('1 ignored: somebody decided');
  const credits = await work.run('parked', 'list', '--code', 'purchases.credit_line');
  expect(credits.out).toContain('ignored by user:anna: entered by hand');
  expect(credits.out).toMatch(/^4 parked, 1 ignored\.$/m);

  const exported = await work.run('crosswalk', 'export', 'codes.csv');
  expect(exported.code).toBe(0);
  const back = await work.run(
    'crosswalk',
    'import',
    resolve(work.folder, 'codes.csv'),
    '--dry-run',
    '--json',
  );
  expect(jsonLines(back.out).at(-1)).toMatchObject({ changed: 0, removed: 0, dryRun: true });

  const waiting = jsonLines(
    (await work.run('parked', 'list', '--json', '--code', 'crosswalk.unmapped')).out,
  ).filter((record) => record['field'] === 'F4311_MCU');
  expect(waiting.length).toBe(3);
  const set = await work.run('crosswalk', 'set', 'location', '160', 'Main Warehouse', '--json');
  expect(jsonLines(set.out).at(-1)).toMatchObject({ added: 1 });
  const synced = jsonLines((await work.run('sync', '--json')).out).at(-1);
  expect(synced).toMatchObject({ flows: { purchases: { created: 3 } } });
});
