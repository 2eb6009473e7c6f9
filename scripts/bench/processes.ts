import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const USAGE_AT_EXIT = resolve(import.meta.dirname, 'usage-at-exit.mjs');
const SAMPLE_MS = 100;
const usage = z.object({ cpuSeconds: z.number(), peakMegabytes: z.number() });

interface Order {
  /** What follows `node`. */
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a process used from its start to its end. */
export interface Measured {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /** Megabytes of memory, evenly over time. Empty where the system does not tell them. */
  readonly memory: readonly number[];
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Measured>;
  stop(signal: NodeJS.Signals): void;
  /** Resolves with the first match in what it prints; rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Runs node to its end. @throws Error with what it said where it failed. */
export async function runMeasured(order: Order): Promise<Measured> {
  const measured = await startMeasured(order).ended;
  if (measured.code !== 0)
    throw new Error(
      `node ${order.args.join(' ')} ended with ${measured.code}:\n${measured.out.slice(-2_000)}${measured.err.slice(-4_000)}`,
    );
  return measured;
}

export function startMeasured(order: Order): Running {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-bench-usage-'));
  const usagePath = join(folder, 'usage.json');
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', USAGE_AT_EXIT, ...order.args], {
    cwd: order.cwd,
    env: { ...process.env, NO_COLOR: '1', ...order.env, ML_CONNECTOR_BENCH_USAGE: usagePath },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  const memory: number[] = [];
  const sampling = setInterval(() => {
    const now = memoryOf(pid);
    if (now !== undefined) memory.push(now);
  }, SAMPLE_MS);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = new Promise<Measured>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      clearInterval(sampling);
      const seconds = (performance.now() - startedAt) / 1_000;
      done({ code, ...text, seconds, ...usageIn(usagePath), memory });
      rmSync(folder, { recursive: true, force: true });
    });
  });
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((found, fail) => {
      const look = (): void => {
        const match = pattern.exec(text.out);
        if (match !== null) found(match);
      };
      child.stdout.on('data', look);
      look();
      ended.then(({ err }) => fail(new Error(`It ended without having printed ${pattern}:\n${err}`)), fail);
    });
  return { pid, ended, stop: (signal) => void child.kill(signal), printed };
}

function usageIn(path: string): z.output<typeof usage> {
  try {
    return usage.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // It was killed, or never started: its exit code tells.
    return { cpuSeconds: Number.NaN, peakMegabytes: Number.NaN };
  }
}

/** Megabytes that a process holds now; undefined where the system does not tell. */
export function memoryOf(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(proc(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}

/** CPU seconds that a process has used so far, in hundredths; undefined where the system does not tell. */
export function cpuSecondsOf(pid: number): number | undefined {
  const stat = proc(pid, 'stat');
  if (stat === undefined) return undefined;
  // The name of the program, in brackets, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function proc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
