import { describe, expect, test } from 'vitest';
import { type LocalDate, parseLocalDate } from '../../domain/local-date.ts';
import type { FaultAction, FaultMatch } from '../../simulators/jde/index.ts';
import {
  addresses,
  addressKeys,
  codeOfFailure,
  F0101,
  F4311,
  orderLines,
  readKeys,
  readPages,
  readRows,
  startRig,
} from './jde.testkit.ts';

const onPage = (nth: number): FaultMatch => ({ service: 'next', nth });
const onBrowse = (nth: number): FaultMatch => ({ service: 'dataservice', nth });
const thirty = { tables: { F0101: addresses(30) } };
const inTens = { pageSize: 10 };

describe('a read that is disturbed', () => {
  test.each<[string, FaultMatch, FaultAction]>([
    ['an expired result set', onPage(2), { kind: 'expireCursor' }],
    ['a lost session', onPage(2), { kind: 'killSession' }],
    ['444 for the token', onPage(1), { kind: 'invalidToken', status: 444 }],
    ['403 for the token', onPage(1), { kind: 'invalidToken', status: 403 }],
    ['444 on the first page', onBrowse(1), { kind: 'invalidToken', status: 444 }],
    ['a restart of AIS', onPage(2), { kind: 'restart' }],
    ['an HTML session that is gone while its token lives', onPage(2), { kind: 'loseHtmlSession' }],
    ['an HTML session that is gone on the first page', onBrowse(1), { kind: 'loseHtmlSession' }],
    ['a web page with 503', onPage(1), { kind: 'html', status: 503 }],
    ['a web page with 503 on the first page', onBrowse(1), { kind: 'html', status: 503 }],
    ['a web page with 200', onBrowse(1), { kind: 'html', status: 200 }],
    ['a body that breaks off', onPage(1), { kind: 'truncate', bytes: 400 }],
    ['a body that ends early', onPage(1), { kind: 'truncateClean', bytes: 400 }],
    ['a first body that ends early', onBrowse(1), { kind: 'truncateClean', bytes: 400 }],
    ['a body of nothing', onBrowse(1), { kind: 'truncateClean', bytes: 0 }],
    ['a connection that breaks before the answer', onBrowse(1), { kind: 'reset' }],
    ['a page that was taken but whose answer is lost', onPage(1), { kind: 'reset', when: 'after' }],
    ['system errors in a 200', onPage(1), { kind: 'sysErrors' }],
    ['an exception in a 200', onBrowse(1), { kind: 'topLevelException' }],
    ['rows missing from a page', onPage(1), { kind: 'dropRows', count: 3 }],
    ['rows missing from the first page', onBrowse(1), { kind: 'dropRows', count: 3 }],
    ['a missing link', onBrowse(1), { kind: 'dropLinks' }],
  ])('by %s still yields every row once and in order', async (_, on, action) => {
    const { source } = await startRig({ ...thirty, faults: [{ on, do: action }] }, inTens);
    expect(await readKeys(source, { spec: F0101 })).toEqual(addressKeys(30));
  });

  test('in the middle of an order of many lines yields each line once', async () => {
    const faults = [2, 4, 6].map((nth) => ({ on: onPage(nth), do: { kind: 'expireCursor' } as const }));
    const { source } = await startRig({ tables: { F4311: orderLines(3, 13) }, faults }, { pageSize: 4 });
    const keys = await readKeys(source, { spec: F4311 });
    expect(keys).toHaveLength(39);
    expect(new Set(keys).size).toBe(39);
  });

  test.each([1, 2, 3, 4, 5, 6])('by everything at once, seed %i, yields each row once', async (seed) => {
    const faults = (
      [
        { kind: 'killSession' },
        { kind: 'expireCursor' },
        { kind: 'html', status: 503 },
        { kind: 'truncate', bytes: 300 },
        { kind: 'reset', when: 'after' },
        { kind: 'sysErrors' },
        { kind: 'invalidToken', status: 403 },
        { kind: 'dropRows', count: 1 },
      ] as const
    ).flatMap((action) => [
      { on: { service: 'dataservice', rate: 0.05 } as const, do: action },
      { on: { service: 'next', rate: 0.05 } as const, do: action },
    ]);
    const { source } = await startRig(
      { tables: { F4311: orderLines(40, 7) }, faults, seed },
      { pageSize: 9, retriesMax: 10, signInsMax: 500 },
    );
    const keys = await readKeys(source, { spec: F4311 });
    expect(keys).toHaveLength(280);
    expect(new Set(keys).size).toBe(280);
  });

  test('by a lost session signs in once more, and once only', async () => {
    const { source, sim } = await startRig(
      { ...thirty, faults: [{ on: onPage(1), do: { kind: 'killSession' } }] },
      inTens,
    );
    await readKeys(source, { spec: F0101 });
    expect(sim.calls.filter((call) => call.service === 'tokenrequest')).toHaveLength(2);
  });

  test('by an answer that never comes waits no longer than the time-out', async () => {
    const { source } = await startRig(
      { ...thirty, faults: [{ on: onBrowse(1), do: { kind: 'hang' } }] },
      { timeoutSeconds: 0.2 },
    );
    expect(await readKeys(source, { spec: F0101 })).toEqual(addressKeys(30));
  });
});

