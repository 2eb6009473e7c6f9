import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cin7Simulator, startCin7Simulator } from '../src/simulators/cin7/index.ts';
import { type JdeSimulator, startJdeSimulator } from '../src/simulators/jde/index.ts';
import { seeds } from './switches/dataset.ts';

/**
 * Two clients that share nothing with the connector: plain calls, written down from the vendors' published descriptions alone, in
 * the forms that public clients use. They tell whether a simulator only suits the connector it was built beside.
 */
type Json = Readonly<Record<string, unknown>>;

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly header: (name: string) => string;
  readonly text: string;
  readonly json: Json;
  readonly list: readonly Json[];
}

async function call(
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<Reply> {
  const { method = 'GET', headers = {}, body } = init;
  const answer = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  const parsed: unknown = type.includes('json') && text !== '' ? JSON.parse(text) : undefined;
  return {
    status: answer.status,
    type,
    header: (name) => answer.headers.get(name) ?? '',
    text,
    json: isObject(parsed) ? parsed : {},
    list: Array.isArray(parsed) ? parsed.filter(isObject) : [],
  };
}

describe('a client of AIS', () => {
  let jde: JdeSimulator;
  beforeAll(async () => {
    jde = await startJdeSimulator({ tables: seeds().tables });
  });
  afterAll(() => jde.stop());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
    call(`${jde.url}/jderest${path}`, { method: 'POST', body, headers });
  const login = {
    username: 'JDE',
    password: 'JDE',
    deviceName: 'collection',
    environment: 'JDV920',
    role: '*ALL',
  };
  async function token(): Promise<string> {
    const { json } = await post('/v2/tokenrequest', login);
    return textAt(json, 'userInfo.token');
  }
  async function browse(request: Json): Promise<Json> {
    const asked = {
      targetType: 'table',
      dataServiceType: 'BROWSE',
      findOnEntry: 'TRUE',
      maxPageSize: 'No Max',
    };
    const body = { ...asked, token: await token(), deviceName: 'collection', ...request };
    return (await post('/v2/dataservice', body)).json;
  }
  const rowsOf = (answer: Json, target: string): readonly Json[] =>
    listAt(answer, `fs_DATABROWSE_${target}.data.gridData.rowset`);
  const condition = (controlId: string, operator: string, ...contents: string[]): Json => ({
    controlId,
    operator,
    value: contents.map((content) => ({ content, specialValueId: 'LITERAL' })),
  });
  async function numbersWhere(...conditions: Json[]): Promise<readonly unknown[]> {
    const query = { autoFind: true, matchType: 'MATCH_ALL', condition: conditions };
    const answer = await browse({ targetName: 'F0101', returnControlIDs: 'F0101.AN8|F0101.ALPH', query });
    return rowsOf(answer, 'F0101').map((row) => row['F0101_AN8']);
  }

  test('reads the configuration without signing in', async () => {
    const { status, json } = await call(`${jde.url}/jderest/v2/defaultconfig?all=true`);
    expect(status).toBe(200);
    const names = listAt(json, 'capabilityList').map((entry) => entry['name']);
    expect(names).toEqual(expect.arrayContaining(['grid', 'dataservice', 'query']));
    expect(typeof json['sessionTimeout']).toBe('string');
  });

  test('signs in, and finds device and time of issue in the token', async () => {
    const { status, json } = await post('/v2/tokenrequest', login);
    expect(status).toBe(200);
    expect(json['deprecated']).toBeUndefined();
    expect(textAt(json, 'userInfo.dateSeperator')).toBe('/');
    const opened = textAt(json, 'userInfo.token');
    expect(opened).toMatch(/^044/);
    const rest = Buffer.from(opened.slice(47), 'base64').toString();
    const [random, device] = [Number(rest.slice(0, 3)), Number(rest.slice(3, 6))];
    expect(rest.slice(6 + random, 6 + random + device)).toBe('collection');
    expect(Math.abs(Number(rest.slice(6 + random + device)) - Date.now())).toBeLessThan(60_000);
    expect((await post('/tokenrequest', login)).json['deprecated']).toBe(true);
  });

  test('is refused for a wrong password, for text that is no JSON, and for another content type', async () => {
    const wrong = await post('/v2/tokenrequest', { ...login, password: 'no' });
    expect(wrong.status).toBe(403);
    expect(Object.keys(wrong.json)).toEqual(expect.arrayContaining(['message', 'exception', 'timeStamp']));
    expect((await post('/v2/tokenrequest', '{')).status).toBe(400);
    const plain = await post('/v2/tokenrequest', 'x', { 'content-type': 'text/plain' });
    expect(plain.status).toBe(415);
  });

  test('browses: keys with their table, columns in table order, days as text, a count of this answer', async () => {
    const answer = await browse({ targetName: 'F0101', maxPageSize: '5' });
    const grid = at(answer, 'fs_DATABROWSE_F0101.data.gridData');
    expect(at(grid, 'summary')).toMatchObject({ records: 5, moreRecords: true });
    const [row] = rowsOf(answer, 'F0101');
    expect(row?.['F0101_UPMJ']).toMatch(/^\d{8}$/);
    expect(row?.['F0101_ALKY']).toBe(' ');
    expect(typeof row?.['F0101_AN8']).toBe('number');
    expect(row).not.toHaveProperty('rowIndex');
    const { columns } = isObject(grid) ? grid : {};
    expect(Object.keys(isObject(columns) ? columns : {}).slice(0, 1)).toEqual(['F0101_AN8']);
    expect(answer['sysErrors']).toEqual([]);
    expect(answer['links']).toBeUndefined();
  });

  test.each(['POST', 'GET'])('follows the links of pages with %s, each row once', async (method) => {
    const seen: unknown[] = [];
    let answer = await browse({
      targetName: 'F0101',
      returnControlIDs: 'F0101.AN8',
      maxPageSize: '5',
      enableNextPageProcessing: true,
    });
    for (let pages = 0; pages < 10; pages++) {
      seen.push(...rowsOf(answer, 'F0101').map((row) => row['F0101_AN8']));
      const link = listAt(answer, 'links').find((each) => each['rel'] === 'next');
      if (link === undefined) break;
      const alone = await call(textAt(link, 'href'), { method });
      // The published link names no device, and a token that was asked for with one needs it.
      expect([403, 444]).toContain(alone.status);
      answer = (
        await call(textAt(link, 'href'), { method, headers: { 'jde-AIS-Auth-Device': 'collection' } })
      ).json;
    }
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
  });

  test('pages by key, as clients of the first version do', async () => {
    const seen: number[] = [];
    for (let last = '0', pages = 0; pages < 10; pages++) {
      const answer = await browse({
        targetName: 'F0101',
        returnControlIDs: 'AN8',
        maxPageSize: '5',
        query: { autoFind: true, condition: [condition('F0101.AN8', 'GREATER', last)] },
        aggregation: { orderBy: [{ column: 'F0101.AN8', direction: 'ASC' }] },
      });
      const rows = rowsOf(answer, 'F0101').map((row) => Number(row['F0101_AN8']));
      if (rows.length === 0) break;
      seen.push(...rows);
      last = String(rows.at(-1));
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen).toHaveLength(12);
  });

  test('asks with every operator', async () => {
    expect(await numbersWhere(condition('F0101.AN8', 'EQUAL', '4343'))).toEqual([4343]);
    expect(await numbersWhere(condition('F0101.AN8', 'NOT_EQUAL', '4343'))).toHaveLength(11);
    expect(await numbersWhere(condition('F0101.AN8', 'LESS', '4345'))).toHaveLength(2);
    expect(await numbersWhere(condition('F0101.AN8', 'LESS_EQUAL', '4345'))).toHaveLength(3);
    expect(await numbersWhere(condition('F0101.AN8', 'GREATER_EQUAL', '4353'))).toHaveLength(2);
    expect(await numbersWhere(condition('F0101.AN8', 'BETWEEN', '4344', '4346'))).toHaveLength(3);
    expect(await numbersWhere(condition('F0101.AN8', 'LIST', '4344', '4350', '9'))).toHaveLength(2);
    expect(await numbersWhere(condition('F0101.ALPH', 'STR_START_WITH', 'Twin'))).toHaveLength(2);
    expect(await numbersWhere(condition('F0101.ALPH', 'STR_END_WITH', 'Metals'))).toEqual([4350]);
    expect(await numbersWhere(condition('F0101.ALPH', 'STR_CONTAIN', 'right'))).toEqual([4352]);
    expect(await numbersWhere(condition('F0101.ALPH', 'STR_NOT_BLANK', ''))).toHaveLength(12);
    expect(await numbersWhere(condition('F0101.ALPH', 'STR_BLANK', ''))).toEqual([]);
    expect(await numbersWhere(condition('F0101.TAX', 'EQUAL', ''))).toHaveLength(12);
  });

  test('asks with days in the format of the user, and with days counted from today', async () => {
    const since = condition('F0101.UPMJ', 'GREATER_EQUAL', '01/01/1990');
    expect(await numbersWhere(since)).toHaveLength(12);
    const today = {
      controlId: 'F0101.UPMJ',
      operator: 'GREATER',
      value: [{ content: '1', specialValueId: 'TODAY_PLUS_DAY' }],
    };
    expect(await numbersWhere(today)).toEqual([]);
  });

  test('nests conditions', async () => {
    const part = (andOr: string, number: string): Json => ({
      andOr,
      query: { condition: [condition('F0101.AN8', 'EQUAL', number)] },
    });
    const query = { autoFind: true, complexQuery: [part('OR', '4343'), part('OR', '4350')] };
    const answer = await browse({ targetName: 'F0101', query });
    expect(rowsOf(answer, 'F0101')).toHaveLength(2);
  });

  test('counts and adds up', async () => {
    const counted = await browse({ targetName: 'F0101', dataServiceType: 'COUNT' });
    expect(counted['count'] ?? at(counted, 'ds_F0101.count')).toBe(12);
    const added = await browse({
      targetName: 'F0401',
      dataServiceType: 'AGGREGATION',
      aggregation: {
        aggregations: [{ aggregation: 'COUNT', column: 'F0401.AN8' }],
        groupBy: [{ column: 'F0401.CRRP' }],
      },
    });
    const counts = listAt(added, 'ds_F0401.output').map((row) => Number(row['F0401.AN8_COUNT']));
    expect(counts.toSorted((a, b) => a - b)).toEqual([1, 1, 10]);
  });

  test('asks two tables in one call', async () => {
    const part = (targetName: string): Json => ({
      targetName,
      targetType: 'table',
      dataServiceType: 'BROWSE',
      maxPageSize: '2',
    });
    const { json } = await post('/v2/dataservice', {
      token: await token(),
      deviceName: 'collection',
      outputType: 'GRID_DATA',
      batchDataRequest: true,
      dataRequests: [part('F0101'), part('F0401')],
    });
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining(['fs_0_DATABROWSE_F0101', 'fs_1_DATABROWSE_F0401']),
    );
  });

  test('reads a table by address, with a filter', async () => {
    const parameters = new URLSearchParams({
      $filter: 'F0101.AN8 LE 4345',
      $limit: '2',
      $token: await token(),
      $device: 'collection',
    });
    const { json } = await call(`${jde.url}/jderest/v2/dataservice/table/F0101?${parameters.toString()}`);
    expect(rowsOf(json, 'F0101')).toHaveLength(2);
  });

  test('works without a session, with user and password in each call', async () => {
    const basic = { authorization: `Basic ${Buffer.from('JDE:JDE').toString('base64')}` };
    const { status, json } = await post(
      '/v2/dataservice',
      { targetName: 'F0101', targetType: 'table', dataServiceType: 'BROWSE' },
      basic,
    );
    expect(status).toBe(200);
    expect(rowsOf(json, 'F0101')).toHaveLength(12);
  });

  test('may not lend its token to another device, and loses it by signing out', async () => {
    const opened = await token();
    const other = await post('/v2/dataservice', {
      targetName: 'F0101',
      targetType: 'table',
      dataServiceType: 'BROWSE',
      token: opened,
      deviceName: 'other',
    });
    expect([403, 444]).toContain(other.status);
    const validate = (): Promise<Reply> =>
      post('/v2/tokenrequest/validate', { token: opened, deviceName: 'collection' });
    expect((await validate()).json).toEqual({ isValidSession: true });
    expect((await post('/v2/tokenrequest/logout', { token: opened, deviceName: 'collection' })).status).toBe(
      200,
    );
    const after = await validate();
    expect([403, 444]).toContain(after.status);
    expect(after.json['message']).toBe('Invalid Token');
  });

  test('is told of a table that does not exist in one of the known forms', async () => {
    const { status, json } = await post('/v2/dataservice', {
      targetName: 'F9ZZZZ',
      targetType: 'table',
      dataServiceType: 'BROWSE',
      token: await token(),
      deviceName: 'collection',
    });
    const told = status >= 400 || json['exception'] !== undefined || listAt(json, 'sysErrors').length > 0;
    expect(told).toBe(true);
  });
});

