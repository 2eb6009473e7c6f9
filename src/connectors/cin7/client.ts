import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { Fault } from '../../faults/fault.ts';
import { type CallBudget, RefusedByCin7, type WritePermit } from '../connector.ts';
import { fullJitterMs } from '../http/backoff.ts';
import { exchange, HttpFailure } from '../http/exchange.ts';
import { classify, type FailedCode, type Meaning } from './classify.ts';
import type { Cin7Credentials, Cin7Settings } from './config.ts';
import { Unreadable } from './decode-parts.ts';

/** One call, and how its answer is read. A method other than GET is a write: it is sent once. */
export interface Cin7Call<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the address of the API: `ref/account`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Throws `Unreadable` for an answer that is not what was asked for. */
  readonly decode: (value: unknown) => T;
  /** What a write has to wait for. */
  readonly permit?: WritePermit | undefined;
  /** A rate refusal is told at once instead of being waited out. */
  readonly tellRefusal?: boolean;
}

/** Told after each HTTP call: for counters and logs. */
export interface Cin7CallReport {
  readonly method: string;
  readonly path: string;
  readonly outcome: Meaning['kind'] | 'unanswered' | 'notSent';
  readonly tookMs: number;
}

export interface Cin7ClientOptions {
  readonly settings: Cin7Settings;
  readonly credentials: Cin7Credentials;
  readonly budget: CallBudget;
  readonly dispatcher: Dispatcher;
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  readonly random?: () => number;
  readonly onCall?: (report: Cin7CallReport) => void;
}

type Outcome<T> =
  | Exclude<Meaning, { kind: 'data' }>
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'unanswered' | 'notSent'; readonly code: FailedCode; readonly detail: string };

/** When a run is stopped, a write that is under way is heard out for so long. */
const stopGraceMs = 5_000;
const backoff = { baseMs: 500, maxMs: 30_000 };

/** Makes calls within the budget and turns every form of answer into a value, a refusal or a fault. */
export class Cin7Client {
  callCount = 0;
  refusalCount = 0;

  readonly #options: Cin7ClientOptions;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #headers: readonly string[];
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;

  constructor(options: Cin7ClientOptions) {
    const { settings, credentials } = options;
    const url = new URL(settings.url);
    this.#options = options;
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#headers = headersFor(credentials);
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
    this.#sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, signal ? { signal } : {}));
  }

