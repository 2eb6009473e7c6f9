import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AllowanceWindow, type Cin7Allowance } from './allowance.ts';
import { type Answer, json, pageNotFound, plainText } from './answers.ts';
import { dispatch } from './dispatch.ts';
import type { Cin7FaultAct, FaultPlan } from './faults.ts';
import { routes } from './routes.ts';
import type { CompanyState } from './state.ts';
import { recorded } from './texts.ts';

/** One request as the simulator saw it. Status 0: no answer was sent. */
export interface Cin7Call {
  readonly n: number;
  readonly method: string;
  /** Below /ExternalApi/v2, in lower case. */
  readonly path: string;
  status: number;
  readonly at: number;
}

export interface ServerParts {
  readonly state: CompanyState;
  readonly accountId: string;
  readonly applicationKeys: readonly string[];
  readonly allowance: Cin7Allowance;
  readonly faults: FaultPlan;
}

const BASE = '/externalapi/v2';
const BODY_BYTES_MAX = 20_000_000;

/** The HTTP face: credentials, allowance, faults, then the API itself. */
export class Cin7Server {
  readonly calls: Cin7Call[] = [];
  writes = 0;
  refusals = 0;
  /** Told of every call once it is answered, or will never be. */
  readonly onAnswered = new Set<(n: number) => void>();
  readonly #parts: ServerParts;
  readonly #window: AllowanceWindow;
  #server: Server | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#window = new AllowanceWindow(parts.allowance);
  }

  /** Listens; the port it got is returned. */
  async start(host: string, port: number): Promise<number> {
    const server = createServer((request, response) => {
      this.#receive(request, response).catch((error: unknown) => this.#fail(response, error));
    });
    server.keepAliveTimeout = 30_000;
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Drops all connections and stops listening. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const path = pathBelowBase(url.pathname);
    const { state } = this.#parts;
    const method = request.method ?? 'GET';
    const call: Cin7Call = { n: this.calls.length + 1, method, path, status: 0, at: state.clock.now() };
    this.calls.push(call);
    try {
      await this.#answer(call, request, response, url);
    } finally {
      for (const listener of this.onAnswered) listener(call.n);
    }
  }

  async #answer(call: Cin7Call, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { state } = this.#parts;
    const { method, path } = call;
    const bodyText = await readBody(request);
    const methods = routes.get(path);
    if (methods === undefined) {
      const page = pageNotFound(state.switches.unknownPath === '404-html' ? 404 : 200);
      return this.#send(response, call, page);
    }
    const refusal = this.#admit(request);
    if (refusal !== undefined) return this.#send(response, call, refusal);
    const act = this.#parts.faults.actFor(call);
    const early = act === undefined ? undefined : this.#instead(act);
    if (early === 'drop') return this.#drop(response);
    if (early === 'silence') return undefined;
    if (early !== undefined) return this.#send(response, call, early);
    if (act?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, act.ms));
    const answer = dispatch({ method, path, query: url.searchParams, bodyText }, methods, state);
    if (method !== 'GET' && answer.status === 200 && !answer.body.includes('"ErrorCode"')) this.writes += 1;
    return this.#deliver(response, call, { answer, act });
  }

  /** Credentials and allowance; an answer when the call is turned away. */
  #admit(request: IncomingMessage): Answer | undefined {
    const { accountId, applicationKeys, state } = this.#parts;
    const key = headerOf(request, 'api-auth-applicationkey');
    const known = applicationKeys.some((each) => each.toLowerCase() === key);
    if (!known || headerOf(request, 'api-auth-accountid') !== accountId.toLowerCase()) {
      return plainText(403, recorded.badCredentials);
    }
    const slot = this.#window.take(key, state.clock.now(), state.switches);
    if (slot.ok) return undefined;
    this.refusals += 1;
    return this.#window.refusal(state.switches.rateLimitForm, slot.waitMs, state.switches);
  }

  /** What a fault does before any work is done. */
  #instead(act: Cin7FaultAct): Answer | 'drop' | 'silence' | undefined {
    const { switches } = this.#parts.state;
    switch (act.kind) {
      case 'status':
        return act.before === false ? undefined : statusAnswer(act);
      case 'rateLimit':
        this.refusals += 1;
        return this.#window.refusal(
          act.form ?? switches.rateLimitForm,
          this.#parts.allowance.windowMs,
          switches,
        );
      case 'html':
        return pageNotFound(200);
      case 'errorIn200':
        return json([{ ErrorCode: 400, Exception: recorded.linesInvalid }]);
      case 'hangUpBefore':
        return 'drop';
      case 'hang':
        return 'silence';
      default:
        return undefined;
    }
  }

  /** What a fault makes of the answer once the work is done. */
  #deliver(
    response: ServerResponse,
    call: Cin7Call,
    { answer, act }: { answer: Answer; act: Cin7FaultAct | undefined },
  ): void {
    switch (act?.kind) {
      case 'hangUpAfter':
        return this.#drop(response);
      case 'hangAfter':
        return undefined;
      case 'status500After':
        return this.#send(
          response,
          call,
          json([{ ErrorCode: 500, Exception: 'An unexpected error occurred.' }], 500),
        );
      case 'status':
        return this.#send(response, call, statusAnswer(act));
      case 'unreadable':
        return this.#send(response, call, { ...answer, status: 200, body: '{"Total":1,"Page":' });
      case 'truncate':
        call.status = answer.status;
        this.#head(response, answer);
        response.write(Buffer.from(answer.body).subarray(0, act.bytes), () => this.#drop(response));
        return undefined;
      default:
        return this.#send(response, call, answer);
    }
  }

  #send(response: ServerResponse, call: Cin7Call, answer: Answer): void {
    call.status = answer.status;
    this.#head(response, answer);
    response.end(answer.body);
  }

  #head(response: ServerResponse, answer: Answer): void {
    response.writeHead(answer.status, {
      'Content-Type': answer.contentType,
      'Content-Length': Buffer.byteLength(answer.body),
      'Set-Cookie': [
        'DEARAffinity=simulator; Path=/; HttpOnly',
        'DEARAffinityCORS=simulator; Path=/; SameSite=None',
      ],
      ...answer.headers,
    });
  }

  #drop(response: ServerResponse): void {
    response.socket?.destroy();
  }

  /** A mistake of the simulator itself: loud, and never dressed as an answer of the API. */
  #fail(response: ServerResponse, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (response.headersSent) response.destroy();
    else response.writeHead(599, { 'Content-Type': 'text/plain' }).end(`simulator error: ${detail}`);
  }
}

function statusAnswer(act: Extract<Cin7FaultAct, { kind: 'status' }>): Answer {
  return { status: act.status, contentType: act.contentType ?? 'text/plain', body: act.body ?? '' };
}

function pathBelowBase(pathname: string): string {
  const path = pathname.toLowerCase().replace(/\/+$/, '');
  // Outside the API there is no route: the whole path is kept, which matches none.
  return path.startsWith(BASE) ? path.slice(BASE.length) : `/..${path}`;
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value.trim().toLowerCase() : '';
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk: Buffer = Buffer.from(part);
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error(`request body above ${BODY_BYTES_MAX} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
