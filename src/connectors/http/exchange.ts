import type { Dispatcher } from 'undici';
import { Fault } from '../../faults/fault.ts';

/** One HTTP call. Redirects are never followed, answers are never unpacked. */
export interface HttpCall {
  /** `https://host:port` */
  readonly origin: string;
  /** Path with query, percent-encoded. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body?: string;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
  readonly signal: AbortSignal;
  /** After the signal the call may still go on for so long: a write that is under way is better heard out. */
  readonly graceMs?: number;
  /** Asked right before the first byte is written; false withholds the call. */
  readonly mayLeave?: () => boolean;
  /** The first byte of the answer came. */
  readonly onAnswer?: () => void;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower case, without parameters: `application/json`. Empty when the header is missing. */
  readonly contentType: string;
  readonly header: (name: string) => string;
  readonly body: string;
}

/** Why there is no answer. */
export type HttpFailureReason =
  | 'unreachable'
  | 'timedOut'
  | 'connectionLost'
  | 'bodyTooLarge'
  | 'stopped'
  | 'withheld';

/** No complete answer came. The message carries the cause as text: causes themselves may hold headers. */
export class HttpFailure extends Error {
  readonly reason: HttpFailureReason;
  /** False only when it is certain that not one byte of the request left this machine. */
  readonly sent: boolean;

  constructor(reason: HttpFailureReason, sent: boolean, detail: string) {
    super(detail);
    this.name = 'HttpFailure';
    this.reason = reason;
    this.sent = sent;
  }
}

/**
 * Sends one call and waits for the whole answer. Rejects with an `HttpFailure`, or with the Fault of a dispatcher that refuses the
 * call (`outbound.…`): then nothing was sent.
 */
export function exchange(dispatcher: Dispatcher, call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const handler = new AnswerCollector(call, resolve, reject);
    try {
      dispatcher.dispatch(
        {
          origin: call.origin,
          path: call.path,
          method: call.method,
          // undici wants a mutable array and does not change it.
          headers: call.headers as string[],
          body: call.body ?? null,
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        handler,
      );
    } catch (error) {
      handler.onResponseError(undefined, error);
    }
  });
}

/**
 * Collects one answer. undici calls `onRequestStart` right before it writes the first byte to a connected socket, and never
 * writes a request twice: what failed before that was certainly not sent.
 */
class AnswerCollector implements Dispatcher.DispatchHandler {
  readonly #call: HttpCall;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (failure: HttpFailure | Fault) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#stop();

  #controller: Dispatcher.DispatchController | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  #settled = false;
  #status = 0;
  #headers: Record<string, string | string[] | undefined> = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(
    call: HttpCall,
    resolve: (answer: HttpAnswer) => void,
    reject: (failure: HttpFailure | Fault) => void,
  ) {
    this.#call = call;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(
      () => this.#fail('timedOut', `no answer within ${call.timeoutMs} ms`),
      call.timeoutMs,
    );
    if (call.signal.aborted) this.#fail('stopped', 'stopped before the call');
    else call.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it was waiting for a connection: aborting here keeps it from being written.
    if (!this.#settled && this.#call.mayLeave?.() === false)
      this.#fail('withheld', 'it may not leave any more');
    if (this.#settled) controller.abort(new Error('given up'));
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    this.#call.onAnswer?.();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#call.bodyBytesMax) {
      this.#fail('bodyTooLarge', `the answer is larger than ${this.#call.bodyBytesMax} bytes`);
    } else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const headers = this.#headers;
    const header = (name: string): string => one(headers[name]);
    this.#resolve({
      status: this.#status,
      contentType: (header('content-type').split(';')[0] ?? '').trim().toLowerCase(),
      header,
      body: textOf(this.#chunks),
    });
  }

  onResponseError(_controller: unknown, error: unknown): void {
    if (error instanceof Fault) {
      if (this.#settle()) this.#reject(error);
      return;
    }
    this.#fail(this.#controller === undefined ? 'unreachable' : 'connectionLost', describe(error));
  }

  #stop(): void {
    const graceMs = this.#call.graceMs ?? 0;
    if (graceMs === 0 || this.#controller === undefined) this.#fail('stopped', 'stopped');
    else this.#graceTimer = setTimeout(() => this.#fail('stopped', 'stopped during the call'), graceMs);
  }

  #fail(reason: HttpFailureReason, detail: string): void {
    if (!this.#settle()) return;
    this.#reject(new HttpFailure(reason, this.#controller !== undefined, detail));
    this.#controller?.abort(new Error(detail));
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#graceTimer);
    this.#call.signal.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

function one(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Code and words of an error, of its parts too: a connection may have been tried to several addresses. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : '';
  const parts = error instanceof AggregateError ? error.errors.map(describe).join(', ') : error.message;
  return `${code}${parts === '' ? error.name : parts}`.trim();
}
