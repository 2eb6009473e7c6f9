import type { FaultCode } from '../../faults/fault-codes.ts';
import type { RefusedByCin7 } from '../connector.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { redirectTarget } from '../http/redirect-target.ts';
import { parseExactJson } from './json.ts';
import { reasonsIn, saysRateLimit, shorten } from './reasons.ts';

/** What an answer of Cin7 means. */
export type Meaning =
  | { readonly kind: 'data'; readonly value: unknown }
  /** Refused for the rate of calls; nothing was done. */
  | { readonly kind: 'rateRefused'; readonly waitMs: number | undefined }
  /** 503 without a word: the rate refusal in its bare form, or a server that is overloaded. */
  | { readonly kind: 'busy'; readonly waitMs: number | undefined }
  /** Refused for a reason that lies in the record; nothing was done. */
  | { readonly kind: 'refused'; readonly reasons: RefusedByCin7['reasons'] }
  /** A person must change something; nothing was done. */
  | { readonly kind: 'halt'; readonly code: HaltCode; readonly detail: string }
  /** Whether anything was done is not known. */
  | { readonly kind: 'failed'; readonly code: FailedCode; readonly detail: string };

export type HaltCode = Extract<FaultCode, 'cin7.credentials_refused' | 'cin7.path_unknown'>;
export type FailedCode = Extract<
  FaultCode,
  'cin7.server_error' | 'cin7.answer_unreadable' | 'cin7.timeout' | 'cin7.unreachable'
>;

/**
 * Sorts an answer by everything that Cin7 was seen to answer: the status alone says little, because errors come with 200,
 * rate refusals with 400 and pages for people with 200. Sources: documentation and recorded answers (`recorded/`).
 */
export function classify(answer: HttpAnswer): Meaning {
  const { status } = answer;
  if (status >= 200 && status < 300) return classifySuccess(answer);
  if (status === 429 || saysRateLimit(answer.body))
    return { kind: 'rateRefused', waitMs: askedWaitMs(answer) };
  if (status === 401) return refusedKey(answer);
  if (status === 503) return { kind: 'busy', waitMs: askedWaitMs(answer) };
  if (status >= 500) return { kind: 'failed', code: 'cin7.server_error', detail: wordsOf(answer) };
  if (status === 408) return { kind: 'failed', code: 'cin7.timeout', detail: wordsOf(answer) };
  if (status < 400) return unknownPath(answer, redirection(answer));
  if (isPage(answer)) return unknownPath(answer, 'answered with a web page');
  if (status === 403) return refusedKey(answer);
  return classifyRefusal(answer);
}

function classifySuccess(answer: HttpAnswer): Meaning {
  if (isPage(answer)) return unknownPath(answer, 'answered with a web page');
  if (answer.body.trim() === '') return { kind: 'data', value: undefined };
  const value = tryParse(answer.body);
  if (value === undefined)
    return { kind: 'failed', code: 'cin7.answer_unreadable', detail: 'the answer is no JSON' };
  const reasons = reasonsIn(value, answer.status);
  if (reasons.length === 0) return { kind: 'data', value };
  if (reasons.some((reason) => saysRateLimit(reason.text))) {
    return { kind: 'rateRefused', waitMs: askedWaitMs(answer) };
  }
  return { kind: 'refused', reasons };
}

function classifyRefusal(answer: HttpAnswer): Meaning {
  const reasons = reasonsIn(tryParse(answer.body), answer.status);
  const noSuchPath = reasons.some((reason) => /no http resource was found/i.test(reason.text));
  if (noSuchPath || (answer.status === 404 && answer.body.trim() === '')) {
    return unknownPath(answer, 'does not know the address');
  }
  if (reasons.length > 0) return { kind: 'refused', reasons };
  return { kind: 'refused', reasons: [{ code: answer.status, text: wordsOf(answer) }] };
}

function refusedKey(answer: HttpAnswer): Meaning {
  return { kind: 'halt', code: 'cin7.credentials_refused', detail: wordsOf(answer) };
}

function unknownPath(answer: HttpAnswer, what: string): Meaning {
  return { kind: 'halt', code: 'cin7.path_unknown', detail: `the server ${what} (HTTP ${answer.status})` };
}

const redirection = (answer: HttpAnswer): string =>
  `redirected the call to ${redirectTarget(answer.header('location'))}, which is not followed`;

function isPage(answer: HttpAnswer): boolean {
  if (answer.contentType === 'application/json') return false;
  return answer.contentType === 'text/html' || /^\s*<(!doctype|html)/i.test(answer.body);
}

/** `Retry-After: 60 Seconds` was seen, with the unit inside: only its digits count. At most ten minutes are believed. */
function askedWaitMs(answer: HttpAnswer): number | undefined {
  const text =
    /^\s*\d+/.exec(answer.header('retry-after')) ?? /^\s*\d+/.exec(answer.header('x-ratelimit-reset'));
  return text === null ? undefined : Math.min(Math.max(Number(text[0]), 1), 600) * 1_000;
}

function wordsOf(answer: HttpAnswer): string {
  const reasons = reasonsIn(tryParse(answer.body), answer.status).map((reason) => reason.text);
  const words = reasons.length > 0 ? reasons.join(' / ') : isPage(answer) ? '' : shorten(answer.body);
  return `HTTP ${answer.status}${words === '' ? '' : `: ${words}`}`;
}

function tryParse(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
