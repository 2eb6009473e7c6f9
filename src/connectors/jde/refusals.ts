import type { ThrownCode } from '../../faults/fault-codes.ts';

/** Words by which an error of AIS is told apart. */
export interface RefusalRule {
  readonly words: RegExp;
  readonly code: ThrownCode;
  readonly source: string;
}

const UNVERIFIED = 'No public answer shows these words; an assumption.';

/**
 * Refusals of a sign-in, first hit wins. No public source shows the bodies, so words are matched and everything
 * else counts as `jde.sign_in_refused`, which is never tried again.
 */
export const SIGN_IN_REFUSALS: readonly RefusalRule[] = [
  {
    words: /allowed hosts|not configured to accept/i,
    code: 'jde.host_not_allowed',
    source: 'AIS REST API guide, status 405 of tokenrequest.',
  },
  {
    words:
      /\block(ed|out)?\b|disabled|deactivated|suspended|too many (failed |invalid )?(attempts|sign|log)/i,
    code: 'jde.user_locked',
    source: UNVERIFIED,
  },
  { words: /password|credential/i, code: 'jde.sign_in_refused', source: UNVERIFIED },
  {
    words: /licen[sc]e|(maximum|concurrent) (number of )?(users|sessions)/i,
    code: 'jde.licence_refused',
    source: UNVERIFIED,
  },
  {
    words:
      /(environment|role|path code)\b.*\b(invalid|unknown|not|no)\b|\b(invalid|unknown|no such|no) (environment|role)/i,
    code: 'jde.environment_unknown',
    source: UNVERIFIED,
  },
  {
    words:
      /(html|jas|web) server\b.*\b(unavailable|unreachable|not respond|timed? ?out|down)|service unavailable|maintenance/i,
    code: 'jde.server_error',
    source: UNVERIFIED,
  },
];

/** Errors of later calls, first hit wins; the status and the shape decide the rest. */
export const CALL_REFUSALS: readonly RefusalRule[] = [
  {
    words: /JAS_MSG347|query results expired/i,
    code: 'jde.result_set_expired',
    source: 'Oracle client API guide, example of the links section.',
  },
  {
    words:
      /(invalid|expired|unknown) (token|session)|(token|session) (is |has )?(invalid|expired|not valid|no longer)/i,
    code: 'jde.session_lost',
    source: 'AIS REST API guide, validate-session.',
  },
  {
    words: /allowed hosts|not configured to accept/i,
    code: 'jde.host_not_allowed',
    source: 'AIS REST API guide, status 405 of tokenrequest.',
  },
  {
    words:
      /not authori[sz]ed|no authority|security (violation|denies|prevents)|access (is )?denied|secured from/i,
    code: 'jde.table_unreadable',
    source: UNVERIFIED,
  },
];

export function refusalOf(at: 'signIn' | 'call', text: string): ThrownCode | undefined {
  const rules = at === 'signIn' ? SIGN_IN_REFUSALS : CALL_REFUSALS;
  return rules.find((rule) => rule.words.test(text))?.code;
}
