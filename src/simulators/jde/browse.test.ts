import { describe, expect, test } from 'vitest';
import { cells, condition, grid, rowset, startAis } from './ais.testkit.ts';

const ORDER = {
  DOCO: 10001,
  DCTO: 'OP',
  KCOO: '00001',
  SFXO: '000',
  LNID: '1.000',
  AEXP: '127360.80',
  UORG: '100.00',
  PRRC: '.0001',
  DSC1: 'Cañón 15" \t x   ',
  MCU: '30',
  TRDJ: '2026-03-04',
  UPMJ: '2026-11-20',
  TDAY: 54935,
};

describe('how values look', () => {
  test('text, blanks, numbers, dates, times and business units are as in recorded responses', async () => {
    const ais = await startAis({ tables: { F4311: [ORDER] } });
    const answer = await ais.browse({ targetName: 'F4311' });
    expect(rowset(answer)[0]).toMatchObject({
      F4311_DOCO: 10001,
      F4311_DSC1: 'Cañón 15" \t x',
      F4311_DSC2: ' ',
      F4311_MCU: '          30',
      F4311_OMCU: ' ',
      F4311_TRDJ: '20260304',
      F4311_DRQJ: null,
      F4311_TDAY: 54935,
      F4311_UREC: 0,
    });
  });

  test.each([
    ['shortest', ['127360.8', '100', '0.0001']],
    ['stored', ['127360.80', '100.00', '0.0001']],
    ['javaDouble', ['127360.8', '100', '1.0E-4']],
  ] as const)('numbers in the form %s keep their exact digits', async (numberForm, digits) => {
    const ais = await startAis({ tables: { F4311: [ORDER] }, switches: { numberForm } });
    const { text } = await ais.browse({ targetName: 'F4311' });
    const written = ['AEXP', 'UORG', 'PRRC'].map(
      (alias) => new RegExp(`"F4311_${alias}":([^",}]+)`).exec(text)?.[1],
    );
    expect(written).toEqual(digits);
  });

  test('fifteen digits are not rounded', async () => {
    const ais = await startAis({ tables: { F4311: [{ ...ORDER, AEXP: '9999999999999.99' }] } });
    const { text } = await ais.browse({ targetName: 'F4311', returnControlIDs: 'F4311.AEXP' });
    expect(text).toContain('"F4311_AEXP":9999999999999.99}');
  });

  test('user-defined codes are right-justified in ten', async () => {
    const ais = await startAis({ tables: { F0005: [{ SY: '40', RT: 'AT', KY: '400', DL01: 'Receipts' }] } });
    const answer = await ais.browse({
      targetName: 'F0005',
      query: { condition: [condition('F0005.KY', 'EQUAL', '400')] },
    });
    expect(cells(answer, 'F0005_KY')).toEqual(['       400']);
  });

  test('VERSION1, the default of v1, has an object in every cell', async () => {
    const ais = await startAis({ tables: { F0101: [{ AN8: 7500, ALPH: 'McDougle', UPMJ: '1998-09-24' }] } });
    const answer = await ais.post('/jderest/dataservice', {
      token: await ais.signIn(),
      targetName: 'F0101',
      targetType: 'table',
      dataServiceType: 'BROWSE',
      returnControlIDs: 'AN8|ALPH|UPMJ',
    });
    expect(answer.json['deprecated']).toBe(true);
    expect(rowset(answer)[0]).toMatchObject({
      rowIndex: 0,
      MOExist: false,
      F0101_ALPH: {
        internalValue: 'McDougle',
        title: 'Alpha Name',
        dataType: 2,
        value: 'McDougle',
        bsvw: true,
      },
      F0101_UPMJ: { internalValue: Date.parse('1998-09-24') },
    });
    expect(grid(answer)).toHaveProperty('titles');
  });
});

