import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { JdeRow } from '../jde/rows.ts';
import { loadSampleCompany } from './sample-company.ts';

const expectedSchema = z.object({
  rows: z.record(z.string(), z.number()),
  cases: z.record(
    z.string(),
    z.object({ expect: z.string(), orders: z.array(z.object({ document: z.number() })) }),
  ),
});

const sample = await loadSampleCompany();
const { tables, company, crosswalk } = sample;
const file = new URL('../../../sample-company/EXPECTED.json', import.meta.url);
const expected = expectedSchema.parse(JSON.parse(await readFile(file, 'utf8')));

function linesOf(caseName: string) {
  const documents = new Set(expected.cases[caseName]?.orders.map((order) => order.document));
  return tables.F4311.filter((row) => documents.has(Number(row['DOCO'])));
}

function headersOf(caseName: string) {
  const documents = new Set(expected.cases[caseName]?.orders.map((order) => order.document));
  return tables.F4301.filter((row) => documents.has(Number(row['DOCO'])));
}

test('the sample company is at least as large as promised', () => {
  expect(tables.F0401.length).toBeGreaterThanOrEqual(50);
  expect(tables.F4301.length).toBeGreaterThanOrEqual(1_000);
  expect(tables.F4311.length).toBeGreaterThanOrEqual(2_000);
  expect(expected.rows).toEqual(
    Object.fromEntries(Object.entries(sample.dataset).map(([name, rows]) => [name, rows.length])),
  );
});

test('keys of the tables are unique', () => {
  const distinct = (rows: readonly JdeRow[], columns: readonly string[]) =>
    new Set(rows.map((row) => columns.map((column) => row[column]).join('-'))).size;
  expect(distinct(tables.F0101, ['AN8'])).toBe(tables.F0101.length);
  expect(distinct(tables.F0901, ['AID'])).toBe(tables.F0901.length);
  expect(distinct(tables.F0006, ['MCU'])).toBe(tables.F0006.length);
  expect(distinct(tables.F4301, ['KCOO', 'DCTO', 'DOCO'])).toBe(tables.F4301.length);
  expect(distinct(tables.F4311, ['KCOO', 'DCTO', 'DOCO', 'LNID'])).toBe(tables.F4311.length);
});

test('an order is planted for one case only', () => {
  const documents = Object.values(expected.cases).flatMap((entry) =>
    entry.orders.map((order) => order.document),
  );
  expect(new Set(documents).size).toBe(documents.length);
});

test.each([
  ['unmappedAccount', 'OBJ', '8150'],
  ['archivedInCin7', 'OBJ', '8160'],
  ['inactiveAccount', 'ANI', '         130.8130'],
  ['closedUnit', 'OMCU', '900'],
  ['zeroQuantity', 'UORG', '0'],
  ['creditLine', 'UORG', '-1'],
  ['handMapped', 'AID', '00009001'],
  ['laboratory', 'SUB', 'LAB'],
  ['mixedStatus', 'NXTR', '999'],
])('each order of the case %s has one such line', (caseName, column, value) => {
  expect(headersOf(caseName).length).toBeGreaterThan(0);
  expect(linesOf(caseName).filter((row) => row[column] === value && row['LNTY'] !== 'T')).toHaveLength(
    headersOf(caseName).length,
  );
});

test.each([
  ['held', { HOLD: 'H1' }],
  ['blanket', { DCTO: 'OB' }],
  ['unmappedTerm', { PTC: 'N75' }],
  ['noDate', { TRDJ: null }],
  ['unmappedTax', { EXR1: 'V', TXA1: 'ZAVAT15' }],
  ['unmappedLocation', { MCU: '160' }],
  ['otherCurrency', { CRCD: 'EUR', CRRM: 'F' }],
])('each order of the case %s says so in its header', (caseName, cells) => {
  expect(headersOf(caseName).length).toBeGreaterThan(0);
  for (const header of headersOf(caseName)) expect(header).toMatchObject(cells);
});

