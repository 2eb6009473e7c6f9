// Feeds every published example to the simulator over HTTP. Which example is exercised, how, and which is
// not and why, is the table in index.ts; this file checks that the table is complete and holds.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Ais, type Answer, grid, handClock, type Json, leaf, rowset, startAis } from '../ais.testkit.ts';
import type { JdeRow, JdeValue } from '../rows.ts';
import { examples } from './index.ts';

const folder = import.meta.dirname;

function example(file: string): Json {
  return JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
}

/** The JSON types below each key, for comparing shapes; lists are judged by their first element. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]));
}

function keys(value: unknown): string[] {
  return Object.keys(Object(value));
}

test('the table lists every example file, once', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(examples.map((each) => each.file).toSorted()).toEqual(files.toSorted());
});

describe('sign-in', () => {
  const demo = { users: [{ user: 'demo', password: 'demo' }], environments: ['DEMO920', 'JPS920'] };

  test('the recorded request is answered in the recorded shape', async () => {
    const ais = await startAis(demo);
    const answer = await ais.post('/jderest/tokenrequest', example('tokenrequest-request.json'));
    const recorded = example('tokenrequest-response-v1-2017.json');
    expect(shape(answer.json)).toEqual(shape(recorded));
    expect(keys(answer.json)).toEqual(keys(recorded));
    expect(keys(answer.json['userInfo'])).toEqual(keys(recorded['userInfo']));
    const anatomy = /^044[A-Za-z0-9+/]{43}=[A-Za-z0-9+/]+=*$/;
    expect(recorded['userInfo']?.['token']).toMatch(anatomy);
    expect(answer.json['userInfo']?.['token']).toMatch(anatomy);
    expect(answer.json['aisSessionCookie']).toMatch(/^[\w-]{52}!-?\d+!\d{13}$/);
  });

  test('the request with environment and role is accepted', async () => {
    const ais = await startAis(demo);
    const request = { ...example('tokenrequest-request-env-role.json'), username: 'demo', password: 'demo' };
    const answer = await ais.post('/jderest/v2/tokenrequest', request);
    expect(answer.json).toMatchObject({ environment: 'JPS920', role: '*ALL' });
  });

  test('a user with the format of 2018 gets its code, and all its keys', async () => {
    const ais = await startAis({ users: [{ user: 'demo', password: 'demo', simpleDateFormat: 'dd/MM/yy' }] });
    const saved = example('tokenrequest-response-saved-by-client-2018.json');
    const answer = await ais.post('/jderest/v2/tokenrequest', { username: 'demo', password: 'demo' });
    expect(keys(answer.json)).toEqual(expect.arrayContaining(keys(saved)));
    expect(keys(answer.json['userInfo'])).toEqual(expect.arrayContaining(keys(saved['userInfo'])));
    expect(answer.json['userInfo']?.['dateFormat']).toBe(saved['userInfo']?.['dateFormat']);
  });

  test('the newer form has every key of the 2025 example', async () => {
    const ais = await startAis({ switches: { tokenResponseForm: 'newer' } });
    const login = await ais.get('/jderest/v3/orchestrator/jde-login', {
      authorization: 'Basic SkRFOkpERQ==',
    });
    const recorded = example('jde-login-response-2025-partial.json');
    const own = keys(recorded).filter((key) => key !== '_truncated');
    expect(keys(login.json)).toEqual(expect.arrayContaining(own));
    expect(keys(login.json['userInfo'])).toEqual(keys(recorded['userInfo']));
  });

  test('validate and logout requests are accepted; a dead token is answered as recorded', async () => {
    const ais = await startAis();
    const token = await ais.signIn();
    const [validate, logout] = ['validate', 'logout'].map((name) => `/jderest/v2/tokenrequest/${name}`);
    const validated = await ais.post(String(validate), {
      ...example('tokenrequest-validate-request.json'),
      token,
    });
    expect(validated.json).toEqual({ isValidSession: true });
    const out = await ais.post(String(logout), { ...example('tokenrequest-logout-request.json'), token });
    expect([out.status, ais.sim.openSessions]).toEqual([200, 0]);
    const dead = await ais.post(String(validate), { token });
    const recorded = example('validate-response-invalid.json');
    expect({ ...dead.json, timeStamp: 0 }).toEqual({ ...recorded, timeStamp: 0 });
    const timeFormat = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/;
    expect([leaf(dead.json['timeStamp']), leaf(recorded['timeStamp'])]).toEqual([
      expect.stringMatching(timeFormat),
      expect.stringMatching(timeFormat),
    ]);
    const schema = example('service-error-response-schema.json')['ServiceErrorResponse'];
    expect(keys(schema)).toEqual(expect.arrayContaining(keys(dead.json)));
  });

  test('defaultconfig has the keys and types of the published answer', async () => {
    const ais = await startAis();
    const recorded = example('defaultconfig-response-v1-partial.json');
    const answer = await ais.get('/jderest/defaultconfig');
    const own = keys(recorded).filter((key) => key !== '_truncated');
    expect(keys(answer.json)).toEqual([...own, 'requiredCapabilityMissing']);
    const { _truncated, ...members } = recorded;
    expect(shape(answer.json)).toMatchObject(Object(shape(members)));
  });
});

describe('recorded rows', () => {
  test.each([
    ['F0101', 'dataservice-response-F0101-griddata.json'],
    ['F4101', 'dataservice-response-F4101-griddata.json'],
  ])('of %s are answered as they were recorded, to the order of their keys', async (table, file) => {
    const recorded = example(file);
    const form = recorded[`fs_DATABROWSE_${table}`];
    const recordedRows = rowset({ json: recorded, status: 200, text: '', headers: new Headers() });
    const ais = await startAis({ tables: { [table]: recordedRows.map(storedRow) } });
    const answer = await ais.post('/jderest/dataservice', {
      token: await ais.signIn(),
      targetName: table,
      targetType: 'table',
      dataServiceType: 'BROWSE',
      findOnEntry: 'TRUE',
      outputType: 'GRID_DATA',
    });
    expect(keys(answer.json)).toEqual(keys(recorded));
    const given = answer.json[`fs_DATABROWSE_${table}`];
    expect(given?.['title']).toBe(form?.['title']);
    expect(JSON.stringify(grid(answer)['columns'])).toBe(
      JSON.stringify(form?.['data']?.['gridData']?.['columns']),
    );
    // The published copy has runs of blanks collapsed to one, so business units are padded again.
    const padded = recordedRows.map((row) =>
      table === 'F0101' ? { ...row, F0101_MCU: leaf(row['F0101_MCU']).trim().padStart(12) } : row,
    );
    expect(JSON.stringify(rowset(answer))).toBe(JSON.stringify(padded));
    const rest = { rid: 0, timeStamp: 0, [`fs_DATABROWSE_${table}`]: 0 };
    expect({ ...answer.json, ...rest }).toEqual({ ...recorded, ...rest });
    expect(leaf(answer.json['timeStamp'])).toMatch(/^\d{4}-\d\d-\d\d:\d\d\.\d\d\.\d\d$/);
    expect(leaf(answer.json['rid'])).toMatch(/^[0-9a-f]{15,16}$/);
  });
});

/** Turns a recorded wire row back into a stored one. */
function storedRow(wire: Json): JdeRow {
  const cells = Object.entries(wire).map(([key, cell]): [string, JdeValue] => {
    const value: unknown = cell;
    const alias = key.slice(key.indexOf('_') + 1);
    if (typeof value === 'number') return [alias, value];
    if (typeof value !== 'string') return [alias, null];
    const isDate = /J$|DT$|EFTB$|PDI$/.test(alias) && /^\d{8}$/.test(value);
    return [alias, isDate ? value.replace(/^(....)(..)(..)$/, '$1-$2-$3') : value];
  });
  return Object.fromEntries(cells);
}

