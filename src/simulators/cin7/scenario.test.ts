import { expect, onTestFinished, test } from 'vitest';
import { startTestClient } from './client.testkit.ts';
import { parseCin7Scenario, playCin7Scenario } from './scenario.ts';
import { cin7Switches } from './switches.ts';

async function play(value: unknown) {
  const client = await startTestClient();
  const problems: string[] = [];
  const playing = playCin7Scenario(client.sim, parseCin7Scenario(value), (message) => problems.push(message));
  onTestFinished(() => playing.stop());
  return { ...client, problems, playing };
}

test('switches and faults of a scenario are in force from the start', async () => {
  const { send, sim } = await play({
    switches: { rateLimitForm: 503, listLagSeconds: 5 },
    faults: [{ on: { path: '/me', nth: 1 }, do: { kind: 'rateLimit' } }],
  });
  expect((await send('GET', '/me')).status).toBe(503);
  expect((await send('GET', '/me')).status).toBe(200);
  expect(sim.switches.listLagSeconds).toBe(5);
});

test('an order is authorised by hand after the second call', async () => {
  const { newPurchase, send, sim, problems } = await play({
    events: [
      { afterCall: 2, do: { kind: 'authoriseOrder', purchase: { note: 'JDE 1' } } },
      { afterCall: 2, do: { kind: 'deprecateSupplier', supplier: { name: 'Nobody' } } },
    ],
  });
  const id = await newPurchase({ Note: 'JDE 1' });
  await send('GET', '/me');
  expect(sim.purchase(id)).toMatchObject({ Order: { Status: 'AUTHORISED' } });
  expect(problems).toEqual(['event deprecateSupplier: no such supplier in the simulator yet']);
});

test('an outage answers 503 until it is over', async () => {
  const { send, playing } = await play({
    events: [{ afterCall: 1, do: { kind: 'outage', forMs: 300_000 } }],
  });
  expect((await send('GET', '/me')).status).toBe(200);
  expect((await send('GET', '/me')).status).toBe(503);
  playing.stop();
  expect((await send('GET', '/me')).status).toBe(200);
});

test('a wrong scenario is refused with the names of the fields', () => {
  const message = (value: unknown) => {
    try {
      parseCin7Scenario(value);
      return 'accepted';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  };
  expect(message({ switches: { rateLimitForm: 418 } })).toContain(
    'switches.rateLimitForm: is not one of: 429, 503, 400',
  );
  expect(message({ switches: { listLagSeconds: 500 } })).toContain(
    'switches.listLagSeconds: is not one of: 0 to 120',
  );
  expect(message({ swiches: {} })).toContain('swiches');
  expect(message({ faults: [{ do: { kind: 'slow' } }] })).toContain('faults.0.do.ms');
  expect(message({ events: [{ do: { kind: 'restart' } }] })).toContain(
    'events.0: needs either afterCall or atMs',
  );
  expect(message({ events: [{ afterCall: 1, do: { kind: 'voidPurchase', purchase: {} } }] })).toContain(
    'events.0.do.purchase',
  );
  expect(message(undefined)).toBe('accepted');
});

test('every switch has a default among its values, an explanation and what is unverified', () => {
  for (const info of cin7Switches) {
    const fits =
      info.range === undefined ? info.values.includes(info.default) : Number(info.default) >= info.range.min;
    expect([info.name, fits, info.explanation.length > 20, info.unverified.length > 10]).toEqual([
      info.name,
      true,
      true,
      true,
    ]);
  }
});