describe('which columns come', () => {
  test('columns are in table order, whatever order was asked', async () => {
    const ais = await startAis({ tables: { F0101: [{ AN8: 1 }] } });
    const answer = await ais.browse({
      targetName: 'F0101',
      returnControlIDs: 'F0101.UPMJ|F0101.ALPH|F0101.AN8',
    });
    expect(Object.keys(grid(answer)['columns'] ?? {})).toEqual(['F0101_AN8', 'F0101_ALPH', 'F0101_UPMJ']);
  });

  test.each([
    ['http500', 500, { sysErrors: [{ TITLE: 'Invalid column F4301.NXTR for F4301' }] }],
    ['sysErrors200', 200, { sysErrors: [{ DESC: 'Invalid column F4301.NXTR for F4301' }] }],
    ['exception200', 200, { message: 'Invalid column F4301.NXTR for F4301', exception: 'Exception' }],
  ] as const)('one unknown column fails the request, in the form %s', async (dataErrorForm, status, body) => {
    const ais = await startAis({ switches: { dataErrorForm } });
    const answer = await ais.browse({ targetName: 'F4301', returnControlIDs: 'F4301.DOCO|F4301.NXTR' });
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject(body);
    expect(answer.text).not.toContain('fs_');
  });

  test('an unknown table fails, a known empty one gives an empty rowset with its columns', async () => {
    const ais = await startAis();
    expect((await ais.browse({ targetName: 'F9999X' })).status).toBe(500);
    const empty = await ais.browse({ targetName: 'F0014' });
    expect(grid(empty)).toMatchObject({ rowset: [], summary: { records: 0, moreRecords: false } });
    expect(grid(empty)['columns']).toHaveProperty('F0014_PTC');
  });

  test('a view prefixes each column with its own table and wants the prefix in requests', async () => {
    const ais = await startAis({
      tables: {
        F4301: [{ DOCO: 1, DCTO: 'OP', KCOO: '00001', SFXO: '000', AN8: 4343 }],
        F4311: [{ ...ORDER, DOCO: 1 }, ORDER],
      },
    });
    const view = { targetName: 'V4301XPI', targetType: 'view' };
    const answer = await ais.browse({ ...view, returnControlIDs: 'F4301.AN8|F4311.LNID|F4311.DOCO' });
    expect(Object.keys(answer.json)[0]).toBe('fs_DATABROWSE_V4301XPI');
    expect(rowset(answer)).toEqual([{ F4301_AN8: 4343, F4311_LNID: 1, F4311_DOCO: 1 }]);
    expect((await ais.browse({ ...view, returnControlIDs: 'AN8' })).status).toBe(500);
    ais.sim.upsert('F4301', { DOCO: 10001, DCTO: 'OP', KCOO: '00001', SFXO: '000', AN8: 4344 });
    expect(cells(await ais.browse(view), 'F4301_AN8')).toEqual([4343, 4344]);
  });
});

describe('security', () => {
  const tables = {
    F0101: [
      { AN8: 1, ALPH: 'One', TAX: '111' },
      { AN8: 2, ALPH: 'Two', TAX: '222' },
    ],
  };

  test('row security hides rows in silence', async () => {
    const ais = await startAis({
      tables,
      users: [{ user: 'JDE', password: 'JDE', rowSecurity: { F0101: (row) => row['AN8'] !== 1 } }],
    });
    expect(cells(await ais.browse({ targetName: 'F0101' }), 'F0101_AN8')).toEqual([2]);
    expect((await ais.browse({ targetName: 'F0101', dataServiceType: 'COUNT' })).json).toEqual({ count: 1 });
  });

  test('a hidden column is missing from columns and rows, even when asked', async () => {
    const ais = await startAis({
      tables,
      users: [{ user: 'JDE', password: 'JDE', hiddenColumns: ['F0101.TAX'] }],
    });
    const asked = { targetName: 'F0101', returnControlIDs: 'F0101.AN8|F0101.TAX' };
    const answer = await ais.browse(asked);
    expect(grid(answer)['columns']).toEqual({ F0101_AN8: 'Address Number' });
    expect(rowset(answer)[0]).toEqual({ F0101_AN8: 1 });
    ais.sim.switches.hiddenColumnAsked = 'error';
    expect((await ais.browse(asked)).status).toBe(500);
    expect((await ais.browse({ targetName: 'F0101' })).status).toBe(200);
  });

  test('data privacy shows asterisks', async () => {
    const ais = await startAis({
      tables,
      users: [{ user: 'JDE', password: 'JDE', maskedColumns: ['F0101.TAX'] }],
    });
    expect(cells(await ais.browse({ targetName: 'F0101' }), 'F0101_TAX')).toEqual([
      '**********',
      '**********',
    ]);
  });
});

