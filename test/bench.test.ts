import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const PROGRAM = resolve(import.meta.dirname, '../scripts/bench.ts');
const TIMEOUT_MS = 300_000;

const machineLine = z.strictObject({
  machine: z.string(),
  cores: z.int().positive(),
  memoryGigabytes: z.number().positive(),
  system: z.string(),
  node: z.string(),
  loadAverage: z.tuple([z.number(), z.number()]),
  quiet: z.boolean(),
  sqlite: z.string(),
  postgres: z.null(),
  program: z.string(),
  quick: z.literal(true),
});

const figureLine = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)+$/),
    value: z.number().min(0),
    unit: z.string().min(1),
    floor: z.number().nullable(),
    ratio: z.number().nullable(),
    goal: z.number().nullable(),
    met: z.boolean().nullable(),
  })
  .refine(({ goal, met }) => (goal === null) === (met === null), 'a goal is met or not')
  .refine(({ floor, ratio }) => (ratio === null) === (floor === null || floor === 0), 'a floor has a ratio');

async function bench(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, ...said }));
  });
}

test('the benchmarks tell the machine first and then one figure a line, each goal met or not', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { code, out, err } = await bench(
    '--quick',
    '--store',
    'sqlite',
    '--only',
    'nothing-to-do',
    '--only',
    'trail',
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [first, ...lines] = out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  machineLine.parse(first);
  const figures = lines.map((line) => figureLine.parse(line));
  const byName = new Map(figures.map((each) => [each.name, each]));
  expect(byName.size).toBe(figures.length);
  expect([...new Set(figures.map(({ name }) => name.split('/')[0]))]).toEqual(['nothing-to-do', 'trail']);
  expect(byName.get('nothing-to-do/sqlite/cpu')).toMatchObject({
    unit: 'CPU-seconds',
    floor: expect.any(Number),
    goal: 0.5,
    met: expect.any(Boolean),
  });
  expect(byName.get('trail/20000/sqlite/verify')).toMatchObject({ unit: 's', goal: null, met: null });
});

test('a benchmark that does not exist is bad input, and those that do are named', async () => {
  const { code, out, err } = await bench('--only', 'speed');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('new-suppliers');
});
