import { describe, expect, test } from 'vitest';
import {
  type Ais,
  type Answer,
  cells,
  condition,
  grid,
  handClock,
  leaf,
  rowset,
  startAis,
} from './ais.testkit.ts';
import type { JdeRow } from './rows.ts';

const JAS_MSG347 = 'JAS_MSG347: The query results expired.  Refresh them by clicking Find again.';

function suppliers(count: number): JdeRow[] {
  return Array.from({ length: count }, (_, i) => ({ AN8: i + 1, ALPH: `Supplier ${i + 1}` }));
}

const PAGED = {
  targetName: 'F0101',
  returnControlIDs: 'F0101.AN8|F0101.ALPH',
  maxPageSize: '4',
  enableNextPageProcessing: true,
  aggregation: { orderBy: [{ column: 'F0101.AN8', direction: 'ASC' }] },
};

function nextHref(answer: Answer): string {
  const links: unknown = answer.json['links'];
  const [link] = Array.isArray(links) ? links : [];
  return leaf(link?.href ?? '');
}

async function readAll(ais: Ais, first: Answer): Promise<unknown[]> {
  const seen = cells(first, 'F0101_AN8');
  for (let page = first; nextHref(page) !== ''; ) {
    page = await ais.post(nextHref(page).replace(ais.sim.url, ''));
    seen.push(...cells(page, 'F0101_AN8'));
  }
  return seen;
}

describe('page size', () => {
  test.each([
    [undefined, 100, true],
    ['7', 7, true],
    ['No Max', 2000, true],
    ['No max', 2000, true],
    ['5000', 2000, true],
    ['2500', 2000, true],
  ])('maxPageSize %s gives %i rows', async (maxPageSize, records, moreRecords) => {
    const ais = await startAis({ tables: { F0101: suppliers(2_100) } });
    const answer = await ais.browse({ targetName: 'F0101', returnControlIDs: 'F0101.AN8', maxPageSize });
    expect(grid(answer)['summary']).toEqual({ records, moreRecords });
    expect(answer.json).not.toHaveProperty('links');
  });

  test('the fetch limit may end the whole result set', async () => {
    const ais = await startAis({
      tables: { F0101: suppliers(20) },
      switches: { dbFetchLimit: 10, dbFetchLimitScope: 'resultSet' },
    });
    const first = await ais.browse(PAGED);
    const second = await ais.get(nextHref(first));
    const third = await ais.get(nextHref(second));
    expect(grid(third)['summary']).toEqual({ records: 2, moreRecords: true });
    expect(third.json).not.toHaveProperty('links');
  });
});

