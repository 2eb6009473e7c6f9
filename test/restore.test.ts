import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCin7Simulator } from '../src/simulators/cin7/index.ts';
import { toCin7Company, toCrosswalk, toJdeTables } from '../src/simulators/dataset/index.ts';
import { line, order, smallDataset } from '../src/simulators/dataset/small-dataset.testkit.ts';
import { startJdeSimulator } from '../src/simulators/jde/index.ts';
import { jsonLines, openWorkplace } from './support/cli.ts';

async function installed() {
  const dataset = smallDataset({});
  const jde = await startJdeSimulator({ tables: toJdeTables(dataset) });
  const allowance = { calls: 600_000, windowMs: 60_000 };
  const cin7 = await startCin7Simulator({ company: toCin7Company(dataset), allowance });
  const work = openWorkplace({ jde, cin7 });
  onTestFinished(async () => {
    await Promise.all([jde.stop(), cin7.stop()]);
    work.remove();
  });
  const codes = toCrosswalk(dataset).map(({ kind, code, target }) => `${kind},"${code}","${target}"`);
  work.write('codes.csv', `kind,code,target\n${codes.join('\n')}\n`);
  const succeed = async (...args: readonly string[]) => {
    const ended = await work.run(...args);
    expect(ended, ended.err).toMatchObject({ code: 0 });
    return ended;
  };
  await succeed('crosswalk', 'import', 'codes.csv');
  return { jde, cin7, work, succeed };
}

/** The rows of JDE that a second order adds. */
function secondOrder() {
  const tables = toJdeTables(
    smallDataset({
      purchaseOrders: [order(), order({ order_id: 'O2', order_seq: '1002', order_number: 'PO-2' })],
      purchaseOrderLines: [line(), line({ order_id: 'O2' })],
    }),
  );
  return (['F4301', 'F4311'] as const).map((table) => ({
    table,
    rows: tables[table].filter((row) => row['DOCO'] === 1002),
  }));
}

test('an order that was written after the backup is found again, not made twice', async () => {
  const { jde, cin7, work, succeed } = await installed();
  await succeed('sync');
  const backup = await succeed('backup', 'monday.db');
  expect(backup.out).toContain('The master key is NOT in the backup');
  for (const { table, rows } of secondOrder()) for (const row of rows) jde.upsert(table, row);
  await succeed('sync');
  expect(cin7.purchasesWithNote('-1002-000]')).toHaveLength(1);

  const restored = await succeed('restore', 'monday.db');
  expect(restored.out).toMatch(/It looks in Cin7 for what was written since the backup/);
  expect(readdirSync(join(work.folder, 'data')).some((name) => name.includes('.before-restore-'))).toBe(true);
  await succeed('sync');
  expect(cin7.purchasesWithNote('-1002-000]')).toHaveLength(1);
  expect(cin7.purchases()).toHaveLength(2);
  const told = jsonLines((await succeed('audit', 'export', '--system', '--format', 'jsonl')).out);
  expect(told.map((entry) => entry['action']).filter(Boolean)).toEqual(['store.restored']);
}, 60_000);

test('backup and restore refuse a store in PostgreSQL, and name its own tools', async () => {
  const { work } = await installed();
  const config = readFileSync(join(work.folder, 'ml-connector.yaml'), 'utf8');
  work.write('url', 'postgres://anna:s3cret@db/connector\n');
  work.write('ml-connector.yaml', `${config}\nstore: { postgres: { file: url } }\n`);
  for (const command of ['backup', 'restore']) {
    const ended = await work.run(command, 'x.db');
    expect(ended.code).toBe(3);
    expect(ended.err).toMatch(/pg_dump and pg_restore/);
    expect(ended.err).not.toContain('s3cret');
  }
});
