import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { Fault } from '../../faults/fault.ts';
import type { OutboundGuard } from './outbound-guard.ts';

export interface OutboundOptions {
  readonly guard: OutboundGuard;
  /** Most connections at the same time. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** PEM text of the certificate authorities to trust, in place of the public ones. */
  readonly certificateAuthority?: string | undefined;
}

/**
 * Opens the connections through which one service is called. Host and address of every call are checked by the guard, and a
 * socket connects to nothing but the addresses that were checked. HTTP/1.1; redirects are not followed.
 *
 * Calls fail with the Fault of the guard as it is: `outbound.host_refused`, `outbound.address_refused`, `outbound.encryption_required`.
 */
export function openOutbound(options: OutboundOptions): Agent {
  const { guard, connections, connectTimeoutMs, certificateAuthority } = options;
  return new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: HEADER_BYTES_MAX,
    connect: guardedConnector(guard, {
      timeout: connectTimeoutMs,
      ...secureOptions(guard, certificateAuthority),
    }),
  });
}

/** The agent keeps connections apart by origin, so who is checked here is checked for each call. A host that is an address already is not looked up. */
function guardedConnector(
  guard: OutboundGuard,
  options: buildConnector.BuildOptions,
): buildConnector.connector {
  const connect = buildConnector({ allowH2: false, ...options });
  return (target, callback) => {
    try {
      guard.checkOrigin(`${target.protocol}//${target.host ?? ''}`);
      if (isIP(target.hostname) !== 0) guard.checkAddress(target.hostname);
    } catch (error) {
      queueMicrotask(() => callback(error instanceof Error ? error : new Error(String(error)), null));
      return;
    }
    connect(target, callback);
  };
}

/** How a socket is opened to the service, by calls and by the connection test alike. Certificates are always verified. */
export function secureOptions(
  guard: OutboundGuard,
  certificateAuthority: string | undefined,
): Pick<ConnectionOptions, 'lookup' | 'rejectUnauthorized' | 'minVersion' | 'ca'> {
  return {
    lookup: guard.lookup,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
  };
}

/**
 * Refuses to go on in a process for which certificates were switched off by the environment: our own connections verify them all
 * the same, but those of libraries (database, mail, sign-on) would not.
 *
 * @throws Fault `outbound.tls_checks_off`
 */
export function refuseUncheckedTls(env: Readonly<Record<string, string | undefined>>): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new Fault(
    'outbound.tls_checks_off',
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is set in the environment: every server could pass for JDE or Cin7',
    { field: 'NODE_TLS_REJECT_UNAUTHORIZED' },
  );
}

const HEADER_BYTES_MAX = 65_536;
