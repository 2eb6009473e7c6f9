import type { TableSpec } from '../../domain/source-row.ts';
import { Fault } from '../../faults/fault.ts';
import type { CheckStep } from '../connector.ts';
import type { OutboundGuard } from '../http/outbound-guard.ts';
import { type AisAnswer, checkAnswer, isObject } from './answers.ts';
import { checkName, checkTcp, checkTls, type Endpoint } from './check-network.ts';
import { type Finding, passed, StepRunner } from './check-steps.ts';
import { checkZone, TableChecks } from './check-tables.ts';
import type { AisClient } from './client.ts';
import type { AisHttp } from './http.ts';
import type { JdeCredentials } from './session.ts';
import type { Ticket } from './sign-in.ts';

export interface CheckDeps {
  readonly client: AisClient;
  readonly http: AisHttp;
  readonly credentials: JdeCredentials;
  readonly tables: readonly TableSpec[];
  readonly guard: OutboundGuard;
  readonly certificateAuthority: string | undefined;
  readonly now: () => number;
}

/** The connection test of JDE: from the name of the host to a row of each table. */
export async function* checkJde(deps: CheckDeps, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const { client, now } = deps;
  const { settings } = client;
  const endpoint: Endpoint = { guard: deps.guard, certificateAuthority: deps.certificateAuthority };
  const { hostname, port, isTls } = deps.guard;
  const runner = new StepRunner(now, signal);
  const at = `${hostname} port ${port}`;
  let localAddress: string | undefined;

  yield await runner.run({
    name: 'jde.name',
    title: `JDE: name of the host ${hostname}`,
    needs: [],
    work: () => checkName(endpoint),
  });
  yield await runner.run({
    name: 'jde.tcp',
    title: `JDE: connection to ${at}`,
    needs: ['jde.name'],
    work: async () => {
      const tcp = await checkTcp(endpoint, signal);
      localAddress = tcp.localAddress;
      return tcp.finding;
    },
  });
  yield await runner.run({
    name: 'jde.address',
    title: 'JDE: address we call from',
    needs: ['jde.tcp'],
    work: async () => passed(`This machine reaches AIS from the address ${localAddress ?? 'unknown'}`),
  });
  yield await runner.run({
    name: 'jde.tls',
    title: `JDE: encryption and certificate of ${at}`,
    needs: ['jde.tcp'],
    work: async () => (isTls ? checkTls(endpoint, now(), signal) : UNENCRYPTED),
  });
  let config: AisAnswer | undefined;
  yield await runner.run({
    name: 'jde.ais',
    title: `JDE: AIS Server at ${settings.url}`,
    needs: ['jde.tls'],
    work: async () => {
      config = await askConfig(deps, signal);
      return judgeConfig(config.body, settings.requiredCapabilities);
    },
  });
  yield await runner.run({
    name: 'jde.clock',
    title: 'JDE: clocks',
    needs: ['jde.ais'],
    work: async () => checkClock(config?.dateMs, now()),
  });
  yield* checkSession(deps, { runner, localAddress: () => localAddress }, signal);
}

async function* checkSession(
  deps: CheckDeps,
  so: { readonly runner: StepRunner; readonly localAddress: () => string | undefined },
  signal: AbortSignal,
): AsyncGenerator<CheckStep> {
  const { client, now } = deps;
  const { settings } = client;
  const { runner } = so;
  const signedIn = { needs: ['jde.signIn'] };
  let ticket: Ticket | undefined;
  yield await runner.run({
    name: 'jde.signIn',
    title: `JDE: sign-in of ${deps.credentials.user} to ${settings.environment}`,
    needs: ['jde.ais'],
    work: async () => {
      ticket = await client.session.ticket(signal).catch((error: unknown) => {
        throw withAddress(error, so.localAddress());
      });
      return passed(`AIS granted a session to ${ticket.user || deps.credentials.user}`);
    },
  });
  yield await runner.run({
    ...signedIn,
    name: 'jde.environment',
    title: `JDE: environment ${settings.environment} and role ${settings.role}`,
    work: async () => judgeEnvironment(ticket, settings),
  });
  yield await runner.run({
    ...signedIn,
    name: 'jde.dateFormat',
    title: 'JDE: date format of the user',
    work: async () => judgeDateFormat(ticket),
  });
  const tables = new TableChecks({ client, now, signal });
  for (const spec of deps.tables) {
    yield await runner.run({
      ...signedIn,
      name: `jde.table.${spec.table}`,
      title: `JDE: table ${spec.table}`,
      work: () => tables.checkTable(spec),
    });
  }
  if (deps.tables.length === 0) return;
  yield await runner.run({
    ...signedIn,
    name: 'jde.dateFilter',
    title: 'JDE: conditions with dates',
    work: () => tables.checkDates(),
  });
  yield await runner.run({
    ...signedIn,
    name: 'jde.order',
    title: 'JDE: sorting',
    work: () => tables.checkOrder(),
  });
  yield await runner.run({
    ...signedIn,
    name: 'jde.timeZone',
    title: `JDE: time zone ${settings.timeZone}`,
    work: async () => checkZone(tables.serverStamp, settings.timeZone, now()),
  });
}

