import assert from 'node:assert/strict';

/** A JSON value as it came off the wire. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** One named exchange with a server: what is sent, and what the public documentation says comes back. */
export interface Exchange<Client> {
  /** A sentence. */
  name: string;
  /** The section or example of the public documentation that it follows. */
  source: string;
  run(client: Client): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; null when the body is empty or not JSON. */
  body: Json;
}

export interface Call {
  method: string;
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string;
}

export async function send(call: Call): Promise<Answer> {
  const response = await fetch(call.url, {
    method: call.method,
    headers: { 'content-type': 'application/json', ...call.headers },
    redirect: 'manual',
    ...bodyOf(call),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function bodyOf(call: Call): { body?: string } {
  if (call.raw !== undefined) return { body: call.raw };
  return call.body === undefined ? {} : { body: JSON.stringify(call.body) };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/** The value at a path of keys and positions, or undefined. */
export function maybe(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let current = value;
  for (const step of path) {
    if (current === null || typeof current !== 'object') return undefined;
    current = Array.isArray(current) ? current[Number(step)] : current[step];
  }
  return current;
}

export function at(value: Json | undefined, ...path: (string | number)[]): Json {
  const found = maybe(value, ...path);
  assert.notEqual(found, undefined, `${path.join('.')} is missing in ${brief(value)}`);
  return found ?? null;
}

export function textAt(value: Json | undefined, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  assert.equal(typeof found, 'string', `${path.join('.')} is not a string in ${brief(value)}`);
  return String(found);
}

export function numberAt(value: Json | undefined, ...path: (string | number)[]): number {
  const found = at(value, ...path);
  assert.equal(typeof found, 'number', `${path.join('.')} is not a number in ${brief(value)}`);
  return Number(found);
}

export function listAt(value: Json | undefined, ...path: (string | number)[]): Json[] {
  const found = at(value, ...path);
  assert.ok(Array.isArray(found), `${path.join('.')} is not a list in ${brief(value)}`);
  return found;
}

export function objectAt(value: Json | undefined, ...path: (string | number)[]): JsonObject {
  const found = at(value, ...path);
  assert.ok(
    found !== null && typeof found === 'object' && !Array.isArray(found),
    `${path.join('.')} is not an object`,
  );
  return found;
}

export function keysAt(value: Json | undefined, ...path: (string | number)[]): string[] {
  return Object.keys(objectAt(value, ...path));
}

export function assertKeys(value: Json | undefined, expected: readonly string[]): void {
  const present = keysAt(value);
  const missing = expected.filter((key) => !present.includes(key));
  assert.deepEqual(missing, [], `missing keys in ${brief(value)}`);
}

export function assertStatus(answer: Answer, ...allowed: number[]): void {
  assert.ok(
    allowed.includes(answer.status),
    `status ${answer.status}, expected ${allowed.join(' or ')}: ${answer.text.slice(0, 400)}`,
  );
}

export function brief(value: Json | undefined): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 400);
}
