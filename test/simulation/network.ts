import { Dispatcher } from 'undici';
import type { Chance } from './chance.ts';
import type { CallFault, FaultCount } from './faults.ts';
import type { Exchange, InProcessAnswer } from './in-process-http.ts';
import type { Incarnation } from './incarnation.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The way to one of the two systems. */
export interface Wire {
  readonly time: VirtualTime;
  readonly exchange: Exchange;
  readonly chance: Chance;
  readonly faults: FaultCount;
  /** Whether a call changes something on the far side. */
  isWrite(method: string): boolean;
  /** What happens to a call; nothing for most. */
  draw(call: { readonly method: string; readonly path: string }): CallFault | undefined;
  /** An answer reached the connector as it was sent. */
  arrived(call: { readonly path: string }, status: number): void;
  /** Makes the far side misbehave at the call that comes next. */
  prepare(fault: CallFault): void;
}

const LATENCY_MS_MAX = 120;
/** How likely a request that had left a process arrives after the process died. */
const ARRIVES_AFTER_DEATH = 0.7;

/** Carries the calls of one life of the process. Speaks undici's side of HTTP; there is no socket, and every delay is virtual. */
export class SimulatedNetwork extends Dispatcher {
  readonly #wire: Wire;
  readonly #process: Incarnation;

  constructor(wire: Wire, process: Incarnation) {
    super();
    this.#wire = wire;
    this.#process = process;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    void this.#carry(options, handler);
    return true;
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  override destroy(): Promise<void> {
    return Promise.resolve();
  }

  async #carry(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): Promise<void> {
    const { time, exchange, chance, faults } = this.#wire;
    const controller = new Controller(handler);
    await this.#process.gate();
    if (this.#wire.isWrite(options.method)) await this.#process.pass('write');
    const call = { method: options.method, path: options.path };
    const fault = this.#wire.draw(call);
    if (fault !== undefined) faults.add('name' in fault ? fault.name : fault.kind);
    if (fault?.kind === 'unreachable') {
      handler.onResponseError?.(controller, socketError('ECONNREFUSED'));
      return;
    }
    handler.onRequestStart?.(controller, {});
    if (controller.aborted) return;
    const delays = fault?.kind === 'late' ? fault : { beforeMs: 0, afterMs: 0 };
    await time.sleep(delays.beforeMs + chance.whole(1, LATENCY_MS_MAX));
    if (this.#process.isDead && !chance.hits(ARRIVES_AFTER_DEATH)) return;
    if (fault !== undefined) this.#wire.prepare(fault);
    const answer = await exchange({
      ...call,
      headers: headersOf(options.headers),
      body: typeof options.body === 'string' ? options.body : '',
    });
    await time.sleep(delays.afterMs + chance.whole(1, LATENCY_MS_MAX));
    await this.#process.gate();
    if (this.#wire.isWrite(options.method)) await this.#process.pass('write');
    if (controller.aborted) return;
    if (answer !== undefined && fault === undefined) this.#wire.arrived(call, answer.status);
    deliver(answer, controller, handler);
  }
}

function deliver(
  answer: InProcessAnswer | undefined,
  controller: Controller,
  handler: Dispatcher.DispatchHandler,
): void {
  if (answer === undefined) {
    handler.onResponseError?.(controller, socketError('UND_ERR_SOCKET'));
    return;
  }
  handler.onResponseStart?.(controller, answer.status, answer.headers, '');
  if (controller.aborted) return;
  if (answer.body.length > 0) handler.onResponseData?.(controller, answer.body);
  if (controller.aborted) return;
  if (answer.isCutOff) handler.onResponseError?.(controller, socketError('UND_ERR_SOCKET'));
  else handler.onResponseEnd?.(controller, {});
}

/** What undici hands to a handler to stop a call with. */
class Controller implements Dispatcher.DispatchController {
  aborted = false;
  reason: Error | null = null;
  readonly paused = false;
  readonly rawHeaders = null;
  readonly rawTrailers = null;
  readonly #handler: Dispatcher.DispatchHandler;

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#handler.onResponseError?.(this, reason);
  }

  pause(): void {
    // Bodies are small and come in one piece.
  }

  resume(): void {
    // Nothing is ever held back.
  }
}

function socketError(code: string): Error {
  return Object.assign(new Error('other side closed'), { code });
}

/** undici takes headers as names and values in turn, or as an object. */
function headersOf(headers: Dispatcher.DispatchOptions['headers']): Record<string, string> {
  if (headers === null || headers === undefined) return {};
  if (Array.isArray(headers)) {
    const found: Record<string, string> = {};
    for (let at = 0; at + 1 < headers.length; at += 2)
      found[String(headers[at]).toLowerCase()] = String(headers[at + 1]);
    return found;
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
