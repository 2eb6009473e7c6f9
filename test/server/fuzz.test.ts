import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Caller, startServer } from '../support/server.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** Answers of routes that stream or wait are cut off after so long; none may hang longer without a byte. */
const ANSWER_MS_MAX = 20_000;
const CALLS_PER_ROUTE = 12;

function routesOf(document: unknown): readonly Route[] {
  const { paths } = document as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }];
    }),
  );
}

/** Texts that have broken other programs. */
const hostileText = fc.constantFrom(
  '',
  ' ',
  'main',
  "' OR 1=1 --",
  '%00',
  '../../etc/passwd',
  '{{7*7}}',
  '${jndi:ldap://x}',
  '<script>alert(1)</script>',
  '=cmd()',
  'NaN',
  '-1',
  '1e309',
  '\u202e\u0000\ud800',
  '😀'.repeat(50),
  'a'.repeat(3_000),
  'null',
  'system',
  'WyJ4Il0',
);

const hostileValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    hostileText,
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(null, true, 0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom('__proto__', 'constructor', 'kind', 'connection', 'name', 'x'),
      tie('value'),
      {
        maxKeys: 4,
      },
    ),
  ),
})).value;

const hostileBody = fc.oneof(
  hostileValue.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '',
    '{',
    '[[[[',
    '{"a":1,"a":2}',
    '"x',
    '{"__proto__":{"role":"admin"}}',
    '['.repeat(5_000),
  ),
);

test('no route fails, leaks or hangs, whatever it is sent', async () => {
  const server = await startServer();
  const admin = await server.caller('admin');
  const { body: document } = await admin.call('GET', '/api/v1/openapi.json');
  const routes = routesOf(document);
  expect(routes.length).toBeGreaterThan(50);
  const secrets = [...Object.values(server.wish.secrets), admin.token].filter((text) => text.length > 4);
  const findings: string[] = [];
  const forPeople: string[] = [];
  for (const route of routes) {
    const isStream = /\/(events|export)$|\.csv$/.test(route.path);
    const samples = fc.sample(fc.tuple(hostileText, hostileText, hostileBody), {
      numRuns: CALLS_PER_ROUTE,
      seed: 20_261_123,
    });
    const needsPerson = await isForPeople(admin, route);
    const caller = needsPerson ? await server.person('admin') : admin;
    if (needsPerson) forPeople.push(route.path);
    for (const [first, second, body] of samples)
      findings.push(...(await tryOut(caller, route, { first, second, body, isStream }, secrets)));
  }
  expect(findings).toEqual([]);
  expect(forPeople).toContain('/api/v1/notice-channels');
  const after = await server.caller('viewer');
  expect((await after.call('GET', '/api/v1/system')).status).toBe(200);
  const mistakes = server.logged.filter((line) => line.includes('failed unexpectedly'));
  expect(mistakes).toEqual([]);
}, 300_000);

/** Whether a route that changes something refuses tokens: bodies would never be looked at. */
async function isForPeople(admin: Caller, route: Route): Promise<boolean> {
  if (route.operation.requestBody === undefined) return false;
  const path = pathOf(route, { first: '', second: '', body: '', isStream: false });
  const { body } = await admin.call(route.method, path, '{}');
  return (body as { code?: string } | undefined)?.code === 'access.forbidden';
}

interface Sample {
  readonly first: string;
  readonly second: string;
  readonly body: string;
  readonly isStream: boolean;
}

async function tryOut(
  caller: Caller,
  route: Route,
  sample: Sample,
  secrets: readonly string[],
): Promise<readonly string[]> {
  const path = pathOf(route, sample);
  const what = `${route.method} ${path.slice(0, 200)} ${route.method === 'GET' ? '' : sample.body.slice(0, 200)}`;
  const sends = route.operation.requestBody !== undefined;
  const startedMs = performance.now();
  let answer: Awaited<ReturnType<Caller['call']>>;
  try {
    answer = await caller.call(route.method, path, sends ? sample.body : undefined);
  } catch (error) {
    return [`${what}: no answer (${String(error)})`];
  }
  const found: string[] = [];
  if (answer.status >= 500 && answer.status !== 502) found.push(`${what}: ${answer.status} ${answer.text}`);
  if (answer.status >= 400 && !(answer.headers.get('content-type') ?? '').includes('problem+json'))
    found.push(`${what}: ${answer.status} is no problem document`);
  if (performance.now() - startedMs > ANSWER_MS_MAX) found.push(`${what}: took too long`);
  for (const secret of secrets) if (answer.text.includes(secret)) found.push(`${what}: tells a secret`);
  if (/node_modules|\.ts:\d+:\d+/.test(answer.text) && !sample.isStream)
    found.push(`${what}: tells of the program's inside`);
  return found;
}

/** Half of the time the names are right, so that more than the first check is met. */
function pathOf({ path, operation }: Route, { first, second }: Sample): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(wellFormed(name === 'connection' && first.length % 2 === 0 ? 'main' : first || 'x')),
  );
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query')
    .filter((_, place) => (second.length + place) % 3 === 0)
    .map(({ name }) => `${name}=${encodeURIComponent(wellFormed(second))}`);
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}

/** A lone surrogate has no form in an address. */
const wellFormed = (text: string): string => text.toWellFormed();
