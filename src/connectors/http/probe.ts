import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectSecure, type TLSSocket } from 'node:tls';
import { secureOptions } from './outbound.ts';
import type { OutboundGuard } from './outbound-guard.ts';

const probeTimeoutMs = 10_000;

/** Opens a connection as a call would, and closes it again. */
export async function probeTcp(guard: OutboundGuard, signal: AbortSignal): Promise<void> {
  if (isIP(guard.hostname) !== 0) guard.checkAddress(guard.hostname);
  const socket = connectSocket({ host: guard.hostname, port: guard.port, lookup: guard.lookup });
  await opened(socket, 'connect', signal);
}

/** Opens a TLS connection as a call would, certificate checks included, and closes it again. */
export async function probeTls(
  guard: OutboundGuard,
  signal: AbortSignal,
): Promise<{ issuer: string; validTo: string; protocol: string }> {
  const { hostname: host, port } = guard;
  const socket: TLSSocket = connectSecure({
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...secureOptions(guard, undefined),
  });
  return opened(socket, 'secureConnect', signal, () => {
    const certificate = socket.getPeerCertificate();
    const issuer: unknown = certificate.issuer?.O ?? certificate.issuer?.CN;
    return {
      issuer: typeof issuer === 'string' ? issuer : 'unknown issuer',
      validTo: certificate.valid_to ?? '',
      protocol: socket.getProtocol() ?? '',
    };
  });
}

function opened(socket: Socket, event: string, signal: AbortSignal): Promise<undefined>;
function opened<T>(socket: Socket, event: string, signal: AbortSignal, look: () => T): Promise<T>;
async function opened<T>(
  socket: Socket,
  event: string,
  signal: AbortSignal,
  look?: () => T,
): Promise<T | undefined> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]);
  try {
    return await new Promise<T | undefined>((resolve, reject) => {
      socket.once('error', reject);
      socket.once(event, () => resolve(look?.()));
      stop.addEventListener('abort', () => {
        reject(
          signal.aborted ? asError(signal.reason) : new Error(`no answer within ${probeTimeoutMs / 1_000} s`),
        );
      });
    });
  } finally {
    socket.destroy();
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
