import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Fault } from '../../faults/fault.ts';
import { type Cin7Fault, type Cin7FaultAct, startCin7Simulator } from '../../simulators/cin7/index.ts';
import { RefusedByCin7 } from '../connector.ts';
import { openCallBudget } from '../http/budget.ts';
import { memoryLedger } from '../http/memory-ledger.ts';
import { type Bench, never, openBench, smallCompany, supplierFields } from './cin7.testkit.ts';
import { cin7BudgetTerms, cin7Settings } from './config.ts';
import { openCin7Target } from './target.ts';

const onRead = (act: Cin7FaultAct, times = 1): Cin7Fault => ({
  on: { method: 'GET', path: '/me' },
  do: act,
  times,
});
const onCreate = (act: Cin7FaultAct, times = 1): Cin7Fault => ({
  on: { method: 'POST', path: '/supplier' },
  do: act,
  times,
});
const quick = { timeoutSeconds: 0.3 };

const create = ({ target }: Bench) => target.createSupplier(supplierFields(), never);
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
async function codeOf(work: Promise<unknown>): Promise<string> {
  const failure = await failureOf(work);
  return failure instanceof Fault ? failure.code : String(failure);
}

const passing: readonly { readonly name: string; readonly act: Cin7FaultAct }[] = [
  { name: 'a dropped connection', act: { kind: 'hangUpBefore' } },
  { name: 'a connection dropped after the work', act: { kind: 'hangUpAfter' } },
  { name: 'silence', act: { kind: 'hang' } },
  { name: 'an answer cut off', act: { kind: 'truncate', bytes: 20 } },
  { name: 'an unreadable answer', act: { kind: 'unreadable' } },
  { name: 'a 500', act: { kind: 'status500After' } },
  {
    name: 'a 502 with a web page',
    act: { kind: 'status', status: 502, body: '<html>Bad gateway</html>', contentType: 'text/html' },
  },
  { name: 'a 503', act: { kind: 'status', status: 503 } },
  { name: 'an empty 200', act: { kind: 'status', status: 200, body: '' } },
  { name: 'JSON of another kind', act: { kind: 'status', status: 200, body: '{"Success":true}' } },
  { name: 'a slow answer', act: { kind: 'slow', ms: 50 } },
];

describe('a read', () => {
  test.each(passing)('is repeated after $name', async ({ act }) => {
    const bench = await openBench({ faults: [onRead(act)], settings: quick });
    expect(await bench.target.readCompany(never)).toMatchObject({ Company: 'Sample Books', Currency: 'USD' });
    expect(bench.cin7.callCount).toBe(act.kind === 'slow' ? 1 : 2);
    expect(bench.target.callCount).toBe(bench.cin7.callCount);
  });

  test.each([
    { act: { kind: 'hangUpBefore' }, code: 'cin7.unreachable' },
    { act: { kind: 'hang' }, code: 'cin7.timeout' },
    { act: { kind: 'truncate', bytes: 20 }, code: 'cin7.unreachable' },
    { act: { kind: 'unreadable' }, code: 'cin7.answer_unreadable' },
    { act: { kind: 'status500After' }, code: 'cin7.server_error' },
  ] as const)('that keeps failing ends in $code, after a bounded number of tries', async ({ act, code }) => {
    const bench = await openBench({
      faults: [onRead(act, 100)],
      settings: { timeoutSeconds: 0.2, retriesMax: 2 },
    });
    expect(await codeOf(bench.target.readCompany(never))).toBe(code);
    expect(bench.cin7.callCount).toBe(3);
  });

  test('of an answer larger than allowed is given up while it streams', async () => {
    const body = JSON.stringify({ Company: 'x'.repeat(60_000) });
    const faults = [onRead({ kind: 'status', status: 200, body }, 100)];
    const bench = await openBench({ faults, settings: { bodyBytesMax: 10_000, retriesMax: 0 } });
    expect(await codeOf(bench.target.readCompany(never))).toBe('cin7.answer_unreadable');
  });

  test('waits longer from try to try, at random', async () => {
    const bench = await openBench({ faults: [onRead({ kind: 'status500After' }, 3)] });
    await bench.target.readCompany(never);
    expect(bench.clock.slept).toEqual([250, 500, 1_000]);
  });

  test('that is stopped ends with the reason of the stop', async () => {
    const bench = await openBench({ faults: [onRead({ kind: 'hang' })] });
    const stop = new AbortController();
    const reading = failureOf(bench.target.readCompany(stop.signal));
    while (bench.cin7.callCount === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error('stopped by hand'));
    expect(await reading).toMatchObject({ message: 'stopped by hand' });
  });
});