test('strings are taken for booleans, and any other JSON scalar for its text', async () => {
  const ais = await startAis({ tables: { F0010: [{ CO: '00001' }, { CO: '00002' }] } });
  const request = { targetName: 'F0010', maxPageSize: 1 };
  for (const enableNextPageProcessing of [true, 'true', 'TRUE']) {
    const answer = await ais.browse({ ...request, enableNextPageProcessing });
    expect(answer.json['links']).toHaveLength(1);
  }
  const answer = await ais.browse({ ...request, enableNextPageProcessing: 'false' });
  expect(answer.json).not.toHaveProperty('links');
});

describe('simple GET', () => {
  test('filters, sorts and limits, with the token in the query', async () => {
    const ais = await startAis({
      tables: { F0101: [1, 2, 3].map((AN8) => ({ AN8, ALPH: `Name ${AN8}`, AT1: AN8 > 1 ? 'V' : 'C' })) },
    });
    const token = encodeURIComponent(await ais.signIn());
    const base = `/jderest/v2/dataservice/table/F0101?$token=${token}`;
    const sorted = await ais.get(
      `${base}&$field=F0101.AN8&$filter=F0101.AT1%20EQ%20V&$sort=F0101.AN8%20DESC`,
    );
    expect(rowset(sorted)).toEqual([{ F0101_AN8: 3 }, { F0101_AN8: 2 }]);
    const limited = await ais.get(`${base}&$filter=AN8%20GT%201&$filter=F0101.ALPH%20EQ%20Name%202&$limit=5`);
    expect(cells(limited, 'F0101_AN8')).toEqual([2]);
    expect((await ais.get(`${base}&$filter=AN8%20LIKE%201`)).status).toBe(500);
  });

  test('takes special dates and Basic', async () => {
    const ais = await startAis({ tables: { F0101: [{ AN8: 1 }] } });
    ais.sim.upsert('F0101', { AN8: 2 });
    const answer = await ais.get(
      '/jderest/v2/dataservice/view/V0101?$filter=F0101.UPMJ%20GE%201%20TODAY_MINUS_DAY',
      {
        authorization: 'Basic SkRFOkpERQ==',
      },
    );
    expect(cells(answer, 'F0101_AN8')).toEqual([2]);
  });
});

test('a batch names its answers by index', async () => {
  const ais = await startAis({
    tables: { F0010: [{ CO: '00001' }], F0013: [{ CRCD: 'USD' }, { CRCD: 'EUR' }] },
  });
  const answer = await ais.browse({
    batchDataRequest: true,
    outputType: 'GRID_DATA',
    dataRequests: [
      { targetName: 'F0010', targetType: 'table', dataServiceType: 'BROWSE' },
      { targetName: 'F0013', targetType: 'table', dataServiceType: 'COUNT' },
    ],
  });
  expect(answer.json['fs_0_DATABROWSE_F0010']).toBeDefined();
  expect(answer.json['ds_1_F0013']).toEqual({ count: 2 });
  expect(ais.sim.calls.at(-1)?.tables).toEqual(['F0010', 'F0013']);
});
