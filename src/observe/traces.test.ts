import { describe, expect, test } from 'vitest';
import { telemetrySettings } from '../config/observe.ts';
import { startCollector } from './collector.testkit.ts';
import { openTraces } from './traces.ts';

const CALL = { system: 'cin7', method: 'POST', path: '/supplier', result: 'refused', ms: 250 } as const;
const process_ = { env: {}, version: '1.2.3', now: () => 1_800_000_000_000 };

describe('traces', () => {
  test('tell the collector of a run, its phases and its calls, one inside the other', async () => {
    const collector = await startCollector();
    const settings = telemetrySettings.parse({ otlpEndpoint: `${collector.url}/` });
    const traces = await openTraces(settings, process_);
    const run = traces.start('run sync', { 'ml_connector.connection': 'main' });
    const phase = run.child('suppliers work', { 'ml_connector.flow': 'suppliers' });
    phase.call(CALL);
    phase.end();
    run.fail('cin7.timeout');
    run.end({ 'ml_connector.state': 'failed' });
    await traces.close();
    expect(collector.paths).toEqual(['POST /v1/traces']);
    expect(collector.resources.join()).toContain('"ml-connector"');
    const byName = new Map(collector.spans.map((span) => [span.name, span]));
    const [outer, middle, inner] = ['run sync', 'suppliers work', 'POST /supplier'].map((name) =>
      byName.get(name),
    );
    expect(collector.spans).toHaveLength(3);
    expect(outer?.parentSpanId ?? '').toBe('');
    expect(middle?.parentSpanId).toBe(outer?.spanId);
    expect(inner?.parentSpanId).toBe(middle?.spanId);
    expect(inner?.traceId).toBe(outer?.traceId);
    expect(outer?.status).toMatchObject({ code: 2, message: 'cin7.timeout' });
    expect(inner).toMatchObject({ kind: 3, status: { code: 2, message: 'refused' } });
    expect(BigInt(inner?.endTimeUnixNano ?? 0) - BigInt(inner?.startTimeUnixNano ?? 0)).toBe(250_000_000n);
    expect(inner?.attributes).toContainEqual({ key: 'url.template', value: { stringValue: '/supplier' } });
  });

  test('go where the environment says when the settings name nothing', async () => {
    const collector = await startCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const traces = await openTraces(telemetrySettings.parse({}), { ...process_, env });
    traces.start('run sync', {}).end();
    await traces.close();
    expect(collector.spans.map(({ name }) => name)).toEqual(['run sync']);
  });

  test('are not made without an address', async () => {
    const traces = await openTraces(telemetrySettings.parse({}), process_);
    const run = traces.start('run sync', {});
    run.child('x').call(CALL);
    run.end();
    await traces.close();
    expect(run.child('x')).toBe(run);
  });

  test('of which none is wanted are not sent', async () => {
    const collector = await startCollector();
    const settings = telemetrySettings.parse({ otlpEndpoint: collector.url, sampleRatio: 0 });
    const traces = await openTraces(settings, process_);
    traces.start('run sync', {}).end();
    await traces.close();
    expect(collector.spans).toEqual([]);
  });

  test('to a collector that is away keep nothing from ending', async () => {
    const settings = telemetrySettings.parse({ otlpEndpoint: 'http://127.0.0.1:9' });
    const traces = await openTraces(settings, process_);
    traces.start('run sync', {}).end();
    const startedMs = performance.now();
    await traces.close();
    expect(performance.now() - startedMs).toBeLessThan(8_000);
  });
});
