import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCrosswalk, toCrosswalk } from './crosswalk.ts';
import { account, item, line, order, smallDataset } from './small-dataset.testkit.ts';
import { toCin7Company } from './to-cin7-company.ts';

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crosswalk-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'crosswalk.csv'), text);
  return join(folder, 'crosswalk.csv');
}

test('blank codes are codes', () => {
  const rows = toCrosswalk(smallDataset());
  expect(rows).toContainEqual({ kind: 'paymentTerm', code: '', target: '30 days' });
  expect(rows).toContainEqual({ kind: 'taxRule', code: '/', target: 'Tax Exempt' });
});

test('a branch/plant leads to the location of its name', () => {
  const dataset = smallDataset({ purchaseOrders: [order({ branch_plant: '30' })] });
  expect(toCrosswalk(dataset)).toContainEqual({ kind: 'location', code: '30', target: 'Eastern Depot (30)' });
  expect(toCin7Company(dataset).locations.map((location) => location.Name)).toEqual([
    'Main Warehouse',
    'Eastern Depot (30)',
  ]);
});

test('an object that lines use becomes an account and a service product unless left out', () => {
  const dataset = smallDataset({
    accounts: [account({ account_id: '30.6110', object: '6110', description: 'Freight In' })],
    purchaseOrderLines: [line({ account_id: '30.6110' })],
  });
  const company = toCin7Company(dataset);
  expect(company.accounts).toContainEqual({
    Code: '6110',
    Name: 'Freight In (6110)',
    Type: 'EXPENSE',
    Class: 'EXPENSE',
  });
  expect(company.products).toContainEqual(
    expect.objectContaining({ SKU: 'SVC-6110', Type: 'Service', ExpenseAccount: '6110' }),
  );
  expect(toCin7Company(dataset, { omitObjects: ['6110'] }).accounts.map((entry) => entry.Code)).not.toContain(
    '6110',
  );
});

test('items with one description become products with two names', () => {
  const dataset = smallDataset({ items: [item(), item({ item_id: '2', item_number: 'BC-2' })] });
  expect(toCin7Company(dataset).products.map((product) => product.Name)).toEqual([
    'Brake cable',
    'Brake cable [BC-2]',
  ]);
});

test('rates are units of the base currency', () => {
  expect(toCin7Company(smallDataset(), { currency: 'EUR' }).currencyRates).toEqual({ USD: 0.9091 });
});

test('a crosswalk file is read with blank codes, and a wrong kind is named', async () => {
  expect(await readCrosswalk(await fileWith('kind,code,target\npaymentTerm,,30 days\n'))).toEqual([
    { kind: 'paymentTerm', code: '', target: '30 days' },
  ]);
  await expect(readCrosswalk(await fileWith('kind,code,target\ncolour,1,red\n'))).rejects.toThrow(
    "crosswalk.csv, row 2, column kind: 'colour' is no kind of code",
  );
  await expect(readCrosswalk(await fileWith('code,target\n'))).rejects.toThrow(
    'columns must be kind, code, target',
  );
});
