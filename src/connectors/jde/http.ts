import type { Dispatcher } from 'undici';
import { Fault } from '../../faults/fault.ts';
import { redirectTarget } from '../http/redirect-target.ts';
import type { AisAnswer } from './answers.ts';
import { readBody } from './body.ts';
import type { JdeSettings } from './config.ts';
import { Gate } from './gate.ts';
import { faultOfTransport } from './transport-faults.ts';

/** One call of AIS as it goes out. */
export interface AisCall {
  /** Words for messages: `browse F0101`. Never holds a secret. */
  readonly what: string;
  readonly method: 'GET' | 'POST';
  /** From `/jderest` on, without query. */
  readonly path: string;
  /** Encoded query without `?`. May hold the token, so it is in no message. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** An error status is an answer, whatever comes with it. */
  readonly statusDecides?: true;
  /** Also in quiet hours. */
  readonly always?: true;
}

/** What an observer hears about a finished call. */
export interface CallReport {
  readonly what: string;
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  readonly tookMs: number;
}

export interface HttpDeps {
  readonly settings: JdeSettings;
  readonly dispatcher: Dispatcher;
  readonly now: () => number;
  readonly onCall?: ((call: CallReport) => void) | undefined;
  /** Throws when no call may start now. */
  readonly mayCall?: () => void;
}

/** Sends calls to AIS, one attempt each, at most `callsAtOnce` at a time. Follows no redirects. */
export class AisHttp {
  callCount = 0;
  readonly #deps: HttpDeps;
  readonly #gate: Gate;

  constructor(deps: HttpDeps) {
    this.#deps = deps;
    this.#gate = new Gate(deps.settings.callsAtOnce);
  }

  /**
   * @returns the parsed answer, whatever its status.
   * @throws Fault `jde.unreachable`, `jde.timeout`, `jde.certificate_refused`, `jde.answer_unreadable`, `jde.answer_too_large`,
   *   `jde.redirected`, `outbound.address_refused`, `outbound.encryption_required`; for an answer without JSON also what its status stands for. The signal's reason when the caller stopped.
   */
  async send(call: AisCall, signal: AbortSignal): Promise<AisAnswer> {
    await this.#gate.enter(signal);
    try {
      if (call.always !== true) this.#deps.mayCall?.();
      this.callCount++;
      return await this.#exchange(call, signal);
    } finally {
      this.#gate.leave();
    }
  }

  async #exchange(call: AisCall, signal: AbortSignal): Promise<AisAnswer> {
    const { settings, now } = this.#deps;
    const startedMs = now();
    const deadline = withDeadline(signal, settings.timeoutSeconds * 1000);
    let status: number | undefined;
    try {
      const url = new URL(`${settings.url}${call.path}${call.query ? `?${call.query}` : ''}`);
      const answer = await this.#deps.dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: call.method,
        headers: { ...HEADERS, ...(call.body && { 'content-type': 'application/json' }), ...call.headers },
        body: call.body ? JSON.stringify(call.body) : null,
        signal: deadline.signal,
        // The deadline covers the whole exchange; these would otherwise end it earlier.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      status = answer.statusCode;
      if (status >= 300 && status < 400) throw await redirected(answer, call.what);
      const isDecided = call.statusDecides === true && status >= 400;
      const body = await readBody(answer, { what: call.what, bytesMax: settings.bodyBytesMax }).catch(
        (error: unknown) => {
          if (isDecided) return undefined;
          throw error;
        },
      );
      return {
        status,
        body,
        dateMs: dateOf(answer.headers['date']),
        cookies: listOf(answer.headers['set-cookie']),
        retryAfterMs: retryAfter(answer.headers['retry-after'], now()),
        tookMs: now() - startedMs,
      };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Fault) throw error;
      throw faultOfTransport(error, {
        what: call.what,
        timedOut: deadline.passed(),
        timeoutSeconds: settings.timeoutSeconds,
        answerStarted: status !== undefined,
      });
    } finally {
      deadline.clear();
      const tookMs = now() - startedMs;
      const { what, method, path } = call;
      this.#deps.onCall?.({ what, method, path, tookMs, ...(status !== undefined && { status }) });
    }
  }
}

/** Redirects are not followed. Only the place that they lead to is told: the query may hold the token. */
async function redirected(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  what: string,
): Promise<Fault> {
  await body.dump().catch(() => undefined);
  const where = redirectTarget(headers['location']);
  return new Fault(
    'jde.redirected',
    `AIS redirected ${what} to ${where} (${statusCode}), which is not followed`,
  );
}

interface Deadline {
  readonly signal: AbortSignal;
  passed(): boolean;
  clear(): void;
}

/** A signal that also fires after a while. Leaves no listener behind on a signal that lives for a whole run. */
function withDeadline(outer: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  let passed = false;
  const stop = (): void => controller.abort(outer.reason);
  const timer = setTimeout(() => {
    passed = true;
    controller.abort();
  }, ms);
  if (outer.aborted) stop();
  outer.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    passed: () => passed,
    clear: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', stop);
    },
  };
}

function dateOf(header: string | string[] | undefined): number | undefined {
  const ms = typeof header === 'string' ? Date.parse(header) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Seconds or an HTTP date. */
function retryAfter(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = /^\d{1,6}$/.test(header.trim()) ? Number(header) : undefined;
  if (seconds !== undefined) return seconds * 1000;
  const atMs = dateOf(header);
  return atMs === undefined ? undefined : Math.max(0, atMs - nowMs);
}

const listOf = (header: string | string[] | undefined): readonly string[] =>
  header === undefined ? [] : Array.isArray(header) ? header : [header];

/** Compression is declined: a public client of AIS 9.2.9 found it necessary. */
const HEADERS = { accept: 'application/json', 'accept-encoding': 'identity' };
