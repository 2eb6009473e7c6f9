import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const hostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*$/i, {
    error: 'must be a host name without port, such as connector.example.com',
  })
  .transform((name) => name.toLowerCase());

const addressRange = z.string().refine((text) => isAddress(text) || isRange(text), {
  error: 'must be an address or a range such as 10.1.0.0/16; a range of all addresses would trust everybody',
});

const isAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

function isRange(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  return isAddress(address) && ipaddr.isValidCIDR(text) && Number(bits) > 0;
}

/** Where `ml-connector serve` listens, and how it is reached. */
export const serverSettings = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address to listen on. Other addresses than loopback need TLS or a trusted proxy.'),
    port: z.number().int().min(0).max(65_535).default(8420).describe('Port to listen on; 0 for any.'),
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null)
      .describe('The address under which people reach the console, for links in notices and for sign-in.'),
    hosts: z
      .array(hostName)
      .default([])
      .describe(
        'Names of this server besides that of publicUrl, without port. Requests to other names are refused; localhost and plain addresses always work.',
      ),
    tls: z
      .strictObject({
        certFile: z
          .string()
          .min(1)
          .describe('File with the certificate and those between it and its authority (PEM).'),
        keyFile: z.string().min(1).describe('File with the private key (PEM).'),
      })
      .nullable()
      .default(null)
      .describe(
        'Own certificate. Files that are replaced are taken over within a minute, or at once on SIGHUP. Relative to this file.',
      ),
    trustedProxies: z
      .array(addressRange)
      .default([])
      .describe(
        'Addresses or ranges (10.0.0.7, 10.1.0.0/16) of proxies that end TLS in front of this server. Only from them is X-Forwarded-For believed.',
      ),
    connectionsMax: z
      .number()
      .int()
      .min(10)
      .max(100_000)
      .default(1_000)
      .describe('Most connections of clients at the same time; more are closed at once.'),
  })
  .prefault({})
  .describe('The HTTP API and the console.');

/** How runs are carried out by a process. */
export const jobsSettings = z
  .strictObject({
    runsAtOnce: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(4)
      .describe(
        'Runs that one process carries out at the same time; one for each connection at most. 0 leaves all of them to workers, which need PostgreSQL.',
      ),
    sliceMinutes: z
      .number()
      .min(0.05)
      .max(1_440)
      .default(10)
      .describe(
        'A sync or backfill that has worked for so long makes room while runs of other connections wait for it, and goes on behind them.',
      ),
    stopSeconds: z
      .number()
      .int()
      .min(1)
      .max(600)
      .default(25)
      .describe('When the process is told to stop, runs get so long to finish the writes under way.'),
    keepPlans: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(5)
      .describe('Plans of each connection whose changes are kept to be looked at.'),
  })
  .prefault({})
  .describe('Runs of the server and of workers.');

/** `ml-connector worker`: a process that only carries runs out. */
export const workerSettings = z
  .strictObject({
    runsAtOnce: z
      .number()
      .int()
      .min(1)
      .max(100)
      .nullable()
      .default(null)
      .describe(
        'Runs that one worker carries out at the same time. Default: jobs.runsAtOnce, which also holds for the server.',
      ),
    healthPort: z
      .number()
      .int()
      .min(0)
      .max(65_535)
      .nullable()
      .default(null)
      .describe('Port for /healthz, /readyz and /metrics; 0 for any. Default: none is opened.'),
    healthHost: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe(
        'Address for /healthz, /readyz and /metrics. Beyond this machine /metrics asks for metrics.token.',
      ),
  })
  .prefault({})
  .describe('The command worker.');

export type ServerSettings = z.output<typeof serverSettings>;
export type JobsSettings = z.output<typeof jobsSettings>;
export type WorkerSettings = z.output<typeof workerSettings>;