describe('next page', () => {
  test('links are followed by GET or POST until there is none', async () => {
    const ais = await startAis({ tables: { F0101: suppliers(10) } });
    const first = await ais.browse(PAGED);
    expect(grid(first)['summary']).toEqual({ records: 4, moreRecords: true });
    const second = await ais.get(nextHref(first));
    const third = await ais.post(nextHref(second).replace(ais.sim.url, ''));
    expect(cells(second, 'F0101_AN8')).toEqual([5, 6, 7, 8]);
    expect(cells(third, 'F0101_AN8')).toEqual([9, 10]);
    expect(grid(third)['summary']).toEqual({ records: 2, moreRecords: false });
    expect(third.json).not.toHaveProperty('links');
    expect(ais.sim.openCursors).toBe(0);
  });

  test('the link has the members of the published example, with the token encoded', async () => {
    const ais = await startAis({ tables: { F0101: suppliers(10) } });
    const token = await ais.signIn();
    const href = nextHref(await ais.browse({ ...PAGED, token }));
    expect(href.startsWith(`${ais.sim.url}/jderest/v2/dataservice/next?stackId=1&stateId=1&rid=`)).toBe(true);
    const query = new URL(href).searchParams;
    expect([...query.keys()]).toEqual([
      'stackId',
      'stateId',
      'rid',
      'fullGridId',
      'formOID',
      'token',
      'outputType',
      'returnControlIDs',
    ]);
    expect(query.get('token')).toBe(token);
    expect(query.get('rid')).toMatch(/^[0-9a-f]{15,16}$/);
    expect(href.endsWith('&outputType=GRID_DATA&returnControlIDs=F0101.AN8|F0101.ALPH')).toBe(true);
  });

  test('the link may have the wrong host, a double slash, a device name and no token', async () => {
    const ais = await startAis({
      tables: { F0101: suppliers(10) },
      switches: {
        nextLinkHost: 'internal',
        nextLinkPath: 'doubleSlash',
        nextLinkToken: 'omitted',
        nextLinkDeviceName: 'included',
      },
    });
    const token = await ais.signIn({ deviceName: 'my box' });
    const first = await ais.browse({ ...PAGED, token, deviceName: 'my box' });
    const href = nextHref(first);
    expect(href).toMatch(/^http:\/\/e1ais\.internal\.example:9192\/\/jderest\/v2\/dataservice\/next\?/);
    expect(href).toContain('deviceName=my%20box');
    const path = href.replace('http://e1ais.internal.example:9192', ais.sim.url);
    expect((await ais.get(path)).status).toBe(403);
    const second = await ais.get(path, { 'jde-AIS-Auth': token });
    expect(cells(second, 'F0101_AN8')).toEqual([5, 6, 7, 8]);
  });

  test('v1 has no next page', async () => {
    const ais = await startAis({ tables: { F0101: suppliers(10) } });
    const body = { ...PAGED, token: await ais.signIn(), targetType: 'table', dataServiceType: 'BROWSE' };
    const answer = await ais.post('/jderest/dataservice', body);
    expect(answer.json).not.toHaveProperty('links');
    expect(grid(answer)['summary']).toEqual({ records: 4, moreRecords: true });
  });

  test('a page that ends the rows exactly is the last, or is followed by an empty one', async () => {
    const ais = await startAis({ tables: { F0101: suppliers(8) } });
    const exact = await ais.get(nextHref(await ais.browse(PAGED)));
    expect(grid(exact)['summary']).toEqual({ records: 4, moreRecords: false });
    ais.sim.switches.emptyFinalPage = true;
    const announced = await ais.get(nextHref(await ais.browse(PAGED)));
    expect(grid(announced)['summary']).toEqual({ records: 4, moreRecords: true });
    const empty = await ais.get(nextHref(announced));
    expect(grid(empty)).toMatchObject({ rowset: [], summary: { records: 0, moreRecords: false } });
    expect(empty.json).not.toHaveProperty('links');
  });

  test('the rows are those of the moment of the first call', async () => {
    const ais = await startAis({ tables: { F0101: suppliers(8) } });
    const first = await ais.browse(PAGED);
    ais.sim.upsert('F0101', { AN8: 6, ALPH: 'Changed' });
    ais.sim.remove('F0101', { AN8: 7 });
    ais.sim.upsert('F0101', { AN8: 9, ALPH: 'New' });
    const second = await ais.get(nextHref(first));
    expect(cells(second, 'F0101_ALPH')).toEqual(['Supplier 5', 'Supplier 6', 'Supplier 7', 'Supplier 8']);
    expect(await readAll(ais, await ais.browse(PAGED))).toEqual([1, 2, 3, 4, 5, 6, 8, 9]);
  });
});