  async call<T>(call: Cin7Call<T>, signal: AbortSignal): Promise<T> {
    const { settings } = this.#options;
    const isWrite = call.method !== 'GET';
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const what = describe(call);
    let failures = 0;
    let refusals = 0;
    for (;;) {
      const outcome = await this.#once(call, body, signal);
      switch (outcome.kind) {
        case 'value':
          return outcome.value;
        case 'refused':
          throw new RefusedByCin7(what, this.#withoutSecrets(outcome.reasons));
        case 'halt':
          throw new Fault(outcome.code, `Cin7 refused ${what}: ${this.#clean(outcome.detail)}`);
        case 'rateRefused':
        case 'busy':
          refusals += 1;
          this.#waitOut(outcome, { what, refusals, isWrite, tell: call.tellRefusal === true });
          break;
        case 'failed':
        case 'unanswered':
        case 'notSent': {
          const detail = this.#clean(outcome.detail);
          if (signal.aborted && outcome.kind !== 'failed' && !(isWrite && outcome.kind === 'unanswered')) {
            throw asError(signal.reason);
          }
          if (isWrite && outcome.kind !== 'notSent') throw unanswered(what, detail);
          failures += 1;
          if (failures > settings.retriesMax) throw new Fault(outcome.code, `${what} failed: ${detail}`);
          await this.#rest(fullJitterMs(failures, { ...backoff, random: this.#random }), signal);
        }
      }
    }
  }

  /** Holds all calls back until the refusal is over; throws when this call must not or need not be sent again. */
  #waitOut(
    refusal: Extract<Meaning, { kind: 'rateRefused' | 'busy' }>,
    by: {
      readonly what: string;
      readonly refusals: number;
      readonly isWrite: boolean;
      readonly tell: boolean;
    },
  ): void {
    const { settings, budget } = this.#options;
    const waitMs = refusal.waitMs ?? settings.refusalWaitSeconds * 1_000;
    const isBusy = refusal.kind === 'busy';
    this.refusalCount += 1;
    budget.pause(waitMs);
    if (isBusy && by.isWrite && !settings.busyStatusIsRefusal) throw unanswered(by.what, 'HTTP 503');
    if (!by.tell && by.refusals <= settings.refusalsMax) return;
    const code = isBusy && !by.tell ? 'cin7.server_error' : 'cin7.rate_limited';
    const words = isBusy ? 'HTTP 503, too many calls or overloaded' : 'too many calls';
    throw new Fault(code, `Cin7 refused ${by.what} ${by.refusals} times: ${words}`, { retryAfterMs: waitMs });
  }

  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#sleep(ms, signal);
    } catch (error) {
      throw signal.aborted ? asError(signal.reason) : error;
    }
  }

  async #once<T>(call: Cin7Call<T>, body: string | undefined, signal: AbortSignal): Promise<Outcome<T>> {
    const { budget, settings, dispatcher, onCall } = this.#options;
    const slot = await budget.take(signal);
    const startedAt = this.#now();
    let outcome: Outcome<T>;
    try {
      // After the wait for the budget, which may be long.
      await call.permit?.untilAllowed(signal);
      this.callCount += 1;
      const answer = await exchange(dispatcher, {
        origin: this.#origin,
        path: `${this.#basePath}/${call.path}${queryOf(call.query)}`,
        method: call.method,
        headers: this.#headers,
        ...(body === undefined ? {} : { body }),
        timeoutMs: settings.timeoutSeconds * 1_000,
        bodyBytesMax: settings.bodyBytesMax,
        signal,
        graceMs: call.method === 'GET' ? 0 : stopGraceMs,
        ...(call.permit === undefined ? {} : { mayLeave: () => call.permit?.isAllowed() !== false }),
        onAnswer: () => slot.release(),
      });
      outcome = read(classify(answer), call);
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      outcome = failureOutcome(error);
    } finally {
      slot.release();
    }
    onCall?.({
      method: call.method,
      path: call.path,
      outcome: outcome.kind === 'value' ? 'data' : outcome.kind,
      tookMs: this.#now() - startedAt,
    });
    return outcome;
  }

  #withoutSecrets(reasons: RefusedByCin7['reasons']): RefusedByCin7['reasons'] {
    return reasons.map(({ code, text }) => ({ code, text: this.#clean(text) }));
  }

  /** Invariant 8: nothing that the other side sends back may carry the key into a message. */
  #clean(text: string): string {
    const { accountId, applicationKey } = this.#options.credentials;
    return text.replaceAll(applicationKey, '***').replaceAll(accountId, '***');
  }
}

function read<T>(meaning: Meaning, call: Cin7Call<T>): Outcome<T> {
  if (meaning.kind !== 'data') return meaning;
  try {
    return { kind: 'value', value: call.decode(meaning.value) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: 'failed', code: 'cin7.answer_unreadable', detail: error.message };
  }
}

function failureOutcome<T>(failure: HttpFailure): Outcome<T> {
  const detail = failure.message;
  if (!failure.sent) return { kind: 'notSent', code: 'cin7.unreachable', detail };
  if (failure.reason === 'timedOut') return { kind: 'unanswered', code: 'cin7.timeout', detail };
  if (failure.reason === 'bodyTooLarge')
    return { kind: 'unanswered', code: 'cin7.answer_unreadable', detail };
  return { kind: 'unanswered', code: 'cin7.unreachable', detail };
}

const unanswered = (what: string, detail: string): Fault =>
  new Fault('cin7.write_unanswered', `${what} was sent, but whether Cin7 did it is not known: ${detail}`);

/** Names the object by its id where there is one; names of suppliers and other personal data stay out. */
function describe(call: Pick<Cin7Call<unknown>, 'method' | 'path' | 'query'>): string {
  const id = call.query?.['ID'];
  return `${call.method} /${call.path}${id === undefined ? '' : ` of ${id}`}`;
}

function queryOf(query: Readonly<Record<string, string>> | undefined): string {
  if (query === undefined) return '';
  return `?${Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;
}

function headersFor({ accountId, applicationKey }: Cin7Credentials): readonly string[] {
  for (const [field, value] of Object.entries({ accountId, applicationKey })) {
    if (/^[\x21-\x7e]+$/.test(value)) continue;
    throw new Fault(
      'cin7.credentials_refused',
      `The ${field} is empty or has blanks or strange characters in it`,
      {
        field: `cin7.${field}`,
      },
    );
  }
  return [
    'api-auth-accountid',
    accountId,
    'api-auth-applicationkey',
    applicationKey,
    'content-type',
    'application/json',
    'accept',
    'application/json',
    'user-agent',
    'ml-connector',
  ];
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
