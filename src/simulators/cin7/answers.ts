import type { Json, JsonObject } from './json.ts';
import type { Cin7Switches } from './switches.ts';

/** One answer before it is put on the wire. A string body is sent as it is. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One entry of an error body. ErrorCode is 400 or 404 while HTTP says 400. */
export interface Problem {
  readonly ErrorCode: number;
  readonly Exception: string;
}

/** Thrown by the rules of the API; the router turns it into an answer. */
export class Refusal extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.Exception).join('; '));
    this.problems = problems;
  }
}

export function refuse(text: string, code: 400 | 404 = 400): never {
  throw new Refusal([{ ErrorCode: code, Exception: text }]);
}

const JSON_TYPE = 'application/json; charset=utf-8';

export function json(body: Json | readonly Problem[], status = 200): Answer {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(body) };
}

/** The envelope of all lists, and of most write answers. */
export function envelope(listKey: string, rows: Json[], paging = { total: rows.length, page: 1 }): Answer {
  return json({ Total: paging.total, Page: paging.page, [listKey]: rows });
}

export function success(): Answer {
  return json({ Success: true });
}

/** A validation error in the form that the switches choose, with at most so many problems as they allow. */
export function refusalAnswer(problems: readonly Problem[], switches: Cin7Switches): Answer {
  const reported = problems.slice(0, switches.problemsPerAnswer);
  if (switches.errorBody === 'in200') return json(reported);
  if (switches.errorBody === 'object') return json({ ...reported[0] }, 400);
  return json(reported, 400);
}

export function methodNotAllowed(text: string): Answer {
  return json({ Message: text } satisfies JsonObject, 405);
}

/** The page of the web application that answers paths the API does not know; about 11.8 kB in reality. */
export function pageNotFound(status: number): Answer {
  const filler = '<div class="page-section"></div>\n'.repeat(355);
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    body: `<!DOCTYPE html>\n<html><head><title>Page not found</title></head><body><h1>Page not found</h1>\n${filler}</body></html>`,
  };
}

export function plainText(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return { status, contentType: 'text/plain', headers, body };
}
