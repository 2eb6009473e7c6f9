import type { RefusedByCin7 } from '../connector.ts';

type Reason = RefusedByCin7['reasons'][number];

const reasonsMax = 20;
const reasonLengthMax = 500;

/** What every form of the rate refusal says. Source: recorded answers; the figures follow the allowance. */
const RATE_TEXT = /you have reached \d+ calls per \d+ seconds/i;

export const saysRateLimit = (text: string): boolean => RATE_TEXT.test(text);

/**
 * The reasons in an error body: `[{ErrorCode, Exception}]`, one such object, or ASP.NET's `{Message}`.
 * Empty for anything else; data never has a member `ErrorCode` or `Exception`.
 */
export function reasonsIn(value: unknown, status: number): readonly Reason[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value.slice(0, reasonsMax) : [value];
  const reasons = entries.map((entry) => reasonIn(entry, status));
  return reasons.filter((reason) => reason !== undefined);
}

function reasonIn(entry: unknown, status: number): Reason | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const members: Readonly<Record<string, unknown>> = { ...entry };
  const isError = 'ErrorCode' in members || 'Exception' in members;
  const isMessage = status >= 400 && typeof members['Message'] === 'string';
  if (!isError && !isMessage) return undefined;
  const code = Number(members['ErrorCode'] ?? status);
  const text = members['Exception'] ?? members['Message'] ?? members['ErrorMessage'];
  return {
    code: Number.isFinite(code) ? code : status,
    text: shorten(typeof text === 'string' ? text : 'no reason given'),
  };
}

export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= reasonLengthMax ? line : `${line.slice(0, reasonLengthMax)}…`;
}
