import { describe, expect, test } from 'vitest';
import { type LocalDate, parseLocalDate } from '../../domain/local-date.ts';
import {
  addresses,
  addressKeys,
  F0101,
  F4311,
  orderLines,
  readKeys,
  readPages,
  readRows,
  startRig,
} from './jde.testkit.ts';

const lineKeys = (orders: number, lines: number): string[] =>
  Array.from(
    { length: orders * lines },
    (_, i) => `${500 + Math.floor(i / lines)}|OP|00001|000|${(i % lines) + 1}`,
  );

describe('a table in pages', () => {
  test('is read row by row in key order, with decoded values', async () => {
    const { source, sim } = await startRig({ tables: { F0101: addresses(25) } }, { pageSize: 10 });
    const pages = await readPages(source, { spec: F0101 });
    expect(pages.map((page) => page.rows.length)).toEqual([10, 10, 5]);
    expect(pages.flatMap((page) => page.rows).map((row) => row.key)).toEqual(addressKeys(25));
    expect(pages[0]?.rows[0]).toEqual({
      key: '1001',
      values: {
        AN8: '1001',
        ALPH: 'Supplier 0',
        MCU: '          30',
        AT1: 'V',
        TAX: '12',
        UPMJ: '2026-11-20',
        UPMT: '05:49:35',
      },
      problems: [],
    });
    expect(pages.at(-1)?.lastKey).toEqual(['1025']);
    expect(sim.calls.map((call) => call.service)).toEqual(['tokenrequest', 'dataservice', 'next', 'next']);
    expect(source.callCount).toBe(4);
  });

  test('that is empty gives one empty page with the day of the server', async () => {
    const { source } = await startRig({ clock: { now: () => Date.parse('2026-03-04T12:00:00Z') } });
    expect(await readPages(source, { spec: F0101 })).toEqual([{ rows: [], serverDay: '2026-03-04' }]);
  });

  test.each([
    ['links with the server’s own host', { nextLinkHost: 'internal' }],
    ['links with a double slash', { nextLinkPath: 'doubleSlash' }],
    ['links without token', { nextLinkToken: 'omitted' }],
    ['links with device name', { nextLinkDeviceName: 'included' }],
    ['an empty last page', { emptyFinalPage: true }],
    ['a fetch limit per page', { dbFetchLimit: 7 }],
    ['a fetch limit that ends the result set', { dbFetchLimit: 7, dbFetchLimitScope: 'resultSet' }],
  ] as const)('is read in full with %s', async (_, switches) => {
    const { source } = await startRig({ tables: { F0101: addresses(30) }, switches }, { pageSize: 10 });
    expect(await readKeys(source, { spec: F0101 })).toEqual(addressKeys(30));
  });

  test.each([
    ['GET for next pages', { nextMethod: 'GET' }],
    ['the token in the header only', { nextTokenIn: 'header' }],
    ['the token in bodies', { tokenIn: 'body' }],
    ['paging by key', { paging: 'key' }],
  ])('is read in full with %s', async (_, settings) => {
    const { source } = await startRig({ tables: { F0101: addresses(30) } }, { pageSize: 10, ...settings });
    expect(await readKeys(source, { spec: F0101 })).toEqual(addressKeys(30));
  });

  test.each([1, 2, 3, 4, 10])(
    'is read by key though one order has more lines than a page of %i',
    async (pageSize) => {
      const { source } = await startRig({ tables: { F4311: orderLines(4, 9) } }, { pageSize, paging: 'key' });
      expect(await readKeys(source, { spec: F4311 })).toEqual(lineKeys(4, 9));
    },
  );

  test('is read by key past a fetch limit smaller than an order', async () => {
    const switches = { dbFetchLimit: 4, dbFetchLimitScope: 'resultSet' } as const;
    const { source } = await startRig({ tables: { F4311: orderLines(3, 11) }, switches });
    expect(await readKeys(source, { spec: F4311 })).toEqual(lineKeys(3, 11));
  });

  test('goes on behind a given key', async () => {
    const { source } = await startRig(
      { tables: { F0101: addresses(30), F4311: orderLines(4, 9) } },
      { pageSize: 7 },
    );
    expect(await readKeys(source, { spec: F0101, after: ['1020'] })).toEqual(addressKeys(30).slice(20));
    const after = ['501', 'OP', '00001', '000', '4'];
    expect(await readKeys(source, { spec: F4311, after })).toEqual(lineKeys(4, 9).slice(13));
  });

  test('goes on behind a key whose row is gone', async () => {
    const { source } = await startRig({ tables: { F4311: orderLines(2, 9) } }, { pageSize: 4 });
    const after = ['500', 'OP', '00001', '000', '4.5'];
    expect(await readKeys(source, { spec: F4311, after })).toEqual(lineKeys(2, 9).slice(4));
  });
});

describe('a table read with conditions', () => {
  test('gives the rows changed since a day', async () => {
    const { source } = await startRig({ tables: { F0101: addresses(10) } });
    const rows = await readRows(source, { spec: F0101, changedSince: day('2026-11-01') });
    expect(rows.map((row) => row.values['UPMJ'])).toEqual(Array.from({ length: 5 }, () => '2026-11-20'));
  });

  test('splits a long list of values and keeps the key order', async () => {
    const { source, sim } = await startRig(
      { tables: { F0101: addresses(30) } },
      { lookUpChunk: 4, pageSize: 3 },
    );
    const anyOf = ['1030', '1002', '1001', '1003', '1010', '1011', '1011', '1012', '1029', '9999'];
    expect(await readKeys(source, { spec: F0101, where: [{ column: 'AN8', anyOf }] })).toEqual(
      [1001, 1002, 1003, 1010, 1011, 1012, 1029, 1030].map(String),
    );
    expect(sim.calls.filter((call) => call.service === 'dataservice')).toHaveLength(3);
  });

  test('goes on behind a key within a long list', async () => {
    const { source } = await startRig({ tables: { F0101: addresses(30) } }, { lookUpChunk: 2 });
    const where = [{ column: 'AN8', anyOf: ['1001', '1002', '1003', '1004', '1005', '1006'] }];
    expect(await readKeys(source, { spec: F0101, where, after: ['1003'] })).toEqual(['1004', '1005', '1006']);
  });

  test('finds right-justified text by its decoded value', async () => {
    const { source } = await startRig({
      tables: { F0101: addresses(3) },
      switches: { justifiedLiteral: 'exact' },
    });
    const where = [{ column: 'MCU', anyOf: ['          30'] }];
    expect(await readKeys(source, { spec: F0101, where })).toHaveLength(3);
  });

  test('leaves out what a database that ignores case finds besides', async () => {
    const rows = addresses(3).map((row, i) => ({ ...row, AT1: ['V', 'v', 'C'][i] ?? '' }));
    const { source } = await startRig({
      tables: { F0101: rows },
      switches: { textComparison: 'caseInsensitive' },
    });
    const where = [{ column: 'AT1', anyOf: ['v'] }];
    expect(await readKeys(source, { spec: F0101, where })).toEqual(['1002']);
  });

  test('asks nothing for an empty list', async () => {
    const { source } = await startRig({ tables: { F0101: addresses(3) } });
    expect(await readPages(source, { spec: F0101, where: [{ column: 'AN8', anyOf: [] }] })).toEqual([]);
    expect(source.callCount).toBe(0);
  });
});

function day(text: string): LocalDate {
  const parsed = parseLocalDate(text);
  if (parsed === undefined) throw new Error(`${text} is no day`);
  return parsed;
}
