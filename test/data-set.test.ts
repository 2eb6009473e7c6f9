import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Big } from 'big.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FLOW_NAMES } from '../src/flows/flow.ts';
import type { Cin7Company } from '../src/simulators/cin7/index.ts';
import {
  type CrosswalkRow,
  loadSampleCompany,
  readDataset,
  toCin7Company,
  toCrosswalk,
  toJdeTables,
} from '../src/simulators/dataset/index.ts';
import { OUTCOMES } from '../src/sync/summary.ts';
import { changeOneOfEach, type DayOfChanges } from './data-set/changes.ts';
import { compareContent, compareParked, shown } from './data-set/comparison.ts';
import { readCsvFiles } from './data-set/csv-files.ts';
import {
  contentsOf,
  countOutcome,
  type Expectation,
  expectationOf,
  type Given,
  parkedAccountsOf,
  parkedOf,
  unmatchedAccountsOf,
} from './data-set/expectation.ts';
import { type RunPicture, syncAndLook } from './data-set/run-through.ts';
import { startCompany, type TestCompany } from './support/company.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SAMPLE = join(ROOT, 'sample-company');
const LOAD_MS_MAX = 300_000;
/** Rows of a list page of Cin7. */
const PAGE_ROWS = 1_000;

/** One data set, loaded, synced, synced again, changed and synced once more. */
interface RunThrough {
  readonly given: Given;
  readonly expected: Expectation;
  readonly first: RunPicture;
  readonly second: RunPicture;
  readonly afterChanges: RunPicture;
  readonly changes: DayOfChanges;
  readonly company: TestCompany;
}

async function runThrough(
  given: Given,
  world: { readonly folder: string; readonly settings: Record<string, unknown> },
): Promise<RunThrough> {
  const tables = toJdeTables(await readDataset(world.folder));
  const { company: cin7Company, crosswalk } = given;
  const company = await startCompany({ tables, company: cin7Company, crosswalk, settings: world.settings });
  const expected = expectationOf(given);
  const first = await syncAndLook(company);
  const second = await syncAndLook(company);
  const changes = changeOneOfEach(company.jde, given.files, expected);
  const afterChanges = await syncAndLook(company);
  return { given, expected, first, second, afterChanges, changes, company };
}

/** Where the data set lies that is loaded whole. */
function dataSetFolder(): string {
  const chosen = process.env['ML_CONNECTOR_DATA_SET'] ?? '';
  if (chosen !== '') return resolve(chosen);
  const beside = resolve(ROOT, '../shared/data');
  return existsSync(beside) ? beside : SAMPLE;
}

/** What a careful customer sets up before the first load of a data set. */
async function prepareDataSet(folder: string): Promise<RunThrough> {
  const dataset = await readDataset(folder);
  const plain = toCin7Company(dataset);
  // Lump sums without an account go to one service product, to be coded by hand.
  const company: Cin7Company = {
    ...plain,
    accounts: [
      ...plain.accounts,
      { Code: '6990', Name: 'Purchases to be coded', Type: 'EXPENSE', Class: 'EXPENSE' },
    ],
    products: [
      ...plain.products,
      {
        SKU: 'SVC-UNCODED',
        Name: 'Services to be coded',
        Type: 'Service',
        UOM: 'EA',
        Category: 'Services',
        ExpenseAccount: '6990',
      },
    ],
  };
  const crosswalk: readonly CrosswalkRow[] = [
    ...toCrosswalk(dataset),
    ...['J', 'N'].map((code) => ({ kind: 'serviceProduct' as const, code, target: 'SVC-UNCODED' })),
  ];
  const blankCountry = 'Kosovo';
  const orderTypes = ['OP', 'OR'];
  const given = {
    files: await readCsvFiles(folder),
    company,
    crosswalk,
    blankCountry,
    orderTypes,
    chargesByLineType: true,
  };
  const settings = {
    crosswalk: { country: { default: blankCountry } },
    purchases: { orderTypes, chargeWithoutAccount: 'lineType' },
  };
  return runThrough(given, { folder, settings });
}

