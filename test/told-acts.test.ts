import { describe, expect, test } from 'vitest';
import { listTrail } from '../src/store/trail.ts';
import type { ChainedEntry } from '../src/trail/chain.ts';
import { lineRow, memberOf, orderKey, rowsOf, startTrial, type Trial, textOf } from './support/trial.ts';

async function told(trial: Trial, action: string): Promise<readonly ChainedEntry[]> {
  const { id } = await trial.stored();
  const entries = await listTrail(trial.database.db, { chain: id, afterSeq: 0, limit: 10_000 });
  return entries.filter((entry) => entry.action === action);
}

const dataOf = (entry: ChainedEntry | undefined): Record<string, unknown> =>
  JSON.parse(entry?.data ?? '{}') as Record<string, unknown>;

describe('the trail tells', () => {
  test('of a record that is no longer parked, though nothing was written', async () => {
    const trial = await startTrial();
    await trial.run();
    const id = textOf(trial.purchase('1001'), 'ID');
    trial.cin7.authoriseOrder(id);
    trial.change('F4311', { ...lineRow(1001), UORG: '20', AEXP: '50.00' });
    await trial.run();
    expect(await told(trial, 'record.parked')).toHaveLength(1);
    const lines = rowsOf(trial.purchase('1001'), 'Order.Lines');
    trial.cin7.editPurchase(id, { Lines: lines.map((row) => ({ ...row, Quantity: 20, Total: 50 })) });
    await trial.retry('purchases', orderKey('1001'));
    await trial.run();
    const entries = (await told(trial, 'record.unchanged')).filter(({ flow }) => flow === 'purchases');
    expect(entries).toMatchObject([{ recordKey: orderKey('1001'), cin7Id: id }]);
    expect(dataOf(entries[0])).toMatchObject({ parkedBefore: 'purchases.authorised_in_cin7' });
  });

  test('of codes that matched by themselves, once, with the run that found them', async () => {
    const trial = await startTrial();
    await trial.run();
    const entries = await told(trial, 'crosswalk.found');
    const codes = entries.flatMap((entry) => {
      const list = dataOf(entry)['codes'];
      return Array.isArray(list) ? (list as unknown[]) : [];
    });
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.map((code) => memberOf(memberOf(code, 'state'), 'from'))).not.toContain('matched');
    expect(entries.every((entry) => entry.runId !== null)).toBe(true);
    trial.change('F4311', lineRow(1001));
    await trial.run();
    expect(await told(trial, 'crosswalk.found')).toHaveLength(entries.length);
  });
});