describe('a client of Cin7 Core', () => {
  let cin7: Cin7Simulator;
  beforeAll(async () => {
    cin7 = await startCin7Simulator({
      company: seeds().company,
      allowance: { calls: 1_000, windowMs: 60_000 },
    });
  });
  afterAll(() => cin7.stop());

  const keys = (): Record<string, string> => ({
    'api-auth-accountid': cin7.accountId,
    'api-auth-applicationkey': cin7.applicationKey,
  });
  const send = (method: string, path: string, body?: unknown): Promise<Reply> =>
    call(`${cin7.url}${path}`, { method, headers: keys(), ...(body === undefined ? {} : { body }) });
  const newSupplier = (Name: string, more: Json = {}): Json => ({
    Name,
    Status: 'Active',
    Currency: 'USD',
    PaymentTerm: '30 days',
    AccountPayable: '800',
    TaxRule: 'Tax Exempt',
    ...more,
  });
  async function supplierId(name: string): Promise<string> {
    const { json } = await send('POST', '/supplier', newSupplier(name));
    return textAt(listAt(json, 'SupplierList')[0] ?? {}, 'ID');
  }
  async function purchase(name: string, more: Json = {}): Promise<Json> {
    const header = {
      SupplierID: await supplierId(name),
      Location: 'Main Warehouse',
      Approach: 'INVOICE',
      ...more,
    };
    return (await send('POST', '/advanced-purchase', header)).json;
  }
  const line = (Quantity: number, Total: number, more: Json = {}): Json => ({
    SKU: 'BC-1',
    Quantity,
    Price: 2.5,
    Tax: 0,
    Total,
    ...more,
  });

  test('is told of wrong keys, unknown paths and wrong methods as integrators saw it', async () => {
    const wrong = await call(`${cin7.url}/me`, { headers: { ...keys(), 'api-auth-applicationkey': 'no' } });
    expect(wrong).toMatchObject({ status: 403 });
    expect(wrong.text).toContain('Incorrect credentials!');
    const nowhere = await send('GET', '/AdvancedPurchase');
    expect(nowhere.text).toContain('Page not found');
    const put = await send('PUT', '/purchase/order', {});
    expect(put.status).toBe(405);
    expect(put.text).toContain("does not support http method 'PUT'");
  });

  test.each([
    ['/supplier', 'SupplierList'],
    ['/purchaseList', 'PurchaseList'],
    ['/product', 'Products'],
    ['/ref/account', 'AccountsList'],
    ['/ref/account/bank', 'BankAccountsList'],
    ['/ref/tax', 'TaxRuleList'],
    ['/ref/paymentterm', 'PaymentTermList'],
    ['/ref/location', 'LocationList'],
    ['/ref/carrier', 'CarrierList'],
    ['/ref/brand', 'BrandList'],
    ['/ref/category', 'CategoryList'],
    ['/ref/unit', 'UnitList'],
    ['/ref/attributeset', 'AttributeSetList'],
    ['/me/addresses', 'MeAddressesList'],
    ['/me/contacts', 'MeContactsList'],
  ])('reads %s as a list under %s, in any spelling of the parameters', async (path, key) => {
    const { status, json } = await send('GET', `${path}?page=1&LIMIT=1`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ Page: 1 });
    expect(typeof json['Total']).toBe('number');
    expect(listAt(json, key).length).toBe(Math.min(1, Number(json['Total'])));
  });

  test('creates a supplier, changes one field, and clears one', async () => {
    const made = await send(
      'POST',
      '/supplier',
      newSupplier('Collected', { Comments: 'first', Contacts: [{ Name: 'Ann' }] }),
    );
    expect(made.json).toMatchObject({ Total: 1, Page: 1 });
    const [row] = listAt(made.json, 'SupplierList');
    const ID = textAt(row ?? {}, 'ID');
    const [changed] = listAt((await send('PUT', '/supplier', { ID, TaxNumber: '77' })).json, 'SupplierList');
    expect(changed).toMatchObject({ Name: 'Collected', Comments: 'first', TaxNumber: '77' });
    const [cleared] = listAt((await send('PUT', '/supplier', { ID, Comments: '' })).json, 'SupplierList');
    expect(cleared?.['Comments'] ?? '').toBe('');
    expect(listAt(cleared ?? {}, 'Contacts')).toHaveLength(1);
  });

  test('finds suppliers by the beginning of a name; a parameter that does not exist is ignored', async () => {
    await supplierId('Findable One');
    await supplierId('Findable Two');
    const found = await send('GET', '/supplier?Name=Findable');
    expect(found.json['Total']).toBe(2);
    expect((await send('GET', '/supplier?Name=One')).json['Total']).toBe(0);
    const all = await send('GET', '/supplier');
    expect((await send('GET', '/supplier?Search=Findable')).json['Total']).toBe(all.json['Total']);
  });

  test('reads the recorded words of refusals', async () => {
    const term = await send('POST', '/supplier', newSupplier('No Term', { PaymentTerm: 'cash' }));
    expect(term.status).toBe(400);
    expect(term.text).toContain(
      'Active payment term with name cash was not found in Payment Terms reference book',
    );
    const payable = await send('POST', '/supplier', newSupplier('Wrong Account', { AccountPayable: '801' }));
    expect(payable.text).toContain('Account with specified ID not found');
  });

  test('makes a purchase in two calls: lines sent with the header vanish without a word', async () => {
    const made = await purchase('Two Calls', { Lines: [line(10, 25)], Order: { Lines: [line(10, 25)] } });
    expect(made['OrderNumber']).toMatch(/^PO-\d{5}$/);
    expect(at(made, 'Order')).toMatchObject({ Status: 'NOT AVAILABLE', Lines: [] });
    const order = await send('POST', '/purchase/order', {
      TaskID: made['ID'],
      Status: 'DRAFT',
      Memo: 'm',
      Lines: [line(10, 25)],
    });
    expect(order.json).toMatchObject({ Status: 'DRAFT', Total: 25 });
    const again = await send('POST', '/purchase/order', {
      TaskID: made['ID'],
      Status: 'DRAFT',
      Lines: [line(4, 10)],
    });
    expect(listAt(again.json, 'Lines')).toHaveLength(1);
    const read = await send('GET', `/advanced-purchase?ID=${textAt(made, 'ID')}`);
    expect(read.json).toMatchObject({ Status: 'ORDERING', Type: 'Simple Purchase', SupplierCurrency: 'USD' });
  });

  test('has its totals checked', async () => {
    const made = await purchase('Checked');
    const refused = await send('POST', '/purchase/order', {
      TaskID: made['ID'],
      Status: 'DRAFT',
      Lines: [line(10, 24)],
    });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("attribute 'Total' doesn't match");
    expect(refused.text).toContain('Expected value is: 25.00');
  });

  test('authorises, cannot change then, undoes by default, and voids', async () => {
    const made = await purchase('Authorised');
    const ID = textAt(made, 'ID');
    const authorise = { TaskID: ID, Status: 'AUTHORISED', Lines: [line(10, 25)] };
    expect((await send('POST', '/purchase/order', authorise)).json['Status']).toBe('AUTHORISED');
    expect((await send('GET', `/advanced-purchase?ID=${ID}`)).json['Status']).toBe('ORDERED');
    expect((await send('POST', '/purchase/order', authorise)).status).toBe(400);
    const undone = await send('DELETE', `/advanced-purchase?ID=${ID}`);
    expect(at(undone.json, 'Order.Status')).toBe('DRAFT');
    const voided = await send('DELETE', `/advanced-purchase?ID=${ID}&Void=true`);
    expect(voided.json['Status']).toBe('VOIDED');
  });

  test('reads an advanced purchase at the old address as a refusal', async () => {
    const made = await purchase('Advanced', { PurchaseType: 'Advanced' });
    const old = await send('GET', `/purchase?ID=${textAt(made, 'ID')}`);
    expect(old.text).toContain('This endpoint is deprecated and does not support Advanced Purchase');
    const gone = await send('GET', '/advanced-purchase?ID=00000000-0000-0000-0000-000000000001');
    expect(gone.text).toContain('Purchase Task with specified ID not found');
  });

  test('lists purchases by number; their notes are not searched', async () => {
    const made = await purchase('Listed', { Note: 'needle' });
    const { json } = await send('GET', '/purchaseList?Limit=1000');
    const numbers = listAt(json, 'PurchaseList').map((row) => textAt(row, 'OrderNumber'));
    expect(numbers).toEqual([...numbers].toSorted());
    expect((await send('GET', '/purchaseList?Search=needle')).json['Total']).toBe(0);
    const byNumber = await send('GET', `/purchaseList?Search=${textAt(made, 'OrderNumber')}`);
    expect(byNumber.json['Total']).toBe(1);
    const past = await send('GET', '/purchaseList?Page=99');
    expect(listAt(past.json, 'PurchaseList')).toEqual([]);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    expect((await send('GET', `/purchaseList?UpdatedSince=${later}`)).json['Total']).toBe(0);
  });

  test('is refused behind its allowance, in the recorded words', async () => {
    const strict = await startCin7Simulator({ company: seeds().company });
    try {
      const headers = {
        'api-auth-accountid': strict.accountId,
        'api-auth-applicationkey': strict.applicationKey,
      };
      const replies: Reply[] = [];
      for (let number = 0; number < 61; number++) replies.push(await call(`${strict.url}/me`, { headers }));
      expect(replies.filter((reply) => reply.status === 200)).toHaveLength(60);
      const last = replies.at(-1);
      expect(last).toMatchObject({
        status: 429,
        text: 'You have reached 60 calls per 60 seconds API limit.',
      });
      expect(last?.header('retry-after')).toBe('60 Seconds');
      expect(replies[0]?.header('x-ratelimit-limit')).toBe('');
    } finally {
      await strict.stop();
    }
  });
});

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of a member: `userInfo.token`. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((now, name) => (isObject(now) ? now[name] : undefined), value);
}

function textAt(value: unknown, path: string): string {
  const found = at(value, path);
  return typeof found === 'string' ? found : '';
}

function listAt(value: unknown, path: string): readonly Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}
