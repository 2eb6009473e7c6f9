import { expect, test } from 'vitest';
import { newSupplier, startTestClient, type TestClient } from './client.testkit.ts';
import type { Cin7FaultAct } from './faults.ts';

const create = (client: TestClient) => client.send('POST', '/supplier', newSupplier);
const held = (client: TestClient) => client.sim.suppliersNamed(newSupplier.Name).length;

test('a write whose answer is lost has happened', async () => {
  const client = await startTestClient({
    faults: [{ on: { method: 'POST', path: '/Supplier' }, do: { kind: 'hangUpAfter' } }],
  });
  await expect(create(client)).rejects.toThrow('fetch failed');
  expect([held(client), client.sim.writes, client.sim.calls[0]?.status]).toEqual([1, 1, 0]);
});

test('a connection that drops before the work leaves nothing behind', async () => {
  const client = await startTestClient({ faults: [{ on: {}, do: { kind: 'hangUpBefore' }, times: 1 }] });
  await expect(create(client)).rejects.toThrow('fetch failed');
  expect(held(client)).toBe(0);
  expect((await create(client)).status).toBe(200);
});

test('each kind of fault: what the caller sees, and whether the write happened', async () => {
  const cases: [Cin7FaultAct, number, number][] = [
    [{ kind: 'status', status: 503 }, 503, 0],
    [{ kind: 'status', status: 502, before: false }, 502, 1],
    [{ kind: 'status500After' }, 500, 1],
    [{ kind: 'html' }, 200, 0],
    [{ kind: 'errorIn200' }, 200, 0],
    [{ kind: 'rateLimit', form: '400' }, 400, 0],
    [{ kind: 'slow', ms: 5 }, 200, 1],
  ];
  for (const [act, status, written] of cases) {
    const client = await startTestClient({ faults: [{ on: {}, do: act }] });
    expect([act.kind, (await create(client)).status, held(client)]).toEqual([act.kind, status, written]);
  }
});

test('an unreadable answer is a 200 that is no JSON; a truncated one ends early', async () => {
  const client = await startTestClient({ faults: [{ on: { nth: 1 }, do: { kind: 'unreadable' } }] });
  await expect(create(client)).rejects.toThrow(SyntaxError);
  client.sim.addFault({ on: {}, do: { kind: 'truncate', bytes: 20 } });
  await expect(create(client)).rejects.toThrow('terminated');
  expect(held(client)).toBe(2);
});

test('a call that is never answered can be applied or not', async () => {
  const client = await startTestClient();
  const giveUp = async (kind: 'hang' | 'hangAfter') => {
    const remove = client.sim.addFault({ on: {}, do: { kind } });
    const lost = client.send('POST', '/supplier', newSupplier);
    const outcome = lost.then(
      () => 'answered',
      () => 'dropped',
    );
    await expect.poll(() => client.sim.callCount).toBeGreaterThan(0);
    await expect.poll(() => client.sim.writes).toBe(kind === 'hangAfter' ? 1 : 0);
    await client.sim.restart();
    remove();
    return outcome;
  };
  expect([await giveUp('hang'), held(client)]).toEqual(['dropped', 0]);
  expect([await giveUp('hangAfter'), held(client)]).toEqual(['dropped', 1]);
});

test('faults choose their calls by number, by count and by chance from the seed', async () => {
  const statuses = async (on: { nth?: number; from?: number; to?: number; rate?: number }, seed = 7) => {
    const client = await startTestClient({ seed, faults: [{ on, do: { kind: 'status', status: 503 } }] });
    const seen: number[] = [];
    for (let call = 0; call < 6; call += 1) seen.push((await client.send('GET', '/me')).status);
    return seen;
  };
  expect(await statuses({ nth: 2 })).toEqual([200, 503, 200, 200, 200, 200]);
  expect(await statuses({ from: 2, to: 3 })).toEqual([200, 503, 503, 200, 200, 200]);
  expect(await statuses({ rate: 0.5 })).toEqual(await statuses({ rate: 0.5 }));
  expect(await statuses({ rate: 0 })).not.toContain(503);
});

test('a fault can be taken out again', async () => {
  const client = await startTestClient();
  const remove = client.sim.addFault({ on: {}, do: { kind: 'status', status: 503 } });
  expect((await client.send('GET', '/me')).status).toBe(503);
  remove();
  expect((await client.send('GET', '/me')).status).toBe(200);
});
