import { describe, expect, test } from 'vitest';
import { Fault } from '../../faults/fault.ts';
import type { Target, WritePermit } from '../connector.ts';
import { headerFields, never, openBench, orderFields, supplierFields } from './cin7.testkit.ts';

const ID = '00000000-0000-4000-8000-000000000001';

const WRITES: readonly (readonly [string, (target: Target) => Promise<unknown>])[] = [
  ['createSupplier', (target) => target.createSupplier(supplierFields(), never)],
  ['updateSupplier', (target) => target.updateSupplier(ID, { Comments: 'x' }, never)],
  ['createPurchase', (target) => target.createPurchase(headerFields(ID), never)],
  ['updatePurchase', (target) => target.updatePurchase(ID, { Note: 'x' }, never)],
  ['writeOrder', (target) => target.writeOrder(ID, orderFields([]), never)],
  ['voidPurchase', (target) => target.voidPurchase(ID, never)],
  ['undoPurchase', (target) => target.undoPurchase(ID, never)],
  [
    'createAccount',
    (target) =>
      target.createAccount(
        { Code: '9', Name: 'Nine', Type: 'EXPENSE', Status: 'ACTIVE', Class: 'EXPENSE' },
        never,
      ),
  ],
];

const lost: WritePermit = {
  untilAllowed: () => Promise.reject(new Fault('run.lease_lost', 'Lost.')),
  isAllowed: () => false,
};

describe('without its permit', () => {
  test.each(WRITES)('%s is not sent', async (_, write) => {
    const { cin7, target, budget } = await openBench();
    await expect(write(target.guardedBy(lost))).rejects.toMatchObject({ code: 'run.lease_lost' });
    expect(cin7.callCount).toBe(0);
    expect(target.callCount).toBe(0);
    // Its place in the budget is given back.
    expect(await budget.left()).toBeGreaterThanOrEqual(59);
  });

  test('reading goes on', async () => {
    const { cin7, target } = await openBench();
    await target.guardedBy(lost).readCompany(never);
    expect(cin7.callCount).toBe(1);
  });
});

test('a permit that ends between the question and the first byte withholds the write, which asks again', async () => {
  const { cin7, target } = await openBench();
  const asked: string[] = [];
  const permit: WritePermit = {
    untilAllowed: async () => void asked.push('until'),
    isAllowed: () => asked.push('now') > 2,
  };
  await target.guardedBy(permit).createSupplier(supplierFields(), never);
  expect(asked).toEqual(['until', 'now', 'until', 'now']);
  expect(cin7.callCount).toBe(1);
});

test('calls of a target with a permit count as those of the target', async () => {
  const { target } = await openBench();
  const permit: WritePermit = { untilAllowed: async () => undefined, isAllowed: () => true };
  const guarded = target.guardedBy(permit);
  await guarded.createSupplier(supplierFields(), never);
  await target.readCompany(never);
  expect([guarded.callCount, target.callCount]).toEqual([2, 2]);
});
