import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Source } from '../connector.ts';
import { jdeSettings } from './config.ts';
import { codeOfFailure, F0101, readKeys, readPages } from './jde.testkit.ts';
import { openJdeSource } from './source.ts';

interface Odd {
  readonly source: Source;
  readonly waits: number[];
  /** Most calls that were under way at one time. */
  readonly atOnce: () => number;
}

/** A server that grants a session and answers every browse in its own way. */
async function startOdd(
  browse: (response: ServerResponse, nth: number) => void,
  settings = {},
): Promise<Odd> {
  let nth = 0;
  let underWay = 0;
  let most = 0;
  const server = createServer((request, response) => {
    underWay++;
    most = Math.max(most, underWay);
    response.on('close', () => underWay--);
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('dataservice')) {
      setTimeout(() => browse(response, ++nth), 5);
      return;
    }
    response.end(JSON.stringify({ userInfo: { token: 'T1', simpleDateFormat: 'dd/MM/yyyy' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A TCP server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const waits: number[] = [];
  const source = openJdeSource({
    settings: jdeSettings.parse({
      url: `http://127.0.0.1:${port}/`,
      environment: 'E',
      role: 'R',
      ...settings,
    }),
    credentials: { user: 'U', password: 'secret' },
    allowHosts: [`127.0.0.1:${port}`],
    random: () => 1,
    sleep: async (ms) => {
      waits.push(ms);
    },
  });
  onTestFinished(() => source.close());
  return { source, waits, atOnce: () => most };
}

function page(rows: readonly Record<string, unknown>[], summary: Record<string, unknown> = {}): string {
  const gridData = { rowset: rows, summary: { records: rows.length, moreRecords: false, ...summary } };
  return JSON.stringify({ fs_DATABROWSE_F0101: { data: { gridData }, errors: [] }, sysErrors: [] });
}

const ROW = {
  F0101_AN8: 1,
  F0101_ALPH: 'Compañía',
  F0101_MCU: ' ',
  F0101_AT1: 'V',
  F0101_TAX: ' ',
  F0101_UPMJ: null,
  F0101_UPMT: 0,
};

test('an answer in Latin letters is read as it says, and never half', async () => {
  const latin = Buffer.from(page([ROW]), 'latin1');
  const named = await startOdd((response) => {
    response.setHeader('content-type', 'application/json; charset=ISO-8859-1').end(latin);
  });
  expect((await readPages(named.source, { spec: F0101 }))[0]?.rows[0]?.values['ALPH']).toBe('Compañía');
  const unnamed = await startOdd((response) => response.end(latin), { retriesMax: 0 });
  expect(await codeOfFailure(readPages(unnamed.source, { spec: F0101 }))).toBe('jde.answer_unreadable');
});

test('an error page in Latin letters is an error of the server', async () => {
  const { source } = await startOdd(
    (response) => {
      response.statusCode = 503;
      response.setHeader('content-type', 'text/html').end(Buffer.from('<h1>Fuera de línea</h1>', 'latin1'));
    },
    { retriesMax: 0 },
  );
  expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.server_error');
});

test('an answer that trickles without end is given up in time, and so is one that grows without end', async () => {
  const drip = (piece: string) => (response: ServerResponse) => {
    response.write('{"a":"');
    const timer = setInterval(() => response.write(piece), 5);
    response.on('close', () => clearInterval(timer));
  };
  const trickling = await startOdd(drip('x'), { timeoutSeconds: 0.15, retriesMax: 1 });
  expect(await codeOfFailure(readPages(trickling.source, { spec: F0101 }))).toBe('jde.timeout');
  const growing = await startOdd(drip('x'.repeat(2_000)), { timeoutSeconds: 30, bodyBytesMax: 10_000 });
  expect(await codeOfFailure(readPages(growing.source, { spec: F0101 }))).toBe('jde.answer_too_large');
});

test('a server that asks to wait is given the time, within the limit', async () => {
  const { source, waits } = await startOdd(
    (response, nth) => {
      if (nth > 3) {
        response.end(page([ROW]));
        return;
      }
      response.statusCode = 503;
      response.setHeader('retry-after', nth === 3 ? '3600' : '7').end('{"message":"busy"}');
    },
    { retryDelaySecondsMax: 20 },
  );
  expect(await readKeys(source, { spec: F0101 })).toEqual(['1']);
  expect(waits).toEqual([7000, 7000, 20_000]);
});

test.each([
  ['more rows than it counts', page([ROW], { records: 0 })],
  ['no word about more rows', page([ROW], { moreRecords: undefined })],
  ['the rows of another table', page([ROW]).replace('DATABROWSE_F0101', 'DATABROWSE_F0401')],
  ['no rows at all', '{}'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a text', '"ok"'],
])('an answer with %s is no complete page', async (_, body) => {
  const { source } = await startOdd((response) => response.end(body), { retriesMax: 1 });
  expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.answer_unreadable');
});

test('a key that cannot be read ends the read and names the column', async () => {
  for (const value of [null, 'x', '', {}]) {
    const { source } = await startOdd((response) => response.end(page([{ ...ROW, F0101_AN8: value }])));
    await expect(readPages(source, { spec: F0101 })).rejects.toMatchObject({
      code: 'jde.key_undecodable',
      field: 'F0101_AN8',
    });
  }
});

test('a link to another path is not followed', async () => {
  const body = JSON.stringify({
    ...asObject(page([ROW], { moreRecords: true })),
    links: [{ rel: 'next', href: 'http://evil.example/jderest/v2/tokenrequest/next?x=1' }],
  });
  const { source } = await startOdd((response) => response.end(body));
  expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.refused');
});

test('a redirect is not followed, and its address is told without path and query', async () => {
  let reached = 0;
  const elsewhere = createServer((_request, response) => response.end(String(++reached)));
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void elsewhere.close());
  // A TCP server that listens on a port has an AddressInfo.
  const { port } = elsewhere.address() as AddressInfo;
  const location = `http://127.0.0.1:${port}/jderest/v2/dataservice?token=T1`;
  for (const status of [301, 302, 303, 307, 308]) {
    const { source, waits } = await startOdd((response) => response.writeHead(status, { location }).end());
    await expect(readPages(source, { spec: F0101 })).rejects.toMatchObject({
      code: 'jde.redirected',
      message: `AIS redirected browse F0101 to http://127.0.0.1:${port} (${status}), which is not followed`,
    });
    expect(waits).toEqual([]);
  }
  expect(reached).toBe(0);
});

test('AIS on this machine is not called unless that is allowed', async () => {
  let reached = 0;
  const server = createServer((_request, response) => response.end(String(++reached)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // As above.
  const { port } = server.address() as AddressInfo;
  const source = openJdeSource({
    settings: jdeSettings.parse({ url: `http://127.0.0.1:${port}`, environment: 'E', role: 'R' }),
    credentials: { user: 'U', password: 'secret' },
    sleep: async () => {
      throw new Error('repeated');
    },
  });
  onTestFinished(() => source.close());
  expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('outbound.address_refused');
  expect(reached).toBe(0);
});

test.each([1, 3])('at most %i calls are under way at one time', async (callsAtOnce) => {
  const { source, atOnce } = await startOdd((response) => response.end(page([ROW])), { callsAtOnce });
  await Promise.all(Array.from({ length: 9 }, () => readPages(source, { spec: F0101 })));
  expect(atOnce()).toBe(callsAtOnce);
});

test('the settings refuse what cannot work', () => {
  const good = { url: 'https://ais.example.com:9300/jderest/', environment: 'E', role: 'R' };
  expect(jdeSettings.parse(good)).toMatchObject({
    url: 'https://ais.example.com:9300',
    pageSize: 1000,
    callsAtOnce: 1,
  });
  const bad = [
    { url: 'ftp://ais' },
    { url: 'https://user:pass@ais' },
    { timeZone: 'Mars/Base' },
    { dateFormat: 'yyyy' },
    { quietHours: ['22:00'] },
    { callsAtOnce: 5 },
    { pagesize: 10 },
  ];
  for (const each of bad) expect(jdeSettings.safeParse({ ...good, ...each }).success).toBe(false);
});

function asObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
