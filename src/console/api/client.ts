import type { Problem } from '../../api/problem.ts';

/** What the server answered when it could not do what was asked. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | null | undefined>
>;

interface CallOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Asked by the page itself, on a timer: it does not keep an unattended session alive. */
  readonly passive?: boolean;
  /** Starts something: sent once more it must not start a second one. */
  readonly idempotencyKey?: string;
}

/** Calls a route under /api/v1. The answer's shape is that of the route's schema. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  const text = await response.text();
  // Each route answers by the schema that its type was taken from.
  return (text === '' ? null : JSON.parse(text)) as T;
}

export async function send(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const { body, query, signal, passive, idempotencyKey } = options;
  const response = await fetch(urlOf(path, query), {
    method,
    credentials: 'same-origin',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(passive === true ? { 'x-passive': '1' } : {}),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause;
    throw new ApiError(unreachable());
  });
  if (response.ok) return response;
  throw new ApiError(await problemOf(response));
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  call<T>('GET', path, {
    ...(query === undefined ? {} : { query }),
    ...(signal === undefined ? {} : { signal }),
  });
export const post = <T>(path: string, body?: unknown): Promise<T> =>
  call<T>('POST', path, { body: body ?? {} });
export const put = <T>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, { body });
export const remove = (path: string): Promise<null> => call<null>('DELETE', path);

export function urlOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each));
  }
  const text = params.toString();
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

/** One event of a stream of the server. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Reads server-sent events of a GET or POST until the server ends them or the signal says stop. */
export async function* events(
  method: 'GET' | 'POST',
  path: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const response = await send(method, path, { signal, ...(method === 'POST' ? { body: {} } : {}) });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) return;
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) yield event;
    }
  }
}

function eventOf(block: string): StreamEvent | undefined {
  const lines = block.split('\n');
  const field = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = field('data');
  return data === undefined ? undefined : { event: field('event') ?? 'message', data: JSON.parse(data) };
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body: unknown = await response.json();
    // The server's own form of errors; anything else comes from a proxy in between.
    if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem;
  } catch {
    // No JSON: a proxy answered.
  }
  return {
    ...unreachable(),
    status: response.status,
    detail: `The server answered with status ${response.status}.`,
  };
}

function unreachable(): Problem {
  return {
    type: 'about:blank',
    title: 'Unreachable',
    status: 0,
    detail: 'The server does not answer.',
    code: 'console.unreachable',
    hint: 'Check the network, and whether ml-connector is at work.',
    requestId: '',
  };
}
