import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cells, condition, handClock, startAis } from './ais.testkit.ts';
import type { JdeRow } from './rows.ts';

const SUPPLIERS: JdeRow[] = [
  { AN8: 1, ALPH: 'Parts Emporium', AT1: 'V', MCU: '30', UPMJ: '2026-11-20', RMK: ' ' },
  { AN8: 2, ALPH: 'European Motors', AT1: 'V', MCU: '1', UPMJ: '2026-11-22', RMK: 'x' },
  { AN8: 3, ALPH: 'parts bin', AT1: 'C', MCU: 'M30', UPMJ: null, RMK: null },
  { AN8: 10, ALPH: 'Good Real', AT1: 'C', MCU: '30', UPMJ: '2025-11-23', RMK: '' },
];

async function found(query: unknown, options: Parameters<typeof startAis>[0] = {}): Promise<unknown[]> {
  const ais = await startAis({
    tables: { F0101: SUPPLIERS },
    clock: handClock('2026-11-23T10:00:00Z'),
    ...options,
  });
  const answer = await ais.browse({ targetName: 'F0101', returnControlIDs: 'F0101.AN8', query });
  return answer.status === 200 ? cells(answer, 'F0101_AN8') : [answer.status];
}

describe('operators', () => {
  test.each([
    ['F0101.AN8', 'EQUAL', ['2'], [2]],
    ['F0101.AN8', 'NOT_EQUAL', ['2'], [1, 3, 10]],
    ['F0101.AN8', 'LESS', ['3'], [1, 2]],
    ['F0101.AN8', 'LESS_EQUAL', ['3'], [1, 2, 3]],
    ['F0101.AN8', 'GREATER', ['2'], [3, 10]],
    ['F0101.AN8', 'GREATER_EQUAL', ['2'], [2, 3, 10]],
    ['F0101.AN8', 'BETWEEN', ['2', '9'], [2, 3]],
    ['F0101.AN8', 'LIST', ['10', '1', '77'], [1, 10]],
    ['F0101.AT1', 'LIST', ['V', 'E'], [1, 2]],
    ['F0101.ALPH', 'STR_START_WITH', ['Parts'], [1]],
    ['F0101.ALPH', 'STR_END_WITH', ['Motors'], [2]],
    ['F0101.ALPH', 'STR_CONTAIN', ['ar'], [1, 3]],
    ['F0101.RMK', 'STR_BLANK', [''], [1, 3, 10]],
    ['F0101.RMK', 'STR_NOT_BLANK', [''], [2]],
    ['F0101.RMK', 'EQUAL', [''], [1, 3, 10]],
    ['F0101.MCU', 'EQUAL', ['30'], [1, 10]],
    ['F0101.MCU', 'STR_START_WITH', ['30'], []],
    ['F0101.UPMJ', 'GREATER_EQUAL', ['11/20/2026'], [1, 2]],
    ['F0101.UPMJ', 'EQUAL', [''], [3]],
    ['AN8', 'EQUAL', ['1'], [1]],
  ])('%s %s %j', async (column, operator, values, expected) => {
    expect(await found({ condition: [condition(column, operator, ...values)] })).toEqual(expected);
  });

  test.each([
    ['an unknown operator', condition('F0101.AN8', 'LIKE', '1')],
    ['a text where a number belongs', condition('F0101.AN8', 'EQUAL', 'abc')],
    ['BETWEEN with one value', condition('F0101.AN8', 'BETWEEN', '1')],
    ['no value', condition('F0101.AN8', 'EQUAL')],
    ['a text operator on a date', condition('F0101.UPMJ', 'STR_CONTAIN', '2026')],
    ['an unknown column', condition('F0101.PA8', 'EQUAL', '1')],
    ['an unknown special value', condition('F0101.UPMJ', 'EQUAL', ['1', 'YESTERDAY'])],
  ])('%s fails the request', async (_, bad) => {
    expect(await found({ condition: [bad] })).toEqual([500]);
  });
});

describe('special values follow the clock and the zone of the server', () => {
  test.each([
    ['TODAY', '', 'LESS', [1, 2, 3, 10]],
    ['TODAY_MINUS_DAY', '1', 'EQUAL', [2]],
    ['TODAY_MINUS_DAY', '3', 'GREATER_EQUAL', [1, 2]],
    ['TODAY_MINUS_YEAR', '1', 'EQUAL', [10]],
    ['TODAY_MINUS_MONTH', '12', 'EQUAL', [10]],
    ['TODAY_PLUS_DAY', '0', 'GREATER', []],
  ])('%s %s', async (specialValueId, content, operator, expected) => {
    const query = { condition: [condition('F0101.UPMJ', operator, [content, specialValueId])] };
    expect(await found(query)).toEqual(expected);
  });

  test('in a zone ahead of UTC it is tomorrow sooner', async () => {
    const query = { condition: [condition('F0101.UPMJ', 'EQUAL', ['2', 'TODAY_MINUS_DAY'])] };
    expect(await found(query, { switches: { utcOffsetMinutes: 15 * 60 } })).toEqual([2]);
  });
});

