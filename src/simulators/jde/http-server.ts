import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { list, object, text } from './data-request.ts';
import { type Suffering, suffer } from './fault-effects.ts';
import type { Faults, ServiceName } from './faults.ts';
import { Refusal, type Reply, serviceError } from './reply.ts';
import { findRoute, type Route } from './router.ts';
import type { Call, Server } from './service.ts';

const BODY_BYTES_MAX = 10_000_000;

/** What came in, as tests want to see it; the query is left out because it can hold a token. */
export interface JdeCall {
  n: number;
  method: string;
  path: string;
  service: ServiceName | undefined;
  /** The tables, views or orchestrations asked. */
  tables: readonly string[];
  /** 0 while there is no answer, and for ever after a hang or a reset. */
  status: number;
  at: number;
}

export interface HttpParts {
  server: Server;
  faults: Faults;
  calls: JdeCall[];
  /** Runs before and after each call; scenario events hang here. */
  beforeCall(): void;
  afterCall(number: number): void;
}

/** Serves the simulated AIS server over HTTP. */
export function createHttpServer(parts: HttpParts): HttpServer {
  const http = createServer((request, response) => {
    handle(request, response, parts).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return;
      const message = error instanceof Error ? error.message : String(error);
      send(response, serviceError(500, `simulator failed: ${message}`, parts.server.clock));
    });
  });
  // Longer than a client keeps an idle connection, so that none is closed under a call.
  http.keepAliveTimeout = 60_000;
  return http;
}

async function handle(request: IncomingMessage, response: ServerResponse, parts: HttpParts): Promise<void> {
  parts.beforeCall();
  const { server, faults, calls } = parts;
  const method = request.method ?? 'GET';
  // Not the URL class alone: it would take the host out of a path that starts with two slashes.
  const [rawPath, rawQuery] = splitOnce(request.url ?? '/', '?');
  const route = findRoute(method, rawPath);
  const record: JdeCall = {
    n: calls.length + 1,
    method,
    path: rawPath,
    service: route.service,
    tables: [],
    status: 0,
    at: server.clock.now(),
  };
  calls.push(record);
  const bodyText = await readBody(request);
  const call = toCall(request, route, rawQuery, server);
  const refused = readJson(bodyText, request, call);
  record.tables = askedTables(call, route);
  const actions = faults.hitting({ number: record.n, service: route.service, tables: record.tables });
  const suffering = suffer(actions, call, record.tables);
  if (suffering.waitMs > 0) await new Promise((done) => setTimeout(done, suffering.waitMs));
  if (suffering.hang) return;
  if (suffering.reset === 'before') {
    hangUp(response.socket);
  } else {
    const reply = suffering.instead ?? refused ?? answer(route, call);
    if (suffering.reset === 'after') hangUp(response.socket);
    else record.status = sendSuffering(response, reply, suffering);
  }
  parts.afterCall(record.n);
}

function answer(route: Route, call: Call): Reply {
  try {
    return route.answer(call);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

function toCall(request: IncomingMessage, route: Route, rawQuery: string, server: Server): Call {
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join() : value,
  ]);
  return {
    server,
    method: request.method ?? 'GET',
    version: route.version,
    baseUrl: `http://${request.headers.host ?? 'localhost'}`,
    address: request.socket.remoteAddress ?? '',
    headers: Object.fromEntries(headers),
    query: new URLSearchParams(rawQuery),
    body: {},
    effects: {},
  };
}

/** Puts a JSON body into the call. @returns the refusal of a body that is none. */
function readJson(bodyText: string, request: IncomingMessage, call: Call): Reply | undefined {
  if (bodyText.trim() === '') return undefined;
  const { clock } = call.server;
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.toLowerCase().startsWith('application/json')) {
    return serviceError(415, 'Content-Type must be application/json', clock);
  }
  try {
    const parsed: unknown = JSON.parse(bodyText);
    call.body = object(parsed);
    return undefined;
  } catch {
    return serviceError(400, 'Bad Request - Invalid Input', clock);
  }
}

function askedTables(call: Call, route: Route): string[] {
  const named = [
    route.table ?? '',
    call.server.orchestrations[route.table ?? '']?.table ?? '',
    text(call.body['targetName']),
    call.query.get('formOID') ?? '',
    ...list(call.body['dataRequests']).map((each) => text(each['targetName'])),
  ];
  return named.filter((name) => name !== '');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('request body too large');
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendSuffering(response: ServerResponse, reply: Reply, suffering: Suffering): number {
  const { truncate } = suffering;
  if (!truncate) return send(response, reply);
  const whole = Buffer.from(reply.body);
  const cut = whole.subarray(0, truncate.bytes);
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-type': reply.contentType,
    'content-length': truncate.clean ? cut.length : whole.length,
  });
  if (truncate.clean) response.end(cut);
  else response.write(cut, () => hangUp(response.socket));
  return reply.status;
}

function send(response: ServerResponse, reply: Reply): number {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-type': reply.contentType,
    'content-length': body.length,
  });
  response.end(body);
  return reply.status;
}

function hangUp(socket: Socket | null): void {
  socket?.destroy();
}

function splitOnce(whole: string, separator: string): [string, string] {
  const at = whole.indexOf(separator);
  return at < 0 ? [whole, ''] : [whole.slice(0, at), whole.slice(at + 1)];
}
