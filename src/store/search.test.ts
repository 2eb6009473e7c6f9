import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import type { Db } from './database.ts';
import { type Link, saveLinks } from './links.ts';
import { savePark } from './parked.ts';
import type { RunHandle } from './runs.ts';
import { type FoundRecord, searchRecords } from './search.ts';
import { saveChangedRows } from './source-rows.ts';
import { stageRecords } from './stage.ts';
import { freshStore, NOW_MS, owned, startedRun } from './store.testkit.ts';

const supplierLink = (recordKey: string, name: string): Link => ({
  recordKey,
  cin7Id: `5f0b6c1e-0000-4000-8000-${recordKey.padStart(12, '0')}`,
  cin7Number: '',
  state: 'live',
  label: name,
  nameKey: name.toLowerCase(),
  fingerprint: 'f',
  payload: JSON.stringify({ Name: name, filler: 'x'.repeat(1_500) }),
  details: '{}',
});

const orderLink = (number: string, cin7Number: string): Link => ({
  ...supplierLink(number, ''),
  recordKey: `00001-OP-${number}-000`,
  cin7Number,
  label: `OP ${number} (00001)`,
  nameKey: '',
});

async function company(): Promise<{
  db: Db;
  run: RunHandle;
  find: (text: string) => Promise<readonly FoundRecord[]>;
}> {
  const db = await freshStore();
  const run = await startedRun(db);
  await saveLinks(
    db,
    run,
    'suppliers',
    [supplierLink('4343', 'Parts Emporium'), supplierLink('4344', 'ÄRZTE-Teile 100 % GmbH')],
    NOW_MS,
  );
  await saveLinks(
    db,
    run,
    'purchases',
    [orderLink('4711', 'PO-00102'), orderLink('14711', 'PO-00103')],
    NOW_MS,
  );
  const find = (text: string): Promise<readonly FoundRecord[]> => searchRecords(db, run.connectionId, text);
  return { db, run, find };
}

const keys = (found: readonly FoundRecord[]): readonly string[] => found.map((record) => record.recordKey);

describe('a search finds', () => {
  test.each([
    ['the beginning of a name in any case', 'parts emp', ['4343']],
    ['a part of a name', 'Emporium', ['4343']],
    ['letters that are not of A to Z', 'ärzte', ['4344']],
    ['signs that mean something in a pattern as themselves', '100 %', ['4344']],
    ['an address number', '4343', ['4343']],
    ['an order number, that one alone', '4711', ['00001-OP-4711-000']],
    ['an order number with its type', 'OP 4711', ['00001-OP-4711-000']],
    ['an order number with its type and a hyphen', 'op-14711', ['00001-OP-14711-000']],
    ['a whole key', '00001-OP-4711-000', ['00001-OP-4711-000']],
    ['a number of Cin7', 'po-00103', ['00001-OP-14711-000']],
    ['the end of a number of Cin7', '00102', ['00001-OP-4711-000']],
    ['an id of Cin7, however it is written', '5F0B6C1E-0000-4000-8000-000000004343', ['4343']],
    ['nothing for what is not there', 'OV 4711', []],
    ['nothing for nothing', '   ', []],
  ])('%s', async (_, text, expected) => {
    const { find } = await company();
    expect(keys(await find(text))).toEqual(expected);
  });

  test('what is parked, staged, or only known from JDE, and says so', async () => {
    const { db, run, find } = await company();
    const of = { connectionId: run.connectionId, flow: 'purchases' };
    const waiting = {
      recordKey: '00001-OP-9001-000',
      label: 'OP 9001 (00001)',
      code: 'purchases.on_hold',
      field: 'F4301_HOLD',
      detail: 'On hold.',
      subject: '',
      fingerprint: null,
    } as const;
    await savePark(db, { ...of, runId: run.runId }, waiting, NOW_MS);
    await saveChangedRows(
      db,
      { ...of, table: 'F4301' },
      [owned('00001-OP-9002-000', '9002|OP|00001|000')],
      NOW_MS,
    );
    await stageRecords(db, of, {
      recordKeys: ['00001-OP-4711-000'],
      reason: 'changed',
      needsFetch: false,
      nowMs: NOW_MS,
    });
    expect(await find('op 9001')).toMatchObject([{ state: 'parked', label: 'OP 9001 (00001)' }]);
    expect(await find('9002')).toMatchObject([{ state: 'read', flow: 'purchases' }]);
    expect(await find('4711')).toMatchObject([{ state: 'staged', cin7Number: 'PO-00102' }]);
    expect(await find('4343')).toMatchObject([{ state: 'live', label: 'Parts Emporium', cin7Number: '' }]);
  });

  test('nothing of another connection', async () => {
    const { db } = await company();
    expect(await searchRecords(db, 'other', '4343')).toEqual([]);
  });
});

test('a search among 100,000 links takes less than half a second', async () => {
  const { db, run, find } = await company();
  const many = Array.from({ length: 50_000 }, (_, place) => place + 100_000);
  await saveLinks(
    db,
    run,
    'suppliers',
    many.map((n) => ({ ...supplierLink(String(n), `Supplier number ${n}`), payload: '{}' })),
    NOW_MS,
  );
  await saveLinks(
    db,
    run,
    'purchases',
    many.map((n) => ({ ...orderLink(String(n), `PO-${n}`), cin7Id: `order-${n}`, payload: '{}' })),
    NOW_MS,
  );
  for (const text of ['emporium', 'OP 120000', 'number 149', 'PO-149999', 'nobody']) {
    const startedMs = performance.now();
    await find(text);
    expect.soft(performance.now() - startedMs, text).toBeLessThan(500);
  }
  expect(keys(await find('OP 120000'))).toEqual(['00001-OP-120000-000']);
});