const CATALOG_ROWS = {
  F0092: [
    { USER: 'AA', UGRP: ' ' },
    { USER: 'BB', UGRP: '*PUBLIC' },
  ],
  F9860: [
    { OBNM: 'V0101', MD: 'Address Book', FUNO: 'BSVW' },
    { OBNM: 'P01012', MD: 'Work With Addresses', FUNO: 'APPL' },
  ],
  F98220: [
    {
      OMWPRJID: 'A',
      OMWDESC: 'a',
      OMWPS: '11',
      OMWTYP: '1',
      OMWSV: '1',
      OMCD: 'x',
      OMWSD: null,
      OMWPD: null,
    },
    {
      OMWPRJID: 'B',
      OMWDESC: 'b',
      OMWPS: '38',
      OMWTYP: '1',
      OMWSV: '1',
      OMCD: 'x',
      OMWSD: null,
      OMWPD: null,
    },
  ],
  F0005: [
    { SY: 'H92', RT: 'PS', KY: '11', DL01: 'New' },
    { SY: '00', RT: 'PS', KY: '11', DL01: 'Other' },
  ],
  F0101: [
    { AN8: 6001, ALPH: 'Allen, Ray', AT1: 'E' },
    { AN8: 7500, ALPH: 'McDougle, Cathy E.', AT1: 'C' },
    { AN8: 7501, ALPH: 'Someone', AT1: 'V' },
  ],
  F4311: [{ DOCO: 1, DCTO: 'OP', KCOO: '1', SFXO: '000', LNID: 1, NXTR: '400', AOPN: '5.25' }],
};

