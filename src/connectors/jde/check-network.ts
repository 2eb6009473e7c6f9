import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Fault } from '../../faults/fault.ts';
import { secureOptions } from '../http/outbound.ts';
import type { OutboundGuard } from '../http/outbound-guard.ts';
import { type Finding, passed } from './check-steps.ts';
import { CERTIFICATE, codeOf } from './transport-faults.ts';

/** Where AIS listens. */
export interface Endpoint {
  readonly guard: OutboundGuard;
  readonly certificateAuthority: string | undefined;
}

/** Whether the name of the AIS host is known here, and leads to addresses that may be called. */
export async function checkName({ guard }: Endpoint): Promise<Finding> {
  const host = guard.hostname;
  try {
    const found = await guard.resolve(host);
    if (isIP(host) !== 0) return passed(`${host} is an address`);
    return passed(`${host} is ${found.map((each) => each.address).join(', ')}`);
  } catch (error) {
    if (error instanceof Fault) throw error;
    return {
      state: 'failed',
      detail: `The name ${host} is not known on this machine (${codeOf(error)}).`,
      fix: 'Correct the host name in jde.url, or the name service of this machine.',
      code: 'jde.unreachable',
    };
  }
}

/** Whether something listens at the port; tells from which address we come. */
export async function checkTcp(
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<{ finding: Finding; localAddress: string | undefined }> {
  const { guard } = endpoint;
  const { hostname: host, port } = guard;
  try {
    const localAddress = await opened(
      connectTcp({ host, port, lookup: guard.lookup }),
      'connect',
      signal,
      (socket) => socket.localAddress,
    );
    return { finding: passed(`${host} accepts connections at port ${port}`), localAddress };
  } catch (error) {
    if (error instanceof Fault) throw error;
    const finding: Finding = {
      state: 'failed',
      detail: `No connection to ${host} port ${port} (${codeOf(error)}).`,
      fix: 'Check the port in jde.url, that the AIS Server is running, and that no firewall lies between.',
      code: 'jde.unreachable',
    };
    return { finding, localAddress: undefined };
  }
}

/** Whether the certificate of AIS is valid for its name and trusted here. */
export async function checkTls(endpoint: Endpoint, nowMs: number, signal: AbortSignal): Promise<Finding> {
  const { guard, certificateAuthority } = endpoint;
  const { hostname: host, port } = guard;
  const socket = connectTls({
    host,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    ...secureOptions(guard, certificateAuthority),
  });
  try {
    const certificate = await opened(socket, 'secureConnect', signal, () => socket.getPeerCertificate());
    const daysLeft = Math.floor((Date.parse(certificate.valid_to) - nowMs) / DAY_MS);
    if (daysLeft >= DAYS_LEFT_MIN)
      return passed(`The certificate is trusted and valid for ${daysLeft} more days`);
    return {
      state: 'warning',
      detail: `The certificate runs out in ${daysLeft} days.`,
      fix: 'Have the certificate of the AIS Server renewed.',
    };
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = codeOf(error);
    return {
      state: 'failed',
      detail: `${certificateProblem(code, host)} (${code}).`,
      fix: fixOf(code),
      code: 'jde.certificate_refused',
    };
  }
}

function certificateProblem(code: string, host: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate is not made out to ${host}`;
  if (code === 'CERT_HAS_EXPIRED') return 'The certificate has run out';
  if (code === 'CERT_NOT_YET_VALID')
    return 'The certificate is not valid yet; the clock of this machine may be wrong';
  if (CERTIFICATE.test(code)) return 'The certificate or the encryption of the server is not accepted';
  return 'No encrypted connection came about';
}

function fixOf(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Use the name in jde.url that stands in the certificate.';
  if (code === 'CERT_HAS_EXPIRED') return 'Have the certificate of the AIS Server renewed.';
  if (/EPROTO|ERR_SSL/.test(code)) return 'The port may speak http only: check protocol and port in jde.url.';
  return 'Name a file with the certificate authority of the company in jde.caFile, or give its text in jde.ca.';
}

/** Waits for an event of a socket, within a few seconds, and closes it. */
async function opened<T>(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  take: (socket: Socket) => T,
): Promise<T> {
  try {
    return await new Promise<T>((resolve, reject) => {
      const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
      signal.addEventListener('abort', stop, { once: true });
      socket.once('close', () => signal.removeEventListener('abort', stop));
      socket.once('error', reject);
      socket.setTimeout(CONNECT_MS_MAX, () => reject(timedOut()));
      socket.once(event, () => resolve(take(socket)));
    });
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

const timedOut = (): Error => Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' });

const CONNECT_MS_MAX = 10_000;
const DAY_MS = 86_400_000;
const DAYS_LEFT_MIN = 21;
