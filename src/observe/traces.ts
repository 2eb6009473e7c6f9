import type { Context, Span, Tracer } from '@opentelemetry/api';
import type { TelemetrySettings } from '../config/observe.ts';
import type { OutboundCall } from './calls.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A stretch of time in a trace. */
export interface TraceSpan {
  /** A stretch inside of it, from now on. */
  child(name: string, attributes?: Attributes): TraceSpan;
  /** A call inside of it that has just ended. */
  call(call: OutboundCall): void;
  /** Says that it failed, in a code. */
  fail(code: string): void;
  end(attributes?: Attributes): void;
}

export interface Traces {
  start(name: string, attributes: Attributes): TraceSpan;
  /** Sends what is left; waits a few seconds at most. */
  close(): Promise<void>;
}

const NOWHERE: TraceSpan = { child: () => NOWHERE, call: () => {}, fail: () => {}, end: () => {} };
const SILENT: Traces = { start: () => NOWHERE, close: async () => {} };

const CLOSE_MS = 5_000;
const EXPORT_MS = 10_000;
const QUEUE_MAX = 4_096;

/** Opens traces where an address for them is configured; the libraries are loaded only then. */
export async function openTraces(
  settings: TelemetrySettings,
  process: { readonly env: NodeJS.ProcessEnv; readonly version: string; readonly now: () => number },
): Promise<Traces> {
  const url = endpointOf(settings, process.env);
  if (url === undefined) return SILENT;
  const [
    api,
    { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider },
    otlp,
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new otlp.OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': process.env['OTEL_SERVICE_NAME'] ?? 'ml-connector',
      'service.version': process.version,
    }),
    sampler: new TraceIdRatioBasedSampler(settings.sampleRatio),
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: QUEUE_MAX })],
  });
  const tracer = provider.getTracer('ml-connector', process.version);
  const open = (name: string, attributes: Attributes, context: Context): TraceSpan =>
    spanOf(tracer.startSpan(name, { attributes: { ...attributes } }, context), context);

  function spanOf(span: Span, outer: Context): TraceSpan {
    const inner = api.trace.setSpan(outer, span);
    return {
      child: (name, attributes = {}) => open(name, attributes, inner),
      call: (call) =>
        recordCall(tracer, call, inner, process.now(), api.SpanKind.CLIENT, api.SpanStatusCode.ERROR),
      fail: (code) => {
        span.setAttribute('error.type', code);
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: code });
      },
      end: (attributes = {}) => {
        span.setAttributes({ ...attributes });
        span.end();
      },
    };
  }
  return {
    start: (name, attributes) => open(name, attributes, api.ROOT_CONTEXT),
    async close() {
      const rest = AbortSignal.timeout(CLOSE_MS);
      await Promise.race([
        // A collector that is away must not keep the process from ending.
        provider.shutdown().catch(() => undefined),
        new Promise((resolve) => rest.addEventListener('abort', resolve, { once: true })),
      ]);
    },
  };
}

/** The path is a template and the name has no id, so that equal calls have equal names. */
function recordCall(
  tracer: Tracer,
  { system, method, path, result, ms }: OutboundCall,
  context: Context,
  endMs: number,
  kind: number,
  error: number,
): void {
  const attributes = {
    'http.request.method': method,
    'url.template': path,
    'ml_connector.system': system,
    'ml_connector.result': result,
  };
  const startTime = endMs - ms;
  const span = tracer.startSpan(`${method} ${path}`, { kind, attributes, startTime }, context);
  if (result !== 'ok') span.setStatus({ code: error, message: result });
  span.end(endMs);
}

/** Source: OpenTelemetry specification, OTLP exporter: `/v1/traces` is added to the general address, not to the one for traces. */
function endpointOf(settings: TelemetrySettings, env: NodeJS.ProcessEnv): string | undefined {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const general = settings.otlpEndpoint ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (settings.otlpEndpoint === null && own !== undefined && own !== '') return own;
  if (general === undefined || general === '') return undefined;
  return general.endsWith('/v1/traces') ? general : `${general.replace(/\/+$/, '')}/v1/traces`;
}