test('about twenty orders are cancelled from the first to the last line', () => {
  expect(headersOf('cancelled')).toHaveLength(20);
  for (const row of linesOf('cancelled')) expect(row).toMatchObject({ LTTR: '980', NXTR: '999', UOPN: '0' });
});

test('only lines of the case unmappedItem have an item without a product', () => {
  const products = new Set(company.products.map((product) => product.SKU));
  const renamed = new Map(
    crosswalk.filter((row) => row.kind === 'item').map((row) => [row.code, row.target]),
  );
  const planted = new Set(linesOf('unmappedItem').map((row) => row['DOCO']));
  const unmapped = tables.F4311.filter(
    (row) => row['LITM'] !== '' && !products.has(renamed.get(String(row['LITM'])) ?? String(row['LITM'])),
  );
  expect(new Set(unmapped.map((row) => row['DOCO']))).toEqual(planted);
});

test('targets of the crosswalk exist in the Cin7 company', () => {
  const known: Readonly<Record<string, ReadonlySet<string>>> = {
    paymentTerm: new Set(company.paymentTerms.map((term) => term.Name)),
    taxRule: new Set(company.taxRules.map((rule) => rule.Name)),
    location: new Set(company.locations.map((location) => location.Name)),
    unit: new Set(company.units),
    item: new Set(company.products.map((product) => product.SKU)),
    serviceProduct: new Set(company.products.map((product) => product.SKU)),
    account: new Set(company.accounts.map((account) => account.Code)),
  };
  for (const row of crosswalk.filter((entry) => entry.kind in known))
    expect(known[row.kind]).toContain(row.target);
});

test('names of products are unique and expense accounts of services exist', () => {
  const names = company.products.map((product) => product.Name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  const codes = new Set(company.accounts.map((account) => account.Code));
  for (const product of company.products) expect(codes).toContain(product.ExpenseAccount ?? '800');
});

test('domestic amounts of foreign orders follow from the rate', () => {
  const foreign = tables.F4301.filter((row) => row['CRRM'] === 'F' && row['KCOO'] === '00070');
  expect(foreign.length).toBeGreaterThan(50);
  const [first] = foreign;
  const line = tables.F4311.find((row) => row['DOCO'] === first?.['DOCO']);
  expect(Number(line?.['AEXP'])).toBeCloseTo(Number(line?.['FEA']) * Number(first?.['CRR']), 1);
});

test('charges that no case holds back have a service product for their account', () => {
  const parked = Object.values(expected.cases).filter((entry) => entry.expect !== 'arrives');
  const heldBack = new Set(parked.flatMap((entry) => entry.orders.map((order) => order.document)));
  const byHand = new Map(
    crosswalk.filter((row) => row.kind === 'account').map((row) => [row.code, row.target]),
  );
  const served = new Set(company.products.map((product) => product.ExpenseAccount));
  const charges = tables.F4311.filter((row) => ['F', 'J'].includes(String(row['LNTY'])));
  for (const row of charges.filter((charge) => !heldBack.has(Number(charge['DOCO'])))) {
    expect(served).toContain(byHand.get(String(row['AID'])) ?? row['OBJ']);
  }
});

test('suppliers of orders that should arrive are neither masked nor without a mapped term', () => {
  const terms = new Set(crosswalk.filter((row) => row.kind === 'paymentTerm').map((row) => row.code));
  const unfit = tables.F0401.filter((row) => !terms.has(String(row['TRAP']))).map((row) => row['AN8']);
  const masked = tables.F0101.filter((row) => /^\*+$/.test(String(row['ALPH']))).map((row) => row['AN8']);
  const planted = new Set(
    [...linesOf('maskedSupplier'), ...linesOf('waitingSupplier')].map((row) => row['AN8']),
  );
  expect(new Set([...unfit, ...masked])).toEqual(planted);
});
