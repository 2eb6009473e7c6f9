import { Fault } from '../../faults/fault.ts';
import { refusalOf } from './refusals.ts';
import { isSessionStatus, SessionLost } from './session-lost.ts';

/** One answer of AIS, parsed and otherwise untouched. */
export interface AisAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Moment of the `Date` header, UTC milliseconds. */
  readonly dateMs: number | undefined;
  readonly cookies: readonly string[];
  readonly retryAfterMs: number | undefined;
  readonly tookMs: number;
}

/**
 * Throws the `Fault` that an answer stands for, if any. Looks at the status and at all four shapes in which AIS puts
 * an error into a 200: `sysErrors`; top-level `message` and `exception`; `fs_*.errors`; `ds_*.error`.
 *
 * @param what words for the message: `browse F0101`.
 * @param clean takes secrets out of the server's words.
 */
export function checkAnswer(answer: AisAnswer, what: string, clean: (text: string) => string): void {
  const words = errorWords(answer.body);
  if (answer.status === 200 && words === undefined) return;
  const said = words === undefined ? '' : `: ${clean(words.text).slice(0, WORDS_MAX)}`;
  const message = `AIS answered ${what} with ${answer.status}${said}`;
  throw faultOf(answer, words, message);
}

/** What an answer says went wrong, whatever its shape. */
export interface ErrorWords {
  readonly shape: 'sysErrors' | 'exception' | 'form' | 'data';
  readonly text: string;
}

export function errorWords(body: unknown): ErrorWords | undefined {
  if (!isObject(body)) return undefined;
  const system = listWords(body['sysErrors']);
  if (system !== undefined) return { shape: 'sysErrors', text: system };
  const exception = body['exception'];
  const status = body['jde__status'];
  if (hasContent(exception) || status === 'ERROR' || isServiceError(body)) {
    const text = textOf(body['jde__simpleMessage']) ?? textOf(body['message']) ?? textOf(body['errorText']);
    return { shape: 'exception', text: text ?? textOf(exception) ?? 'no reason given' };
  }
  for (const [name, part] of Object.entries(body)) {
    if (!isObject(part)) continue;
    if (name.startsWith('fs_')) {
      const form = listWords(part['errors']);
      if (form !== undefined) return { shape: 'form', text: form };
    } else if (name.startsWith('ds_') && hasContent(part['error'])) {
      return { shape: 'data', text: textOf(part['error']) ?? 'no reason given' };
    }
  }
  return undefined;
}

function faultOf(answer: AisAnswer, words: ErrorWords | undefined, message: string): Fault {
  const { status, retryAfterMs } = answer;
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  const known = words === undefined ? undefined : refusalOf('call', words.text);
  if (isSessionStatus(status)) {
    return new SessionLost(message, { isDenial: status !== 444 && known !== 'jde.session_lost' });
  }
  if (status === 405) return new Fault('jde.host_not_allowed', message);
  if (known === 'jde.session_lost') return new SessionLost(message, { isDenial: false });
  if (known !== undefined) return new Fault(known, message, options);
  if (status >= 500 || status === 429 || status === 408)
    return new Fault('jde.server_error', message, options);
  if (status !== 200) return new Fault('jde.refused', message);
  // A form or a data request refuses for what was asked; the system and exceptions also fail for passing reasons.
  return words?.shape === 'form' || words?.shape === 'data'
    ? new Fault('jde.refused', message)
    : new Fault('jde.server_error', message, options);
}

/** A ServiceErrorResponse without exception: a message and nothing else that a good answer has. */
function isServiceError(body: Readonly<Record<string, unknown>>): boolean {
  if (!hasContent(body['message']) || body['status'] === 'WARNING') return false;
  return !Object.keys(body).some((name) => /^(fs_|ds_|userInfo$|isValidSession$|jde__status$)/.test(name));
}

function listWords(list: unknown): string | undefined {
  if (isObject(list)) return hasContent(list) ? (textOf(list) ?? 'no reason given') : undefined;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const texts = list.slice(0, LISTED_MAX).map((each) => textOf(each) ?? 'no reason given');
  return texts.join(' / ');
}

/** The words of a text, or those of the fields in which AIS puts words; messages of orchestrations are objects. */
function textOf(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (Array.isArray(value)) {
    const texts = value.slice(0, LISTED_MAX).flatMap((each) => textOf(each, depth + 1) ?? []);
    return texts.length === 0 ? undefined : texts.join(' / ');
  }
  if (!isObject(value) || depth > DEPTH_MAX) return undefined;
  for (const name of ['DESC', 'TITLE', 'message', 'MOBILE', 'errorText']) {
    const text = textOf(value[name], depth + 1);
    if (text !== undefined) return text;
  }
  for (const [name, part] of Object.entries(value)) {
    const text = isObject(part) || Array.isArray(part) ? textOf(part, depth + 1) : undefined;
    if (text !== undefined) return depth === 0 ? `${name}: ${text}` : text;
  }
  return undefined;
}

function hasContent(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const WORDS_MAX = 400;
const LISTED_MAX = 5;
const DEPTH_MAX = 8;