describe('combining', () => {
  const v = condition('F0101.AT1', 'EQUAL', 'V');
  const ten = condition('F0101.AN8', 'EQUAL', '10');
  const one = condition('F0101.AN8', 'EQUAL', '1');
  const part = (andOr: string, ...conditions: unknown[]): unknown => ({
    andOr,
    query: { condition: conditions },
  });

  test.each([
    ['MATCH_ALL', { matchType: 'MATCH_ALL', condition: [v, one] }, [1]],
    ['MATCH_ANY', { matchType: 'MATCH_ANY', condition: [v, ten] }, [1, 2, 10]],
    ['complexQuery with OR', { complexQuery: [part('AND', v), part('OR', ten)] }, [1, 2, 10]],
    ['complexQuery with AND', { complexQuery: [part('AND', v), part('AND', one)] }, [1]],
    [
      'nested complexQuery',
      {
        complexQuery: [
          part('AND', condition('F0101.AN8', 'GREATER', '1')),
          { andOr: 'AND', query: { complexQuery: [part('AND', v), part('OR', ten)] } },
        ],
      },
      [2, 10],
    ],
    ['no condition', {}, [1, 2, 3, 10]],
  ])('%s', async (_, query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test('without matchType the switch decides', async () => {
    expect(await found({ condition: [v, ten] })).toEqual([]);
    const switches = { matchTypeDefault: 'MATCH_ANY' as const };
    expect(await found({ condition: [v, ten] }, { switches })).toEqual([1, 2, 10]);
  });
});

describe('date literals must have the format of the user', () => {
  const since = (literal: string): unknown => ({
    condition: [condition('F0101.UPMJ', 'GREATER_EQUAL', literal)],
  });
  const userWith = (simpleDateFormat: 'dd/MM/yyyy' | 'dd/MM/yy') => ({
    users: [{ user: 'JDE', password: 'JDE', simpleDateFormat }],
  });

  test('the same day is written differently for different users', async () => {
    expect(await found(since('22/11/2026'), userWith('dd/MM/yyyy'))).toEqual([2]);
    expect(await found(since('22/11/26'), userWith('dd/MM/yy'))).toEqual([2]);
    expect(await found(since('11/22/2026'))).toEqual([2]);
  });

  test.each(['2026-11-22', '22/11/2026', '126326', '20261122', '11/22/26'])(
    '%s is refused',
    async (literal) => {
      expect(await found(since(literal))).toEqual([500]);
    },
  );

  test('or the condition is silently ignored, and all rows come', async () => {
    expect(await found(since('22/11/2026'), { switches: { wrongDateLiteral: 'ignoredCondition' } })).toEqual([
      1, 2, 3, 10,
    ]);
  });

  test('or month 22 rolls over into later years', async () => {
    expect(await found(since('22/11/2024'), { switches: { wrongDateLiteral: 'rolledOver' } })).toEqual([
      1, 2, 10,
    ]);
  });

  test('yyyyMMdd is taken when the switch says so', async () => {
    expect(await found(since('20261122'), { switches: { plainDateLiteral: 'accepted' } })).toEqual([2]);
  });
});

test('whatever way the rows are read, they are those of a plain scan in the asked order', async () => {
  const row = fc.record({
    DOCO: fc.integer({ min: 1, max: 9 }),
    DCTO: fc.constantFrom('OP', 'OB'),
    LNID: fc.integer({ min: 1, max: 4 }),
    AN8: fc.integer({ min: 1, max: 3 }),
  });
  const rows = fc.uniqueArray(row, { selector: (r) => `${r.DOCO}|${r.DCTO}|${r.LNID}`, maxLength: 60 });
  const operator = fc.constantFrom('EQUAL', 'LIST', 'GREATER', 'LESS_EQUAL');
  const filter = fc.record({
    alias: fc.constantFrom('DOCO', 'AN8', 'LNID'),
    operator,
    value: fc.integer({ min: 0, max: 9 }),
  });
  const filters = fc.array(filter, { maxLength: 3 });
  const matchType = fc.constantFrom('MATCH_ALL', 'MATCH_ANY');
  const order = fc.uniqueArray(
    fc.record({ alias: fc.constantFrom('DOCO', 'LNID', 'AN8', 'DCTO'), descending: fc.boolean() }),
    { selector: (o) => o.alias, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(rows, filters, matchType, order, async (lines, filters, matchType, orders) => {
      const ais = await startAis({ tables: { F4311: lines } });
      const answer = await ais.browse({
        targetName: 'F4311',
        returnControlIDs: 'DOCO|DCTO|LNID|AN8',
        query: {
          matchType,
          condition: filters.map((f) => condition(f.alias, f.operator, String(f.value))),
        },
        aggregation: {
          orderBy: orders.map((o) => ({
            column: `F4311.${o.alias}`,
            direction: o.descending ? 'DESC' : 'ASC',
          })),
        },
      });
      const kept = lines.filter((line) =>
        filters[matchType === 'MATCH_ANY' && filters.length > 1 ? 'some' : 'every']((f) =>
          holds(line[f.alias as 'AN8'], f.operator, f.value),
        ),
      );
      const keyOf = (line: Record<string, unknown>): unknown[] => orders.map((o) => line[o.alias]);
      const got = cells(answer, 'F4311_DOCO').map((DOCO, i) => ({
        DOCO,
        DCTO: cells(answer, 'F4311_DCTO')[i],
        LNID: cells(answer, 'F4311_LNID')[i],
        AN8: cells(answer, 'F4311_AN8')[i],
      }));
      const sorted = kept.toSorted((a, b) => {
        for (const o of orders) {
          const [x, y] = [a[o.alias as 'DCTO'], b[o.alias as 'DCTO']];
          if (x !== y) return x < y === o.descending ? 1 : -1;
        }
        return 0;
      });
      expect(got.map(keyOf)).toEqual(sorted.map(keyOf));
      expect(got).toEqual(expect.arrayContaining(kept));
      expect(got).toHaveLength(kept.length);
      await ais.sim.stop();
    }),
    { numRuns: 100 },
  );
});

function holds(value: number, operator: string, wanted: number): boolean {
  if (operator === 'GREATER') return value > wanted;
  return operator === 'LESS_EQUAL' ? value <= wanted : value === wanted;
}
