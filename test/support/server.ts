import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { Role } from '../../src/access/roles.ts';
import { SESSION_COOKIE } from '../../src/api/session-cookie.ts';
import { REAL_SURROUNDINGS } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { importCrosswalk } from '../../src/crosswalk/edit.ts';
import { openLog } from '../../src/observe/log.ts';
import { type Served, serve } from '../../src/serve.ts';
import { type Cin7Simulator, startCin7Simulator } from '../../src/simulators/cin7/index.ts';
import { type Dataset, toCin7Company, toCrosswalk, toJdeTables } from '../../src/simulators/dataset/index.ts';
import { smallDataset } from '../../src/simulators/dataset/small-dataset.testkit.ts';
import { type JdeSimulator, startJdeSimulator } from '../../src/simulators/jde/index.ts';

const ALLOWANCE = { calls: 600_000, windowMs: 60_000 };
const HERE = { address: '127.0.0.1', agent: 'test' };
const PASSWORD = 'violet tractor under the moon';

interface ServerOptions {
  readonly dataset?: Partial<Dataset>;
  /** Codes, written `kind code`, that nobody has mapped. */
  readonly unmapped?: readonly string[];
  /** Sections of ml-connector.yaml besides the connection. */
  readonly config?: Record<string, unknown>;
  readonly connection?: Record<string, unknown>;
  /** More files beside ml-connector.yaml, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Leaves the file without a connection. */
  readonly empty?: boolean;
  readonly jde?: Partial<Parameters<typeof startJdeSimulator>[0]>;
  readonly cin7?: Partial<Parameters<typeof startCin7Simulator>[0]>;
}

/** A server at work between both simulators, as a customer would start it. */
export interface TestServer {
  readonly served: Served;
  readonly url: string;
  readonly folder: string;
  readonly jde: JdeSimulator;
  readonly cin7: Cin7Simulator;
  /** What the server said to the person who started it. */
  readonly said: readonly string[];
  /** Lines of the log. */
  readonly logged: readonly string[];
  /** A caller with an API token of this role. */
  caller(role: Role | 'trigger', connectionId?: string): Promise<TokenCaller>;
  /** A caller who has signed in just now. */
  person(role: Role): Promise<Caller>;
  /** Settings and credentials with which a person would make a connection in the console. */
  readonly wish: { readonly settings: Record<string, unknown>; readonly secrets: Record<string, string> };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
}

export interface Caller {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

interface TokenCaller extends Caller {
  readonly token: string;
}

/** Starts simulators and server; all of it stops at the end of the test. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const dataset = smallDataset(options.dataset ?? {});
  const jde = await startJdeSimulator({ tables: toJdeTables(dataset), ...options.jde });
  const cin7 = await startCin7Simulator({
    company: toCin7Company(dataset),
    allowance: ALLOWANCE,
    ...options.cin7,
  });
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-server-'));
  const settings = connectionSettings(jde, cin7, options.connection);
  const path = join(folder, 'ml-connector.yaml');
  const document = {
    version: 1,
    store: { sqlite: 'data/store.db' },
    connections: options.empty === true ? [] : [{ name: 'main', ...settings }],
    ...options.config,
    server: { port: 0, ...(options.config?.['server'] as object | undefined) },
  };
  writeFileSync(path, stringify(document));
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), text);
  const said: string[] = [];
  const logged: string[] = [];
  const loaded = loadConfig(path);
  const secrets = {
    'jde.user': jde.users[0]?.user ?? '',
    'jde.password': jde.users[0]?.password ?? '',
    'cin7.accountId': cin7.accountId,
    'cin7.applicationKey': cin7.applicationKey,
  };
  const served = await serve({
    loaded,
    version: 'test',
    env: environment(secrets),
    surroundings: REAL_SURROUNDINGS,
    requester: { actor: 'test', origin: 'test' },
    say: (sentence) => said.push(sentence),
    log: openLog(loaded.config.log, (line) => logged.push(line)),
  });
  onTestFinished(async () => {
    await served.close();
    await Promise.all([jde.stop(), cin7.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });
  if (options.empty !== true) {
    const connection = await served.engine.connections.find('main');
    const unmapped = options.unmapped ?? [];
    const choices = toCrosswalk(dataset).filter(({ kind, code }) => !unmapped.includes(`${kind} ${code}`));
    await importCrosswalk(served.database.db, connection, choices, { actor: 'test', origin: 'test' });
  }
  return {
    served,
    url: served.url,
    folder,
    jde,
    cin7,
    said,
    logged,
    caller: (role, connectionId) => callerOf(served, role, connectionId),
    person: (role) => personOf(served, role),
    wish: { settings: { name: 'second', ...settings }, secrets },
  };
}

function connectionSettings(jde: JdeSimulator, cin7: Cin7Simulator, own: Record<string, unknown> = {}) {
  return {
    outbound: { allowHosts: [new URL(jde.url).host, new URL(cin7.url).host] },
    run: { offlineMinutes: 0 },
    jde: { url: jde.url, environment: 'JDV920', role: '*ALL', retryDelaySecondsMax: 0.05 },
    cin7: { url: cin7.url, callsPerMinute: ALLOWANCE.calls, listLagSeconds: 0 },
    ...own,
  };
}

function environment(secrets: Record<string, string>): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [
      `ML_CONNECTOR_MAIN_${name
        .replace('.', '_')
        .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
        .toUpperCase()}`,
      value,
    ]),
  );
}

let people = 0;

/** Makes a person of the role who makes a token of it. */
async function callerOf(served: Served, role: Role | 'trigger', connectionId?: string): Promise<TokenCaller> {
  const { name, session } = await signIn(served, role === 'trigger' ? 'operator' : role);
  const principal = await served.access.authenticateSession(session);
  const { token } = await served.access.createToken(principal, { name, role, connectionId }, HERE);
  return { token, call: (...args) => call(served.url, token, ...args) };
}

async function personOf(served: Served, role: Role): Promise<Caller> {
  const { session } = await signIn(served, role);
  const own = { cookie: `${SESSION_COOKIE}=${session}`, 'sec-fetch-site': 'same-origin' };
  return {
    call: (method, path, body, headers) =>
      call(served.url, undefined, method, path, body, { ...own, ...headers }),
  };
}

/** Makes a person who has an own password and a session. */
async function signIn(
  { access }: Served,
  role: Role,
): Promise<{ readonly name: string; readonly session: string }> {
  people += 1;
  const name = `caller-${people}`;
  const made = await access.createUser({ name, role }, { actor: 'test', origin: 'test' });
  const first = await access.signIn({ name, password: made.temporaryPassword }, HERE);
  if (first.kind !== 'password_change_required') throw new Error(`Signing in led to ${first.kind}.`);
  const signedIn = await access.submitNewPassword({ ticket: first.ticket, password: PASSWORD }, HERE);
  if (signedIn.kind !== 'session') throw new Error(`The new password led to ${signedIn.kind}.`);
  return { name, session: signedIn.token };
}

/** One call over HTTP. Without a token nobody calls. */
export async function call(
  url: string,
  token: string | undefined,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
