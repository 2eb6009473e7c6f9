import { Fault, isFault } from '../../faults/fault.ts';
import { type AisAnswer, errorWords } from './answers.ts';
import type { JdeSettings } from './config.ts';
import { type AisCall, AisHttp } from './http.ts';
import { refusalOf } from './refusals.ts';
import { type RetryDeps, withRetries } from './retry.ts';
import { Secrets } from './secrets.ts';
import { readTicket, refusedSignIn, type Ticket } from './sign-in.ts';
import { NeverSent } from './transport-faults.ts';

export interface JdeCredentials {
  readonly user: string;
  readonly password: string;
}

interface SessionDeps {
  readonly settings: JdeSettings;
  readonly credentials: JdeCredentials;
  readonly http: AisHttp;
  readonly retry: RetryDeps;
}

/** One AIS session at a time, shared by all callers. Signs in when it is needed, never twice for one loss. */
export class JdeSession {
  readonly secrets: Secrets;
  readonly #deps: SessionDeps;
  readonly #closing = new AbortController();
  #ticket: Ticket | undefined;
  #signingIn: Promise<Ticket> | undefined;
  /** A refusal is final: asking again could lock the user. */
  #refused: Fault | undefined;
  #signIns = 0;
  /** Sign-ins in a row of which nobody knows whether AIS took them for a wrong password. */
  #unclear = 0;
  /** These credentials were right in this run: asking again locks nobody. */
  #wasAccepted = false;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.secrets = new Secrets([deps.credentials.password]);
  }

  /**
   * The open session; signs in when there is none. Callers at the same time share one sign-in.
   *
   * @throws Fault `jde.sign_in_refused` and its more exact kinds, `jde.sign_in_limit`, or what reached us instead of an answer.
   */
  async ticket(signal: AbortSignal): Promise<Ticket> {
    signal.throwIfAborted();
    if (this.#ticket) return this.#ticket;
    if (this.#refused) throw this.#refused;
    this.#signingIn ??= this.#signIn().finally(() => {
      this.#signingIn = undefined;
    });
    return orStopped(this.#signingIn, signal);
  }

  /** AIS no longer knows this session. A report about an older session changes nothing. */
  lost(ticket: Ticket): void {
    if (this.#ticket === ticket) this.#ticket = undefined;
  }

  /** Signs out, best effort and within a few seconds. */
  async close(): Promise<void> {
    this.#closing.abort(new Fault('run.stopped', 'The JDE source was closed'));
    await this.#signingIn?.catch(() => undefined);
    const ticket = this.#ticket;
    this.#ticket = undefined;
    if (ticket === undefined) return;
    const call: AisCall = {
      what: 'sign-out',
      method: 'POST',
      path: '/jderest/v2/tokenrequest/logout',
      headers: sessionHeaders(ticket),
      body: { token: ticket.token, deviceName: ticket.deviceName },
      always: true,
    };
    await this.#deps.http.send(call, AbortSignal.timeout(SIGN_OUT_MS_MAX)).catch(() => undefined);
  }

  async #signIn(): Promise<Ticket> {
    const { retry } = this.#deps;
    try {
      this.#ticket = await withRetries(() => this.#requestToken(), retry, this.#closing.signal);
      return this.#ticket;
    } catch (error) {
      if (error instanceof Fault && error.kind === 'halt' && !PASSES_BY_ITSELF.has(error.code))
        this.#refused = error;
      throw error;
    }
  }

  async #requestToken(): Promise<Ticket> {
    const { settings, credentials, http } = this.#deps;
    if (this.#signIns >= settings.signInsMax) {
      throw new Fault('jde.sign_in_limit', `AIS lost the session more than ${settings.signInsMax} times`);
    }
    this.#signIns++;
    const answer = await http
      .send(signInCall(settings, credentials), this.#closing.signal)
      .catch((error: unknown) => {
        throw this.#unheard(error);
      });
    const ticket = readTicket(answer, settings);
    if (ticket === undefined) throw this.#refusal(answer);
    this.#unclear = 0;
    this.#wasAccepted = true;
    this.secrets.add(ticket.token);
    return ticket;
  }

  #refusal(answer: AisAnswer): Fault {
    const { settings, credentials } = this.#deps;
    const who = `${credentials.user} to ${settings.environment} with role ${settings.role}`;
    const fault = refusedSignIn(answer, who, (text) => this.secrets.hide(text));
    const words = errorWords(answer.body);
    if (fault.code !== 'jde.server_error' || NOT_LOOKED_AT.has(answer.status)) return fault;
    if (words === undefined) return this.#unanswered(fault);
    if (refusalOf('signIn', words.text) === 'jde.server_error') return fault;
    // AIS itself answered, in words nobody knows.
    this.#unclear++;
    return this.#unclear < UNCLEAR_MAX
      ? new Fault(fault.code, fault.message, { retryAfterMs: PAUSE_MS })
      : new Fault('jde.sign_in_refused', fault.message);
  }

  /** No answer came that can be read. */
  #unheard(error: unknown): unknown {
    if (!isFault(error, 'retry') || error.cause instanceof NeverSent) return error;
    return this.#unanswered(error);
  }

  /** It may have been a refused password. Asking on and on could be wrong passwords that lock the user: once more is enough. */
  #unanswered(fault: Fault): Fault {
    if (this.#wasAccepted) return fault;
    this.#unclear++;
    return this.#unclear < UNCLEAR_MAX
      ? new Fault(fault.code, fault.message, { retryAfterMs: PAUSE_MS })
      : new Fault('jde.sign_in_unanswered', `${fault.message}; it was asked ${this.#unclear} times`);
  }
}

