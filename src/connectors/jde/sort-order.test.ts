import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { TableSpec } from '../../domain/source-row.ts';
import { isObject } from './answers.ts';
import { jdeSettings } from './config.ts';
import { codeOfFailure, readKeys } from './jde.testkit.ts';
import { openJdeSource } from './source.ts';

/** A table with three key columns of text, which each database sorts in its own way. */
const F0005: TableSpec = {
  table: 'F0005',
  key: ['SY', 'RT', 'KY'],
  columns: { SY: 'text', RT: 'text', KY: 'text' },
};

type Row = readonly [string, string, string];

/** How the server of a test sorts text, and how it behaves. */
interface Behaviour {
  rows: readonly Row[];
  alphabet: string;
  fetchLimit: number;
  linksEvery: number;
  /** Sorts nothing at all. */
  ignoresOrder: boolean;
}

const BINARY = ' 0123456789ABCDEFGHabcdefgh';
/** As on IBM i: small letters, capital letters, digits. */
const EBCDIC = ' abcdefghABCDEFGH0123456789';

let behaviour: Behaviour = {
  rows: [],
  alphabet: BINARY,
  fetchLimit: 2000,
  linksEvery: 0,
  ignoresOrder: false,
};
let open: { rows: Row[]; pageSize: number } = { rows: [], pageSize: 0 };
let calls = 0;

const server = createServer((request, response) => {
  void readJson(request).then((body) => {
    calls++;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer(request.url ?? '', body)));
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
// A TCP server that listens on a port has an AddressInfo.
const { port } = server.address() as AddressInfo;
const url = `http://127.0.0.1:${port}`;
afterAll(() => server.close());

test('each row comes once, however the database sorts text and wherever pages break off', async () => {
  const text = fc.stringMatching(/^[0-3abAB]{1,2}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.constantFrom('00', '01', 'a', 'B'), fc.constantFrom('AB', 'b', '9'), text), {
        maxLength: 60,
        selector: (row) => row.join('|'),
      }),
      fc.constantFrom(BINARY, EBCDIC),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 3 }),
      async (rows, alphabet, pageSize, fetchLimit, linksEvery) => {
        behaviour = { rows, alphabet, fetchLimit, linksEvery, ignoresOrder: false };
        const keys = await read(pageSize);
        expect(keys).toEqual(sorted(rows, alphabet).map((row) => row.join('|')));
      },
    ),
    { numRuns: 150 },
  );
});

test('in one result set that is not sorted every row comes, or the read ends in a Fault', async () => {
  const row = fc.tuple(
    fc.integer({ min: 1, max: 400 }),
    fc.constantFrom('AB', 'CD'),
    fc.constantFrom('1', '2'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(row, { maxLength: 40, selector: (each) => each.join('|') }),
      fc.integer({ min: 1, max: 9 }),
      async (list, pageSize) => {
        const rows = list.map(([a, b, c]): Row => [String(a).padStart(5, '0'), b, c]);
        behaviour = { rows, alphabet: BINARY, fetchLimit: 1000, linksEvery: 1e9, ignoresOrder: true };
        calls = 0;
        const outcome = await codeOfFailure(
          read(pageSize).then((keys) => {
            expect(new Set(keys).size).toBe(keys.length);
            expect(keys).toHaveLength(rows.length);
          }),
        );
        expect(calls).toBeLessThan(rows.length * 4 + 10);
        expect(
          outcome === 'jde.order_ignored' ||
            (outcome instanceof Error && outcome.message === 'nothing failed'),
        ).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});

async function read(pageSize: number): Promise<string[]> {
  const settings = jdeSettings.parse({ url, environment: 'E', role: 'R', pageSize });
  const credentials = { user: 'U', password: 'secret' };
  const source = openJdeSource({ settings, credentials, allowHosts: [new URL(url).host] });
  try {
    return await readKeys(source, { spec: F0005 });
  } finally {
    await source.close();
  }
}

/** Links for some pages, then `moreRecords` without a link, as after a fetch limit. */
function answer(path: string, body: Readonly<Record<string, unknown>>): unknown {
  if (path.includes('tokenrequest')) return { userInfo: { token: 'T1', simpleDateFormat: 'MM/dd/yyyy' } };
  if (!path.includes('/next')) {
    const found = behaviour.rows.filter((row) =>
      conditionsOf(body).every((condition) => holds(row, condition)),
    );
    const rows = behaviour.ignoresOrder ? [...found] : sorted(found, behaviour.alphabet);
    open = { rows, pageSize: Math.min(Number(body['maxPageSize']), behaviour.fetchLimit) };
  }
  const page = open.rows.splice(0, open.pageSize);
  const more = open.rows.length > 0;
  const links = behaviour.linksEvery > 0 && calls % (behaviour.linksEvery + 1) !== 0 && more;
  const rowset = page.map(([sy, rt, ky]) => ({ F0005_SY: sy, F0005_RT: rt, F0005_KY: ky }));
  return {
    fs_DATABROWSE_F0005: {
      data: { gridData: { rowset, summary: { records: rowset.length, moreRecords: more } } },
    },
    sysErrors: [],
    ...(links && { links: [{ rel: 'next', href: 'http://elsewhere//jderest/v2/dataservice/next?rid=1' }] }),
  };
}

interface WireCondition {
  at: number;
  operator: unknown;
  value: string;
}

function conditionsOf(body: Readonly<Record<string, unknown>>): WireCondition[] {
  const query = body['query'];
  const list = isObject(query) ? query['condition'] : undefined;
  return (Array.isArray(list) ? list : []).filter(isObject).map((each) => {
    const first: unknown = Array.isArray(each['value']) ? each['value'][0] : undefined;
    const at = F0005.key.indexOf(String(each['controlId']).slice('F0005.'.length));
    return { at, operator: each['operator'], value: isObject(first) ? String(first['content']) : '' };
  });
}

function holds(row: Row, { at, operator, value }: WireCondition): boolean {
  const order = compare(row[at] ?? '', value, behaviour.alphabet);
  if (operator === 'EQUAL') return order === 0;
  return operator === 'GREATER' ? order > 0 : order >= 0;
}

function sorted(rows: readonly Row[], alphabet: string): Row[] {
  return rows.toSorted(
    (a, b) => compare(a[0], b[0], alphabet) || compare(a[1], b[1], alphabet) || compare(a[2], b[2], alphabet),
  );
}

function compare(a: string, b: string, alphabet: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = alphabet.indexOf(a[i] ?? ' ') - alphabet.indexOf(b[i] ?? ' ');
    if (order !== 0) return order;
  }
  return 0;
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return isObject(body) ? body : {};
}
