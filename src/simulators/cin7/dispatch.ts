import { type Answer, json, methodNotAllowed, Refusal, refusalAnswer } from './answers.ts';
import type { ApiCall } from './call.ts';
import { isObject, parseJson } from './json.ts';
import type { Methods } from './routes.ts';
import type { CompanyState } from './state.ts';
import { assumed, recorded } from './texts.ts';

/** Runs the handler of one authenticated call. */
export function dispatch(
  request: { method: string; path: string; query: URLSearchParams; bodyText: string },
  methods: Methods,
  state: CompanyState,
): Answer {
  const handler = methodOf(request.method, methods);
  if (handler === undefined) return methodNotAllowed(recorded.methodNotAllowed(request.method));
  const hasBody = request.method === 'POST' || request.method === 'PUT';
  const body = hasBody ? parseJson(request.bodyText) : {};
  // An unparseable body is a 500 here, not a 400; the words of the body are assumed.
  if (!isObject(body)) return json([{ ErrorCode: 500, Exception: assumed.unparseable }], 500);
  const query = new Map([...request.query].map(([name, value]) => [name.toLowerCase(), value]));
  const call: ApiCall = { method: request.method, path: request.path, query, body };
  try {
    return handler(call, state);
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(error.problems, state.switches);
    throw error;
  }
}

function methodOf(method: string, methods: Methods): Methods['GET'] {
  switch (method) {
    case 'GET':
    case 'POST':
    case 'PUT':
    case 'DELETE':
      return methods[method];
    default:
      return undefined;
  }
}
