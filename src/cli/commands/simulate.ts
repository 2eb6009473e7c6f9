import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Fault } from '../../faults/fault.ts';
import {
  cin7Switches,
  parseCin7Scenario,
  playCin7Scenario,
  startCin7Simulator,
} from '../../simulators/cin7/index.ts';
import {
  loadSampleCompany,
  readDataset,
  toCin7Company,
  toJdeTables,
} from '../../simulators/dataset/index.ts';
import {
  jdeSwitches,
  readJdeScenario,
  startJdeSimulator,
  switchProblem,
} from '../../simulators/jde/index.ts';
import { type ExitCode, printJson, printLine } from '../output.ts';

export interface SimulateOptions {
  readonly data?: string;
  readonly port: string;
  readonly scenario?: string;
  readonly switch?: readonly string[];
  readonly json?: boolean;
}

interface Cin7Options extends SimulateOptions {
  readonly allowance: string;
}

/** `ml-connector simulate jde`: a JDE environment to rehearse with. Stays up until it is stopped. */
export async function simulateJde(options: SimulateOptions): Promise<ExitCode> {
  const tables =
    options.data === undefined
      ? (await loadSampleCompany()).tables
      : toJdeTables(await readDataset(options.data));
  const scenario =
    options.scenario === undefined ? undefined : checked(readScenario(options.scenario), readJdeScenario);
  const switches = readSwitches(options.switch ?? [], Object.keys(jdeSwitches), switchProblem);
  const simulator = await startJdeSimulator({
    tables,
    port: portOf(options),
    ...scenario,
    switches: { ...scenario?.switches, ...switches },
  });
  const user = simulator.users[0];
  const facts = {
    url: simulator.url,
    user: user?.user ?? '',
    password: user?.password ?? '',
    environments: ['JDV920', 'JPD920'],
    role: '*ALL',
  };
  if (options.json === true) printJson(facts);
  else {
    printLine(`JDE (AIS) simulator at ${facts.url}`);
    printLine(
      `user ${facts.user}, password ${facts.password}, environment ${facts.environments.join(' or ')}, role ${facts.role}`,
    );
    printLine(allowance(facts.url));
    printLine('Ctrl-C stops it.');
  }
  await untilStopped();
  await simulator.stop();
  return 0;
}

/** `ml-connector simulate cin7`: a Cin7 Core company to rehearse with. Stays up until it is stopped. */
export async function simulateCin7(options: Cin7Options): Promise<ExitCode> {
  const company =
    options.data === undefined
      ? (await loadSampleCompany()).company
      : toCin7Company(await readDataset(options.data));
  const scenario =
    options.scenario === undefined ? undefined : checked(readScenario(options.scenario), parseCin7Scenario);
  const switches = readSwitches(
    options.switch ?? [],
    cin7Switches.map((info) => info.name),
    cin7SwitchProblem,
  );
  const calls = Number(options.allowance);
  const simulator = await startCin7Simulator({
    company,
    port: portOf(options),
    allowance: { calls, windowMs: 60_000 },
    switches,
  });
  if (scenario !== undefined)
    playCin7Scenario(simulator, scenario, (text) => printLine(`scenario: ${String(text)}`));
  const facts = {
    url: simulator.url,
    accountId: simulator.accountId,
    applicationKey: simulator.applicationKey,
    callsPerMinute: calls,
  };
  if (options.json === true) printJson(facts);
  else {
    printLine(`Cin7 Core simulator at ${facts.url}`);
    printLine(
      `account id ${facts.accountId}, application key ${facts.applicationKey}, ${calls} calls per minute`,
    );
    printLine(allowance(facts.url));
    printLine('Ctrl-C stops it.');
  }
  await untilStopped();
  await simulator.stop();
  return 0;
}

/** Connections call nothing on this machine unless they are told that it is meant so. */
function allowance(url: string): string {
  return `In the connection that calls it:  outbound: { allowHosts: ["${new URL(url).host}"] }`;
}

/** A switch as people see it. */
interface SwitchInfo {
  readonly name: string;
  readonly values: string;
  readonly default: string;
  readonly explanation: string;
}

/** The switches of a simulator, for `--help`. */
export function switchHelp(which: 'jde' | 'cin7'): string {
  const lines = switchInfos(which).map(
    (info) =>
      `  ${info.name} (${info.values}; default ${info.default || 'empty'})\n      ${info.explanation}`,
  );
  return `\nSwitches, set with --switch NAME=VALUE or in a scenario file:\n${lines.join('\n')}\n`;
}

function switchInfos(which: 'jde' | 'cin7'): readonly SwitchInfo[] {
  if (which === 'cin7') {
    return cin7Switches.map((info) => ({
      ...info,
      values: info.range === undefined ? info.values.join('|') : `${info.range.min} to ${info.range.max}`,
      default: String(info.default),
    }));
  }
  return Object.entries(jdeSwitches).map(([name, info]) => ({
    name,
    values: typeof info.values === 'string' ? info.values : info.values.join('|'),
    default: String(info.default),
    explanation: info.explanation,
  }));
}

function readScenario(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Fault('input.invalid', `Scenario ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      field: '--scenario',
    });
  }
}

/** The simulators name every wrong field themselves. */
function checked<T>(document: unknown, parse: (document: unknown) => T): T {
  try {
    return parse(document);
  } catch (cause) {
    throw new Fault('input.invalid', (cause as Error).message, { cause, field: '--scenario' });
  }
}

function readSwitches(
  texts: readonly string[],
  names: readonly string[],
  problem: (name: never, value: unknown) => string | undefined,
): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      const name = text.slice(0, Math.max(at, 0));
      if (!names.includes(name))
        throw new Fault('input.invalid', `--switch ${text}: there is no such switch. --help lists them.`, {
          field: '--switch',
        });
      const value = valueOf(text.slice(at + 1));
      const wrong = problem(name as never, value); // Checked against the list of names above.
      if (wrong !== undefined)
        throw new Fault('input.invalid', `--switch ${name}: ${wrong}`, { field: '--switch' });
      return [name, value];
    }),
  );
}

function valueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function cin7SwitchProblem(name: string, value: unknown): string | undefined {
  const info = cin7Switches.find((known) => known.name === name);
  if (info === undefined) return 'there is no such switch.';
  if (info.range !== undefined) {
    const { min, max } = info.range;
    return typeof value === 'number' && value >= min && value <= max
      ? undefined
      : `takes a number from ${min} to ${max}.`;
  }
  return info.values.some((known) => String(known) === String(value))
    ? undefined
    : `takes ${info.values.join(', ')}.`;
}

function portOf(options: SimulateOptions): number {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Fault('input.invalid', `--port ${options.port} is no port number.`, { field: '--port' });
  return port;
}

function untilStopped(): Promise<void> {
  return new Promise((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
}