/** The sample company as it ships, under default settings. */
async function prepareSampleCompany(): Promise<RunThrough> {
  const { company, crosswalk } = await loadSampleCompany();
  const given = {
    files: await readCsvFiles(SAMPLE),
    company,
    crosswalk,
    blankCountry: '',
    orderTypes: ['OP'],
    chargesByLineType: false,
  };
  return runThrough(given, { folder: SAMPLE, settings: {} });
}

describe('the data set', () => {
  testRunThrough(() => prepareDataSet(dataSetFolder()));
});

describe('the sample company', () => {
  const sample = testRunThrough(prepareSampleCompany);
  testPlantedCases(sample);
});

function testRunThrough(prepare: () => Promise<RunThrough>): () => RunThrough {
  let made: RunThrough | undefined;
  const run = (): RunThrough => {
    if (made === undefined) throw new Error('The data set could not be loaded.');
    return made;
  };
  beforeAll(async () => {
    made = await prepare();
  }, LOAD_MS_MAX);
  afterAll(async () => {
    await made?.company.stop();
  });

  test('every run succeeds, balances and leaves nothing', () => {
    const { first, second, afterChanges } = run();
    for (const { ending } of [first, second, afterChanges]) {
      expect(ending.fault).toBeUndefined();
      expect(ending.state).toBe('succeeded');
      expect(ending.summary.refusals).toBe(0);
      for (const flow of FLOW_NAMES) {
        const counters = ending.summary.flows[flow];
        const settled = OUTCOMES.reduce((sum, outcome) => sum + (counters?.[outcome] ?? 0), 0);
        expect({ flow, staged: counters?.staged, left: counters?.left }).toEqual({
          flow,
          staged: settled,
          left: 0,
        });
      }
    }
  });

  test('every account, supplier and order has an outcome, and the outcomes are the expected ones', () => {
    const { first, expected, given } = run();
    const { accounts, suppliers, purchases } = first.ending.summary.flows;
    const usable = [...expected.accounts.values()].filter((account) => account.cin7Code !== undefined);
    expect(expected.suppliers.size).toBe(given.files.suppliers.length);
    expect(accounts).toMatchObject({
      staged: given.files.accounts.length,
      parked: parkedAccountsOf(expected.accounts).size,
      unmatched: unmatchedAccountsOf(expected.accounts),
    });
    // A mapping that was imported is there already; it is only given its name.
    expect((accounts?.linked ?? 0) + (accounts?.updated ?? 0)).toBe(usable.length);
    expect(suppliers).toMatchObject({
      staged: given.files.suppliers.length,
      created: countOutcome(expected.suppliers, 'created'),
      linked: countOutcome(expected.suppliers, 'linked'),
      parked: countOutcome(expected.suppliers, 'parked'),
      unchanged: 0,
      updated: 0,
      voided: 0,
    });
    expect(purchases).toMatchObject({
      staged: expected.purchases.size,
      created: countOutcome(expected.purchases, 'created'),
      parked: countOutcome(expected.purchases, 'parked'),
      unchanged: countOutcome(expected.purchases, 'notDue'),
      linked: 0,
      updated: 0,
      voided: 0,
    });
  });

  test('a record is linked or parked, never both, and nothing else is', () => {
    const { first, expected } = run();
    const wrong = (['suppliers', 'purchases'] as const).flatMap((flow) => {
      const linked = first.linked[flow] ?? new Set();
      const due = new Set(contentsOf<unknown>(expected[flow]).keys());
      return [
        ...[...due.difference(linked)].map((key) => `${flow} ${key} is not linked`),
        ...[...linked.difference(due)].map((key) => `${flow} ${key} should not be linked`),
      ];
    });
    expect(shown(wrong)).toEqual([]);
  });

  test('what is parked is parked for a reason that holds, and nothing else is', () => {
    const { first, expected } = run();
    const { accounts, suppliers, purchases } = first.parked;
    expect(shown(compareParked(parkedAccountsOf(expected.accounts), accounts ?? new Map()))).toEqual([]);
    expect(shown(compareParked(parkedOf(expected.suppliers), suppliers ?? new Map()))).toEqual([]);
    expect(shown(compareParked(parkedOf(expected.purchases), purchases ?? new Map()))).toEqual([]);
  });

  test('the suppliers in Cin7 are those of the files, value by value, each once', () => {
    const { first, expected, given } = run();
    expect(shown(compareContent(contentsOf(expected.suppliers), first.content.suppliers))).toEqual([]);
    const before = given.company.suppliers.length - countOutcome(expected.suppliers, 'linked');
    expect(first.content.unmarkedSuppliers).toHaveLength(before);
  });

  test('the purchases in Cin7 are those of the files, line by line, each once', () => {
    const { first, expected } = run();
    expect(shown(compareContent(contentsOf(expected.purchases), first.content.purchases))).toEqual([]);
    expect(first.content.unmarkedPurchases).toEqual([]);
  });

  test('amounts agree per currency with the files, but for the rounding of prices', () => {
    const { first, expected } = run();
    const sums = new Map<string, { files: Big; cin7: Big; rounding: Big }>();
    const tooFar: string[] = [];
    for (const [key, purchase] of expected.purchases) {
      if (purchase.outcome !== 'created') continue;
      const { Currency: currency } = purchase.content;
      const arrived = first.content.purchases.get(key)?.[0]?.content;
      const totals = [...(arrived?.Lines ?? []), ...(arrived?.Charges ?? [])].map((line) => line['Total']);
      const sum = sums.get(currency) ?? { files: new Big(0), cin7: new Big(0), rounding: new Big(0) };
      sums.set(currency, {
        files: purchase.single.reduce((total, line) => total.plus(line.figures.amount), sum.files),
        cin7: sum.cin7.plus(arrived?.Total ?? '0'),
        rounding: purchase.lines.reduce((total, { figures, content }, place) => {
          const difference = new Big(totals[place] ?? '0').minus(figures.amount);
          if (difference.abs().gt(figures.quantity.times('0.00005').plus('0.005')))
            tooFar.push(`${key} ${content['Comment'] ?? content['Reference']}: ${difference.toFixed()}`);
          return total.plus(difference);
        }, sum.rounding),
      });
    }
    expect(shown(tooFar)).toEqual([]);
    expect(sums.size).toBeGreaterThan(0);
    for (const [currency, { files, cin7, rounding }] of sums)
      expect(`${currency} ${cin7.minus(rounding).toFixed(2)}`).toBe(`${currency} ${files.toFixed(2)}`);
  });

  test('a new supplier takes one call, a new order two, and each list is read once', () => {
    const { first, expected, given, company } = run();
    const linked = countOutcome(expected.suppliers, 'linked');
    const orders = countOutcome(expected.purchases, 'created');
    const { 'POST /purchase/order 400': refused = 0, ...taken } = writesOf(first.calls);
    expect(taken).toEqual({
      'POST /supplier 200': countOutcome(expected.suppliers, 'created'),
      ...(linked === 0 ? {} : { 'PUT /supplier 200': linked }),
      'POST /advanced-purchase 200': orders,
      'POST /purchase/order 200': orders,
    });
    // Only the orders under way when Cin7 is first seen to refuse an SKU twice are sent twice.
    const meetsRefusal = hasOneSkuTwice(expected);
    expect(refused > 0).toBe(meetsRefusal);
    expect(refused).toBeLessThanOrEqual(company.config.cin7.writesAtOnce);
    // A supplier that people typed in is read as it stands before it is linked: lists trail behind.
    const pages = listPages(given.company);
    expect(readsOf(first.calls)).toEqual({
      ...pages,
      'GET /supplier 200': (pages['GET /supplier 200'] ?? 0) + linked,
    });
  });

  test('a second sync writes nothing', () => {
    const { second, first, expected, given } = run();
    expect(second.writes).toBe(0);
    expect(writesOf(second.calls)).toEqual({});
    for (const flow of FLOW_NAMES) {
      expect(second.ending.summary.flows[flow]).toMatchObject({
        created: 0,
        updated: 0,
        linked: 0,
        voided: 0,
        parked: first.ending.summary.flows[flow]?.parked,
      });
    }
    // Books are read for what is parked; nothing that stands in Cin7 is read again.
    const pages: Readonly<Record<string, number>> = listPages(given.company);
    for (const [name, count] of Object.entries(readsOf(second.calls))) expect(count).toBe(pages[name]);
    expect(readsOf(second.calls)).not.toHaveProperty(['GET /supplier 200']);
    expect(shown(compareContent(contentsOf(expected.purchases), second.content.purchases))).toEqual([]);
  });

  test('of four changes exactly these go out', () => {
    const { afterChanges, given } = run();
    expect(writesOf(afterChanges.calls)).toEqual({
      'PUT /supplier 200': 1,
      'POST /purchase/order 200': 1,
      'DELETE /advanced-purchase 200': 1,
    });
    // A change is laid over what stands in Cin7 now, so that is read first.
    const pages = listPages(given.company);
    expect(readsOf(afterChanges.calls)).toEqual({
      ...pages,
      'GET /supplier 200': 1,
      'GET /advanced-purchase 200': 2,
    });
    const { accounts, suppliers, purchases } = afterChanges.ending.summary.flows;
    expect(accounts).toMatchObject({ updated: 1, linked: 0, created: 0 });
    expect(suppliers).toMatchObject({ updated: 1, linked: 0, created: 0 });
    expect(purchases).toMatchObject({ updated: 1, voided: 1, linked: 0, created: 0 });
  });

  test('after the changes Cin7 holds what the changed files say, and nothing else has moved', () => {
    const { afterChanges, changes, given, first } = run();
    const expected = expectationOf({ ...given, files: changes.files });
    const { cancelledOrder } = changes;
    const [voided, ...others] = afterChanges.content.purchases.get(cancelledOrder) ?? [];
    expect({ voided: voided?.voided, others }).toEqual({ voided: true, others: [] });
    const stands = new Map(afterChanges.content.purchases);
    stands.delete(cancelledOrder);
    expect([...stands.values()].flat().filter((purchase) => purchase.voided)).toEqual([]);
    expect(shown(compareContent(contentsOf(expected.purchases), stands))).toEqual([]);
    expect(shown(compareContent(contentsOf(expected.suppliers), afterChanges.content.suppliers))).toEqual([]);
    expect(idsOf(afterChanges)).toEqual(idsOf(first));
    expect(afterChanges.parked).toEqual(first.parked);
  });

  test('a renamed account keeps its mapping', async () => {
    const { changes, expected, company } = run();
    const account = [...expected.accounts.values()].find((each) => each.accountId === changes.account);
    const rows = await company.database.db
      .selectFrom('crosswalk')
      .select(['label', 'target', 'state'])
      .where('kind', '=', 'account')
      .where('code', '=', changes.account)
      .execute();
    expect(rows).toMatchObject([{ target: account?.cin7Code }]);
    expect(rows[0]?.label).toContain(changes.newObject);
    expect(['matched', 'confirmed']).toContain(rows[0]?.state);
  });

  return run;
}

