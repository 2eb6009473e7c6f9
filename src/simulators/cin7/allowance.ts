import { type Answer, json, plainText } from './answers.ts';
import type { Cin7Switches } from './switches.ts';
import { recorded } from './texts.ts';

export interface Cin7Allowance {
  readonly calls: number;
  readonly windowMs: number;
}

/** The rolling window of accepted calls, one per application key (or one for the account). */
export class AllowanceWindow {
  readonly #allowance: Cin7Allowance;
  readonly #taken = new Map<string, number[]>();

  constructor(allowance: Cin7Allowance) {
    this.#allowance = allowance;
  }

  /** Takes a slot. Returns how long to wait for one, in milliseconds, when none is free. */
  take(owner: string, now: number, switches: Cin7Switches): { ok: true } | { ok: false; waitMs: number } {
    const key = switches.rateLimitScope === 'account' ? '' : owner;
    const times = this.#taken.get(key) ?? [];
    this.#taken.set(key, times);
    const oldest = now - this.#allowance.windowMs;
    let expired = 0;
    while (expired < times.length && (times[expired] ?? now) <= oldest) expired += 1;
    if (expired > 0) times.splice(0, expired);
    const free = times.length < this.#allowance.calls;
    if (free || switches.refusedCallsCount === 'yes') times.push(now);
    if (free) return { ok: true };
    const next = times[times.length - this.#allowance.calls] ?? now;
    return { ok: false, waitMs: Math.max(next + this.#allowance.windowMs - now, 0) };
  }

  /** The refusal in one of its three recorded forms. */
  refusal(form: '429' | '503' | '400', waitMs: number, switches: Cin7Switches): Answer {
    const { calls, windowMs } = this.#allowance;
    const seconds = Math.ceil(windowMs / 1000);
    const text = recorded.rateLimit(calls, seconds);
    if (form === '400') return json([{ ErrorCode: 400, Exception: text }], 400);
    if (form === '503') return plainText(503, text);
    const retryAfter =
      switches.retryAfter === 'remaining' ? String(Math.ceil(waitMs / 1000)) : switches.retryAfter;
    return plainText(429, text, {
      ...(retryAfter === 'absent' ? {} : { 'Retry-After': retryAfter }),
      'x-ratelimit-limit': String(calls),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(seconds),
    });
  }
}