describe('an open result set', () => {
  test('dies 60 seconds after its last page, with the recorded body and status 500', async () => {
    const clock = handClock('2026-11-23T08:00:00Z');
    const ais = await startAis({ tables: { F0101: suppliers(20) }, clock });
    const first = await ais.browse(PAGED);
    clock.forward(59_000);
    const second = await ais.get(nextHref(first));
    expect(second.status).toBe(200);
    clock.forward(60_000);
    const late = await ais.get(nextHref(second));
    expect(late.status).toBe(500);
    expect(late.json).toEqual({ sysErrors: [{ TITLE: JAS_MSG347, DESC: JAS_MSG347 }] });
  });

  test('belongs to one token', async () => {
    const ais = await startAis({ tables: { F0101: suppliers(20) } });
    const href = new URL(nextHref(await ais.browse(PAGED)));
    href.searchParams.set('token', await ais.signIn());
    expect((await ais.get(href.href)).status).toBe(500);
  });

  test('lives beside another in the same session, or is closed by it', async () => {
    const ais = await startAis({ tables: { F0101: suppliers(20) } });
    const token = await ais.signIn();
    const [one, two] = [await ais.browse({ ...PAGED, token }), await ais.browse({ ...PAGED, token })];
    expect([one.json['stackId'], two.json['stackId']]).toEqual([1, 2]);
    expect((await ais.get(nextHref(one))).status).toBe(200);
    ais.sim.switches.parallelCursors = 'lastOnly';
    const three = await ais.browse({ ...PAGED, token });
    expect((await ais.get(nextHref(two))).status).toBe(500);
    expect((await ais.get(nextHref(three))).status).toBe(200);
  });
});

test('without orderBy rows may come in an order of no use', async () => {
  const ais = await startAis({
    tables: { F0101: suppliers(50) },
    switches: { orderWithoutOrderBy: 'shuffled' },
  });
  const order = cells(await ais.browse({ targetName: 'F0101' }), 'F0101_AN8');
  expect(order).not.toEqual(order.toSorted((a, b) => Number(a) - Number(b)));
  expect(new Set(order).size).toBe(50);
});

test('a key of several columns is gone on from by alternatives', async () => {
  const lines = Array.from({ length: 3_000 }, (_, i) => ({
    DOCO: Math.floor(i / 3) + 1,
    DCTO: 'OP',
    KCOO: '00001',
    SFXO: '000',
    LNID: String((i % 3) + 1),
  }));
  const ais = await startAis({ tables: { F4311: lines } });
  const beyond = (andOr: string, ...conditions: unknown[]): unknown => ({
    andOr,
    query: { condition: conditions },
  });
  const answer = await ais.browse({
    targetName: 'F4311',
    maxPageSize: '4',
    returnControlIDs: 'F4311.DOCO|F4311.LNID',
    aggregation: {
      orderBy: ['DOCO', 'LNID'].map((alias) => ({ column: `F4311.${alias}`, direction: 'ASC' })),
    },
    query: {
      complexQuery: [
        beyond('OR', condition('F4311.DOCO', 'GREATER', '500')),
        beyond('OR', condition('F4311.DOCO', 'EQUAL', '500'), condition('F4311.LNID', 'GREATER', '1')),
      ],
    },
  });
  expect(rowset(answer).map((row) => [row['F4311_DOCO'], row['F4311_LNID']])).toEqual([
    [500, 2],
    [500, 3],
    [501, 1],
    [501, 2],
  ]);
});

test('a table of 200,000 rows is read by key from start to end, and looked up by lists', async () => {
  const ais = await startAis({ tables: { F0101: suppliers(200_000) } });
  const token = await ais.signIn();
  let [last, rows] = [0, 0];
  for (let more = true; more; ) {
    const page = await ais.browse({
      ...PAGED,
      token,
      enableNextPageProcessing: false,
      maxPageSize: '2000',
      query: { condition: [condition('F0101.AN8', 'GREATER', String(last))] },
    });
    const numbers = cells(page, 'F0101_AN8').map(Number);
    rows += numbers.length;
    last = numbers.at(-1) ?? last;
    more = leaf(grid(page)['summary']?.['moreRecords']) === 'true';
  }
  expect([rows, last]).toEqual([200_000, 200_000]);
  const asked = Array.from({ length: 200 }, (_, i) => String(1 + i * 997));
  const list = await ais.browse({
    ...PAGED,
    token,
    maxPageSize: '500',
    query: { condition: [condition('F0101.AN8', 'LIST', ...asked)] },
  });
  expect(cells(list, 'F0101_AN8').map(String)).toEqual(asked);
});
