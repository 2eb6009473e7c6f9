import { Fault } from '../../faults/fault.ts';
import type { ThrownCode } from '../../faults/fault-codes.ts';

interface Circumstances {
  readonly what: string;
  readonly timedOut: boolean;
  readonly timeoutSeconds: number;
  readonly answerStarted: boolean;
}

/**
 * The Fault for a failed exchange. Only the error's code is taken over: its words and its causes may quote the
 * request, which holds the password or the token.
 */
export function faultOfTransport(error: unknown, at: Circumstances): Fault {
  const code = codeOf(error);
  const isNeverSent = NEVER_SENT.has(code) || CERTIFICATE.test(code);
  const options = isNeverSent ? { cause: new NeverSent(code) } : {};
  if (at.timedOut || /TIMEOUT|ETIMEDOUT/.test(code)) {
    return new Fault(
      'jde.timeout',
      `AIS did not finish answering ${at.what} within ${at.timeoutSeconds} seconds`,
      options,
    );
  }
  const thrown = transportCode(code, at.answerStarted);
  return new Fault(thrown, `${SAID[thrown] ?? 'The call failed'}: ${at.what} (${code})`, options);
}

/** The cause of a Fault of a call of which certainly not one byte left. */
export class NeverSent extends Error {
  override readonly name = 'NeverSent';
}

/** No connection was made. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function transportCode(code: string, answerStarted: boolean): ThrownCode {
  if (CERTIFICATE.test(code)) return 'jde.certificate_refused';
  return answerStarted || /^HPE_|MISMATCH/.test(code) ? 'jde.answer_unreadable' : 'jde.unreachable';
}

/** The code of an error or of the first of its causes that has one. */
export function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return 'UNKNOWN';
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? error.name : codeOf(inner, depth + 1);
}

export const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH/;

const SAID: Partial<Record<ThrownCode, string>> = {
  'jde.certificate_refused': 'The certificate of AIS could not be trusted',
  'jde.answer_unreadable': 'The answer of AIS was cut off',
  'jde.unreachable': 'AIS could not be reached',
};
