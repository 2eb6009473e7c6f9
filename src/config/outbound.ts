import { z } from 'zod';
import { parseHostAndPort } from '../connectors/http/allowed-hosts.ts';

const hostEntry = z
  .string()
  .refine(
    (text) => parseHostAndPort(text) !== undefined,
    'must be a host and a port, such as simulator.example.com:8080 or [::1]:8080',
  );

/** Where a connection may call besides what is safe for everybody. */
export const outboundSettings = z
  .strictObject({
    allowHosts: z
      .array(hostEntry)
      .default([])
      .describe(
        'Hosts with port at which JDE or Cin7 may be though it looks wrong: on this machine, Cin7 in the private network, plain http through the internet. A link-local address must stand here itself. For simulators, such as 127.0.0.1:8080.',
      ),
  })
  .prefault({});

export type OutboundSettings = z.output<typeof outboundSettings>;
