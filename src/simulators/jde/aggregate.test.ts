import { describe, expect, test } from 'vitest';
import { condition, startAis } from './ais.testkit.ts';
import type { JdeRow } from './rows.ts';

const LINES: JdeRow[] = [
  { DOCO: 1, DCTO: 'OP', LNID: '1', AOPN: '0.10', AN8: 5, UPMJ: '2026-11-20' },
  { DOCO: 1, DCTO: 'OP', LNID: '2', AOPN: '0.20', AN8: 5, UPMJ: '2026-11-21' },
  { DOCO: 2, DCTO: 'OP', LNID: '1', AOPN: '-1.00', AN8: 6, UPMJ: '2026-11-20' },
];

async function aggregated(aggregation: unknown, query: unknown = {}, switches = {}) {
  const ais = await startAis({ tables: { F4311: LINES }, switches });
  return ais.browse({ targetName: 'F4311', dataServiceType: 'AGGREGATION', aggregation, query });
}

describe('COUNT', () => {
  test('counts the rows that meet the query', async () => {
    const ais = await startAis({ tables: { F4311: LINES } });
    const request = {
      targetName: 'F4311',
      dataServiceType: 'COUNT',
      query: { condition: [condition('F4311.DOCO', 'EQUAL', '1')] },
    };
    expect((await ais.browse(request)).json).toEqual({ count: 2 });
    ais.sim.switches.countForm = 'wrapped';
    expect((await ais.browse(request)).json).toEqual({ ds_F4311: { count: 2 } });
  });
});

describe('AGGREGATION', () => {
  test('sums are exact decimals, by group, keyed with table and alias', async () => {
    const { text } = await aggregated({
      aggregations: [{ aggregation: 'SUM', column: 'AOPN' }],
      groupBy: [{ column: 'DOCO' }, { column: 'DCTO' }],
      orderBy: [{ column: 'DOCO', direction: 'DESC' }],
    });
    expect(text).toBe(
      '{"ds_F4311":{"output":[' +
        '{"groupBy":{"F4311.DOCO":2,"F4311.DCTO":"OP"},"F4311.AOPN_SUM":-1},' +
        '{"groupBy":{"F4311.DOCO":1,"F4311.DCTO":"OP"},"F4311.AOPN_SUM":0.3}]}}',
    );
  });

  test('without groups there is one element', async () => {
    const names = ['COUNT', 'COUNT_DISTINCT', 'MIN', 'MAX', 'AVG', 'SUM_DISTINCT'];
    const { json } = await aggregated({
      aggregations: names.map((aggregation) => ({ aggregation, column: 'F4311.AN8' })),
    });
    expect(json['ds_F4311']).toEqual({
      output: [
        {
          'F4311.AN8_COUNT': 3,
          'F4311.AN8_COUNT_DISTINCT': 2,
          'F4311.AN8_MIN': 5,
          'F4311.AN8_MAX': 6,
          'F4311.AN8_AVG': 5,
          'F4311.AN8_SUM_DISTINCT': 11,
        },
      ],
    });
  });

  test.each([
    ['epochMs', Date.parse('2026-11-21T00:00:00Z') - 11 * 3_600_000],
    ['yyyyMMdd', '20261121'],
  ] as const)('a date comes as %s, in the zone of the server', async (aggregateDateForm, expected) => {
    const { json } = await aggregated(
      { aggregations: [{ aggregation: 'MAX', column: 'UPMJ' }] },
      {},
      { aggregateDateForm, utcOffsetMinutes: 660 },
    );
    expect(json['ds_F4311']).toEqual({ output: [{ 'F4311.UPMJ_MAX': expected }] });
  });

  test('groups are kept by having and ordered by an aggregated value', async () => {
    const ais = await startAis({ tables: { F4311: LINES } });
    const request = {
      targetName: 'F4311',
      dataServiceType: 'AGGREGATION',
      aggregation: {
        aggregations: [{ aggregation: 'COUNT', column: '*' }],
        groupBy: [{ column: 'F4311.DOCO' }],
        orderBy: [{ column: 'F4311.AOPN', aggregation: 'SUM', direction: 'ASC' }],
      },
    };
    const byTwo = { 'F4311.DOCO': 2 };
    const byOne = { 'F4311.DOCO': 1 };
    expect((await ais.browse(request)).json['ds_F4311']).toEqual({
      output: [
        { groupBy: byTwo, COUNT: 1 },
        { groupBy: byOne, COUNT: 2 },
      ],
    });
    const having = { condition: [{ ...condition('F4311.AOPN', 'GREATER', '0'), aggregation: 'SUM' }] };
    expect((await ais.browse({ ...request, having })).json['ds_F4311']).toEqual({
      output: [{ groupBy: byOne, COUNT: 2 }],
    });
  });

  test('an error inside 200 has its own shape', async () => {
    const answer = await aggregated(
      { aggregations: [{ aggregation: 'SUM', column: 'NOPE' }] },
      {},
      { dataErrorForm: 'sysErrors200' },
    );
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ ds_F4311: { error: { message: 'Invalid column NOPE for F4311' } } });
  });

  test.each([
    ['nothing to aggregate', { aggregations: [] }],
    ['a sum of texts', { aggregations: [{ aggregation: 'SUM', column: 'DCTO' }] }],
    ['an unknown function', { aggregations: [{ aggregation: 'MEDIAN', column: 'AN8' }] }],
    ['a sum of all columns', { aggregations: [{ aggregation: 'SUM', column: '*' }] }],
  ])('%s is refused', async (_, aggregation) => {
    expect((await aggregated(aggregation)).status).toBe(500);
  });
});
