import { REAL_SURROUNDINGS } from '../../src/app.ts';
import { configSchema } from '../../src/config/file.ts';
import { openLog } from '../../src/observe/log.ts';
import { serve } from '../../src/serve.ts';
import { code, generatedNote, page, table } from './markdown.ts';

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly 'x-role'?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
  }[];
  readonly requestBody?: unknown;
  readonly responses?: Readonly<Record<string, unknown>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly info: { readonly description: string };
}

let read: Promise<OpenApi> | undefined;

/** The document of a server that is started for it, with nothing in it. Its version is left out: it changes with each release. */
function openApi(): Promise<OpenApi> {
  read ??= readFromServer();
  return read;
}

async function readFromServer(): Promise<OpenApi> {
  const served = await serve({
    loaded: {
      config: configSchema.parse({ version: 1, store: { sqlite: ':memory:' }, server: { port: 0 } }),
      folder: '/',
    },
    version: 'of the installed program',
    env: {},
    surroundings: REAL_SURROUNDINGS,
    requester: { actor: 'generate', origin: 'generate' },
    say: () => undefined,
    log: openLog({ level: 'error', personalData: false }, () => undefined),
  });
  try {
    const response = await fetch(`${served.url}/api/v1/openapi.json`);
    return (await response.json()) as OpenApi; // Made by the framework from the schemas.
  } finally {
    await served.close();
  }
}

export async function openApiText(): Promise<string> {
  return `${JSON.stringify(await openApi(), null, 2)}\n`;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** docs/api.md: every route in a line, by subject. */
export async function apiPage(): Promise<string> {
  const { paths, info } = await openApi();
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'other');
  return page(
    generatedNote(),
    '# HTTP API',
    `${info.description} The full description is OpenAPI 3.1 at ${code('/api/v1/openapi.json')} of a server, and in ${code('schema/openapi.json')}.`,
    [
      `Programs sign in with an API token: ${code('Authorization: Bearer mlc_…')}. People sign in by name and password or through an OpenID provider; their session is in a cookie.`,
      `Errors are ${code('application/problem+json')} (RFC 9457) with a ${code('code')} from [faults](faults.md), the ${code('field')} to correct and a ${code('hint')} with the next step.`,
      `Lists give ${code('items')} and ${code('next')}; the next page is asked for with ${code('cursor')}. Posts that start things take an ${code('Idempotency-Key')}: the same post sent twice is done once.`,
    ].join('\n\n'),
    ...[...groups].flatMap(([tag, list]) => [
      `## ${tag.charAt(0).toUpperCase()}${tag.slice(1)}`,
      table(
        ['route', 'role', 'what it does'],
        list.map(({ path, method, operation }) => [
          code(`${method.toUpperCase()} ${path}`),
          operation['x-role'] ?? '',
          operation.summary ?? '',
        ]),
      ),
    ]),
  );
}