/** Source: Oracle AIS REST guide, defaultconfig: no sign-in, version and capabilities; v2 lists all only when asked to. */
async function askConfig({ http, client }: CheckDeps, signal: AbortSignal): Promise<AisAnswer> {
  const call = {
    what: 'defaultconfig',
    method: 'GET',
    path: '/jderest/v2/defaultconfig',
    query: 'all=true',
  } as const;
  const answer = await http.send(call, signal).catch((error: unknown) => {
    // No session takes part, so a denial is not about one.
    throw error instanceof Fault && error.code === 'jde.session_lost'
      ? new Fault('jde.refused', error.message)
      : error;
  });
  if (answer.status !== 200) {
    const clean = (text: string): string => client.session.secrets.hide(text);
    if (answer.status < 500)
      throw new Fault('jde.refused', `AIS answered defaultconfig with ${answer.status}`);
    checkAnswer(answer, 'defaultconfig', clean);
  }
  return answer;
}

function judgeConfig(body: unknown, required: readonly string[]): Finding {
  const version = isObject(body) ? body['aisVersion'] : undefined;
  if (!isObject(body) || typeof version !== 'string') {
    return {
      state: 'failed',
      detail: 'Something answers at this address, but it is not an AIS Server.',
      fix: 'Correct jde.url: it names the AIS Server, not the HTML server, and has no /jderest at its end.',
      code: 'jde.refused',
    };
  }
  const list = Array.isArray(body['capabilityList']) ? body['capabilityList'] : [];
  const offered = new Set(list.map((each: unknown) => (isObject(each) ? each['name'] : undefined)));
  const missing = required.filter((name) => !offered.has(name));
  if (missing.length === 0) return passed(`${version} with all capabilities that are needed`);
  return {
    state: 'warning',
    detail: `${version} does not list these capabilities: ${missing.join(', ')}.`,
    fix: 'Update the AIS Server to Tools 9.2.1.2 or later if tables cannot be read below.',
  };
}

function checkClock(serverMs: number | undefined, nowMs: number): Finding {
  if (serverMs === undefined) return passed('AIS does not name the time');
  const minutes = Math.round((nowMs - serverMs) / 60_000);
  if (Math.abs(minutes) <= CLOCK_MINUTES_MAX) return passed('The clock of AIS and ours agree');
  return {
    state: 'warning',
    detail: `Our clock is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead of' : 'behind'} that of AIS.`,
    fix: 'Have both machines follow the same time server.',
  };
}

function judgeEnvironment(ticket: Ticket | undefined, asked: { environment: string; role: string }): Finding {
  const got = { environment: ticket?.environment ?? '', role: ticket?.role ?? '' };
  if (got.environment === asked.environment && got.role === asked.role) {
    return passed(`The session is in ${got.environment} with role ${got.role}`);
  }
  return {
    state: 'failed',
    detail: `AIS opened the session in ${got.environment} with role ${got.role} instead.`,
    fix: 'Set jde.environment and jde.role to what the user may use.',
    code: 'jde.environment_unknown',
  };
}

function judgeDateFormat(ticket: Ticket | undefined): Finding {
  const used = ticket?.dateFormat.pattern ?? '';
  const reported = ticket?.reportedDateFormat;
  if (reported === undefined || reported === used) return passed(`Days are written as ${used}`);
  return {
    state: 'warning',
    detail: `The user's format is ${reported}, but jde.dateFormat says ${used}.`,
    fix: 'Remove jde.dateFormat unless the test of conditions with dates fails without it.',
  };
}

/** Where hosts are allowed by address, it helps to know the addresses. */
function withAddress(error: unknown, localAddress: string | undefined): unknown {
  if (!(error instanceof Fault) || error.code !== 'jde.host_not_allowed') return error;
  const where = `We call AIS from ${localAddress ?? 'an unknown address'}; the list must hold the address of the AIS Server itself.`;
  return new Fault(error.code, `${error.message}. ${where}`);
}

const UNENCRYPTED: Finding = {
  state: 'warning',
  detail: 'The connection is not encrypted: user and password cross the network in clear text.',
  fix: 'Use the https address of the AIS Server in jde.url.',
};
const CLOCK_MINUTES_MAX = 5;
