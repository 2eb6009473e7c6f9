import { Fault, isFault } from '../../faults/fault.ts';
import { type AisAnswer, checkAnswer } from './answers.ts';
import type { JdeSettings } from './config.ts';
import type { AisCall, AisHttp } from './http.ts';
import { type RetryDeps, withRetries } from './retry.ts';
import { type JdeSession, sessionHeaders } from './session.ts';
import { SessionLost } from './session-lost.ts';
import type { Ticket } from './sign-in.ts';

interface ClientDeps {
  readonly settings: JdeSettings;
  readonly http: AisHttp;
  readonly session: JdeSession;
  readonly retry: RetryDeps;
}

/** Calls AIS within a session: signs in when needed, again when the session is lost, and judges every answer. */
export class AisClient {
  readonly settings: JdeSettings;
  readonly session: JdeSession;
  readonly retry: RetryDeps;
  /** The read whose result set AIS opened last. Another read's links may be dead since then. */
  cursorOwner: object | undefined;
  readonly #http: AisHttp;
  /** The session whose last calls AIS failed at, and how many in a row. */
  #failing: { readonly ticket: Ticket; readonly inARow: number } | undefined;

  constructor(deps: ClientDeps) {
    this.settings = deps.settings;
    this.session = deps.session;
    this.retry = deps.retry;
    this.#http = deps.http;
  }

  /**
   * Makes a call that may be repeated, until `read` can make sense of its answer.
   *
   * @param toCall builds the call for a session; it is built anew after a sign-in.
   * @throws Fault `jde.table_unreadable` when AIS denies the call (403) to a fresh session too.
   */
  async ask<T>(
    toCall: (ticket: Ticket) => AisCall,
    read: (answer: AisAnswer, ticket: Ticket) => T,
    signal: AbortSignal,
  ): Promise<T> {
    try {
      return await withRetries(() => this.#askInSession(toCall, read, signal), this.retry, signal);
    } catch (error) {
      throw error instanceof SignInFailed ? error.fault : error;
    }
  }

  /** Makes one attempt in this very session: for calls that belong to it, such as the next page of its result set. */
  async askOnce(call: AisCall, ticket: Ticket, signal: AbortSignal): Promise<AisAnswer> {
    try {
      const answer = await this.#http.send(inSession(call, ticket, this.settings), signal);
      checkAnswer(answer, call.what, (text) => this.session.secrets.hide(text));
      return answer;
    } catch (error) {
      if (error instanceof SessionLost) this.session.lost(ticket);
      throw error;
    }
  }

  async #askInSession<T>(
    toCall: (ticket: Ticket) => AisCall,
    read: (answer: AisAnswer, ticket: Ticket) => T,
    signal: AbortSignal,
  ): Promise<T> {
    let denials = 0;
    for (let losses = 0; ; losses++) {
      const ticket = await this.session.ticket(signal).catch(asSignInFailed);
      const call = toCall(ticket);
      try {
        const value = read(await this.askOnce(call, ticket, signal), ticket);
        this.#failing = undefined;
        return value;
      } catch (error) {
        if (isFault(error) && error.code === 'jde.server_error') this.#doubt(ticket);
        if (!(error instanceof SessionLost)) throw error;
        // A fresh session that is denied again: not the session is at fault, but what it may do.
        if (error.isDenial && ++denials > 1) throw new Fault('jde.table_unreadable', error.message);
        if (losses >= this.settings.retriesMax) throw error;
      }
    }
  }

  /**
   * The session of the HTML server behind a token can be gone while AIS still takes the token. How that surfaces is not
   * documented; a failure that repeats in one session is worth a new one, within `signInsMax`.
   */
  #doubt(ticket: Ticket): void {
    const inARow = this.#failing?.ticket === ticket ? this.#failing.inARow + 1 : 1;
    this.#failing = { ticket, inARow };
    if (inARow >= FAILURES_OF_A_SESSION_MAX) this.session.lost(ticket);
  }
}

/** A sign-in has been repeated already; repeating the call as well would multiply the two. */
class SignInFailed extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message, { cause: fault });
    this.fault = fault;
  }
}

function asSignInFailed(error: unknown): never {
  throw error instanceof Fault ? new SignInFailed(error) : error;
}

function inSession(call: AisCall, ticket: Ticket, settings: JdeSettings): AisCall {
  const headers = sessionHeaders(ticket);
  if (settings.tokenIn === 'header' || call.body === undefined) return { ...call, headers };
  const { 'jde-AIS-Auth': token, 'jde-AIS-Auth-Device': deviceName, ...rest } = headers;
  return { ...call, headers: rest, body: { ...call.body, token, deviceName } };
}

const FAILURES_OF_A_SESSION_MAX = 2;