describe('a read that cannot go on', () => {
  test.each<[string, FaultAction, string]>([
    ['AIS never answers', { kind: 'hang' }, 'jde.timeout'],
    ['a proxy answers', { kind: 'html', status: 503 }, 'jde.server_error'],
    ['the URL leads to a web page', { kind: 'html', status: 404 }, 'jde.refused'],
    ['a redirect is sent', { kind: 'html', status: 302 }, 'jde.redirected'],
    ['bodies break off', { kind: 'truncate', bytes: 100 }, 'jde.answer_unreadable'],
    ['rows are missing from every page', { kind: 'dropRows', count: 3 }, 'jde.answer_unreadable'],
    ['connections break', { kind: 'reset' }, 'jde.unreachable'],
    ['the system reports errors', { kind: 'sysErrors' }, 'jde.server_error'],
    ['an exception comes', { kind: 'topLevelException' }, 'jde.server_error'],
    ['the form reports errors', { kind: 'formErrors' }, 'jde.refused'],
    ['the data request reports an error', { kind: 'dsError' }, 'jde.refused'],
    ['the token is always invalid', { kind: 'invalidToken', status: 403 }, 'jde.session_lost'],
    [
      'the table is denied',
      { kind: 'status', status: 403, body: '{"message":"Denied"}' },
      'jde.table_unreadable',
    ],
    ['a proxy denies', { kind: 'html', status: 403 }, 'jde.table_unreadable'],
    ['the session is always lost', { kind: 'invalidToken', status: 444 }, 'jde.session_lost'],
    ['the JSON is refused', { kind: 'status', status: 400, body: '{"message":"bad"}' }, 'jde.refused'],
  ])('because %s ends in a Fault', async (_, action, code) => {
    const { source, waits } = await startRig(
      { ...thirty, faults: [{ on: { service: 'dataservice' }, do: action }] },
      { timeoutSeconds: 0.2, retriesMax: 2, pageSize: 10 },
    );
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe(code);
    expect(waits.length).toBeLessThanOrEqual(2);
  });

  test('because a page comes twice takes nothing of it', async () => {
    const { source } = await startRig(
      { ...thirty, faults: [{ on: onPage(2), do: { kind: 'repeatPage' } }] },
      inTens,
    );
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.page_repeated');
  });

  test('because security hides a column names table and column', async () => {
    const users = [{ user: 'JDE', password: 'JDE', hiddenColumns: ['F0101.TAX'] }];
    for (const tables of [{ F0101: addresses(3) }, {}]) {
      const { source } = await startRig({ tables, users });
      await expect(readPages(source, { spec: F0101 })).rejects.toMatchObject({
        code: 'jde.column_missing',
        field: 'F0101_TAX',
      });
    }
  });

  test('because AIS ignores a date condition says so', async () => {
    const { source } = await startRig(
      { ...thirty, switches: { wrongDateLiteral: 'ignoredCondition' } },
      { dateFormat: 'yyyy.MM.dd' },
    );
    const read = readPages(source, { spec: F0101, changedSince: day('2026-11-01') });
    expect(await codeOfFailure(read)).toBe('jde.filter_ignored');
  });

  test('asks for its order', async () => {
    const { source } = await startRig({ ...thirty, switches: { orderWithoutOrderBy: 'shuffled' } }, inTens);
    expect(await readKeys(source, { spec: F0101 })).toEqual(addressKeys(30));
  });

  test('because the answer is too large says so', async () => {
    const { source } = await startRig({ tables: { F0101: addresses(300) } }, { bodyBytesMax: 10_000 });
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.answer_too_large');
  });

  test('because it is stopped ends with the reason of the stop', async () => {
    const { source } = await startRig(
      { ...thirty, faults: [{ on: onPage(1), do: { kind: 'hang' } }] },
      inTens,
    );
    const controller = new AbortController();
    const reason = new Error('stopped by a person');
    setTimeout(() => controller.abort(reason), 50);
    await expect(readPages(source, { spec: F0101 }, controller.signal)).rejects.toBe(reason);
  });

  test('because it is quiet makes no call', async () => {
    const { source, sim } = await startRig(
      thirty,
      { quietHours: ['22:00-06:00'], timeZone: 'America/Denver' },
      { now: () => Date.parse('2026-11-23T11:30:00Z') },
    );
    expect(await codeOfFailure(readPages(source, { spec: F0101 }))).toBe('jde.quiet_hours');
    expect(sim.callCount).toBe(0);
  });
});

test('a masked value is a problem of its row, not a value', async () => {
  const users = [{ user: 'JDE', password: 'JDE', maskedColumns: ['F0101.TAX'] }];
  const { source } = await startRig({ tables: { F0101: addresses(1) }, users });
  const [row] = await readRows(source, { spec: F0101 });
  expect(row?.values['TAX']).toBeNull();
  expect(row?.problems).toMatchObject([{ code: 'jde.value_masked', field: 'F0101_TAX' }]);
});

test('two tables read at the same time in one session both come in full', async () => {
  const tables = { F0101: addresses(40), F4311: orderLines(10, 4) };
  const { source } = await startRig({ tables, switches: { parallelCursors: 'lastOnly' } }, inTens);
  const [a, b] = await Promise.all([readKeys(source, { spec: F0101 }), readKeys(source, { spec: F4311 })]);
  expect(a).toEqual(addressKeys(40));
  expect(new Set(b).size).toBe(40);
});

test('rows written while a read goes on break nothing', async () => {
  const { source, sim } = await startRig(thirty, { pageSize: 10, paging: 'key' });
  const keys: string[] = [];
  for await (const page of source.readTable({ spec: F0101 }, new AbortController().signal)) {
    keys.push(...page.rows.map((row) => row.key));
    sim.upsert('F0101', { AN8: 1000 - keys.length, ALPH: 'New' });
    sim.upsert('F0101', { AN8: 2000 - keys.length, ALPH: 'New' });
  }
  expect(keys).toEqual([...new Set(keys)]);
  expect(keys).toEqual(expect.arrayContaining(addressKeys(30)));
});

function day(text: string): LocalDate {
  const parsed = parseLocalDate(text);
  if (parsed === undefined) throw new Error(`${text} is no day`);
  return parsed;
}
