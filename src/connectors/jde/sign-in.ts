import { Fault } from '../../faults/fault.ts';
import { type AisAnswer, errorWords, isObject } from './answers.ts';
import type { JdeSettings } from './config.ts';
import { compileDateFormat, type DateFormat } from './date-format.ts';
import { refusalOf } from './refusals.ts';

/** An open AIS session. */
export interface Ticket {
  readonly token: string;
  readonly deviceName: string;
  /** `Cookie` header: AIS may stand behind a balancer that keeps a session on one server by cookie. */
  readonly cookies: string;
  readonly user: string;
  readonly environment: string;
  readonly role: string;
  /** How dates in conditions must be written for this user. */
  readonly dateFormat: DateFormat;
  /** The format that the sign-in reported, which a setting may have overruled. */
  readonly reportedDateFormat: string | undefined;
}

/**
 * Reads the answer to a sign-in.
 *
 * @returns the session, or `undefined` when the answer grants none.
 * @throws Fault `config.invalid` when the user's date format is unknown to us: every date condition would be a guess.
 */
export function readTicket(answer: AisAnswer, settings: JdeSettings): Ticket | undefined {
  const { body } = answer;
  if (answer.status !== 200 || !isObject(body) || !isObject(body['userInfo'])) return undefined;
  const info = body['userInfo'];
  const { token, simpleDateFormat: reported } = info;
  if (typeof token !== 'string' || token === '') return undefined;
  return {
    token,
    deviceName: settings.deviceName,
    cookies: cookieHeader(answer.cookies),
    user: textOr(info['username'] ?? body['username'], ''),
    environment: textOr(body['environment'], settings.environment),
    role: textOr(body['role'], settings.role),
    dateFormat: dateFormatOf(settings.dateFormat ?? reported),
    reportedDateFormat: typeof reported === 'string' ? reported : undefined,
  };
}

/** Why an answer grants no session. Only a passing failure of the server may be tried again. */
export function refusedSignIn(answer: AisAnswer, who: string, clean: (text: string) => string): Fault {
  const { status, retryAfterMs } = answer;
  const words = errorWords(answer.body)?.text;
  const said = words === undefined ? '' : `: ${clean(words).slice(0, WORDS_MAX)}`;
  const message = `AIS refused the sign-in of ${who} with ${status}${said}`;
  if (status === 405) return new Fault('jde.host_not_allowed', message);
  const known = words === undefined ? undefined : refusalOf('signIn', words);
  if (known !== undefined) return new Fault(known, message);
  const busy = status === 429 || status === 408 || status >= 500;
  if (busy) return new Fault('jde.server_error', message, retryAfterMs === undefined ? {} : { retryAfterMs });
  if (status === 400 || status === 404 || status === 415) return new Fault('jde.refused', message);
  return new Fault('jde.sign_in_refused', message);
}

function dateFormatOf(pattern: unknown): DateFormat {
  const format = typeof pattern === 'string' ? compileDateFormat(pattern) : undefined;
  if (format !== undefined) return format;
  const found = typeof pattern === 'string' ? `'${pattern.slice(0, 40)}'` : 'none';
  throw new Fault(
    'config.invalid',
    `The date format of the JDE user is unknown (${found}). Set jde.dateFormat.`,
    {
      field: 'jde.dateFormat',
    },
  );
}

function cookieHeader(setCookies: readonly string[]): string {
  const cookies = new Map<string, string>();
  for (const line of setCookies) {
    const pair = line.split(';', 1)[0]?.trim() ?? '';
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    if (pair.indexOf('=') > 0) cookies.set(name, value);
  }
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

const textOr = (value: unknown, other: string): string => (typeof value === 'string' ? value : other);

const WORDS_MAX = 400;
