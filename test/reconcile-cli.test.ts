import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { afterEach, expect, test } from 'vitest';
import { type Cin7Simulator, startCin7Simulator } from '../src/simulators/cin7/index.ts';
import { toCin7Company, toCrosswalk, toJdeTables } from '../src/simulators/dataset/index.ts';
import { line, order, smallDataset, supplier } from '../src/simulators/dataset/small-dataset.testkit.ts';
import { type JdeSimulator, startJdeSimulator } from '../src/simulators/jde/index.ts';
import { jsonLines, openWorkplace, type Workplace } from './support/cli.ts';
import { lineRow } from './support/trial.ts';

const ORDERS = Array.from({ length: 120 }, (_, place) => String(1_001 + place));

let jde: JdeSimulator;
let cin7: Cin7Simulator;
let work: Workplace;

/** Both systems in step, with the program run as people run it. */
async function inStep(): Promise<void> {
  const dataset = smallDataset({
    suppliers: [supplier({ name: '=cmd|calc' })],
    purchaseOrders: ORDERS.map((order_seq) => order({ order_id: `O${order_seq}`, order_seq })),
    purchaseOrderLines: ORDERS.map((seq) => line({ order_id: `O${seq}` })),
  });
  jde = await startJdeSimulator({ tables: toJdeTables(dataset) });
  cin7 = await startCin7Simulator({
    company: toCin7Company(dataset),
    allowance: { calls: 600_000, windowMs: 60_000 },
  });
  work = openWorkplace({ jde, cin7 });
  const rows = toCrosswalk(dataset).map(({ kind, code, target }) => `"${kind}","${code}","${target}"`);
  work.write('crosswalk.csv', ['kind,code,target', ...rows].join('\n'));
  await work.run('plan', '--json');
  expect(await work.run('crosswalk', 'import', 'crosswalk.csv', '--json')).toMatchObject({ code: 0 });
  expect(await work.run('sync', '--json')).toMatchObject({ code: 0 });
  expect(cin7.purchases()).toHaveLength(ORDERS.length);
}

afterEach(async () => {
  await Promise.all([jde.stop(), cin7.stop()]);
  work.remove();
});

test('reconcile ends with 0 when both sides agree and with 1 when a difference needs a person', async () => {
  await inStep();
  const agreed = await work.run('reconcile');
  expect(agreed).toMatchObject({ code: 0 });
  expect(agreed.out).toMatch(/^Both sides agree\.\n/);
  expect(agreed.out).toMatch(/USD\s+3000\s+3000/);
  const id = String(cin7.suppliers()[0]?.['ID']);
  cin7.editSupplier(id, { TaxNumber: '-1' });
  const differed = await work.run('reconcile', '--out', 'report.csv');
  expect(differed).toMatchObject({ code: 1 });
  expect(differed.out).toMatch(/^1 difference needs a person: 1 edited by hand in Cin7\./);
  expect(differed.out).toContain('next: Change it back in Cin7, or enter it in JDE.');
  const [row] = parse(readFileSync(`${work.folder}/report.csv`, 'utf8'), { columns: true }) as Record<
    string,
    string
  >[];
  expect(row).toMatchObject({
    flow: 'suppliers',
    class: 'edited',
    recordKey: '4343',
    field: 'Supplier.TaxNumber',
  });
  // What a spreadsheet would take for a formula is no longer one.
  expect([row?.['label'], row?.['cin7Value']]).toEqual(["'=cmd|calc", "'-1"]);
  const json = await work.run('reconcile', '--json', '--flow', 'suppliers');
  expect(json.code).toBe(1);
  const lines = jsonLines(json.out);
  expect(lines[0]).toMatchObject({ finding: { class: 'edited' } });
  expect(lines.at(-1)).toMatchObject({
    reconcile: { agree: false, flows: { suppliers: { counts: { edited: 1 } } } },
  });
  expect(lines.at(-1)).not.toHaveProperty('reconcile.flows.purchases');
});

test('records are searched, shown and replayed by what people call them', async () => {
  await inStep();
  const found = await work.run('records', 'search', 'OP 1001', '--json');
  expect(jsonLines(found.out)).toMatchObject([{ recordKey: '00001-OP-1001-000', state: 'live' }]);
  const shown = await work.run('records', 'show', '1001');
  expect(shown.code).toBe(0);
  expect(shown.out).toMatch(/F4311\n {2}.*UORG=10/);
  expect(shown.out).toContain('record.created');
  const replayed = await work.run('records', 'replay', 'OP 1001', '--apply');
  expect(replayed.out).toMatch(/unchanged[\s\S]*It is staged/);
  expect(await work.run('records', 'show', 'nobody')).toMatchObject({ code: 2 });
});

test('a backfill whose process is killed goes on, and takes every order once', async () => {
  await inStep();
  for (const row of jde.rows('F4311')) {
    const stamp = { date: String(row['UPMJ']), time: Number(row['TDAY']) };
    jde.upsert('F4311', { ...lineRow(Number(row['DOCO'])), UORG: '20', AEXP: '50' }, { stamp });
  }
  const planned = await work.run('plan', '--backfill', '--flow', 'purchases', '--json');
  expect(jsonLines(planned.out).at(-1)).toMatchObject({
    plan: { flows: { purchases: { update: ORDERS.length } } },
  });
  const before = cin7.writes;
  const started = work.start('sync', '--backfill', '--flow', 'purchases', '--json');
  while (cin7.writes < before + 30) await turn();
  started.kill('SIGKILL');
  expect(await started.ended).toMatchObject({ signal: 'SIGKILL' });
  const ended = await work.run('sync', '--backfill', '--json');
  expect(ended).toMatchObject({ code: 0 });
  expect(cin7.purchases()).toHaveLength(ORDERS.length);
  for (const purchase of cin7.purchases()) {
    const { Lines } = purchase['Order'] as { Lines: { Quantity: number }[] };
    expect(Lines.map((row) => row.Quantity)).toEqual([20]);
  }
  expect(await work.run('reconcile', '--json')).toMatchObject({ code: 0 });
});

test('bounds without --backfill are refused instead of being passed over', async () => {
  await inStep();
  const ended = await work.run('sync', '--since', '2026-01-01', '--json');
  expect(ended.code).toBe(2);
});
