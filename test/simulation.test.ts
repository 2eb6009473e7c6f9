import { describe, expect, test } from 'vitest';
import type { Target, WritePermit } from '../src/connectors/connector.ts';
import { line, order, supplier } from '../src/simulators/dataset/small-dataset.testkit.ts';
import { playSeeds } from './simulation/many-seeds.ts';
import { ROBBED, STANDS_STILL } from './simulation/rival.ts';
import { type SeedOptions, simulateSeed } from './simulation/simulate-seed.ts';
import { lineRow, only, rowsOf, startTrial, textOf } from './support/trial.ts';

const SEEDS = 30;
/** A connector that is broken on purpose has to be found out within so many seeds. */
const SEEDS_TO_BE_CAUGHT = 100;

test('nothing is lost and nothing is there twice, whatever goes wrong', { timeout: 300_000 }, async () => {
  const failed: string[] = [];
  const tally = await playSeeds({ from: 1, count: SEEDS, workers: 2 }, ({ seed, findings }) => {
    for (const { kind, what } of findings) failed.push(`seed ${seed}: ${kind}: ${what}`);
  });
  expect(failed).toEqual([]);
  expect(tally.seeds).toBe(SEEDS);
  expect(tally.faultsByKind['crash'] ?? 0).toBeGreaterThan(SEEDS / 4);
  expect(tally.faultsByKind[STANDS_STILL] ?? 0).toBeGreaterThan(SEEDS / 10);
  expect(tally.faultsByKind[ROBBED] ?? 0).toBeGreaterThan(SEEDS / 20);
});

test('a seed tells the same story each time', { timeout: 60_000 }, async () => {
  const first = await simulateSeed(6);
  const second = await simulateSeed(6);
  expect(second).toEqual(first);
});

describe('a connector that is broken on purpose is found out', { timeout: 300_000 }, () => {
  const broken: readonly (readonly [string, SeedOptions])[] = [
    ['that looks for no write whose answer was lost', { changeTarget: blind }],
    ['that takes the lists of Cin7 for up to date', { believedLagSeconds: 0 }],
    ['that goes on writing after its work was taken over', { changeTarget: unguarded }],
  ];
  test.each(broken)('one %s', async (_, options) => {
    expect(await seedThatCatches(options)).toBeLessThanOrEqual(SEEDS_TO_BE_CAUGHT);
  });
});

/** The first seed with something lost or doubled. */
async function seedThatCatches(options: SeedOptions): Promise<number> {
  for (let seed = 1; seed <= SEEDS_TO_BE_CAUGHT; seed += 1) {
    const { findings } = await simulateSeed(seed, options);
    if (findings.some((finding) => finding.kind !== 'wrong')) return seed;
  }
  return Number.POSITIVE_INFINITY;
}

/** Writes to Cin7 without asking whether the work is still ours. */
function unguarded<T extends Target>(target: T): T {
  return new Proxy(target, {
    get(of, name) {
      if (name === 'guardedBy') return () => of;
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === 'function' ? (value.bind(of) as unknown) : value;
    },
  });
}

/** A Cin7 whose lists show nothing to those who look a write up. */
function blind<T extends Target>(target: T): T {
  return new Proxy(target, {
    get(of, name) {
      if (name === 'findSuppliersByName') return () => Promise.resolve([]);
      if (name === 'listPurchases') return async function* () {};
      if (name === 'guardedBy') return (permit: WritePermit) => blind(of.guardedBy(permit));
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === 'function' ? (value.bind(of) as unknown) : value;
    },
  });
}

describe('found by seeds', () => {
  test('an order that is received after its header was written and before its lines were still gets its lines', async () => {
    const trial = await startTrial();
    const mend = trial.cin7.addFault({
      on: { method: 'POST', path: '/purchase/order' },
      do: { kind: 'status', status: 403 },
    });
    await trial.sync();
    expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toEqual([]);
    mend();
    trial.change('F4311', { ...lineRow(1001), NXTR: '999', LTTR: '400' });
    await trial.run();
    expect(rowsOf(trial.purchase('1001'), 'Order.Lines')).toMatchObject([{ Quantity: 10, Total: 25 }]);
  });

  test('a supplier that is written while its answer is in doubt is not given to another one of its name', async () => {
    const trial = await startTrial({
      dataset: {
        suppliers: ['4343', '4344'].map((supplier_id) =>
          supplier({ supplier_id, registration_id: supplier_id }),
        ),
        purchaseOrders: [order()],
        purchaseOrderLines: [line()],
      },
      company: (company) => ({
        ...company,
        suppliers: [
          {
            Name: 'Parts Emporium',
            Currency: 'USD',
            PaymentTerm: '30 days',
            TaxRule: 'Tax Exempt',
            AccountPayable: '800',
          },
        ],
      }),
      cin7: {
        switches: { listLagSeconds: 60 },
        faults: [{ on: { method: 'PUT', path: '/supplier' }, do: { kind: 'hangUpAfter' }, times: 1 }],
      },
      settings: { cin7: { writesAtOnce: 1 } },
    });
    await trial.sync();
    const first = only(
      trial.cin7.suppliersNamed('Parts Emporium').filter((row) => row['TaxNumber'] === '4343'),
    );
    expect(textOf(first, 'Comments')).toContain('AB 4343]');
    expect(textOf(first, 'Comments')).not.toContain('AB 4344]');
  });
});