describe('a write', () => {
  test.each(passing.filter(({ act }) => act.kind !== 'slow'))(
    'is uncertain after $name, and is not sent twice',
    async ({ act }) => {
      const bench = await openBench({ faults: [onCreate(act)], settings: quick });
      expect(await codeOf(create(bench))).toBe('cin7.write_unanswered');
      expect(bench.cin7.callCount).toBe(1);
    },
  );

  test('is uncertain when the answer is lost after it was done', async () => {
    const bench = await openBench({ faults: [onCreate({ kind: 'hangAfter' })], settings: quick });
    expect(await codeOf(create(bench))).toBe('cin7.write_unanswered');
    expect(bench.cin7.suppliersNamed('Parts Emporium')).toHaveLength(1);
  });

  test('with a slow answer is heard out', async () => {
    const bench = await openBench({ faults: [onCreate({ kind: 'slow', ms: 100 })] });
    expect(await create(bench)).toMatchObject({ Name: 'Parts Emporium' });
  });

  test('under way when the run is stopped is heard out', async () => {
    const bench = await openBench({ faults: [onCreate({ kind: 'slow', ms: 100 })] });
    const stop = new AbortController();
    const writing = bench.target.createSupplier(supplierFields(), stop.signal);
    while (bench.cin7.callCount === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error('stopped by hand'));
    expect(await writing).toMatchObject({ Name: 'Parts Emporium' });
  });

  test('that cannot reach Cin7 is certain not to have arrived', async () => {
    const bench = await openBench({ settings: { retriesMax: 1 } });
    await bench.cin7.stop();
    expect(await codeOf(create(bench))).toBe('cin7.unreachable');
  });

  test('to a host that does not exist is certain not to have arrived', async () => {
    const settings = { url: 'https://nowhere.invalid/ExternalApi/v2', retriesMax: 0 };
    const bench = await openBench({ settings });
    expect(await codeOf(create(bench))).toBe('cin7.unreachable');
  });

  test('is sent again after a bare 503 only when the setting says that it is a refusal', async () => {
    const faults = [onCreate({ kind: 'status', status: 503 })];
    const bench = await openBench({ faults, settings: { busyStatusIsRefusal: true } });
    expect(await create(bench)).toMatchObject({ Name: 'Parts Emporium' });
    expect(bench.target.refusalCount).toBe(1);
  });
});

describe('a refusal for the rate of calls', () => {
  test.each(['429', '400', '503'] as const)(
    'in form %s is waited out and the read repeated',
    async (form) => {
      const bench = await openBench({ faults: [onRead({ kind: 'rateLimit', form }, 2)] });
      const startedAt = bench.clock.now();
      expect(await bench.target.readCompany(never)).toMatchObject({ Company: 'Sample Books' });
      expect(bench.target.refusalCount).toBe(2);
      expect(bench.clock.now() - startedAt).toBeGreaterThanOrEqual(form === '429' ? 120_000 : 60_000);
    },
  );

  test.each(['429', '400'] as const)(
    'in form %s is no answer to a write: it is sent again, once stored',
    async (form) => {
      const bench = await openBench({ faults: [onCreate({ kind: 'rateLimit', form }, 3)] });
      await create(bench);
      expect(bench.cin7.suppliersNamed('Parts Emporium')).toHaveLength(1);
      expect(bench.target.refusalCount).toBe(3);
    },
  );

  test('that never ends is told, with the time to wait', async () => {
    const bench = await openBench({
      faults: [onRead({ kind: 'rateLimit', form: '429' }, 100)],
      settings: { refusalsMax: 2 },
    });
    const failure = await failureOf(bench.target.readCompany(never));
    expect(failure).toMatchObject({ code: 'cin7.rate_limited', retryAfterMs: 60_000 });
    expect(bench.cin7.callCount).toBe(3);
  });

  test('with a bare 503 that never ends is called a server error', async () => {
    const bench = await openBench({
      faults: [onRead({ kind: 'status', status: 503 }, 100)],
      settings: { refusalsMax: 1 },
    });
    expect(await codeOf(bench.target.readCompany(never))).toBe('cin7.server_error');
    expect(bench.cin7.callCount).toBe(2);
  });

  test('does not happen while the budget is kept: 300 calls, none refused', async () => {
    const bench = await openBench();
    for (let call = 0; call < 300; call += 1) await bench.target.readCompany(never);
    expect(bench.cin7.refusals).toBe(0);
    expect(bench.target.refusalCount).toBe(0);
  });
});

test('on the real clock too, no call is refused and the allowance is used', async () => {
  const windowMs = 400;
  const cin7 = await startCin7Simulator({ company: smallCompany, allowance: { calls: 40, windowMs } });
  const settings = cin7Settings.parse({ url: cin7.url });
  const credentials = { accountId: cin7.accountId, applicationKey: cin7.applicationKey };
  const terms = { ...cin7BudgetTerms(settings, credentials), limit: 40, windowMs };
  const target = openCin7Target({
    settings,
    credentials,
    budget: openCallBudget({ ledger: memoryLedger(), ...terms }),
    allowHosts: [new URL(cin7.url).host],
  });
  const startedAt = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - startedAt < 5 * windowMs) await target.readCompany(never);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  expect(cin7.refusals).toBe(0);
  expect(cin7.callCount).toBeGreaterThan(40 * 3);
  await cin7.stop();
  await target.close();
});

