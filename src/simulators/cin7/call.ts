import { refuse } from './answers.ts';
import type { JsonObject } from './json.ts';
import { isGuid } from './random.ts';
import { recorded } from './texts.ts';

/** One request after authentication: what a handler sees. */
export interface ApiCall {
  readonly method: string;
  /** Path below /ExternalApi/v2, in lower case: `/purchase/order`. */
  readonly path: string;
  /** Parameter names in lower case; the API ignores their case. */
  readonly query: ReadonlyMap<string, string>;
  readonly body: JsonObject;
}

/** A query parameter, or `undefined` when it is absent or blank. */
export function parameter(call: ApiCall, name: string): string | undefined {
  const value = call.query.get(name.toLowerCase());
  return value === undefined || value === '' ? undefined : value;
}

export function flagParameter(call: ApiCall, name: string, fallback = false): boolean {
  const value = parameter(call, name);
  return value === undefined ? fallback : value.toLowerCase() === 'true';
}

/** A required GUID parameter, in lower case. A missing or malformed one is refused. */
export function guidParameter(call: ApiCall, name: string, missingText?: string): string {
  const value = parameter(call, name);
  if (value === undefined) return refuse(missingText ?? recorded.missing(name));
  return isGuid(value) ? value.toLowerCase() : refuse(recorded.idNotGuid);
}
