import { expect, test } from 'vitest';
import { startCollector } from '../../src/observe/collector.testkit.ts';
import { startServer } from '../support/server.ts';

test('a run is traced from its beginning to its calls, and no id or secret is in a name or an attribute of a call', async () => {
  const collector = await startCollector();
  const server = await startServer({ config: { telemetry: { otlpEndpoint: collector.url } } });
  const operator = await server.caller('operator');
  const started = await operator.call('POST', '/api/v1/runs', { connection: 'main', kind: 'sync' });
  const { id } = started.body as { id: string };
  await operator.call('GET', `/api/v1/runs/${id}/events`);
  await server.served.close();

  const { spans } = collector;
  const run = spans.find(({ name }) => name === 'run sync');
  expect(run?.attributes).toContainEqual({ key: 'ml_connector.run', value: { stringValue: id } });
  expect(run?.attributes).toContainEqual({ key: 'ml_connector.state', value: { stringValue: 'succeeded' } });
  const phases = spans.filter(({ parentSpanId }) => parentSpanId === run?.spanId);
  expect(phases.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['accounts read', 'suppliers read', 'suppliers work', 'purchases work']),
  );
  const calls = spans.filter(({ kind }) => kind === 3);
  expect(calls.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['POST /jderest/v2/dataservice', 'POST /supplier', 'POST /purchase/order']),
  );
  for (const call of calls) expect(call.traceId).toBe(run?.traceId);
  const told = JSON.stringify(calls);
  for (const secret of ['4343', '1001', 'Parts Emporium', server.cin7.applicationKey])
    expect(told).not.toContain(secret);
});
