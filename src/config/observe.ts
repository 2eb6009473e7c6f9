import { z } from 'zod';
import { parseHostAndPort } from '../connectors/http/allowed-hosts.ts';
import { credentialSource } from './credential-source.ts';

export const logSettings = z
  .strictObject({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error'])
      .default('info')
      .describe(
        'Least important lines that are written. info: start and end of each run and each fault; debug: each HTTP request and each call of JDE and Cin7 as well.',
      ),
    personalData: z
      .boolean()
      .default(false)
      .describe('Write e-mail addresses and bank-like numbers as they are. Off: they are masked.'),
  })
  .prefault({})
  .describe(
    'The log of serve and worker: JSON lines on standard error. Secrets are masked whatever is set here.',
  );

export const noticesSettings = z
  .strictObject({
    keepDays: z
      .number()
      .int()
      .min(1)
      .max(3_650)
      .default(90)
      .describe('How long notices and the log of their deliveries are kept.'),
    allowHosts: z
      .array(
        z
          .string()
          .refine(
            (text) => parseHostAndPort(text) !== undefined,
            'must be a host and a port, such as chat.example.com:8065 or 127.0.0.1:25',
          ),
      )
      .default([])
      .describe(
        'Hosts with port that a channel may have though they are on this machine or reached in clear text through the internet. The private network needs no entry.',
      ),
  })
  .prefault({})
  .describe('Notices by webhook, e-mail and chat. Channels are made in the console.');

export const metricsSettings = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Serve figures for Prometheus at /metrics.'),
    token: credentialSource
      .optional()
      .describe(
        'Bearer token for /metrics, 16 characters or more. Without one, only callers on this machine and people who are signed in as admin get it.',
      ),
    connectionsMax: z
      .number()
      .int()
      .min(0)
      .max(10_000)
      .default(50)
      .describe('Connections with figures of their own; those of the others are summed up as (others).'),
  })
  .prefault({})
  .describe('Figures for monitoring.');

export const telemetrySettings = z
  .strictObject({
    otlpEndpoint: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null)
      .describe(
        'Address of an OpenTelemetry collector, such as http://collector:4318. Default: OTEL_EXPORTER_OTLP_ENDPOINT; without either nothing is traced. Headers: OTEL_EXPORTER_OTLP_HEADERS.',
      ),
    sampleRatio: z.number().min(0).max(1).default(1).describe('Part of the runs that are traced.'),
  })
  .prefault({})
  .describe('Traces of runs for OpenTelemetry.');

/** Of one connection. */
export const connectionNotices = z
  .strictObject({
    staleAfterMinutes: z
      .number()
      .int()
      .min(0)
      .max(525_600)
      .default(1_440)
      .describe('Send a notice when no sync has succeeded for so long; 0: never.'),
  })
  .prefault({});

export type LogSettings = z.output<typeof logSettings>;
export type NoticesSettings = z.output<typeof noticesSettings>;
export type MetricsSettings = z.output<typeof metricsSettings>;
export type TelemetrySettings = z.output<typeof telemetrySettings>;
