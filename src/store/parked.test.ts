import { describe, expect, test } from 'vitest';
import {
  askRetry,
  countIgnored,
  countParkedByCause,
  groupParked,
  listParked,
  savePark,
  setAssignee,
  setIgnored,
  unpark,
} from './parked.ts';
import { freshStore, NOW_MS } from './store.testkit.ts';

const of = { connectionId: 'c1', flow: 'suppliers' };
const reason = {
  label: 'Parts Emporium',
  code: 'crosswalk.unmapped',
  field: 'F0401_TRAP',
  detail: 'The payment term "N60" is not mapped.',
  fingerprint: null,
} as const;

async function withParked(recordKeys: readonly string[], flow = 'suppliers') {
  const db = await freshStore();
  for (const recordKey of recordKeys)
    await savePark(db, { ...of, flow, runId: 'r1' }, { ...reason, recordKey }, NOW_MS);
  return db;
}

describe('a parked record', () => {
  test('keeps the moment of its first parking while the code is the same', async () => {
    const db = await withParked(['4343']);
    await savePark(
      db,
      { ...of, runId: 'r2' },
      { ...reason, recordKey: '4343', detail: 'Again.' },
      NOW_MS + 5,
    );
    const [again] = await listParked(db, { connectionId: 'c1', limit: 10 });
    expect(again).toMatchObject({ parkedAtMs: NOW_MS, seenAtMs: NOW_MS + 5, detail: 'Again.', runId: 'r2' });
    await savePark(
      db,
      { ...of, runId: 'r3' },
      { ...reason, recordKey: '4343', code: 'cin7.refused', fingerprint: 'f' },
      NOW_MS + 9,
    );
    const [other] = await listParked(db, { connectionId: 'c1', limit: 10 });
    expect(other).toMatchObject({ parkedAtMs: NOW_MS + 9, code: 'cin7.refused', fingerprint: 'f' });
  });

  test('is tried again when a person asks, once: parking it anew takes the wish back', async () => {
    const db = await withParked(['4343']);
    expect(await askRetry(db, of, ['4343', 'unknown'])).toBe(1);
    expect((await listParked(db, { connectionId: 'c1', limit: 1 }))[0]?.retryAsked).toBe(true);
    await savePark(db, { ...of, runId: 'r2' }, { ...reason, recordKey: '4343' }, NOW_MS);
    expect((await listParked(db, { connectionId: 'c1', limit: 1 }))[0]?.retryAsked).toBe(false);
  });

  test('leaves when it is unparked, others stay', async () => {
    const db = await withParked(['1', '2']);
    await unpark(db, of, ['1']);
    const left = await listParked(db, { connectionId: 'c1', limit: 10 });
    expect(left.map((record) => record.recordKey)).toEqual(['2']);
  });
});

