import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Cin7Simulator } from '../../src/simulators/cin7/index.ts';
import type { JdeSimulator } from '../../src/simulators/jde/index.ts';
import { programPath } from './program.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/** A folder with a configuration, in which the real program is run as a process of its own. */
export interface Workplace {
  readonly folder: string;
  start(...args: readonly string[]): Started;
  run(...args: readonly string[]): Promise<Ended>;
  write(name: string, text: string): string;
  remove(): void;
}

interface WorkplaceOptions {
  readonly jde: JdeSimulator;
  readonly cin7: Cin7Simulator;
  readonly settings?: Record<string, unknown>;
  readonly password?: string;
}

export function openWorkplace(options: WorkplaceOptions): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-test-'));
  const env = {
    ...process.env,
    NO_COLOR: '1',
    // A database of whoever runs the tests is nobody's business.
    DATABASE_URL: '',
    ML_CONNECTOR_MAIN_JDE_USER: 'JDE',
    ML_CONNECTOR_MAIN_JDE_PASSWORD: options.password ?? 'JDE',
    ML_CONNECTOR_MAIN_CIN7_ACCOUNT_ID: options.cin7.accountId,
    ML_CONNECTOR_MAIN_CIN7_APPLICATION_KEY: options.cin7.applicationKey,
  };
  const connection = {
    name: 'main',
    jde: { url: options.jde.url, environment: 'JPD920', role: '*ALL', retryDelaySecondsMax: 0.05 },
    cin7: { url: options.cin7.url, callsPerMinute: 600_000, listLagSeconds: 0 },
    outbound: { allowHosts: [new URL(options.jde.url).host, new URL(options.cin7.url).host] },
    run: { offlineMinutes: 0 },
    ...options.settings,
  };
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  write('ml-connector.yaml', stringify({ version: 1, connections: [connection] }));
  const start = (...args: readonly string[]): Started => {
    const child = spawn(process.execPath, [programPath(), ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
    const ended = new Promise<Ended>((done) =>
      child.on('close', (code, signal) => done({ code, signal, ...text })),
    );
    return { ended, kill: (signal) => void child.kill(signal) };
  };
  return {
    folder,
    start,
    run: (...args) => start(...args).ended,
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The JSON lines that a command printed. */
export function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>); // Each command prints objects.
}