const plantedSchema = z.object({
  arrivingOrders: z.number(),
  suppliers: z.object({
    parked: z.array(z.number()),
    sameName: z.array(z.number()),
    linkedByName: z.array(z.number()),
  }),
  cases: z.record(
    z.string(),
    z.object({
      expect: z.enum(['parked', 'held', 'never', 'arrives']),
      orders: z.array(z.object({ company: z.string(), type: z.string(), document: z.number() })),
    }),
  ),
});

/** What each planted case is parked for. */
const CODES: Readonly<Record<string, string>> = {
  unmappedItem: 'crosswalk.unmapped',
  unmappedAccount: 'accounts.unmatched',
  inactiveAccount: 'accounts.not_usable',
  closedUnit: 'accounts.not_usable',
  archivedInCin7: 'crosswalk.broken',
  unmappedTerm: 'crosswalk.unmapped',
  unmappedTax: 'crosswalk.unmapped',
  unmappedLocation: 'crosswalk.unmapped',
  otherCurrency: 'purchases.currency_differs',
  zeroQuantity: 'purchases.quantity_not_positive',
  creditLine: 'purchases.credit_line',
  noDate: 'purchases.date_missing',
  maskedSupplier: 'purchases.supplier_waiting',
  waitingSupplier: 'purchases.supplier_waiting',
  held: 'purchases.on_hold',
};

