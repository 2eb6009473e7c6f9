import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConnection, openStore, syncConnection } from '../src/app.ts';
import { findConnectionConfig, loadConfig } from '../src/config/load.ts';
import { importCrosswalk } from '../src/crosswalk/edit.ts';
import { startCin7Simulator } from '../src/simulators/cin7/index.ts';
import { toCin7Company, toCrosswalk, toJdeTables } from '../src/simulators/dataset/index.ts';
import { line, order, smallDataset } from '../src/simulators/dataset/small-dataset.testkit.ts';
import { startJdeSimulator } from '../src/simulators/jde/index.ts';
import { openSqlite } from '../src/store/database.ts';
import { listTrail } from '../src/store/trail.ts';
import { openWorkplace } from './support/cli.ts';
import { expectSucceeded } from './support/trial.ts';

const REQUESTER = { actor: 'test', origin: 'test' };

/** A folder with a configuration, and what the program would do there by itself, without a process for each. */
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
  const credentials = {
    jde: { user: 'JDE', password: 'JDE' },
    cin7: { accountId: cin7.accountId, applicationKey: cin7.applicationKey },
  };
  const sync = async (): Promise<void> => {
    const loaded = loadConfig(join(work.folder, 'ml-connector.yaml'));
    const config = findConnectionConfig(loaded.config, 'main');
    const database = await openStore(loaded, {});
    const connection = await openConnection({ loaded, config, database, requester: REQUESTER, credentials });
    await importCrosswalk(database.db, connection.stored, toCrosswalk(dataset), REQUESTER);
    const quiet = { signal: new AbortController().signal, report: () => undefined };
    expectSucceeded(await syncConnection(connection, { requester: REQUESTER, ...quiet }));
    await connection.close();
    await database.close();
  };
  const succeed = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await work.run(...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
  };
  return { jde, cin7, work, sync, succeed };
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
  const { jde, cin7, work, sync, succeed } = await installed();
  await sync();
  const backup = await succeed('backup', 'monday.db');
  expect(backup).toContain('The master key is NOT in the backup');
  for (const { table, rows } of secondOrder()) for (const row of rows) jde.upsert(table, row);
  await sync();
  expect(cin7.purchasesWithNote('-1002-000]')).toHaveLength(1);

  const restored = await succeed('restore', 'monday.db');
  expect(restored).toMatch(/It looks in Cin7 for what was written since the backup/);
  expect(readdirSync(join(work.folder, 'data')).some((name) => name.includes('.before-restore-'))).toBe(true);
  await sync();
  expect(cin7.purchasesWithNote('-1002-000]')).toHaveLength(1);
  expect(cin7.purchases()).toHaveLength(2);
  const store = await openSqlite(join(work.folder, 'data', 'ml-connector.db'));
  const told = await listTrail(store.db, { chain: 'system', afterSeq: 0, limit: 10 });
  await store.close();
  expect(told.map(({ action }) => action)).toEqual(['store.restored']);
});

test('backup and restore refuse a store in PostgreSQL, and name its own tools', async () => {
  const { work } = await installed();
  const config = readFileSync(join(work.folder, 'ml-connector.yaml'), 'utf8');
  work.write('url', 'postgres://anna:s3cret@db/connector\n');
  work.write('ml-connector.yaml', `${config}\nstore: { postgres: { file: url } }\n`);
  for (const ended of await Promise.all([work.run('backup', 'x.db'), work.run('restore', 'x.db')])) {
    expect(ended.code).toBe(3);
    expect(ended.err).toMatch(/pg_dump and pg_restore/);
    expect(ended.err).not.toContain('s3cret');
  }
});