describe('recorded requests', () => {
  async function asked(file: string): Promise<{ ais: Ais; answer: Answer; request: Json }> {
    const ais = await startAis({ tables: CATALOG_ROWS });
    const request = example(file);
    const deviceName: unknown = request['deviceName'];
    const token = await ais.signIn(deviceName === undefined ? {} : { deviceName });
    const answer = await ais.post('/jderest/v2/dataservice', { ...request, token });
    return { ais, answer, request };
  }

  test.each([
    ['dataservice-request-F0101-cql.json', 'F0101_AN8', [7500]],
    ['dataservice-request-view-V0101.json', 'F0101_AN8', [7500]],
    ['dataservice-request-F0092-next.json', 'F0092_USER', ['AA']],
    ['dataservice-request-F9860-list.json', 'F9860_OBNM', ['V0101']],
  ])('%s finds its rows', async (file, key, expected) => {
    const { answer } = await asked(file);
    // F9860 is asked without its key; the columns asked decide what comes.
    const rows = rowset(answer).map((row) => row[key]);
    expect(rows).toEqual(expected);
    expect(answer.json['sysErrors']).toEqual([]);
  });

  test('the dead token of the view request is refused', async () => {
    const ais = await startAis();
    const request = example('dataservice-request-view-V0101.json');
    expect((await ais.post('/jderest/v2/dataservice', request)).status).toBe(444);
  });

  test('the batch is answered with indexed keys', async () => {
    const { answer } = await asked('dataservice-request-batch.json');
    expect(keys(answer.json).slice(0, 2)).toEqual(['fs_0_DATABROWSE_F0005', 'fs_1_DATABROWSE_F98220']);
    const rows = ['fs_0_DATABROWSE_F0005', 'fs_1_DATABROWSE_F98220'].map(
      (key) => answer.json[key]?.['data']?.['gridData']?.['summary']?.['records'],
    );
    expect(rows).toEqual([1, 1]);
  });

  test('complexQuery with orderBy gives VERSION1 rows, with cells like the recorded ones', async () => {
    const { answer } = await asked('dataservice-request-complexquery-orderby.json');
    const [row] = rowset(answer);
    const skeleton = keys(example('version1-dataservice-row-skeleton.json')).filter(
      (key) => key !== 'F0101_AT1',
    );
    expect(keys(row)).toEqual(skeleton);
    const recorded = keys(example('version1-form-field.json')['txtAlphaName_28']);
    expect(keys(row?.['F0101_ALPH'])).toEqual(recorded.filter((key) => key !== 'staticText'));
  });

  test('the aggregation is answered, and refused, in the shapes that clients read', async () => {
    const ais = await startAis({ tables: CATALOG_ROWS, switches: { dataErrorForm: 'exception200' } });
    const recorded = example('dataservice-aggregation-shape.json');
    const token = await ais.signIn();
    const answer = await ais.post('/jderest/v2/dataservice', { ...recorded['request'], token });
    expect(shape(answer.json)).toEqual(shape(recorded['response_shape']));
    const bad = {
      ...recorded['request'],
      token,
      query: { condition: [{ controlId: 'F4311.X', operator: 'EQUAL' }] },
    };
    const refused = await ais.post('/jderest/v2/dataservice', bad);
    expect(shape(refused.json)).toEqual(shape(recorded['soft_error_shape']));
  });

  test('the simple GET with Basic has the envelope and first columns of the published answer', async () => {
    const ais = await startAis({ tables: CATALOG_ROWS });
    const recorded = example('simple-table-get.json');
    const answer = await ais.get(leaf(recorded['path']), { authorization: 'Basic SkRFOkpERQ==' });
    expect(answer.json).toMatchObject(Object(recorded['response_partial']));
    expect(rowset(answer)).toEqual([expect.objectContaining({ F0101_AN8: 6001 })]);
  });

  test('the simple GETs of a public utility are accepted, also its fallbacks', async () => {
    const ais = await startAis({ tables: CATALOG_ROWS });
    const recorded = example('simple-table-get-sync-utility.json');
    const token = await ais.signIn();
    const ask = (table: string, filter: string): Promise<Answer> => {
      const query = new URLSearchParams({ $filter: filter, $limit: '5', $token: token });
      return ais.get(`/jderest/v2/dataservice/table/${table}?${query.toString()}`);
    };
    const filter = leaf(recorded['params']?.['$filter']);
    expect(rowset(await ask('F0101', filter)).map((row) => row['F0101_AN8'])).toEqual([7501]);
    const fallbacks: unknown = recorded['fallback_used_by_client']?.['$filter'];
    for (const each of Array.isArray(fallbacks) ? fallbacks : []) {
      expect((await ask('F0115', String(each))).status).toBe(200);
    }
    expect(fallbacks).toHaveLength(2);
  });
});

