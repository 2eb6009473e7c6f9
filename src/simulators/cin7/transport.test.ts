import { expect, test } from 'vitest';
import { startTestClient } from './client.testkit.ts';

test('wrong credentials are answered 403 with plain text', async () => {
  const { send } = await startTestClient();
  const reply = await send('GET', '/me', undefined, { 'api-auth-applicationkey': 'wrong' });
  expect([reply.status, reply.text]).toEqual([403, 'Incorrect credentials!']);
});

test('paths and parameter names ignore letter case, and affinity cookies are set', async () => {
  const { send } = await startTestClient();
  const reply = await send('GET', '/SUPPLIER?nAmE=abpa');
  expect(reply.body['Total']).toBe(1);
  expect(reply.headers.get('set-cookie')).toContain('DEARAffinity');
  expect(reply.headers.get('x-ratelimit-limit')).toBeNull();
});

test('an unknown query parameter is ignored: Search on suppliers answers all of them', async () => {
  const { send } = await startTestClient();
  expect((await send('GET', '/supplier?Search=ABPA')).body['Total']).toBe(3);
});

test('an unknown path is an HTML page, with 200 or 404 as the switch says', async () => {
  const { send, sim } = await startTestClient();
  const page = await send('GET', '/AdvancedPurchase');
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text.length).toBeGreaterThan(11_000);
  sim.switches.unknownPath = '404-html';
  expect((await send('GET', '/AdvancedPurchase')).status).toBe(404);
});

test('a method that a path does not have is 405 in the words of ASP.NET', async () => {
  const { send } = await startTestClient();
  for (const [method, path] of [
    ['DELETE', '/supplier'],
    ['PUT', '/purchase/order'],
    ['PUT', '/purchase/stock'],
    ['DELETE', '/ref/tax'],
  ] as const) {
    const reply = await send(method, path, method === 'PUT' ? {} : undefined);
    expect(reply.status).toBe(405);
    expect(reply.body).toEqual({
      Message: `The requested resource does not support http method '${method}'.`,
    });
  }
});

test('a body that cannot be parsed is a 500 in JSON, not a 400', async () => {
  const { send, sim } = await startTestClient();
  const reply = await send('POST', '/supplier', '{"Name": "x"');
  expect(reply.status).toBe(500);
  expect(reply.body['ErrorCode']).toBe(500);
  expect(sim.writes).toBe(0);
});

test('errors come as an array, as a bare object or inside a 200', async () => {
  const { send, sim } = await startTestClient();
  const ask = () => send('GET', '/ref/account?Code=nope');
  const problem = { ErrorCode: 400, Exception: 'Account with specified ID not found' };
  expect([(await ask()).status, (await ask()).json]).toEqual([400, [problem]]);
  sim.switches.errorBody = 'object';
  expect([(await ask()).status, (await ask()).json]).toEqual([400, problem]);
  sim.switches.errorBody = 'in200';
  expect([(await ask()).status, (await ask()).json]).toEqual([200, [problem]]);
});

test('only a handful of problems is reported at once', async () => {
  const { send, sim } = await startTestClient();
  expect((await send('POST', '/supplier', {})).errors).toHaveLength(3);
  sim.switches.problemsPerAnswer = 1;
  expect((await send('POST', '/supplier', {})).errors).toEqual(["Required attribute 'Name' not provided."]);
});

test('a restart keeps the address and the data', async () => {
  const { send, sim, newPurchase } = await startTestClient();
  await newPurchase();
  await sim.restart();
  expect((await send('GET', '/purchaseList')).body['Total']).toBe(1);
});

test('calls are numbered and recorded with their status', async () => {
  const { send, sim } = await startTestClient();
  await send('GET', '/me');
  await send('GET', '/Ref/Account?Code=nope');
  expect(sim.callCount).toBe(2);
  expect(sim.calls.map(({ n, method, path, status }) => [n, method, path, status])).toEqual([
    [1, 'GET', '/me', 200],
    [2, 'GET', '/ref/account', 400],
  ]);
});
