import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Finding, passed } from './check-steps.ts';
import { CERTIFICATE, codeOf } from './transport-faults.ts';

/** Where AIS listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly certificateAuthority: string | undefined;
}

export function endpointOf(url: string, certificateAuthority: string | undefined): Endpoint {
  const { hostname, port, protocol } = new URL(url);
  const isTls = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(port === '' ? (isTls ? 443 : 80) : port), isTls, certificateAuthority };
}

/** Whether the name of the AIS host is known here. */
export async function checkName({ host }: Endpoint): Promise<Finding> {
  if (isIP(host) !== 0) return passed(`${host} is an address`);
  try {
    const found = await lookup(host, { all: true });
    return passed(`${host} is ${found.map((each) => each.address).join(', ')}`);
  } catch (error) {
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
  const { host, port } = endpoint;
  try {
    const localAddress = await opened(
      connectTcp({ host, port }),
      'connect',
      signal,
      (socket) => socket.localAddress,
    );
    return { finding: passed(`${host} accepts connections at port ${port}`), localAddress };
  } catch (error) {
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
  const { host, port, certificateAuthority: ca } = endpoint;
  const socket = connectTls({
    host,
    port,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
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
  return 'Add the certificate authority of the company to the configuration.';
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