describe('next page', () => {
  const rows = Array.from({ length: 5 }, (_, i) => ({ AN8: i + 1 }));
  const request = {
    targetName: 'V0101',
    targetType: 'view',
    returnControlIDs: 'F0101.AN8|F0101.AT1|F0101.ALPH',
    maxPageSize: '2',
    enableNextPageProcessing: true,
  };

  function firstHref(json: Json): string {
    const links: unknown = json['links'];
    return leaf(Array.isArray(links) ? links[0]?.href : undefined);
  }

  test('the link has the parameters of the published one; all listed parameters are accepted', async () => {
    const ais = await startAis({ tables: { F0101: rows } });
    const token = await ais.signIn();
    const href = firstHref((await ais.browse({ ...request, token })).json);
    const recorded = firstHref(example('dataservice-response-links.json'));
    const names = (url: string): string[] => [...new URLSearchParams(url.split('?')[1]).keys()];
    expect(names(href)).toEqual(names(recorded));
    for (const tail of [
      '&outputType=GRID_DATA&returnControlIDs=F0101.AN8|F0101.AT1|F0101.ALPH',
      '&formOID=V0101&',
    ]) {
      expect([href, recorded]).toEqual([expect.stringContaining(tail), expect.stringContaining(tail)]);
    }
    const listed: unknown = example('dataservice-next-parameters.json')['query_required'];
    expect(listed).toEqual([...names(href), 'deviceName'].toSorted());
    expect((await ais.get(`${href}&deviceName=`)).status).toBe(200);
  });

  test('a result set that expired is answered as published', async () => {
    const clock = handClock('2026-11-23T08:00:00Z');
    const ais = await startAis({ tables: { F0101: rows }, clock });
    const first = await ais.browse(request);
    clock.forward(61_000);
    const late = await ais.get(firstHref(first.json));
    const recorded = example('dataservice-next-timeout-500.json');
    expect({ httpStatus: late.status, body: late.json }).toEqual(recorded);
  });
});

describe('orchestrations', () => {
  const options = {
    tables: {
      F4301: [{ DOCO: 1, DCTO: 'OP', KCOO: '00001', SFXO: '000', TRDJ: '2026-04-10', OTOT: '12.50' }],
    },
    orchestrations: {
      poApprovals: {
        table: 'F4301',
        columns: ['DOCO', 'DCTO', 'KCOO', 'TRDJ', 'OTOT'],
        output: 'poList',
        names: {
          DOCO: 'orderNumber',
          DCTO: 'orderType',
          KCOO: 'orderCompany',
          TRDJ: 'orderDate',
          OTOT: 'orderAmount',
        },
      },
    },
  };

  test('an answer has the names and types of the generated document', async () => {
    const ais = await startAis(options);
    const answer = await ais.post('/jderest/v3/orchestrator/poApprovals', { token: await ais.signIn() });
    const schemas = example('orchestrator-openapi-poApprovals.json')['components']?.['schemas'];
    const members = schemas?.['ORC_2602050003CUSTGrid_poList_RowSet']?.['properties'];
    const rows: unknown = answer.json['poList'];
    const [row] = Array.isArray(rows) ? rows : [];
    const documented = keys(row).map((name) => [name, members?.[name]?.['type']]);
    expect(Object.entries(Object(shape(row)))).toEqual(documented);
    expect(row).toMatchObject({ orderNumber: 1, orderDate: members?.['orderDate']?.['example'] });
  });

  test('an error has the keys of the recorded one', async () => {
    const ais = await startAis(options);
    const path = '/jderest/v3/orchestrator/poApprovals';
    const { json } = await ais.post(path, { token: await ais.signIn(), wrong: '1' });
    const recorded = example('orchestrator-v3-error.json');
    expect(keys(json).toSorted()).toEqual(
      keys(recorded)
        .filter((key) => key !== 'exceptionId')
        .toSorted(),
    );
    expect(typeof json['message']).toBe('object');
  });
});

test('a browse shares the top-level keys of other form answers', async () => {
  const ais = await startAis();
  const closed = keys(example('appstack-close-response-top.json')).slice(1);
  expect(keys((await ais.browse({ targetName: 'F0101' })).json).slice(1)).toEqual(closed);
});
