import { z } from 'zod';

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
  })
  .prefault({})
  .describe('The HTTP API and the console.');

/** How runs are carried out by a process. */
export const jobsSettings = z
  .strictObject({
    runsAtOnce: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(4)
      .describe('Runs that one process carries out at the same time; one for each connection at most.'),
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

export type ServerSettings = z.output<typeof serverSettings>;
export type JobsSettings = z.output<typeof jobsSettings>;