async function readPlanted(): Promise<z.infer<typeof plantedSchema>> {
  const { default: text } = await import('../sample-company/EXPECTED.json', { with: { type: 'json' } });
  return plantedSchema.parse(text);
}

function testPlantedCases(run: () => RunThrough): void {
  test('as many orders arrive as were planted to', async () => {
    const planted = await readPlanted();
    expect(run().first.ending.summary.flows.purchases?.created).toBe(planted.arrivingOrders);
    expect(run().first.content.purchases.size).toBe(planted.arrivingOrders);
  });

  test('every planted case ends as planned, order by order', async () => {
    const planted = await readPlanted();
    const { first } = run();
    const wrong: string[] = [];
    for (const [name, { expect: ends, orders }] of Object.entries(planted.cases)) {
      for (const { company, type, document } of orders) {
        const key = `${company}-${type}-${document}-000`;
        const found = {
          purchases: first.content.purchases.get(key)?.length ?? 0,
          code: first.parked['purchases']?.get(key) ?? '',
        };
        const due = {
          purchases: ends === 'arrives' ? 1 : 0,
          code: ends === 'parked' || ends === 'held' ? CODES[name] : '',
        };
        if (found.purchases !== due.purchases || found.code !== due.code)
          wrong.push(`${name} ${key}: ${JSON.stringify(found)} instead of ${JSON.stringify(due)}`);
      }
    }
    expect(shown(wrong)).toEqual([]);
  });

  test('planted suppliers are parked, linked by name, or told apart by their numbers', async () => {
    const { suppliers } = await readPlanted();
    const { first, expected } = run();
    expect([...(first.parked['suppliers']?.keys() ?? [])].toSorted()).toEqual(
      suppliers.parked.map(String).toSorted(),
    );
    const linked = [...expected.suppliers].filter(([, each]) => each.outcome === 'linked');
    expect(linked.map(([key]) => key).toSorted()).toEqual(suppliers.linkedByName.map(String).toSorted());
    const suffixed = suppliers.sameName.filter((number) =>
      first.content.suppliers.get(String(number))?.[0]?.content.Name.endsWith(` (${number})`),
    );
    expect(suffixed).toHaveLength(suppliers.sameName.length / 2);
  });
}

function writesOf(calls: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...calls].filter(([name]) => !name.startsWith('GET ')));
}

function readsOf(calls: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...calls].filter(([name]) => name.startsWith('GET ')));
}

/** What reading every list that a sync needs takes, a thousand rows a page. */
function listPages(company: Cin7Company): Record<string, number> {
  const pages = (rows: readonly unknown[]): number => Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  return {
    'GET /ref/account 200': pages(company.accounts),
    'GET /ref/paymentterm 200': pages(company.paymentTerms),
    'GET /ref/tax 200': pages(company.taxRules),
    'GET /ref/location 200': pages(company.locations),
    'GET /ref/unit 200': pages(company.units),
    'GET /product 200': pages(company.products),
    'GET /supplier 200': pages(company.suppliers),
  };
}

/** Whether lines of one SKU have to be added up. */
function hasOneSkuTwice(expected: Expectation): boolean {
  return [...expected.purchases.values()].some(
    (purchase) => purchase.outcome === 'created' && purchase.single.length > purchase.lines.length,
  );
}

function idsOf({ content }: RunPicture): readonly string[] {
  return [...content.suppliers.values(), ...content.purchases.values()]
    .flat()
    .map(({ id }) => id)
    .toSorted();
}
