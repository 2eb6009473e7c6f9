import { lookup } from 'node:dns/promises';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectSecure, type TLSSocket } from 'node:tls';

const probeTimeoutMs = 10_000;

/** Addresses of a host name. Rejects with the words of the resolver. */
export async function resolveHost(hostname: string): Promise<readonly string[]> {
  const found = await lookup(bare(hostname), { all: true });
  return found.map((entry) => entry.address);
}

/** Opens a connection and closes it again. */
export async function probeTcp(url: URL, signal: AbortSignal): Promise<void> {
  const socket = connectSocket({ host: bare(url.hostname), port: portOf(url) });
  await opened(socket, 'connect', signal);
}

/** Opens a TLS connection as a call would, certificate checks included, and closes it again. */
export async function probeTls(
  url: URL,
  signal: AbortSignal,
): Promise<{ issuer: string; validTo: string; protocol: string }> {
  const host = bare(url.hostname);
  const socket: TLSSocket = connectSecure({
    host,
    port: portOf(url),
    ...(isIP(host) === 0 ? { servername: host } : {}),
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

/** IPv6 addresses stand in brackets in a URL. */
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
