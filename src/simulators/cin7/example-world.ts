import { readFileSync } from 'node:fs';
import { exampleCompany } from './example-company.ts';
import { shapeDifferences } from './example-shape.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { type Cin7Simulator, startCin7Simulator } from './simulator.ts';
import { cin7Switches } from './switches.ts';

/** How the simulator fared with one documented example. */
export interface Cin7ExampleResult {
  readonly file: string;
  readonly kind: 'request' | 'response' | 'exchange' | 'live' | 'webhook' | 'table';
  readonly result: 'reproduced' | 'reproduced with noted differences' | 'not reproduced';
  readonly note: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

/** Differences that are known and accepted, by path without indexes, with the reason. */
export type Accepted = Readonly<Record<string, string>>;

/** A running simulator, the examples, and what came of them. */
export class ExampleWorld {
  readonly simulator: Cin7Simulator;
  readonly results: Cin7ExampleResult[] = [];

  private constructor(simulator: Cin7Simulator) {
    this.simulator = simulator;
  }

  static async start(): Promise<ExampleWorld> {
    const allowance = { calls: 100_000, windowMs: 60_000 };
    return new ExampleWorld(await startCin7Simulator({ company: exampleCompany, allowance }));
  }

  load(file: string): JsonObject {
    const value = this.loadAny(file);
    return isObject(value) ? value : {};
  }

  loadAny(file: string): Json {
    const text = readFileSync(new URL(`./examples/${file}.json`, import.meta.url), 'utf8');
    const parsed: Json = JSON.parse(text);
    return parsed;
  }

  async send(method: string, path: string, body?: Json, headers?: Record<string, string>): Promise<Reply> {
    const { url, accountId, applicationKey } = this.simulator;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'api-auth-accountid': accountId,
        'api-auth-applicationkey': applicationKey,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const parsed: Json = isJson ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, text, body: parsed };
  }

  record(file: string, kind: Cin7ExampleResult['kind'], problems: readonly string[], note = ''): void {
    const result =
      problems.length > 0
        ? 'not reproduced'
        : note === ''
          ? 'reproduced'
          : 'reproduced with noted differences';
    const notes = [...problems, note, this.#switchNote()].filter(Boolean);
    this.results.push({ file: `${file}.json`, kind, result, note: notes.join('; ') });
  }

  /** Examples that contradict live reports need other switches than the defaults: the note says which. */
  #switchNote(): string {
    const changed = cin7Switches.filter((info) => this.simulator.switches[info.name] !== info.default);
    const settings = changed.map((info) => `${info.name}=${this.simulator.switches[info.name]}`);
    return settings.length === 0 ? '' : `with switches ${settings.join(', ')}`;
  }

  /** A documented answer: same status 200, same shape but for the accepted differences. */
  recordResponse(file: string, reply: Reply, accepted: Accepted = {}): void {
    const differences =
      reply.status === 200
        ? shapeDifferences(this.loadAny(file), reply.body)
        : [`status ${reply.status}: ${reply.text}`];
    this.#recordDifferences(file, 'response', differences, accepted);
  }

  recordShape(file: string, kind: Cin7ExampleResult['kind'], actual: Json, accepted: Accepted = {}): void {
    this.#recordDifferences(file, kind, shapeDifferences(this.loadAny(file), actual), accepted);
  }

  #recordDifferences(
    file: string,
    kind: Cin7ExampleResult['kind'],
    differences: string[],
    accepted: Accepted,
  ): void {
    const plain = (difference: string): string => difference.split(':')[0]?.replace(/\[\d+\]/g, '') ?? '';
    const unexpected = differences.filter((each) => accepted[plain(each)] === undefined);
    const notes = [...new Set(differences.map(plain))].flatMap((path) =>
      accepted[path] === undefined ? [] : [`${path}: ${accepted[path]}`],
    );
    this.record(file, kind, unexpected, notes.join('; '));
  }

  /** Sends a documented request, with identifiers of this simulator put in, and compares the answer. */
  async pair(
    name: string,
    how: { path: string; replace?: JsonObject; accepted?: Accepted; response?: boolean },
  ): Promise<Reply> {
    const request = { ...this.load(`${name}.post.request`), ...how.replace };
    const reply = await this.send('POST', how.path, request);
    this.record(
      `${name}.post.request`,
      'request',
      reply.status === 200 ? [] : [`status ${reply.status}: ${reply.text}`],
    );
    if (how.response !== false) this.recordResponse(`${name}.post.response`, reply, how.accepted);
    return reply;
  }

  async get(file: string, path: string, accepted: Accepted = {}): Promise<Reply> {
    const reply = await this.send('GET', path);
    this.recordResponse(`${file}.get.response`, reply, accepted);
    return reply;
  }
}

/** A member of an answer as text; blank when it is not there. */
export function member(value: Json | undefined, ...path: readonly (string | number)[]): string {
  let at: Json | undefined = value;
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isObject(at) ? at[step] : undefined;
  }
  return typeof at === 'string' ? at : '';
}
