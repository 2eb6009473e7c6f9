import { expect, test } from 'vitest';
import { movableClock, startTestClient } from './client.testkit.ts';

const small = { allowance: { calls: 3, windowMs: 60_000 } };

test('the fourth call of a window of three is refused with text and a Retry-After that has a unit', async () => {
  const clock = movableClock();
  const { send, sim } = await startTestClient({ ...small, clock });
  for (let call = 0; call < 3; call += 1) expect((await send('GET', '/me')).status).toBe(200);
  const refused = await send('GET', '/me');
  expect([refused.status, refused.text]).toEqual([429, 'You have reached 3 calls per 60 seconds API limit.']);
  expect(refused.headers.get('content-type')).toBe('text/plain');
  expect(refused.headers.get('retry-after')).toBe('60 Seconds');
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(sim.refusals).toBe(1);
});

test('the window rolls: a slot is free again when its call is a window old', async () => {
  const clock = movableClock();
  const { send } = await startTestClient({ ...small, clock });
  await send('GET', '/me');
  clock.move(30_000);
  await send('GET', '/me');
  await send('GET', '/me');
  clock.move(29_999);
  expect((await send('GET', '/me')).status).toBe(429);
  clock.move(1);
  expect((await send('GET', '/me')).status).toBe(200);
  expect((await send('GET', '/me')).status).toBe(429);
});

test('refused calls take no slot unless the switch says so', async () => {
  const clock = movableClock();
  const { send, sim } = await startTestClient({ ...small, clock });
  sim.switches.refusedCallsCount = 'yes';
  for (let call = 0; call < 3; call += 1) await send('GET', '/me');
  clock.move(59_999);
  await send('GET', '/me');
  clock.move(1);
  expect((await send('GET', '/me')).status).toBe(200);
  await send('GET', '/me');
  expect((await send('GET', '/me')).status).toBe(429);
});

test('the allowance is per key, or per account', async () => {
  const keys = ['aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002'];
  const { send, sim } = await startTestClient({
    allowance: { calls: 1, windowMs: 60_000 },
    applicationKeys: keys,
  });
  const as = async (index: number) =>
    (await send('GET', '/me', undefined, { 'api-auth-applicationkey': keys[index] ?? '' })).status;
  expect([await as(0), await as(0), await as(1)]).toEqual([200, 429, 200]);
  sim.switches.rateLimitScope = 'account';
  expect([await as(0), await as(1)]).toEqual([200, 429]);
});

test('the other two forms: a 503 without headers, and a 400 JSON array', async () => {
  const { send, sim } = await startTestClient({ allowance: { calls: 0, windowMs: 60_000 } });
  sim.switches.rateLimitForm = '503';
  const busy = await send('GET', '/me');
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, null]);
  sim.switches.rateLimitForm = '400';
  const bad = await send('GET', '/me');
  expect([bad.status, bad.errors]).toEqual([400, ['You have reached 0 calls per 60 seconds API limit.']]);
});