describe('an answer that a person must act on', () => {
  test('wrong credentials stop at once and stay out of the message', async () => {
    const applicationKey = 'bbbbbbbb-0000-4000-8000-000000000000';
    const bench = await openBench({ credentials: { applicationKey } });
    const failure = await failureOf(bench.target.readCompany(never));
    expect(failure).toMatchObject({ code: 'cin7.credentials_refused' });
    expect(String(failure)).toContain('Incorrect credentials!');
    expect(String(failure)).not.toContain(applicationKey);
    expect(bench.cin7.callCount).toBe(1);
  });

  test('credentials with a line break are refused before anything is sent', async () => {
    await expect(openBench({ credentials: { applicationKey: 'abc\n' } })).rejects.toMatchObject({
      code: 'cin7.credentials_refused',
      field: 'cin7.applicationKey',
    });
  });

  test.each([
    { name: 'a page in a 200', act: { kind: 'html' } },
    {
      name: 'a page in a 404',
      act: { kind: 'status', status: 404, body: '<!DOCTYPE html><p>no', contentType: 'text/html' },
    },
    { name: 'a redirect', act: { kind: 'status', status: 302, body: '' } },
    { name: 'an empty 404', act: { kind: 'status', status: 404, body: '' } },
    {
      name: 'no such resource',
      act: {
        kind: 'status',
        status: 404,
        body: '{"Message":"No HTTP resource was found that matches the request URI"}',
      },
    },
  ] as const)('$name means a wrong address', async ({ act }) => {
    const bench = await openBench({ faults: [onRead(act), onCreate(act)] });
    expect(await codeOf(bench.target.readCompany(never))).toBe('cin7.path_unknown');
    expect(await codeOf(create(bench))).toBe('cin7.path_unknown');
  });

  test('a redirect is not followed, and its address is told without path and query', async () => {
    const elsewhere = await openBench();
    const { origin } = new URL(elsewhere.cin7.url);
    const server = createServer((_request, response) =>
      response.writeHead(307, { location: `${origin}/ExternalApi/v2/supplier?key=k` }).end(),
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    // A TCP server that listens on a port has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const bench = await openBench({ settings: { url: `http://127.0.0.1:${port}/v2` } });
    for (const work of [bench.target.readCompany(never), create(bench)])
      expect(await failureOf(work)).toMatchObject({
        code: 'cin7.path_unknown',
        message: expect.stringMatching(
          new RegExp(`redirected the call to ${origin}, which is not followed \\(HTTP 307\\)$`),
        ),
      });
    expect(elsewhere.cin7.callCount).toBe(0);
  });

  test('Cin7 on this machine is not called, neither to read nor to write, unless that is allowed', async () => {
    const bench = await openBench({ allowHosts: [] });
    expect(await codeOf(bench.target.readCompany(never))).toBe('outbound.address_refused');
    expect(await codeOf(create(bench))).toBe('outbound.address_refused');
    expect(bench.cin7.callCount).toBe(0);
    expect(bench.clock.slept).toEqual([]);
    expect(await bench.budget.left()).toBe(60 - 2);
  });

  test.each(['200-html', '404-html'] as const)(
    'a wrong path in the settings is named (%s)',
    async (unknownPath) => {
      const bench = await openBench({ switches: { unknownPath } });
      const wrong = await openBench({ settings: { url: bench.cin7.url.replace('v2', 'v3') } });
      expect(await codeOf(wrong.target.readCompany(never))).toBe('cin7.path_unknown');
    },
  );
});

describe('a refusal with a reason', () => {
  test.each(['array', 'object', 'in200'] as const)(
    'is told with the words of Cin7 (%s)',
    async (errorBody) => {
      const bench = await openBench({ switches: { errorBody } });
      const failure = await failureOf(
        bench.target.createSupplier(supplierFields({ PaymentTerm: 'Cash' }), never),
      );
      expect(failure).toBeInstanceOf(RefusedByCin7);
      expect(String(failure)).toContain('Active payment term with name Cash was not found');
      expect(bench.cin7.writes).toBe(0);
    },
  );

  test('names every reason with its code', async () => {
    const bench = await openBench();
    const failure = await failureOf(
      bench.target.createSupplier(supplierFields({ PaymentTerm: 'Cash', AccountPayable: '400' }), never),
    );
    expect(failure).toMatchObject({ reasons: [{ code: 400 }, { code: 400 }] });
  });

  test('with an error inside a 200 is a refusal', async () => {
    const bench = await openBench({ faults: [onCreate({ kind: 'errorIn200' })] });
    expect(await failureOf(create(bench))).toBeInstanceOf(RefusedByCin7);
  });

  test('that repeats the key does not bring it into the message', async () => {
    const probe = await openBench();
    const key = probe.cin7.applicationKey;
    const body = JSON.stringify([{ ErrorCode: 400, Exception: `Key ${key} is odd` }]);
    const bench = await openBench({ faults: [onCreate({ kind: 'status', status: 400, body })] });
    const failure = await failureOf(create(bench));
    expect(String(failure)).toContain('Key *** is odd');
    expect(JSON.stringify(failure)).not.toContain(key);
  });
});
