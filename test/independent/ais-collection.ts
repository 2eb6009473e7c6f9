import assert from 'node:assert/strict';
import {
  type Answer,
  assertKeys,
  assertStatus,
  at,
  brief,
  type Exchange,
  type Json,
  type JsonObject,
  keysAt,
  listAt,
  maybe,
  numberAt,
  objectAt,
  send,
  textAt,
} from './http.ts';

/** What a third-party client is told about an AIS server before its first request. */
export interface AisClient {
  url: string;
  user: string;
  password: string;
  environments: string[];
  role: string;
  /** The same server with a result set that dies after a few milliseconds. */
  impatientUrl: string;
}

type AisExchange = Exchange<AisClient>;

interface Session {
  client: AisClient;
  url: string;
  token: string;
  device: string;
  dateFormat: string;
}

const signInPath = '/jderest/v2/tokenrequest';
const dataPath = '/jderest/v2/dataservice';
const rejected = [403, 444];
const twoColumns = 'F0101.AN8|F0101.ALPH';

// ---------------------------------------------------------------- sign-in and session helpers

async function post(
  client: AisClient,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send({ method: 'POST', url: client.url + path, body, headers });
}

async function get(client: AisClient, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return send({ method: 'GET', url: client.url + path, headers });
}

function credentials(client: AisClient): { username: string; password: string } {
  return { username: client.user, password: client.password };
}