describe('the list of parked records', () => {
  test('goes by in pages, flow by flow', async () => {
    const db = await withParked(['2', '1', '3']);
    await savePark(db, { ...of, flow: 'accounts', runId: 'r1' }, { ...reason, recordKey: '7' }, NOW_MS);
    const first = await listParked(db, { connectionId: 'c1', limit: 2 });
    const last = first.at(-1);
    const rest = await listParked(db, {
      connectionId: 'c1',
      limit: 10,
      ...(last === undefined ? {} : { after: { flow: last.flow, recordKey: last.recordKey } }),
    });
    expect([...first, ...rest].map((record) => `${record.flow} ${record.recordKey}`)).toEqual([
      'accounts 7',
      'suppliers 1',
      'suppliers 2',
      'suppliers 3',
    ]);
  });

  test('can be narrowed to a flow, a code and some records', async () => {
    const db = await withParked(['1', '2']);
    await savePark(db, { ...of, runId: 'r1' }, { ...reason, recordKey: '3', code: 'cin7.refused' }, NOW_MS);
    const keys = async (query: { flow?: string; code?: string; recordKeys?: readonly string[] }) =>
      (await listParked(db, { connectionId: 'c1', limit: 10, ...query })).map((record) => record.recordKey);
    expect(await keys({ code: 'cin7.refused' })).toEqual(['3']);
    expect(await keys({ flow: 'purchases' })).toEqual([]);
    expect(await keys({ recordKeys: ['1', '3'] })).toEqual(['1', '3']);
  });

  test('adds up by cause, the commonest first', async () => {
    const db = await withParked(['1', '2']);
    await savePark(db, { ...of, runId: 'r1' }, { ...reason, recordKey: '3', code: 'cin7.refused' }, NOW_MS);
    expect(await countParkedByCause(db, 'c1')).toEqual([
      { flow: 'suppliers', code: 'crosswalk.unmapped', field: 'F0401_TRAP', count: 2 },
      { flow: 'suppliers', code: 'cin7.refused', field: 'F0401_TRAP', count: 1 },
    ]);
  });

  test('adds up what waits: what people decided to ignore is counted apart', async () => {
    const db = await withParked(['1', '2']);
    const decision = { by: 'user:anna', reason: 'entered by hand', atMs: NOW_MS };
    await setIgnored(db, { ...of, recordKey: '2' }, decision);
    expect(await countParkedByCause(db, 'c1')).toMatchObject([{ count: 1 }]);
    expect(await countIgnored(db, 'c1')).toBe(1);
    await setIgnored(db, { ...of, recordKey: '1' }, decision);
    expect(await countParkedByCause(db, 'c1')).toEqual([]);
    expect(await countIgnored(db, 'c1')).toBe(2);
  });
});

describe('groups of parked records', () => {
  const waiting = (recordKey: string, item: string) => ({
    ...reason,
    recordKey,
    label: `Order ${recordKey}`,
    detail: `Line 1: The item "${item}" is not mapped.`,
    subject: `crosswalk:item:${item}`,
  });

  test('hold what waits for the same thing, with an example', async () => {
    const db = await freshStore();
    const purchases = { ...of, flow: 'purchases', runId: 'r1' };
    for (const [key, item] of [
      ['1', 'MM-1'],
      ['2', 'MM-1'],
      ['3', 'MM-2'],
    ] as const)
      await savePark(db, purchases, waiting(key, item), NOW_MS + Number(key));
    const groups = await groupParked(db, { connectionId: 'c1', ignored: false });
    expect(groups).toMatchObject([
      {
        subject: 'crosswalk:item:MM-1',
        count: 2,
        oldestAtMs: NOW_MS + 1,
        example: { recordKey: '1', label: 'Order 1' },
      },
      { subject: 'crosswalk:item:MM-2', count: 1 },
    ]);
  });

  test('leave out what people decided to ignore, until it is parked for another cause', async () => {
    const db = await withParked(['4343']);
    const record = { ...of, recordKey: '4343' };
    const ignored = { by: 'user:anna', reason: 'Closed for good.', atMs: NOW_MS };
    expect(await setIgnored(db, record, ignored)).toBe(true);
    expect(await setIgnored(db, { ...record, recordKey: 'unknown' }, ignored)).toBe(false);
    expect(await groupParked(db, { connectionId: 'c1', ignored: false })).toEqual([]);
    expect(await groupParked(db, { connectionId: 'c1', ignored: true })).toMatchObject([{ count: 1 }]);
    await savePark(db, { ...of, runId: 'r2' }, { ...reason, recordKey: '4343' }, NOW_MS);
    expect((await listParked(db, { connectionId: 'c1', limit: 1 }))[0]?.ignored).toEqual(ignored);
    await savePark(
      db,
      { ...of, runId: 'r3' },
      { ...reason, recordKey: '4343', code: 'cin7.refused' },
      NOW_MS,
    );
    expect((await listParked(db, { connectionId: 'c1', limit: 1 }))[0]?.ignored).toBeNull();
  });

  test('can be given to somebody and found by that', async () => {
    const db = await withParked(['1', '2']);
    expect(await setAssignee(db, { ...of, recordKey: '2' }, 'anna')).toBe(true);
    const hers = await listParked(db, { connectionId: 'c1', assignee: 'anna', limit: 10 });
    expect(hers.map((record) => record.recordKey)).toEqual(['2']);
  });
});
