import { onTestFinished } from 'vitest';
import { type JdeSimulator, type JdeSimulatorOptions, startJdeSimulator } from './index.ts';

/** What a test reads from an answer: JSON, looked into by key; leaves are compared, never used. */
export interface Json {
  [key: string]: Json;
}

export interface Answer {
  status: number;
  text: string;
  json: Json;
  headers: Headers;
}

/** A plain HTTP caller of the simulator, without any knowledge of the product's client. */
export interface Ais {
  sim: JdeSimulator;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Signs in as JDE, or as said, and gives the token. */
  signIn(body?: Record<string, unknown>): Promise<string>;
  /** Browses on v2 with a fresh or the given token. */
  browse(request: Record<string, unknown>): Promise<Answer>;
}

export async function startAis(options: Partial<JdeSimulatorOptions> = {}): Promise<Ais> {
  const sim = await startJdeSimulator({ tables: {}, ...options });
  onTestFinished(() => sim.stop());
  const post: Ais['post'] = (path, body, headers = {}) =>
    call(sim.url + path, {
      method: 'POST',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const signIn: Ais['signIn'] = async (body = {}) => {
    const answer = await post('/jderest/v2/tokenrequest', { username: 'JDE', password: 'JDE', ...body });
    const token: unknown = answer.json['userInfo']?.['token'];
    if (typeof token !== 'string') throw new Error(`sign-in failed: ${answer.status} ${answer.text}`);
    return token;
  };
  return {
    sim,
    post,
    get: (path, headers = {}) => call(path.startsWith('http') ? path : sim.url + path, { headers }),
    signIn,
    browse: async (request) =>
      post('/jderest/v2/dataservice', {
        token: request['token'] ?? (await signIn()),
        targetType: 'table',
        dataServiceType: 'BROWSE',
        findOnEntry: 'TRUE',
        ...request,
      }),
  };
}

async function call(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, text, json: parsed(text), headers: response.headers };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse('{}');
  }
}

/** The grid of a browse answer. */
export function grid(answer: Answer): Json {
  const form = Object.keys(answer.json).find((key) => key.startsWith('fs_'));
  const found = form ? answer.json[form]?.['data']?.['gridData'] : undefined;
  if (!found) throw new Error(`no grid in ${answer.status} ${answer.text.slice(0, 300)}`);
  return found;
}

export function rowset(answer: Answer): Json[] {
  const rows: unknown = grid(answer)['rowset'];
  return Array.isArray(rows) ? rows : [];
}

/** A leaf of an answer as text. */
export function leaf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** Values of one column, in the order of the rows. */
export function cells(answer: Answer, key: string): unknown[] {
  return rowset(answer).map((row) => row[key]);
}

export function condition(controlId: string, operator: string, ...contents: (string | [string, string])[]) {
  return {
    controlId,
    operator,
    value: contents.map((each) =>
      typeof each === 'string'
        ? { content: each, specialValueId: 'LITERAL' }
        : { content: each[0], specialValueId: each[1] },
    ),
  };
}

/** A clock that stands still until it is moved. */
export function handClock(iso: string): { now(): number; forward(ms: number): void } {
  let now = Date.parse(iso);
  return { now: () => now, forward: (ms) => (now += ms) };
}

export const MINUTE_MS = 60_000;