function basic(client: AisClient): Record<string, string> {
  const pair = Buffer.from(`${client.user}:${client.password}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

async function signIn(client: AisClient, device: string, url = client.url): Promise<Session> {
  const answer = await post({ ...client, url }, signInPath, { ...credentials(client), deviceName: device });
  assertStatus(answer, 200);
  const dateFormat = textAt(answer.body, 'userInfo', 'simpleDateFormat');
  return { client, url, token: textAt(answer.body, 'userInfo', 'token'), device, dateFormat };
}

async function signOut(session: Session): Promise<Answer> {
  const at = { ...session.client, url: session.url };
  return post(at, '/jderest/v2/tokenrequest/logout', { token: session.token, deviceName: session.device });
}

function inSession(work: (session: Session) => Promise<void>): (client: AisClient) => Promise<void> {
  return async (client) => {
    const session = await signIn(client, 'thirdParty');
    try {
      await work(session);
    } finally {
      await signOut(session);
    }
  };
}

async function ask(session: Session, request: object, path = dataPath): Promise<Answer> {
  const body = { ...request, token: session.token, deviceName: session.device };
  return post({ ...session.client, url: session.url }, path, body);
}

// ---------------------------------------------------------------- data service helpers

interface Condition {
  controlId: string;
  operator: string;
  value: { content: string; specialValueId: string }[];
}

function condition(controlId: string, operator: string, ...contents: string[]): Condition {
  return special(controlId, operator, 'LITERAL', ...contents);
}

function special(controlId: string, operator: string, kind: string, ...contents: string[]): Condition {
  return { controlId, operator, value: contents.map((content) => ({ content, specialValueId: kind })) };
}

function where(matchType: string, ...conditions: Condition[]): object {
  return { autoFind: true, matchType, condition: conditions };
}

function browse(table: string, columns: string | undefined, more: object = {}): object {
  return {
    targetName: table,
    targetType: 'table',
    dataServiceType: 'BROWSE',
    findOnEntry: 'TRUE',
    outputType: 'GRID_DATA',
    maxPageSize: 'No Max',
    ...(columns === undefined ? {} : { returnControlIDs: columns }),
    ...more,
  };
}

function grid(answer: Answer, table: string, prefix = 'fs'): JsonObject {
  assertStatus(answer, 200);
  return objectAt(answer.body, `${prefix}_DATABROWSE_${table}`, 'data', 'gridData');
}

function rowsOf(answer: Answer, table: string, prefix = 'fs'): JsonObject[] {
  const found = grid(answer, table, prefix);
  const rows = listAt(found, 'rowset').map((row) => objectAt(row));
  assert.equal(numberAt(found, 'summary', 'records'), rows.length, 'summary.records counts the rows');
  return rows;
}

function moreRecords(answer: Answer, table: string): Json {
  return at(grid(answer, table), 'summary', 'moreRecords');
}

async function rows(
  session: Session,
  table: string,
  columns?: string,
  more: object = {},
): Promise<JsonObject[]> {
  return rowsOf(await ask(session, browse(table, columns, more)), table);
}

function column(found: JsonObject[], key: string): Json[] {
  return found.map((row) => at(row, key));
}

function sorted(values: Json[]): Json[] {
  return [...values].sort((left, right) => compare(left, right));
}

function compare(left: Json, right: Json): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [String(left), String(right)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

interface Choice {
  table: string;
  columns: string;
  key: string;
}

const addresses: Choice = {
  table: 'F0101',
  columns: 'F0101.AN8|F0101.ALPH|F0101.AC01|F0101.UPMJ|F0101.USER',
  key: 'F0101_AN8',
};

const orders: Choice = { table: 'F4301', columns: 'F4301.DOCO|F4301.TRDJ|F4301.DEL1', key: 'F4301_DOCO' };

/** Asks with one condition and compares with the same choice made here over all rows. */
async function assertChosen(
  session: Session,
  chosen: Condition,
  keep: (row: JsonObject) => boolean,
  { table, columns, key }: Choice = addresses,
): Promise<void> {
  const everything = await rows(session, table, columns);
  const found = await rows(session, table, columns, { query: where('MATCH_ALL', chosen) });
  const expected = everything.filter(keep);
  const label = `${chosen.operator} ${brief(chosen.value)}`;
  assert.deepEqual(sorted(column(found, key)), sorted(column(expected, key)), label);
}

async function middleAddress(session: Session): Promise<number> {
  const numbers = sorted(column(await rows(session, 'F0101', 'F0101.AN8'), 'F0101_AN8'));
  return Number(numbers[Math.floor(numbers.length / 2)]);
}

function numericOperator(operator: string, keep: (address: number, middle: number) => boolean): AisExchange {
  return {
    name: `${operator} on a numeric column keeps the rows it names`,
    source: '2.2 query: operators',
    run: inSession(async (session) => {
      const middle = await middleAddress(session);
      await assertChosen(session, condition('F0101.AN8', operator, String(middle)), (row) =>
        keep(numberAt(row, 'F0101_AN8'), middle),
      );
    }),
  };
}

function textOperator(operator: string, content: string, keep: (name: string) => boolean): AisExchange {
  return {
    name: `${operator} on a text column keeps the rows it names`,
    source: '2.2 query: string operators',
    run: inSession(async (session) => {
      await assertChosen(session, condition('F0101.ALPH', operator, content), (row) =>
        keep(textAt(row, 'F0101_ALPH')),
      );
    }),
  };
}

/** yyyyMMdd from a row, in the user's own simpleDateFormat. */
function dateLiteral(session: Session, wire: string): string {
  return session.dateFormat
    .replace('yyyy', wire.slice(0, 4))
    .replace('yy', wire.slice(2, 4))
    .replace('MM', wire.slice(4, 6))
    .replace('dd', wire.slice(6, 8));
}

function wireDate(date: Date): string {
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}

/** A day moved as the special values move it: by days, months or years. */
function moved(unit: string, count: number): string {
  const day = new Date();
  if (unit === 'DAY') day.setUTCDate(day.getUTCDate() + count);
  if (unit === 'MONTH') day.setUTCMonth(day.getUTCMonth() + count);
  if (unit === 'YEAR') day.setUTCFullYear(day.getUTCFullYear() + count);
  return wireDate(day);
}

function specialDate(
  direction: 'PLUS' | 'MINUS',
  unit: 'DAY' | 'MONTH' | 'YEAR',
  count: number,
): AisExchange {
  const kind = `TODAY_${direction}_${unit}`;
  return {
    name: `${kind} takes the count from its content`,
    source: '2.2 query: specialValueId',
    run: inSession(async (session) => {
      const limit = moved(unit, direction === 'PLUS' ? count : -count);
      const since = special('F4301.TRDJ', 'GREATER_EQUAL', kind, String(count));
      const keep = (row: JsonObject): boolean => String(at(row, 'F4301_TRDJ') ?? '') >= limit;
      await assertChosen(session, since, keep, orders);
    }),
  };
}

// ---------------------------------------------------------------- next page helpers

function nextLink(answer: Answer): string | undefined {
  const links = maybe(answer.body, 'links');
  if (!Array.isArray(links)) return undefined;
  const next = links.find((link) => maybe(link, 'rel') === 'next');
  return next === undefined ? undefined : textAt(next, 'href');
}

function paged(size: string, more: object = {}): object {
  return browse('F0101', twoColumns, { maxPageSize: size, enableNextPageProcessing: true, ...more });
}

async function follow(href: string, method: string, headers: Record<string, string> = {}): Promise<Answer> {
  return send({ method, url: href, headers });
}

/** All pages, as a client that follows the links until there is none. */
async function allPages(session: Session, request: object, method: string): Promise<JsonObject[][]> {
  const headers = { 'jde-AIS-Auth': session.token, 'jde-AIS-Auth-Device': session.device };
  const pages: JsonObject[][] = [];
  let answer = await ask(session, request);
  for (;;) {
    pages.push(rowsOf(answer, 'F0101'));
    const href = nextLink(answer);
    if (href === undefined) {
      assert.equal(moreRecords(answer, 'F0101'), false, 'the last page has no link and no more records');
      return pages;
    }
    assert.equal(moreRecords(answer, 'F0101'), true, 'a page with a link has more records');
    assert.ok(pages.length < 1000, 'paging does not end');
    answer = await follow(href, method, headers);
  }
}

async function assertPagesAreWhole(session: Session, request: object, method: string): Promise<void> {
  const pages = await allPages(session, request, method);
  const whole = await rows(session, 'F0101', 'F0101.AN8');
  assert.ok(pages.length > 2, 'more than two pages');
  const paged = pages.flatMap((page) => column(page, 'F0101_AN8'));
  assert.deepEqual(sorted(paged), sorted(column(whole, 'F0101_AN8')));
}

// ---------------------------------------------------------------- error helpers

function assertServiceError(answer: Answer, ...texts: string[]): void {
  assertKeys(answer.body, ['message', 'exception', 'timeStamp']);
  const stamp = textAt(answer.body, 'timeStamp');
  assert.match(stamp, /^\d{4}-\d\d-\d\d(:\d\d\.\d\d\.\d\d|T\d\d:\d\d:\d\d.*[+-]\d{4})$/);
  if (texts.length > 0) assert.ok(texts.includes(textAt(answer.body, 'message')), answer.text);
}

function assertTokenRefused(answer: Answer): void {
  assertStatus(answer, ...rejected);
  assertServiceError(answer, 'Invalid Token', 'Token is Invalid');
}

/** Any of the documented ways to say no, but never rows. */
function assertRefusedInSomeForm(answer: Answer, table: string): void {
  assert.equal(maybe(answer.body, `fs_DATABROWSE_${table}`, 'data', 'gridData', 'rowset', 0), undefined);
  if (answer.status !== 200) return assertStatus(answer, 400, 403, 500);
  const soft = [
    maybe(answer.body, 'sysErrors', 0),
    maybe(answer.body, 'exception'),
    maybe(answer.body, `fs_DATABROWSE_${table}`, 'errors', 0),
    maybe(answer.body, `ds_${table}`, 'error', 'message'),
  ];
  assert.ok(
    soft.some((form) => form !== undefined),
    `no error in ${answer.text.slice(0, 300)}`,
  );
}

function countOf(answer: Answer, table: string): number {
  assertStatus(answer, 200);
  const wrapped = maybe(answer.body, `ds_${table}`, 'count');
  return wrapped === undefined ? numberAt(answer.body, 'count') : Number(wrapped);
}

// ---------------------------------------------------------------- aggregation helpers

function aggregate(table: string, aggregation: object, more: object = {}): object {
  return {
    targetName: table,
    targetType: 'table',
    dataServiceType: 'AGGREGATION',
    findOnEntry: 'TRUE',
    outputType: 'GRID_DATA',
    aggregation,
    ...more,
  };
}

function output(answer: Answer, table: string): JsonObject[] {
  assertStatus(answer, 200);
  return listAt(answer.body, `ds_${table}`, 'output').map((entry) => objectAt(entry));
}

/** Keys inside groupBy are inferred in the documentation: prefixed or as asked. */
function group(entry: JsonObject, table: string, alias: string): Json {
  const groups = objectAt(entry, 'groupBy');
  return maybe(groups, `${table}.${alias}`) ?? at(groups, alias);
}

function sum(values: Json[]): number {
  return values.reduce<number>((total, value) => total + Number(value), 0);
}

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 0.011, `${actual} is not ${expected}`);
}

// ---------------------------------------------------------------- the exchanges

const signInExchanges: AisExchange[] = [
  {
    name: 'A sign-in with the members in the body gives the recorded answer',
    source: '1.1, tokenrequest-request.json, tokenrequest-response-v1-2017.json',
    run: async (client) => {
      const answer = await post(client, signInPath, { deviceName: 'aisTester', ...credentials(client) });
      assertStatus(answer, 200);
      assertKeys(answer.body, [
        'username',
        'environment',
        'role',
        'jasserver',
        'userInfo',
        'userAuthorized',
        'version',
        'poStringJSON',
        'altPoStringJSON',
        'aisSessionCookie',
        'adminAuthorized',
      ]);
      assert.equal(at(answer.body, 'userAuthorized'), false);
      assert.equal(at(answer.body, 'version'), null);
      assert.equal(at(answer.body, 'poStringJSON'), null);
      assert.equal(textAt(answer.body, 'username').toUpperCase(), client.user.toUpperCase());
      assert.match(textAt(answer.body, 'jasserver'), /^https?:\/\//);
    },
  },
  {
    name: 'userInfo carries the members of release 9.2 with their types',
    source: '1.1 200 response',
    run: async (client) => {
      const answer = await post(client, signInPath, credentials(client));
      const info = objectAt(answer.body, 'userInfo');
      for (const key of ['token', 'langPref', 'locale', 'dateFormat', 'dateSeperator', 'simpleDateFormat'])
        textAt(info, key);
      for (const key of ['decimalFormat', 'alphaName', 'appsRelease', 'country', 'username'])
        textAt(info, key);
      numberAt(info, 'addressNumber');
      assert.equal(maybe(info, 'dateSeparator'), undefined, 'the spelling dateSeperator is real');
    },
  },
  {
    name: 'dateFormat and simpleDateFormat name the same order of day, month and year',
    source: '1.1 dateFormat codes',
    run: async (client) => {
      const answer = await post(client, signInPath, credentials(client));
      const separator = textAt(answer.body, 'userInfo', 'dateSeperator');
      const parts: Record<string, string> = { D: 'dd', M: 'MM', E: 'yyyy', Y: 'yy' };
      const code = textAt(answer.body, 'userInfo', 'dateFormat').split('');
      const expected = code.map((letter) => parts[letter] ?? letter).join(separator);
      assert.equal(textAt(answer.body, 'userInfo', 'simpleDateFormat'), expected);
    },
  },
  {
    name: 'The sign-in of version 1 says it is deprecated, version 2 does not',
    source: 'Architecture, 1.1: "deprecated": true on v1',
    run: async (client) => {
      const one = await post(client, '/jderest/tokenrequest', credentials(client));
      const two = await post(client, signInPath, credentials(client));
      assertStatus(one, 200);
      assert.equal(at(one.body, 'deprecated'), true);
      assert.equal(maybe(two.body, 'deprecated'), undefined);
    },
  },
  {
    name: 'Environment and role are taken from the body',
    source: 'tokenrequest-request-env-role.json',
    run: async (client) => {
      for (const environment of client.environments) {
        const answer = await post(client, signInPath, {
          ...credentials(client),
          environment,
          role: client.role,
        });
        assertStatus(answer, 200);
        assert.equal(textAt(answer.body, 'environment'), environment);
        assert.equal(textAt(answer.body, 'role'), client.role);
      }
    },
  },
  {
    name: 'A sign-in with a Basic header needs no input',
    source: '1.1 "Input is not required; Authentication headers may be used instead"',
    run: async (client) => {
      const empty = await send({ method: 'POST', url: client.url + signInPath, headers: basic(client) });
      const braces = await post(client, signInPath, {}, basic(client));
      assert.match(textAt(empty.body, 'userInfo', 'token'), /^044/);
      assert.match(textAt(braces.body, 'userInfo', 'token'), /^044/);
    },
  },
  {
    name: 'Device, environment and role are taken from headers beside a Basic header',
    source: '1.1 headers jde-AIS-Auth-Device, jde-AIS-Auth-Environment, jde-AIS-Auth-Role',
    run: async (client) => {
      const environment = client.environments.at(-1) ?? '';
      const answer = await post(
        client,
        signInPath,
        {},
        {
          ...basic(client),
          'jde-AIS-Auth-Device': 'fromHeader',
          'jde-AIS-Auth-Environment': environment,
          'jde-AIS-Auth-Role': client.role,
        },
      );
      assertStatus(answer, 200);
      assert.equal(textAt(answer.body, 'environment'), environment);
      assert.equal(anatomy(textAt(answer.body, 'userInfo', 'token')).device, 'fromHeader');
    },
  },
  {
    name: 'A token holds a hash, a random number, the device and the time of issue',
    source: '1.1 Token anatomy',
    run: async (client) => {
      const before = Date.now();
      const answer = await post(client, signInPath, { ...credentials(client), deviceName: 'celin' });
      const parts = anatomy(textAt(answer.body, 'userInfo', 'token'));
      assert.equal(parts.hashBytes, 32);
      assert.match(parts.random, /^-?\d+$/);
      assert.equal(parts.device, 'celin');
      assert.match(parts.issued, /^\d{13}$/);
      assert.ok(Math.abs(Number(parts.issued) - before) < 60_000);
    },
  },
  {
    name: 'A token without a device name is bound to the address of the caller',
    source: "1.1 deviceName (else the caller's IP), Token anatomy",
    run: async (client) => {
      const answer = await post(client, signInPath, credentials(client));
      const device = anatomy(textAt(answer.body, 'userInfo', 'token')).device;
      assert.match(device, /^(::ffff:)?127\.0\.0\.1$|^::1$/);
    },
  },
  {
    name: 'Two sign-ins give two tokens that live side by side',
    source: '1.1, 1.3 logout of one token',
    run: async (client) => {
      const first = await signIn(client, 'one');
      const second = await signIn(client, 'one');
      assert.notEqual(first.token, second.token);
      await signOut(first);
      assert.equal((await rows(second, 'F0010', 'F0010.CO')).length > 0, true);
      await signOut(second);
    },
  },
  {
    name: 'The session cookie looks like the cookie of a WebLogic session',
    source: '1.2 Cookies: value!primary-JVM-hash!epoch',
    run: async (client) => {
      const answer = await post(client, signInPath, credentials(client));
      assert.match(textAt(answer.body, 'aisSessionCookie'), /^[\w-]+!-?\d+!\d{13}$/);
    },
  },
  {
    name: 'A required capability that the server has does not stop the sign-in',
    source: '1.1 requiredCapabilities (C# client)',
    run: async (client) => {
      const answer = await post(client, signInPath, {
        ...credentials(client),
        deviceName: 'celin',
        requiredCapabilities: 'grid,processingOption',
      });
      assertStatus(answer, 200);
    },
  },
  ...['/jderest/orchestrator', '/jderest/v2/orchestrator', '/jderest/v3/orchestrator'].map(
    (base): AisExchange => ({
      name: `${base}/jde-login is the same sign-in, by POST and by GET`,
      source: '1.1 Aliases, jde-login-response-2025-partial.json',
      run: async (client) => {
        const posted = await post(client, `${base}/jde-login`, {
          ...credentials(client),
          deviceName: 'alias',
        });
        const got = await get(client, `${base}/jde-login`, basic(client));
        assert.match(textAt(posted.body, 'userInfo', 'token'), /^044/);
        assert.match(textAt(got.body, 'userInfo', 'token'), /^044/);
      },
    }),
  ),
  {
    name: 'A wrong password is an authorization failure with status 403',
    source: '1.4 Login failures, 4 ServiceErrorResponse',
    run: async (client) => {
      const body = await post(client, signInPath, { username: client.user, password: 'wrong' });
      const wrong = Buffer.from(`${client.user}:wrong`).toString('base64');
      const header = await post(client, signInPath, {}, { authorization: `Basic ${wrong}` });
      for (const answer of [body, header]) {
        assertStatus(answer, 403);
        assertServiceError(answer);
        assert.match(textAt(answer.body, 'message'), /Authorization Failure/);
      }
    },
  },
  {
    name: 'An unknown user, environment or role is refused with status 403',
    source: '1.4: 403, also taken as bad environment or role; the texts are not known',
    run: async (client) => {
      const bad = [
        { username: 'NOBODY', password: 'x' },
        { ...credentials(client), environment: 'XX999' },
        { ...credentials(client), role: 'NOROLE' },
      ];
      for (const body of bad) {
        const answer = await post(client, signInPath, body);
        assertStatus(answer, 403);
        assertServiceError(answer);
      }
    },
  },
  {
    name: 'A sign-in that is not JSON is refused with 400, another content type with 415',
    source: '1.4: 400 bad JSON, 415 wrong Content-Type',
    run: async (client) => {
      const url = client.url + signInPath;
      assertStatus(await send({ method: 'POST', url, raw: '{"username":' }), 400);
      const plain = { 'content-type': 'text/plain' };
      assertStatus(
        await send({ method: 'POST', url, raw: JSON.stringify(credentials(client)), headers: plain }),
        415,
      );
    },
  },
];

interface Anatomy {
  hashBytes: number;
  random: string;
  device: string;
  issued: string;
}

function anatomy(token: string): Anatomy {
  assert.equal(token.slice(0, 3), '044');
  const hashBytes = Buffer.from(token.slice(3, 47), 'base64').length;
  const inner = Buffer.from(token.slice(47), 'base64').toString('utf8');
  const randomEnd = 6 + Number(inner.slice(0, 3));
  const deviceEnd = randomEnd + Number(inner.slice(3, 6));
  return {
    hashBytes,
    random: inner.slice(6, randomEnd),
    device: inner.slice(randomEnd, deviceEnd),
    issued: inner.slice(deviceEnd),
  };
}

const tiny = browse('F0010', 'F0010.CO', { maxPageSize: '1' });

const sessionExchanges: AisExchange[] = [
  {
    name: 'A token is taken from the body with its device name',
    source: '1.2 In the body',
    run: inSession(async (session) => {
      assertStatus(await ask(session, tiny), 200);
    }),
  },
  {
    name: 'A token is taken from the headers with its device name',
    source: '1.2 headers jde-AIS-Auth and jde-AIS-Auth-Device',
    run: inSession(async (session) => {
      const headers = { 'jde-AIS-Auth': session.token, 'jde-AIS-Auth-Device': session.device };
      assertStatus(await post(session.client, dataPath, tiny, headers), 200);
    }),
  },
  {
    name: 'A token of a sign-in without device name works without one',
    source: '1.2: body-token without deviceName works when login had none (Go client)',
    run: async (client) => {
      const answer = await post(client, signInPath, credentials(client));
      const token = textAt(answer.body, 'userInfo', 'token');
      assertStatus(await post(client, dataPath, { ...tiny, token }), 200);
      assertStatus(await post(client, dataPath, tiny, { 'jde-AIS-Auth': token }), 200);
    },
  },
  {
    name: 'A token of a named device is refused from another device and from none',
    source: '1.2 "a token requested from one device or IP address cannot be used by another"',
    run: inSession(async (session) => {
      assertTokenRefused(await ask({ ...session, device: 'another' }, tiny));
      assertTokenRefused(await post(session.client, dataPath, { ...tiny, token: session.token }));
      assertTokenRefused(await post(session.client, dataPath, tiny, { 'jde-AIS-Auth': session.token }));
    }),
  },
  {
    name: 'A call may bring user and password instead of a token',
    source: '1.2 Stateless',
    run: async (client) => {
      assertStatus(await post(client, dataPath, { ...tiny, ...credentials(client) }), 200);
      assertStatus(await post(client, dataPath, tiny, basic(client)), 200);
    },
  },
  {
    // The documentation names 403 and 444 and does not say which answers a call with nothing at all.
    name: 'A call without token and credentials is refused',
    source: '4 status table',
    run: async (client) => {
      assertStatus(await post(client, dataPath, tiny), 400, ...rejected);
    },
  },
  {
    // Both statuses are listed on the same page of the documentation.
    name: 'An invented token is refused as invalid',
    source: '1.3 validate-response-invalid.json, 8 item 1',
    run: async (client) => {
      assertTokenRefused(await post(client, dataPath, { ...tiny, token: '044invented=' }));
    },
  },
  {
    name: 'A living token is valid',
    source: '1.3 validate, tokenrequest-validate-request.json',
    run: inSession(async (session) => {
      const body = { token: session.token, deviceName: session.device };
      for (const more of [{}, { touch: true }, { touch: false }]) {
        const answer = await post(session.client, `${signInPath}/validate`, { ...body, ...more });
        assertStatus(answer, 200);
        assert.equal(at(answer.body, 'isValidSession'), true);
      }
    }),
  },
  {
    name: 'Validation of an invented token gives the published refusal',
    source: '1.3 validate-response-invalid.json',
    run: async (client) => {
      const answer = await post(client, `${signInPath}/validate`, { token: '044invented=' });
      assertTokenRefused(answer);
      assert.equal(textAt(answer.body, 'exception'), 'Exception');
    },
  },
  {
    name: 'jde-validate-session is the same validation, by POST and by GET',
    source: '1.3 aliases GET/POST .../orchestrator/jde-validate-session',
    run: inSession(async (session) => {
      const path = '/jderest/v2/orchestrator/jde-validate-session';
      const headers = { 'jde-AIS-Auth': session.token, 'jde-AIS-Auth-Device': session.device };
      const posted = await post(session.client, path, { token: session.token, deviceName: session.device });
      const got = await get(session.client, path, headers);
      assert.equal(at(posted.body, 'isValidSession'), true);
      assert.equal(at(got.body, 'isValidSession'), true);
    }),
  },
  {
    name: 'Version 1 has no validation',
    source: '1.3 (v1 has none)',
    run: inSession(async (session) => {
      const body = { token: session.token, deviceName: session.device };
      const answer = await post(session.client, '/jderest/tokenrequest/validate', body);
      assert.notEqual(answer.status, 200);
    }),
  },
  {
    name: 'After the logout the token is dead for every service',
    source: '1.3 logout, tokenrequest-logout-request.json',
    run: async (client) => {
      const session = await signIn(client, 'leaver');
      assertStatus(await signOut(session), 200);
      assertTokenRefused(await ask(session, tiny));
      const body = { token: session.token, deviceName: session.device };
      assertTokenRefused(await post(client, `${signInPath}/validate`, body));
    },
  },
  {
    // A client that sends only the token is documented too: LogoutRequest requires nothing else.
    name: 'A logout needs the token alone',
    source: 'tokenrequest-logout-request.json',
    run: async (client) => {
      const answer = await post(client, signInPath, credentials(client));
      const token = textAt(answer.body, 'userInfo', 'token');
      assertStatus(await post(client, `${signInPath}/logout`, { token }), 200);
      assertTokenRefused(await post(client, dataPath, { ...tiny, token }));
    },
  },
  {
    name: 'A second logout finds no token',
    source: '1.3 logout statuses: 444',
    run: async (client) => {
      const session = await signIn(client, 'leaver');
      await signOut(session);
      assertStatus(await signOut(session), ...rejected);
    },
  },
  {
    name: 'jde-logout and the logout of version 1 end the session too',
    source: '1.3 Alias jde-logout; v2 contains all of v1',
    run: async (client) => {
      for (const path of ['/jderest/v2/orchestrator/jde-logout', '/jderest/tokenrequest/logout']) {
        const session = await signIn(client, 'leaver');
        assertStatus(await post(client, path, { token: session.token, deviceName: session.device }), 200);
        assertTokenRefused(await ask(session, tiny));
      }
    },
  },
];

const configExchanges: AisExchange[] = [
  {
    name: 'defaultconfig answers without sign-in',
    source: '5, defaultconfig-response-v1-partial.json',
    run: async (client) => {
      for (const path of ['/jderest/defaultconfig', '/jderest/v2/defaultconfig']) {
        const answer = await get(client, path);
        assertStatus(answer, 200);
        for (const key of [
          'jasHost',
          'jasPort',
          'jasProtocol',
          'defaultEnvironment',
          'defaultRole',
          'defaultJasServer',
        ])
          textAt(answer.body, key);
        for (const key of ['displayEnvironment', 'displayRole', 'displayJasServer']) {
          assert.equal(typeof at(answer.body, key), 'boolean', key);
        }
        assert.match(textAt(answer.body, 'aisVersion'), /^EnterpriseOne /);
      }
    },
  },
  {
    name: 'The two clocks of a session are strings of minutes',
    source: '1.3 lifetime: sessionTimeout "30", timeToLive "720"',
    run: async (client) => {
      const answer = await get(client, '/jderest/v2/defaultconfig');
      assert.match(textAt(answer.body, 'sessionTimeout'), /^\d+$/);
      assert.match(textAt(answer.body, 'timeToLive'), /^\d+$/);
    },
  },
  {
    name: 'Each capability is described by the recorded members',
    source: 'defaultconfig-response-v1-partial.json',
    run: async (client) => {
      const answer = await get(client, '/jderest/defaultconfig');
      const list = listAt(answer.body, 'capabilityList');
      assert.ok(list.length > 0);
      for (const entry of list)
        assertKeys(entry, ['name', 'shortDescription', 'longDescription', 'asOfRelease']);
    },
  },
  {
    name: 'Version 2 lists every capability only when asked for all',
    source: '5: v2 list shows only additions unless all=true',
    run: async (client) => {
      const names = async (path: string): Promise<string[]> =>
        listAt((await get(client, path)).body, 'capabilityList').map((entry) => textAt(entry, 'name'));
      const every = await names('/jderest/v2/defaultconfig?all=true');
      const added = await names('/jderest/v2/defaultconfig');
      const old = await names('/jderest/defaultconfig');
      for (const name of ['grid', 'dataservice', 'outputType', 'query'])
        assert.ok(every.includes(name), name);
      for (const name of [...added, ...old]) assert.ok(every.includes(name), name);
      assert.ok(added.length < every.length);
    },
  },
  {
    // One client reads a boolean, the page speaks of the missing ones: either form is taken.
    name: 'defaultconfig tells whether a required capability is missing',
    source: '5 requiredCapabilityMissing, params requiredCapabilities',
    run: async (client) => {
      const path = '/jderest/defaultconfig?requiredCapabilities=';
      const present = await get(client, `${path}dataservice,outputType`);
      const absent = await get(client, `${path}dataservice,noSuchThing`);
      const missing = (answer: Answer): boolean => {
        const value = maybe(answer.body, 'requiredCapabilityMissing');
        return Array.isArray(value)
          ? value.length > 0
          : value === true || (typeof value === 'string' && value !== '');
      };
      assert.equal(missing(present), false, present.text.slice(-200));
      assert.equal(missing(absent), true, absent.text.slice(-200));
    },
  },
];

const browseExchanges: AisExchange[] = [
  {
    name: 'A browse answers in the recorded envelope',
    source: '2.3, dataservice-response-F0101-griddata.json',
    run: inSession(async (session) => {
      const answer = await ask(session, browse('F0101', twoColumns, { maxPageSize: '3' }));
      assertStatus(answer, 200);
      const form = objectAt(answer.body, 'fs_DATABROWSE_F0101');
      assert.equal(textAt(form, 'title'), 'Data Browser - F0101 [Address Book Master]');
      assert.deepEqual(at(form, 'errors'), []);
      assert.deepEqual(at(form, 'warnings'), []);
      assert.deepEqual(at(answer.body, 'sysErrors'), []);
      numberAt(answer.body, 'stackId');
      numberAt(answer.body, 'stateId');
      assert.match(textAt(answer.body, 'rid'), /^[0-9a-f]{15,16}$/);
      assert.equal(textAt(answer.body, 'currentApp'), 'DATABROWSE_F0101');
      assert.match(textAt(answer.body, 'timeStamp'), /^\d{4}-\d\d-\d\d:\d\d\.\d\d\.\d\d$/);
    }),
  },
  {
    name: 'The grid of version 2 has an id as number and as string',
    source: '2.3: "id":146, "fullGridId":"146"; simple-table-get.json',
    run: inSession(async (session) => {
      const found = grid(await ask(session, browse('F0101', twoColumns, { maxPageSize: '3' })), 'F0101');
      assert.equal(textAt(found, 'fullGridId'), String(numberAt(found, 'id')));
    }),
  },
  {
    name: 'A bare query language request finds rows by aliases without table',
    source: 'dataservice-request-F0101-cql.json',
    run: inSession(async (session) => {
      const answer = await ask(session, {
        targetName: 'F0101',
        targetType: 'table',
        dataServiceType: 'BROWSE',
        findOnEntry: 'TRUE',
        returnControlIDs: 'AN8|ALPH',
        query: { condition: [condition('AT1', 'EQUAL', 'V')], matchType: 'MATCH_ALL' },
        outputType: 'GRID_DATA',
      });
      const found = rowsOf(answer, 'F0101');
      assert.ok(found.length > 0);
      for (const row of found) assert.deepEqual(keysAt(row).sort(), ['F0101_ALPH', 'F0101_AN8']);
    }),
  },
  {
    name: 'Bare and prefixed columns give the same keys and rows',
    source: '2.1 returnControlIDs',
    run: inSession(async (session) => {
      const bare = await rows(session, 'F0101', 'AN8|ALPH', order('F0101.AN8', 'ASC'));
      const prefixed = await rows(session, 'F0101', twoColumns, order('F0101.AN8', 'ASC'));
      assert.deepEqual(bare, prefixed);
    }),
  },
  {
    name: 'Without a list of columns all of the table come, named in the order of the table',
    source: '2.1 returnControlIDs omitted, 2.3 columns',
    run: inSession(async (session) => {
      const found = grid(await ask(session, browse('F0101', undefined, { maxPageSize: '2' })), 'F0101');
      const columns = keysAt(found, 'columns');
      assert.deepEqual(columns.slice(0, 6), [
        'F0101_AN8',
        'F0101_ALKY',
        'F0101_TAX',
        'F0101_ALPH',
        'F0101_DC',
        'F0101_MCU',
      ]);
      for (const row of listAt(found, 'rowset')) assert.deepEqual(keysAt(row).sort(), [...columns].sort());
      assert.equal(textAt(found, 'columns', 'F0101_AN8'), 'Address Number');
    }),
  },
  {
    name: 'A row of the grid form carries values alone, no index and no cells',
    source: '2.3: No rowIndex in GRID_DATA',
    run: inSession(async (session) => {
      for (const row of await rows(session, 'F0101', undefined, { maxPageSize: '3' })) {
        assert.equal(maybe(row, 'rowIndex'), undefined);
        assert.equal(maybe(row, 'MOExist'), undefined);
        for (const value of Object.values(row)) assert.ok(value === null || typeof value !== 'object');
      }
    }),
  },
  {
    name: 'findOnEntry is understood in each spelling seen, and may be left out with autoFind',
    source: '2.1 findOnEntry, 8 item 3',
    run: inSession(async (session) => {
      const { findOnEntry: _left, ...without } = { findOnEntry: '', ...browse('F0101', twoColumns) };
      const whole = (await rows(session, 'F0101', twoColumns)).length;
      for (const findOnEntry of ['TRUE', 'true', true]) {
        assert.equal(rowsOf(await ask(session, { ...without, findOnEntry }), 'F0101').length, whole);
      }
      const automatic = await ask(session, { ...without, query: { autoFind: true, condition: [] } });
      assert.equal(rowsOf(automatic, 'F0101').length, whole);
      assert.equal(
        rowsOf(await ask(session, without), 'F0101').length,
        whole,
        'several clients send nothing',
      );
    }),
  },
  {
    name: 'No Max brings all rows in both spellings',
    source: '2.1 maxPageSize, 8 item 5',
    run: inSession(async (session) => {
      const total = countOf(await ask(session, counting('F0101')), 'F0101');
      for (const maxPageSize of ['No Max', 'No max']) {
        const answer = await ask(session, browse('F0101', twoColumns, { maxPageSize }));
        assert.equal(rowsOf(answer, 'F0101').length, total);
        assert.equal(moreRecords(answer, 'F0101'), false);
      }
    }),
  },
  {
    name: 'Without a page size a hundred rows come',
    source: '2.6 default 100 rows',
    run: inSession(async (session) => {
      const { maxPageSize: _left, ...request } = { maxPageSize: '', ...browse('F4301', 'F4301.DOCO') };
      const answer = await ask(session, request);
      assert.equal(rowsOf(answer, 'F4301').length, 100);
      assert.equal(moreRecords(answer, 'F4301'), true);
    }),
  },
  {
    name: 'A page size cuts the rows and says that there are more',
    source: '2.6, 2.3 summary',
    run: inSession(async (session) => {
      const answer = await ask(session, browse('F4301', 'F4301.DOCO', { maxPageSize: '7' }));
      assert.equal(rowsOf(answer, 'F4301').length, 7);
      assert.equal(moreRecords(answer, 'F4301'), true);
      assert.equal(nextLink(answer), undefined, 'links come only with enableNextPageProcessing');
    }),
  },
  {
    // An inference of the documentation: exceeding the limit is no error, fewer rows come.
    name: 'The fetch limit of the HTML server supersedes No Max without an error',
    source: '2.6 DB Fetch Limit (default 2000)',
    run: inSession(async (session) => {
      const answer = await ask(session, browse('F4311', 'F4311.DOCO|F4311.LNID'));
      assert.equal(rowsOf(answer, 'F4311').length, 2000);
      assert.equal(moreRecords(answer, 'F4311'), true);
    }),
  },
  {
    name: 'An empty result is an empty rowset with zero records',
    source: '2.3 Empty result',
    run: inSession(async (session) => {
      const none = { query: where('MATCH_ALL', condition('F0101.AN8', 'EQUAL', '1')) };
      const answer = await ask(session, browse('F0101', twoColumns, none));
      assert.deepEqual(rowsOf(answer, 'F0101'), []);
      assert.equal(moreRecords(answer, 'F0101'), false);
      assertKeys(at(grid(answer, 'F0101'), 'columns'), ['F0101_AN8', 'F0101_ALPH']);
    }),
  },
  {
    name: 'aliasNaming does not change the keys of the grid form',
    source: '2.1 aliasNaming',
    run: inSession(async (session) => {
      for (const aliasNaming of [true, false]) {
        const found = await rows(session, 'F0101', twoColumns, { aliasNaming, maxPageSize: '2' });
        for (const row of found) assert.deepEqual(keysAt(row).sort(), ['F0101_ALPH', 'F0101_AN8']);
      }
    }),
  },
  {
    name: 'A view is browsed by columns with their own table',
    source: 'dataservice-request-view-V0101.json, 2.3 row keys of a view',
    run: inSession(async (session) => {
      const address = await middleAddress(session);
      const answer = await ask(session, {
        dataServiceType: 'BROWSE',
        targetName: 'V0101',
        targetType: 'view',
        findOnEntry: 'TRUE',
        returnControlIDs: twoColumns,
        maxPageSize: '10',
        aliasNaming: false,
        query: { ...where('MATCH_ALL', condition('F0101.AN8', 'EQUAL', String(address))), autoClear: false },
      });
      assert.deepEqual(column(rowsOf(answer, 'V0101'), 'F0101_AN8'), [address]);
    }),
  },
  {
    name: 'Three known clients that ask for the same columns get the same rows',
    source: '2.1 (C#, Go and browser clients)',
    run: inSession(async (session) => {
      const sharp = browse('F0010', 'CO|NAME', { findOnEntry: 'TRUE' });
      const go = browse('F0010', 'F0010.CO|F0010.NAME', {
        findOnEntry: 'true',
        maxPageSize: 'No max',
        enableNextPageProcessing: 'true',
      });
      const script = browse('F0010', 'F0010.CO|F0010.NAME', { aliasNaming: true, findOnEntry: true });
      const answers = await Promise.all([ask(session, sharp), ask(session, go), ask(session, script)]);
      const names = answers.map((answer) => sorted(column(rowsOf(answer, 'F0010'), 'F0010_NAME')));
      assert.deepEqual(names[1], names[0]);
      assert.deepEqual(names[2], names[0]);
    }),
  },
];

function order(columnName: string, direction: string): object {
  return { aggregation: { orderBy: [{ column: columnName, direction }] } };
}

function counting(table: string, more: object = {}): object {
  return { targetName: table, targetType: 'table', dataServiceType: 'COUNT', findOnEntry: 'TRUE', ...more };
}

const queryExchanges: AisExchange[] = [
  numericOperator('EQUAL', (address, middle) => address === middle),
  numericOperator('NOT_EQUAL', (address, middle) => address !== middle),
  numericOperator('LESS', (address, middle) => address < middle),
  numericOperator('LESS_EQUAL', (address, middle) => address <= middle),
  numericOperator('GREATER', (address, middle) => address > middle),
  numericOperator('GREATER_EQUAL', (address, middle) => address >= middle),
  textOperator('STR_START_WITH', 'A', (name) => name.startsWith('A')),
  textOperator('STR_END_WITH', 'd', (name) => name.endsWith('d')),
  textOperator('STR_CONTAIN', 'Lab', (name) => name.includes('Lab')),
  {
    name: 'BETWEEN takes two values and includes both',
    source: '2.2 operators, dataservice-request-batch.json',
    run: inSession(async (session) => {
      const numbers = sorted(column(await rows(session, 'F0101', 'F0101.AN8'), 'F0101_AN8'));
      const [low, high] = [Number(numbers[3]), Number(numbers[9])];
      await assertChosen(session, condition('F0101.AN8', 'BETWEEN', String(low), String(high)), (row) => {
        const address = numberAt(row, 'F0101_AN8');
        return address >= low && address <= high;
      });
    }),
  },
  {
    name: 'LIST takes any number of values',
    source: '2.2 operators, dataservice-request-F9860-list.json',
    run: inSession(async (session) => {
      const wanted = column(await rows(session, 'F0101', 'F0101.AN8', { maxPageSize: '5' }), 'F0101_AN8');
      const texts = wanted.map(String);
      await assertChosen(session, condition('F0101.AN8', 'LIST', ...texts), (row) =>
        wanted.includes(at(row, 'F0101_AN8')),
      );
    }),
  },
  {
    name: 'STR_BLANK and STR_NOT_BLANK split the rows, with a value only for the syntax',
    source: '2.2: STR_BLANK still needs a value element',
    run: inSession(async (session) => {
      const blank = (row: JsonObject): boolean => textAt(row, 'F4301_DEL1').trim() === '';
      await assertChosen(session, condition('F4301.DEL1', 'STR_BLANK', ''), blank, orders);
      await assertChosen(session, condition('F4301.DEL1', 'STR_NOT_BLANK', ''), (row) => !blank(row), orders);
    }),
  },
  {
    name: 'EQUAL with an empty content asks for blank',
    source: 'dataservice-request-F0092-next.json',
    run: inSession(async (session) => {
      const blank = (row: JsonObject): boolean => textAt(row, 'F4301_DEL1').trim() === '';
      await assertChosen(session, condition('F4301.DEL1', 'EQUAL', ''), blank, orders);
    }),
  },
  {
    name: 'A date literal in the format of the user is found',
    source: '2.2 Dates in conditions: userInfo.simpleDateFormat',
    run: inSession(async (session) => {
      const dates = sorted(
        column(await rows(session, 'F4301', 'F4301.UPMJ', { maxPageSize: '500' }), 'F4301_UPMJ'),
      );
      const limit = String(dates[Math.floor(dates.length / 2)]);
      for (const [operator, keep] of dateOperators) {
        const chosen = condition('F4301.UPMJ', operator, dateLiteral(session, limit));
        const found = await rows(session, 'F4301', 'F4301.DOCO|F4301.UPMJ', {
          query: where('MATCH_ALL', chosen),
        });
        assert.ok(found.length > 0, operator);
        for (const row of found) assert.ok(keep(textAt(row, 'F4301_UPMJ'), limit), operator);
      }
    }),
  },
  {
    // No date is stored as 0 (tables section 1), so it is before every day; whether the data service
    // leaves such rows out is not stated: both totals are taken.
    name: 'Dates are complementary: before, and on or after, together are all rows, with or without the undated',
    source: '2.2 operators on dates; tables section 1: 0 is no date',
    run: inSession(async (session) => {
      const literal = dateLiteral(session, '20120601');
      const count = async (operator: string): Promise<number> => {
        const query = where('MATCH_ALL', condition('F4301.TRDJ', operator, literal));
        return countOf(await ask(session, counting('F4301', { query })), 'F4301');
      };
      const total = countOf(await ask(session, counting('F4301')), 'F4301');
      const undated = (await rows(session, 'F4301', 'F4301.TRDJ')).filter(
        (row) => at(row, 'F4301_TRDJ') === null,
      );
      const both = (await count('LESS')) + (await count('GREATER_EQUAL'));
      assert.ok([total, total - undated.length].includes(both), `${both} of ${total}`);
    }),
  },
  {
    name: 'BETWEEN takes two dates and includes both',
    source: '2.2 operators, Dates in conditions',
    run: inSession(async (session) => {
      const [low, high] = ['20100101', '20111231'];
      const chosen = condition(
        'F4301.TRDJ',
        'BETWEEN',
        dateLiteral(session, low),
        dateLiteral(session, high),
      );
      const all = await rows(session, 'F4301', 'F4301.DOCO|F4301.TRDJ');
      const found = await rows(session, 'F4301', 'F4301.DOCO|F4301.TRDJ', {
        query: where('MATCH_ALL', chosen),
      });
      const expected = all.filter(
        (row) => String(at(row, 'F4301_TRDJ')) >= low && String(at(row, 'F4301_TRDJ')) <= high,
      );
      assert.ok(found.length > 0);
      assert.deepEqual(sorted(column(found, 'F4301_DOCO')), sorted(column(expected, 'F4301_DOCO')));
    }),
  },
  {
    name: 'TODAY is the current day of the server',
    source: '2.2 specialValueId',
    run: inSession(async (session) => {
      const today = wireDate(new Date());
      await assertChosen(session, special('F0101.UPMJ', 'LESS_EQUAL', 'TODAY', ''), (row) => {
        const updated = at(row, 'F0101_UPMJ');
        return typeof updated === 'string' && updated <= today;
      });
      await assertChosen(
        session,
        special('F0101.UPMJ', 'GREATER', 'TODAY', ''),
        (row) => String(at(row, 'F0101_UPMJ')) > today,
      );
    }),
  },
  specialDate('PLUS', 'DAY', 1),
  specialDate('MINUS', 'DAY', 5000),
  specialDate('PLUS', 'MONTH', 2),
  specialDate('MINUS', 'MONTH', 180),
  specialDate('PLUS', 'YEAR', 1),
  specialDate('MINUS', 'YEAR', 15),
  {
    name: 'LOGIN_USER stands for the user of the session',
    source: '2.2 specialValueId LOGIN_USER (C# client)',
    run: inSession(async (session) => {
      const { user } = session.client;
      await assertChosen(
        session,
        special('F0101.USER', 'NOT_EQUAL', 'LOGIN_USER', ''),
        (row) => textAt(row, 'F0101_USER') !== user,
      );
      await assertChosen(
        session,
        special('F0101.USER', 'EQUAL', 'LOGIN_USER', ''),
        (row) => textAt(row, 'F0101_USER') === user,
      );
    }),
  },
  {
    name: 'MATCH_ALL needs every condition, MATCH_ANY one of them',
    source: '2.2 matchType',
    run: inSession(async (session) => {
      const middle = await middleAddress(session);
      const all = await rows(session, 'F0101', 'F0101.AN8|F0101.AC01');
      const conditions = [
        condition('F0101.AN8', 'GREATER', String(middle)),
        condition('F0101.AC01', 'STR_NOT_BLANK', ''),
      ];
      const tests = (row: JsonObject): [boolean, boolean] => [
        numberAt(row, 'F0101_AN8') > middle,
        textAt(row, 'F0101_AC01').trim() !== '',
      ];
      for (const [matchType, keep] of matchTypes) {
        const found = await rows(session, 'F0101', 'F0101.AN8', { query: where(matchType, ...conditions) });
        const expected = all.filter((row) => keep(...tests(row)));
        assert.deepEqual(
          sorted(column(found, 'F0101_AN8')),
          sorted(column(expected, 'F0101_AN8')),
          matchType,
        );
      }
    }),
  },
  {
    name: 'One condition needs no matchType',
    source: '2.2: most clients omit it with one condition; dataservice-request-F0092-next.json',
    run: inSession(async (session) => {
      const middle = await middleAddress(session);
      const query = { autoFind: true, condition: [condition('F0101.AN8', 'EQUAL', String(middle))] };
      assert.deepEqual(column(await rows(session, 'F0101', twoColumns, { query }), 'F0101_AN8'), [middle]);
    }),
  },
  {
    name: 'A complex query replaces the conditions',
    source: 'dataservice-request-complexquery-orderby.json',
    run: inSession(async (session) => {
      const middle = await middleAddress(session);
      const inner = where('MATCH_ALL', condition('F0101.AN8', 'GREATER', String(middle)));
      const query = { autoFind: true, complexQuery: [{ andOr: 'AND', query: inner }] };
      const found = column(
        await rows(session, 'F0101', twoColumns, { query, ...order('F0101.AN8', 'ASC') }),
        'F0101_AN8',
      );
      assert.ok(found.length > 0);
      assert.ok(found.every((address) => Number(address) > middle));
      assert.deepEqual(found, sorted(found));
    }),
  },
  {
    name: 'A complex query joins its parts by OR and by AND',
    source: '2.2 complexQuery [{andOr, query}]',
    run: inSession(async (session) => {
      const numbers = sorted(column(await rows(session, 'F0101', 'F0101.AN8'), 'F0101_AN8')).map(Number);
      const [low, high] = [numbers[5] ?? 0, numbers[20] ?? 0];
      const below = where('MATCH_ALL', condition('F0101.AN8', 'LESS_EQUAL', String(high)));
      const above = where('MATCH_ALL', condition('F0101.AN8', 'GREATER_EQUAL', String(low)));
      const outside = [
        where('MATCH_ALL', condition('F0101.AN8', 'LESS', String(low))),
        where('MATCH_ALL', condition('F0101.AN8', 'GREATER', String(high))),
      ];
      const both = { autoFind: true, complexQuery: [below, above].map((query) => ({ andOr: 'AND', query })) };
      const either = { autoFind: true, complexQuery: outside.map((query) => ({ andOr: 'OR', query })) };
      const inside = numbers.filter((address) => address >= low && address <= high);
      const found = await rows(session, 'F0101', 'F0101.AN8', { query: both });
      const rest = await rows(session, 'F0101', 'F0101.AN8', { query: either });
      assert.deepEqual(sorted(column(found, 'F0101_AN8')), inside);
      assert.equal(rest.length, numbers.length - inside.length);
    }),
  },
  {
    name: 'A browse is ordered by aggregation.orderBy in both directions',
    source: '2.1 aggregation: BROWSE may carry aggregation.orderBy',
    run: inSession(async (session) => {
      const up = column(await rows(session, 'F0101', twoColumns, order('F0101.AN8', 'ASC')), 'F0101_AN8');
      const down = column(await rows(session, 'F0101', twoColumns, order('F0101.AN8', 'DESC')), 'F0101_AN8');
      assert.deepEqual(up, sorted(up));
      assert.deepEqual(down, [...up].reverse());
    }),
  },
  {
    name: 'A second order column decides among equals',
    source: '2.1 aggregation.orderBy list',
    run: inSession(async (session) => {
      const aggregation = {
        orderBy: [
          { column: 'F4301.AN8', direction: 'ASC' },
          { column: 'F4301.DOCO', direction: 'DESC' },
        ],
      };
      const found = await rows(session, 'F4301', 'F4301.AN8|F4301.DOCO', { aggregation });
      for (const [index, row] of found.entries()) {
        const previous = found[index - 1];
        if (previous === undefined) continue;
        const step = numberAt(row, 'F4301_AN8') - numberAt(previous, 'F4301_AN8');
        assert.ok(
          step > 0 || (step === 0 && numberAt(row, 'F4301_DOCO') <= numberAt(previous, 'F4301_DOCO')),
        );
      }
    }),
  },
  {
    name: 'A business unit is found by its padded literal',
    source: '2.3 right-justified values keep their leading blanks',
    run: inSession(async (session) => {
      const unit = textAt((await rows(session, 'F0006', 'F0006.MCU', { maxPageSize: '3' }))[2], 'F0006_MCU');
      const query = where('MATCH_ALL', condition('F0006.MCU', 'EQUAL', unit));
      assert.deepEqual(column(await rows(session, 'F0006', 'F0006.MCU', { query }), 'F0006_MCU'), [unit]);
    }),
  },
];

const dateOperators: [string, (date: string, limit: string) => boolean][] = [
  ['EQUAL', (date, limit) => date === limit],
  ['LESS_EQUAL', (date, limit) => date <= limit],
  ['GREATER_EQUAL', (date, limit) => date >= limit],
];

const matchTypes: [string, (one: boolean, two: boolean) => boolean][] = [
  ['MATCH_ALL', (one, two) => one && two],
  ['MATCH_ANY', (one, two) => one || two],
];

const pageExchanges: AisExchange[] = [
  {
    name: 'Pages followed by GET bring every row once',
    source: '3 Next page',
    run: inSession((session) => assertPagesAreWhole(session, paged('20'), 'GET')),
  },
  {
    name: 'Pages followed by POST with an empty body bring every row once',
    source: '3 Next page: Call by GET or POST',
    run: inSession((session) => assertPagesAreWhole(session, paged('20'), 'POST')),
  },
  {
    name: 'Flags and intervals as strings page as well',
    source: '2.1 enableNextPageProcessing "true", nextPageTimeInterval string or 0',
    run: inSession(async (session) => {
      const text = paged('20', { enableNextPageProcessing: 'true', nextPageTimeInterval: '1000' });
      const number = paged('20', { nextPageTimeInterval: 0 });
      await assertPagesAreWhole(session, text, 'POST');
      await assertPagesAreWhole(session, number, 'GET');
    }),
  },
  {
    name: 'The link is absolute and carries the documented parameters',
    source: 'dataservice-response-links.json',
    run: inSession(async (session) => {
      const answer = await ask(session, paged('20'));
      const href = nextLink(answer) ?? '';
      const link = new URL(href);
      assert.ok(link.pathname.endsWith('/jderest/v2/dataservice/next'), href);
      assert.equal(link.searchParams.get('token'), session.token);
      assert.equal(link.searchParams.get('formOID'), 'F0101');
      assert.equal(link.searchParams.get('outputType'), 'GRID_DATA');
      assert.equal(link.searchParams.get('returnControlIDs'), twoColumns);
      assert.ok(href.includes('F0101.AN8|F0101.ALPH'), 'the bar is not escaped');
      assert.equal(link.searchParams.get('rid'), textAt(answer.body, 'rid'));
      assert.equal(link.searchParams.get('stackId'), String(numberAt(answer.body, 'stackId')));
      assert.equal(link.searchParams.get('stateId'), String(numberAt(answer.body, 'stateId')));
      assert.equal(link.searchParams.get('fullGridId'), textAt(grid(answer, 'F0101'), 'fullGridId'));
    }),
  },
  {
    name: 'Pages keep the size, the order and the columns of the first call',
    source: '3: Page size is fixed by the first call',
    run: inSession(async (session) => {
      const pages = await allPages(session, paged('20', order('F0101.AN8', 'DESC')), 'GET');
      for (const page of pages.slice(0, -1)) assert.equal(page.length, 20);
      const numbers = pages.flatMap((page) => column(page, 'F0101_AN8'));
      assert.deepEqual(numbers, sorted(numbers).reverse());
      for (const row of pages.flat()) assert.deepEqual(keysAt(row).sort(), ['F0101_ALPH', 'F0101_AN8']);
    }),
  },
  {
    name: 'All pages of a table beyond the fetch limit arrive in pages',
    source: '3 Follow until no links',
    run: inSession(async (session) => {
      const total = countOf(await ask(session, counting('F4311')), 'F4311');
      const request = browse('F4311', 'F4311.UKID', { maxPageSize: '1500', enableNextPageProcessing: true });
      const seen = new Set<Json>();
      let answer = await ask(session, request);
      for (;;) {
        for (const row of rowsOf(answer, 'F4311')) seen.add(at(row, 'F4311_UKID'));
        const href = nextLink(answer);
        if (href === undefined) break;
        answer = await follow(`${href}&deviceName=${session.device}`, 'GET');
      }
      assert.equal(seen.size, total);
    }),
  },
  {
    name: 'Next page is asked with parameters put together by the client',
    source: 'dataservice-next-parameters.json',
    run: inSession(async (session) => {
      const answer = await ask(session, paged('20'));
      const parameters = new URLSearchParams({
        deviceName: session.device,
        formOID: 'F0101',
        fullGridId: textAt(grid(answer, 'F0101'), 'fullGridId'),
        outputType: 'GRID_DATA',
        returnControlIDs: twoColumns,
        rid: textAt(answer.body, 'rid'),
        stackId: String(numberAt(answer.body, 'stackId')),
        stateId: String(numberAt(answer.body, 'stateId')),
        token: session.token,
      });
      const next = await get(session.client, `${dataPath}/next?${parameters.toString()}`);
      assert.equal(rowsOf(next, 'F0101').length, 20);
    }),
  },
  {
    name: 'A result that fits the page has no link',
    source: '3: If more rows',
    run: inSession(async (session) => {
      const answer = await ask(session, paged('500'));
      assert.equal(nextLink(answer), undefined);
      assert.equal(moreRecords(answer, 'F0101'), false);
    }),
  },
  {
    name: 'Version 1 knows no next page',
    source: '2.1 enableNextPageProcessing: v2 only',
    run: inSession(async (session) => {
      const answer = await ask(session, paged('20'), '/jderest/dataservice');
      assert.equal(moreRecords(answer, 'F0101'), true);
      assert.equal(nextLink(answer), undefined);
    }),
  },
  {
    name: 'A new sign-in has lost the open result set',
    source: '3: one cursor belongs to one token; relogin loses it',
    run: inSession(async (session) => {
      const href = nextLink(await ask(session, paged('20'))) ?? '';
      const other = await signIn(session.client, session.device);
      const foreign = href.replace(encodeURIComponent(session.token), encodeURIComponent(other.token));
      assert.notEqual(foreign, href);
      const answer = await follow(`${foreign}&deviceName=${other.device}`, 'GET');
      await signOut(other);
      assertRefusedInSomeForm(answer, 'F0101');
      assert.notEqual(answer.status, 200);
    }),
  },
  {
    name: 'A result set that is asked too late has expired',
    source: 'dataservice-next-timeout-500.json',
    run: async (client) => {
      const session = await signIn(client, 'late', client.impatientUrl);
      const answer = await ask(session, paged('20'));
      await new Promise((resolve) => setTimeout(resolve, 400));
      const late = await follow(`${nextLink(answer) ?? ''}&deviceName=late`, 'GET');
      await signOut(session);
      assertStatus(late, 500);
      const text = 'JAS_MSG347: The query results expired.  Refresh them by clicking Find again.';
      assert.deepEqual(late.body, { sysErrors: [{ TITLE: text, DESC: text }] });
    },
  },
];

const totalExchanges: AisExchange[] = [
  {
    // The wrapping of version 2 is not verified: both documented forms are read.
    name: 'COUNT counts the rows that a browse brings',
    source: '2.4 COUNT',
    run: inSession(async (session) => {
      assert.equal(
        countOf(await ask(session, counting('F0101')), 'F0101'),
        (await rows(session, 'F0101', 'F0101.AN8')).length,
      );
    }),
  },
  {
    name: 'COUNT obeys the conditions',
    source: '2.4 COUNT, 2.2 query',
    run: inSession(async (session) => {
      const middle = await middleAddress(session);
      const query = where('MATCH_ALL', condition('F0101.AN8', 'GREATER', String(middle)));
      const found = await rows(session, 'F0101', 'F0101.AN8', { query });
      assert.equal(countOf(await ask(session, counting('F0101', { query })), 'F0101'), found.length);
    }),
  },
  {
    name: 'COUNT counts beyond the fetch limit',
    source: '2.4 COUNT, 2.6',
    run: inSession(async (session) => {
      assert.ok(countOf(await ask(session, counting('F4311')), 'F4311') > 2000);
    }),
  },
  {
    name: 'A sum by groups has one element for each group with the documented key',
    source: 'dataservice-aggregation-shape.json',
    run: inSession(async (session) => {
      const supplier = numberAt(
        (await rows(session, 'F4301', 'F4301.AN8', { maxPageSize: '1' }))[0],
        'F4301_AN8',
      );
      const query = where('MATCH_ALL', condition('F4301.AN8', 'EQUAL', String(supplier)));
      const wanted = {
        aggregations: [{ aggregation: 'SUM', column: 'OTOT' }],
        groupBy: [{ column: 'MCU' }, { column: 'DCTO' }],
        orderBy: [],
      };
      const answer = await ask(session, aggregate('F4301', wanted, { query }));
      const found = await rows(session, 'F4301', 'F4301.MCU|F4301.DCTO|F4301.OTOT', { query });
      for (const entry of output(answer, 'F4301')) {
        const [unit, type] = [group(entry, 'F4301', 'MCU'), group(entry, 'F4301', 'DCTO')];
        const members = found.filter(
          (row) =>
            String(at(row, 'F4301_MCU')).trim() === String(unit).trim() && at(row, 'F4301_DCTO') === type,
        );
        assert.ok(members.length > 0, brief(entry));
        close(numberAt(entry, 'F4301.OTOT_SUM'), sum(column(members, 'F4301_OTOT')));
      }
      assert.equal(output(answer, 'F4301').length, new Set(column(found, 'F4301_MCU')).size);
    }),
  },
  {
    // Results get the display decimals of the column, so the mean of a whole number may come rounded.
    name: 'Without groups the aggregation has one element with every total',
    source: '2.5: No groupBy = one element; tables section 2: AGGREGATION gets the display decimals',
    run: inSession(async (session) => {
      const names = ['SUM', 'MIN', 'MAX', 'AVG', 'COUNT', 'COUNT_DISTINCT', 'AVG_DISTINCT', 'SUM_DISTINCT'];
      const aggregations = names.map((aggregation) => ({ aggregation, column: 'F0101.AN8' }));
      const [only, ...rest] = output(await ask(session, aggregate('F0101', { aggregations })), 'F0101');
      assert.deepEqual(rest, []);
      const numbers = column(await rows(session, 'F0101', 'F0101.AN8'), 'F0101_AN8').map(Number);
      const mean = sum(numbers) / numbers.length;
      const expected = [
        sum(numbers),
        Math.min(...numbers),
        Math.max(...numbers),
        mean,
        numbers.length,
        numbers.length,
        mean,
        sum(numbers),
      ];
      for (const [index, name] of names.entries()) {
        const difference = Math.abs(numberAt(only, `F0101.AN8_${name}`) - (expected[index] ?? Number.NaN));
        assert.ok(name.startsWith('AVG') ? difference < 1 : difference === 0, name);
      }
    }),
  },
  {
    name: 'Distinct totals take each value once',
    source: '2.5 COUNT_DISTINCT',
    run: inSession(async (session) => {
      const aggregations = [
        { aggregation: 'COUNT_DISTINCT', column: 'F4301.AN8' },
        { aggregation: 'COUNT', column: 'F4301.AN8' },
      ];
      const [only] = output(await ask(session, aggregate('F4301', { aggregations })), 'F4301');
      const suppliers = column(await rows(session, 'F4301', 'F4301.AN8'), 'F4301_AN8');
      assert.equal(numberAt(only, 'F4301.AN8_COUNT_DISTINCT'), new Set(suppliers).size);
      assert.equal(numberAt(only, 'F4301.AN8_COUNT'), suppliers.length);
    }),
  },
  {
    name: 'Groups are ordered by a column and by a total',
    source: '2.5 orderBy [{column, direction, aggregation?}]',
    run: inSession(async (session) => {
      const base = {
        aggregations: [{ aggregation: 'COUNT', column: 'F4301.DOCO' }],
        groupBy: [{ column: 'F4301.AN8' }],
      };
      const byColumn = { ...base, orderBy: [{ column: 'F4301.AN8', direction: 'DESC' }] };
      const byTotal = {
        ...base,
        orderBy: [{ column: 'F4301.DOCO', direction: 'DESC', aggregation: 'COUNT' }],
      };
      const groups = output(await ask(session, aggregate('F4301', byColumn)), 'F4301').map((entry) =>
        group(entry, 'F4301', 'AN8'),
      );
      const totals = output(await ask(session, aggregate('F4301', byTotal)), 'F4301').map((entry) =>
        at(entry, 'F4301.DOCO_COUNT'),
      );
      assert.deepEqual(groups, sorted(groups).reverse());
      assert.deepEqual(totals, sorted(totals).reverse());
    }),
  },
  {
    name: 'having keeps the groups whose total matches',
    source: '2.1 having {condition:[{…, aggregation}]}',
    run: inSession(async (session) => {
      const wanted = {
        aggregations: [{ aggregation: 'COUNT', column: 'F4301.DOCO' }],
        groupBy: [{ column: 'F4301.AN8' }],
      };
      const having = { condition: [{ ...condition('F4301.DOCO', 'GREATER', '20'), aggregation: 'COUNT' }] };
      const every = output(await ask(session, aggregate('F4301', wanted)), 'F4301');
      const found = output(await ask(session, aggregate('F4301', wanted, { having })), 'F4301');
      const expected = every.filter((entry) => numberAt(entry, 'F4301.DOCO_COUNT') > 20);
      assert.ok(found.length > 0 && found.length < every.length);
      assert.equal(found.length, expected.length);
    }),
  },
  {
    name: 'A batch answers each browse under its own number',
    source: 'dataservice-request-batch.json, 2.5 Batch keys',
    run: inSession(async (session) => {
      const part = (table: string, columns: string): object => ({
        dataServiceType: 'BROWSE',
        targetName: table,
        targetType: 'table',
        maxPageSize: '500',
        returnControlIDs: columns,
      });
      const requests = [part('F0010', 'CO|NAME'), part('F0006', 'MCU|DL01')];
      const answer = await ask(session, {
        outputType: 'GRID_DATA',
        batchDataRequest: true,
        dataRequests: requests,
      });
      assert.ok(rowsOf(answer, 'F0010', 'fs_0').length > 0);
      assert.ok(rowsOf(answer, 'F0006', 'fs_1').length > 0);
    }),
  },
  {
    name: 'A batch keeps conditions, lists and page sizes apart',
    source: 'dataservice-request-batch.json',
    run: inSession(async (session) => {
      const part = (more: object): object => ({
        dataServiceType: 'BROWSE',
        targetName: 'F0101',
        targetType: 'table',
        returnControlIDs: 'AN8',
        ...more,
      });
      const [first, second] = column(
        await rows(session, 'F0101', 'AN8', { maxPageSize: '2' }),
        'F0101_AN8',
      ).map(String);
      const list = where('MATCH_ALL', condition('F0101.AN8', 'LIST', first ?? '', second ?? ''));
      const dataRequests = [part({ query: list }), part({ maxPageSize: '5' })];
      const answer = await ask(session, { outputType: 'GRID_DATA', batchDataRequest: true, dataRequests });
      assert.equal(rowsOf(answer, 'F0101', 'fs_0').length, 2);
      assert.equal(rowsOf(answer, 'F0101', 'fs_1').length, 5);
    }),
  },
];

function simple(session: Session, path: string, parameters: [string, string][]): Promise<Answer> {
  const auth: [string, string][] = [
    ['$token', session.token],
    ['$device', session.device],
  ];
  const query = [...parameters, ...auth]
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
  return get(session.client, `/jderest/v2/dataservice/${path}?${query}`);
}

const simpleExchanges: AisExchange[] = [
  {
    name: 'A simple GET with a Basic header and a filter finds one row',
    source: 'simple-table-get.json',
    run: inSession(async (session) => {
      const address = await middleAddress(session);
      const path = `/jderest/v2/dataservice/table/F0101?$filter=F0101.AN8%20EQ%20${address}`;
      const answer = await get(session.client, path, basic(session.client));
      assert.deepEqual(column(rowsOf(answer, 'F0101'), 'F0101_AN8'), [address]);
      assert.equal(
        textAt(answer.body, 'fs_DATABROWSE_F0101', 'title'),
        'Data Browser - F0101 [Address Book Master]',
      );
    }),
  },
  {
    name: 'A simple GET takes token, device, filter and limit',
    source: 'simple-table-get-sync-utility.json',
    run: inSession(async (session) => {
      const answer = await simple(session, 'table/F0101', [
        ['$filter', 'F0101.AT1 EQ V'],
        ['$limit', '5'],
      ]);
      const found = rowsOf(answer, 'F0101');
      assert.equal(found.length, 5);
      for (const row of found) assert.equal(at(row, 'F0101_AT1'), 'V');
    }),
  },
  {
    name: 'A simple GET takes user and password as parameters',
    source: '2.7 $username, $password',
    run: async (client) => {
      const query = `$limit=2&$username=${client.user}&$password=${client.password}`;
      const answer = await get(client, `/jderest/v2/dataservice/table/F0101?${query}`);
      assert.equal(rowsOf(answer, 'F0101').length, 2);
    },
  },
  {
    name: 'A simple GET repeats $field to choose columns',
    source: '2.7 repeatable $field',
    run: inSession(async (session) => {
      const fields: [string, string][] = [
        ['$field', 'F0101.AN8'],
        ['$field', 'F0101.ALPH'],
        ['$limit', '3'],
      ];
      for (const row of rowsOf(await simple(session, 'table/F0101', fields), 'F0101')) {
        assert.deepEqual(keysAt(row).sort(), ['F0101_ALPH', 'F0101_AN8']);
      }
    }),
  },
  {
    name: 'A simple GET knows the short operators',
    source: '2.7 EQ NE GT GE LT LE',
    run: inSession(async (session) => {
      const middle = await middleAddress(session);
      const count = async (operator: string): Promise<number> =>
        rowsOf(
          await simple(session, 'table/F0101', [
            ['$filter', `F0101.AN8 ${operator} ${middle}`],
            ['$limit', '500'],
            ['$field', 'F0101.AN8'],
          ]),
          'F0101',
        ).length;
      const total = (await rows(session, 'F0101', 'F0101.AN8')).length;
      assert.equal(await count('EQ'), 1);
      assert.equal(await count('NE'), total - 1);
      assert.equal((await count('GT')) + (await count('LE')), total);
      assert.equal((await count('GE')) + (await count('LT')), total);
    }),
  },
  {
    name: 'A simple GET of a view answers under the name of the view',
    source: '2.7 /view/{v}',
    run: inSession(async (session) => {
      const answer = await simple(session, 'view/V0101', [
        ['$field', 'F0101.AN8'],
        ['$limit', '2'],
      ]);
      assert.equal(rowsOf(answer, 'V0101').length, 2);
    }),
  },
  {
    // Which direction a bare $sort means is not certain; both are taken, unsorted is not.
    name: 'A simple GET sorts by $sort',
    source: '2.7 $sort',
    run: inSession(async (session) => {
      const answer = await simple(session, 'table/F0101', [
        ['$sort', 'F0101.ALPH DESC'],
        ['$field', 'F0101.AN8'],
        ['$field', 'F0101.ALPH'],
        ['$limit', '10'],
      ]);
      const names = column(rowsOf(answer, 'F0101'), 'F0101_ALPH');
      const ordered = sorted(names);
      assert.ok(
        brief(names) === brief(ordered) || brief(names) === brief([...ordered].reverse()),
        brief(names),
      );
    }),
  },
];

const wireExchanges: AisExchange[] = [
  {
    name: 'Blank strings are one blank, other strings have no trailing blanks',
    source: '2.3 Strings',
    run: inSession(async (session) => {
      const found = await rows(session, 'F0101', undefined, { maxPageSize: '50' });
      for (const [key, value] of found.flatMap((row) => Object.entries(row))) {
        if (typeof value !== 'string') continue;
        assert.notEqual(value, '', key);
        assert.ok(value === ' ' || !value.endsWith(' '), `${key}: "${value}"`);
      }
      assert.ok(found.some((row) => at(row, 'F0101_ALKY') === ' '));
    }),
  },
  {
    name: 'Dates are eight digits in a string, and null when empty',
    source: '2.3 Dates',
    run: inSession(async (session) => {
      const found = await rows(session, 'F0101', 'F0101.UPMJ|F0101.URDT|F0101.PDI|F0101.EFTB', {
        maxPageSize: '50',
      });
      for (const value of found.flatMap((row) => Object.values(row))) {
        assert.ok(
          value === null || (typeof value === 'string' && /^(19|20)\d\d[01]\d[0-3]\d$/.test(value)),
          brief(value),
        );
      }
      assert.ok(found.some((row) => at(row, 'F0101_PDI') === null));
    }),
  },
  {
    name: 'Times are whole numbers HHmmss',
    source: '2.3 Time fields',
    run: inSession(async (session) => {
      const times = [
        ...column(await rows(session, 'F0101', 'F0101.UPMT'), 'F0101_UPMT'),
        ...column(await rows(session, 'F4311', 'F4311.TDAY', { maxPageSize: '500' }), 'F4311_TDAY'),
      ];
      for (const time of times.map(Number)) {
        assert.ok(Number.isInteger(time) && time >= 0 && time < 240_000, String(time));
        assert.ok(Math.floor(time / 100) % 100 < 60 && time % 100 < 60, String(time));
      }
      for (const time of times) assert.equal(typeof time, 'number');
    }),
  },
  {
    name: 'A business unit is padded on the left to twelve characters',
    source: '2.3 full 12-char MCU; tables: GMMCU, MCMCU right-justified, blank filled',
    run: inSession(async (session) => {
      const units = [
        ...column(await rows(session, 'F0006', 'F0006.MCU'), 'F0006_MCU'),
        ...column(await rows(session, 'F0901', 'F0901.MCU'), 'F0901_MCU'),
      ];
      for (const unit of units) assert.match(String(unit), /^ *[^ ].*$/);
      for (const unit of units) assert.equal(String(unit).length, 12, `"${String(unit)}"`);
    }),
  },
  {
    name: 'Object and subsidiary are not padded',
    source: 'tables: OBJ 6 left-justified, SUB 8 left-justified',
    run: inSession(async (session) => {
      for (const row of await rows(session, 'F0901', 'F0901.OBJ|F0901.SUB')) {
        assert.match(textAt(row, 'F0901_OBJ'), /^\S/);
        assert.match(textAt(row, 'F0901_SUB'), /^( |\S.*)$/);
      }
    }),
  },
  {
    name: 'Amounts, costs and line numbers are numbers with their decimals applied',
    source: '2.3 Numbers; tables section 2: What AIS returns',
    run: inSession(async (session) => {
      const found = await rows(session, 'F4311', 'F4311.UORG|F4311.PRRC|F4311.AEXP|F4311.LNID|F4311.DOCO', {
        maxPageSize: '300',
      });
      for (const row of found) {
        for (const key of ['UORG', 'PRRC', 'AEXP', 'LNID', 'DOCO']) numberAt(row, `F4311_${key}`);
        assert.ok(numberAt(row, 'F4311_LNID') < 1000);
        const product = numberAt(row, 'F4311_UORG') * numberAt(row, 'F4311_PRRC');
        const slack = 0.01 + numberAt(row, 'F4311_UORG') * 0.00005 + product * 0.0001;
        assert.ok(Math.abs(product - numberAt(row, 'F4311_AEXP')) <= slack, brief(row));
      }
    }),
  },
  {
    name: 'Order numbers are numbers, related order numbers are strings',
    source: 'tables section 3: OORN and RORN are String(8), DOCO is numeric',
    run: inSession(async (session) => {
      for (const row of await rows(
        session,
        'F4311',
        'F4311.DOCO|F4311.OORN|F4311.RORN|F4311.SFXO|F4311.DCTO',
        { maxPageSize: '20' },
      )) {
        numberAt(row, 'F4311_DOCO');
        textAt(row, 'F4311_OORN');
        textAt(row, 'F4311_RORN');
        assert.equal(at(row, 'F4311_SFXO'), '000');
      }
    }),
  },
  {
    name: 'Account ids are eight characters with their zeros',
    source: "tables: AID '00000123', never changes",
    run: inSession(async (session) => {
      const ids = column(await rows(session, 'F0901', 'F0901.AID'), 'F0901_AID');
      for (const id of ids) assert.match(String(id), /^\d{8}$/);
      assert.equal(new Set(ids).size, ids.length);
    }),
  },
  {
    name: 'Version 1 of the data service is deprecated and its grid has no id',
    source: '2.3: "deprecated" on v1; id and fullGridId absent in the v1 captures',
    run: inSession(async (session) => {
      const answer = await ask(
        session,
        browse('F0101', twoColumns, { maxPageSize: '3' }),
        '/jderest/dataservice',
      );
      assert.equal(rowsOf(answer, 'F0101').length, 3);
      assert.equal(at(answer.body, 'deprecated'), true);
      assert.equal(maybe(grid(answer, 'F0101'), 'fullGridId'), undefined);
      const two = await ask(session, browse('F0101', twoColumns, { maxPageSize: '3' }));
      assert.equal(maybe(two.body, 'deprecated'), undefined);
    }),
  },
  {
    name: 'Without outputType version 2 gives the grid form and version 1 gives cells',
    source: '2.1 outputType: v2 default GRID_DATA, v1 default the VERSION1 cell form',
    run: inSession(async (session) => {
      const { outputType: _left, ...request } = {
        outputType: '',
        ...browse('F0101', twoColumns, { maxPageSize: '2' }),
      };
      const [plain] = rowsOf(await ask(session, request), 'F0101');
      const [cells] = rowsOf(await ask(session, request, '/jderest/dataservice'), 'F0101');
      numberAt(plain, 'F0101_AN8');
      objectAt(cells, 'F0101_AN8');
    }),
  },
  {
    name: 'Cells of the first version carry value, internal value and title',
    source: '2.3 VERSION1, version1-form-field.json, version1-dataservice-row-skeleton.json',
    run: inSession(async (session) => {
      const found = await rows(session, 'F0101', 'F0101.AN8|F0101.ALPH|F0101.UPMJ', {
        outputType: 'VERSION1',
        maxPageSize: '2',
      });
      for (const [index, row] of found.entries()) {
        assert.equal(numberAt(row, 'rowIndex'), index);
        assert.equal(at(row, 'MOExist'), false);
        for (const key of ['F0101_AN8', 'F0101_ALPH', 'F0101_UPMJ']) {
          assertKeys(at(row, key), [
            'id',
            'internalValue',
            'title',
            'dataType',
            'visible',
            'bsvw',
            'longName',
            'value',
            'editable',
          ]);
          textAt(row, key, 'value');
        }
        numberAt(row, 'F0101_AN8', 'internalValue');
        assert.ok(numberAt(row, 'F0101_UPMJ', 'internalValue') > 10 ** 11, 'dates are milliseconds inside');
      }
    }),
  },
];

const errorExchanges: AisExchange[] = [
  {
    name: 'A data request that is not JSON is refused with 400',
    source: '2 Statuses, 4 status table',
    run: inSession(async (session) => {
      const headers = { 'jde-AIS-Auth': session.token, 'jde-AIS-Auth-Device': session.device };
      assertStatus(
        await send({ method: 'POST', url: session.url + dataPath, raw: '{"targetName":', headers }),
        400,
      );
    }),
  },
  {
    name: 'A data request with another content type is refused with 415',
    source: '4 status table: Content-Type must be application/json',
    run: inSession(async (session) => {
      const headers = {
        'content-type': 'text/plain',
        'jde-AIS-Auth': session.token,
        'jde-AIS-Auth-Device': session.device,
      };
      assertStatus(
        await send({ method: 'POST', url: session.url + dataPath, raw: JSON.stringify(tiny), headers }),
        415,
      );
    }),
  },
  {
    // Bodies for these are not published: any documented error form is taken, rows are not.
    name: 'An unknown table is refused in one of the documented forms',
    source: '4 Errors inside 200, status table',
    run: inSession(async (session) => {
      assertRefusedInSomeForm(await ask(session, browse('F9X9X9', 'F9X9X9.AN8')), 'F9X9X9');
    }),
  },
  {
    // As above.
    name: 'A condition on an unknown column is refused in one of the documented forms',
    source: '4 Errors inside 200, status table',
    run: inSession(async (session) => {
      const query = where('MATCH_ALL', condition('F0101.NOSUCH', 'EQUAL', '1'));
      assertRefusedInSomeForm(await ask(session, browse('F0101', twoColumns, { query })), 'F0101');
    }),
  },
  {
    // As above.
    name: 'An unknown operator is refused in one of the documented forms',
    source: '2.2 operators, 4 status table',
    run: inSession(async (session) => {
      const query = where('MATCH_ALL', condition('F0101.AN8', 'ALMOST', '1'));
      assertRefusedInSomeForm(await ask(session, browse('F0101', twoColumns, { query })), 'F0101');
    }),
  },
  {
    name: 'A column of another table is refused in one of the documented forms',
    source: 'tables section 0: AIS could not resolve NXTR on F4301',
    run: inSession(async (session) => {
      const query = where('MATCH_ALL', condition('F4301.NXTR', 'EQUAL', '400'));
      assertRefusedInSomeForm(await ask(session, browse('F4301', 'F4301.DOCO', { query })), 'F4301');
    }),
  },
  ...['targetName', 'targetType', 'dataServiceType'].map(
    (key): AisExchange => ({
      name: `A request without its required ${key} is refused in one of the documented forms`,
      source: '2.1: targetName, targetType and dataServiceType are required',
      run: inSession(async (session) => {
        const whole = { targetName: 'F0101', targetType: 'table', dataServiceType: 'BROWSE' };
        const request = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key));
        assertRefusedInSomeForm(await ask(session, request), 'F0101');
      }),
    }),
  ),
];

export const aisCollection: AisExchange[] = [
  ...signInExchanges,
  ...sessionExchanges,
  ...configExchanges,
  ...browseExchanges,
  ...queryExchanges,
  ...pageExchanges,
  ...totalExchanges,
  ...simpleExchanges,
  ...wireExchanges,
  ...errorExchanges,
];