/** The headers by which later calls belong to the session. */
export function sessionHeaders(ticket: Ticket): Record<string, string> {
  return {
    'jde-AIS-Auth': ticket.token,
    'jde-AIS-Auth-Device': ticket.deviceName,
    ...(ticket.cookies !== '' && { cookie: ticket.cookies }),
  };
}

function signInCall(settings: JdeSettings, credentials: JdeCredentials): AisCall {
  const { user, password } = credentials;
  const isBasic = settings.signInWith === 'basic';
  return {
    what: 'sign-in',
    method: 'POST',
    path: '/jderest/v2/tokenrequest',
    statusDecides: true,
    ...(isBasic && { headers: basicHeaders(settings, credentials) }),
    body: {
      ...(!isBasic && { username: user, password }),
      deviceName: settings.deviceName,
      environment: settings.environment,
      role: settings.role,
      ...(settings.jasServer !== undefined && { jasserver: settings.jasServer }),
      ...(settings.requiredCapabilities.length > 0 && {
        requiredCapabilities: settings.requiredCapabilities.join(','),
      }),
    },
  };
}

/** With Basic, environment, role and device travel as headers. Source: AIS REST API guide, headers of tokenrequest. */
function basicHeaders(settings: JdeSettings, { user, password }: JdeCredentials): Record<string, string> {
  return {
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    'jde-AIS-Auth-Device': settings.deviceName,
    'jde-AIS-Auth-Environment': settings.environment,
    'jde-AIS-Auth-Role': settings.role,
  };
}

/** The caller's own stop ends its wait, not the sign-in that others share. */
async function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const UNCLEAR_MAX = 2;
/** Between two sign-ins when it is not known what became of the first one. */
const PAUSE_MS = 5_000;
/** Statuses of something in front of AIS that did not let the call through. */
const NOT_LOOKED_AT: ReadonlySet<number> = new Set([408, 429, 503]);
const SIGN_OUT_MS_MAX = 5_000;
/** Not about the credentials: the next call may find it changed. */
const PASSES_BY_ITSELF: ReadonlySet<string> = new Set(['jde.quiet_hours', 'run.stopped']);
