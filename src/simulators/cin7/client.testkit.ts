import { onTestFinished } from 'vitest';
import { exampleCompany } from './example-company.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { type Cin7Simulator, type Cin7SimulatorOptions, startCin7Simulator } from './simulator.ts';

export interface TestReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer as an object, the first object of an array, or an empty object. */
  readonly body: JsonObject;
  readonly json: Json;
  /** Texts of an error body. */
  readonly errors: string[];
}

export interface TestClient {
  readonly sim: Cin7Simulator;
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<TestReply>;
  /** A new advanced purchase; answers its identifier. */
  readonly newPurchase: (changes?: JsonObject) => Promise<string>;
}

/** Starts a simulator for one test, with the example company and plenty of calls, and stops it after. */
export async function startTestClient(options: Partial<Cin7SimulatorOptions> = {}): Promise<TestClient> {
  const allowance = { calls: 100_000, windowMs: 60_000 };
  const sim = await startCin7Simulator({ company: exampleCompany, allowance, ...options });
  onTestFinished(() => sim.stop());
  const send = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const response = await fetch(`${sim.url}${path}`, {
      method,
      headers: {
        'api-auth-accountid': sim.accountId,
        'api-auth-applicationkey': sim.applicationKey,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return replyOf(response, await response.text());
  };
  return {
    sim,
    send,
    newPurchase: async (changes = {}) => {
      const header = { Supplier: 'ABPA', Location: 'Main Warehouse', Approach: 'STOCK', ...changes };
      return textOf((await send('POST', '/advanced-purchase', header)).body['ID']);
    },
  };
}

function replyOf(response: Response, text: string): TestReply {
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const json: Json = isJson ? JSON.parse(text) : null;
  const rows = Array.isArray(json) ? json.filter(isObject) : isObject(json) ? [json] : [];
  const errors = rows.map((row) => textOf(row['Exception'])).filter((each) => each !== '');
  return { status: response.status, headers: response.headers, text, json, body: rows[0] ?? {}, errors };
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Rows of a list answer. */
export function rowsOf(reply: TestReply, key: string): JsonObject[] {
  const rows = reply.body[key];
  return Array.isArray(rows) ? rows.filter(isObject) : [];
}

/** A clock that stands still until it is moved. */
export function movableClock(start = Date.parse('2026-03-02T10:00:00.000Z')) {
  let time = start;
  return {
    now: () => time,
    move: (ms: number) => {
      time += ms;
    },
  };
}

export const newSupplier = {
  Name: 'Parts Emporium',
  Currency: 'AUD',
  PaymentTerm: '30 days',
  TaxRule: 'BAS Excluded',
  AccountPayable: '800',
  Status: 'Active',
} as const;

export const breadLine = { SKU: 'Bread', Quantity: 2, Price: 2.5, Tax: 0, Total: 5 } as const;
