import diagnostics from 'node:diagnostics_channel';
import type { Server } from 'node:http';

/** What came back for one request: all of an answer, the beginning of one, or nothing before the connection broke. */
export interface InProcessAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  readonly isCutOff: boolean;
}

export interface InProcessRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Hands a request to a server without a socket. `undefined`: the connection broke. A server that hangs never answers. */
export type Exchange = (request: InProcessRequest) => Promise<InProcessAnswer | undefined>;

/**
 * Starts something that serves HTTP on a port, and returns a way to its request handler that takes no sockets, so that nothing in
 * a simulation depends on when the operating system hands over a packet. Everything above the wire is the same.
 *
 * @param now the server's clock, for the header that says when an answer was made.
 */
export async function startInProcess<S>(
  start: () => Promise<S>,
  now: () => number,
): Promise<{ readonly started: S; readonly exchange: Exchange }> {
  let server: Server | undefined;
  const notice = (message: unknown): void => {
    // The channel hands out the server that begins to listen.
    server ??= (message as { readonly server: Server }).server;
  };
  diagnostics.subscribe(LISTEN, notice);
  const started = await start();
  diagnostics.unsubscribe(LISTEN, notice);
  const listening = server;
  if (listening === undefined) throw new Error('Nothing began to listen.');
  return { started, exchange: (request) => pass(request, listening, now) };
}

const LISTEN = 'tracing:net.server.listen:asyncStart';

function pass(
  request: InProcessRequest,
  server: Server,
  now: () => number,
): Promise<InProcessAnswer | undefined> {
  return new Promise((resolve) => {
    const incoming = {
      method: request.method,
      url: request.path,
      headers: request.headers,
      socket: { remoteAddress: '127.0.0.1' },
      async *[Symbol.asyncIterator]() {
        if (request.body !== '') yield Buffer.from(request.body);
      },
    };
    server.emit('request', incoming, new Outgoing(now, resolve));
  });
}

/** As much of a ServerResponse as a server needs that answers in one go. */
class Outgoing {
  headersSent = false;
  destroyed = false;
  readonly socket = { destroy: () => this.destroy() };
  readonly #now: () => number;
  readonly #resolve: (answer: InProcessAnswer | undefined) => void;
  #status = 200;
  #headers: Record<string, string | string[]> = {};
  readonly #chunks: Buffer[] = [];

  constructor(now: () => number, resolve: (answer: InProcessAnswer | undefined) => void) {
    this.#now = now;
    this.#resolve = resolve;
  }

  writeHead(status: number, headers: Readonly<Record<string, string | number | string[] | undefined>>): this {
    this.headersSent = true;
    this.#status = status;
    const sent = Object.entries(headers).filter(([, value]) => value !== undefined);
    this.#headers = Object.fromEntries(
      sent.map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value : String(value)]),
    );
    this.#headers['date'] = new Date(this.#now()).toUTCString();
    return this;
  }

  write(chunk: Uint8Array, done?: () => void): boolean {
    this.#chunks.push(Buffer.from(chunk));
    done?.();
    return true;
  }

  end(body?: string | Uint8Array): void {
    if (body !== undefined) this.#chunks.push(Buffer.from(body));
    this.#settle(false);
  }

  destroy(): void {
    this.destroyed = true;
    this.#settle(true);
  }

  #settle(isCutOff: boolean): void {
    if (isCutOff && !this.headersSent) {
      this.#resolve(undefined);
      return;
    }
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks),
      isCutOff,
    });
  }
}
