import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = resolve(import.meta.dirname, '../src');

/**
 * Which parts of src/ a part may import. Arrows point one way: cli, app -> jobs -> sync -> flows, crosswalk -> contracts -> domain,
 * faults. A simulator imports nothing from the connector that it stands in for: a wrong idea of the wire, shared, would hide itself.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: ['faults'],
  faults: [],
  trail: ['faults'],
  connectors: ['domain', 'faults'],
  config: ['connectors', 'domain', 'faults'],
  store: ['connectors', 'domain', 'faults', 'trail'],
  crosswalk: ['config', 'connectors', 'domain', 'faults', 'store', 'trail'],
  flows: ['config', 'connectors', 'crosswalk', 'domain', 'faults', 'store'],
  sync: ['config', 'connectors', 'crosswalk', 'domain', 'faults', 'flows', 'store', 'trail'],
  notices: ['connectors', 'faults', 'store', 'trail'],
  observe: ['config', 'connectors', 'faults', 'store', 'sync'],
  jobs: ['config', 'domain', 'faults', 'flows', 'notices', 'store', 'sync', 'trail'],
  vault: ['config', 'faults', 'store', 'trail'],
  access: ['config', 'faults', 'store', 'trail'],
  simulators: [],
  // Types only: see the test below.
  console: ['api', 'config'],
  cli: [
    'access',
    'app.ts',
    'config',
    'connectors',
    'crosswalk',
    'faults',
    'flows',
    'jobs',
    'observe',
    'serve.ts',
    'service',
    'simulators',
    'store',
    'sync',
    'trail',
    'vault',
    'worker.ts',
  ],
  service: [
    'access',
    'app.ts',
    'config',
    'connectors',
    'crosswalk',
    'domain',
    'faults',
    'flows',
    'jobs',
    'notices',
    'store',
    'sync',
    'trail',
    'vault',
  ],
  api: [
    'access',
    'app.ts',
    'config',
    'connectors',
    'crosswalk',
    'domain',
    'faults',
    'flows',
    'jobs',
    'notices',
    'observe',
    'service',
    'store',
    'sync',
    'trail',
    'vault',
  ],
  'serve.ts': [
    'access',
    'api',
    'config',
    'installation.ts',
    'notices',
    'observe',
    'service',
    'store',
    'sync',
    'vault',
  ],
  'installation.ts': [
    'app.ts',
    'config',
    'connectors',
    'jobs',
    'notices',
    'observe',
    'service',
    'store',
    'sync',
    'vault',
  ],
  'worker.ts': ['api', 'config', 'faults', 'installation.ts'],
  'app.ts': [
    'config',
    'connectors',
    'faults',
    'flows',
    'jobs',
    'notices',
    'observe',
    'store',
    'sync',
    'trail',
  ],
};

interface Arrow {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/(?<!\.test|\.testkit)\.tsx?$/.test(entry.name)) yield path;
  }
}

function arrows(): readonly Arrow[] {
  const found: Arrow[] = [];
  for (const path of sourceFiles(SOURCE)) {
    const from = partOf(path);
    for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(
      /(?:from|import)\s*\(?\s*'(\.[^']+)'/g,
    )) {
      const to = partOf(resolve(dirname(path), specifier));
      if (to !== from) found.push({ file: relative(SOURCE, path), from, to });
    }
  }
  return found;
}

const partOf = (path: string): string => relative(SOURCE, path).split(/[\\/]/)[0] ?? '';

test('imports point one way', () => {
  const wrong = arrows().filter(({ from, to }) => !(ALLOWED[from] ?? []).includes(to));
  expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
});

test('the console takes nothing but types from the rest: it asks the HTTP API like any other client', () => {
  const wrong: string[] = [];
  for (const path of sourceFiles(join(SOURCE, 'console'))) {
    for (const [statement, specifier = ''] of readFileSync(path, 'utf8').matchAll(
      /^(?:import|export) [^;]*?from '(\.[^']+)'/gms,
    )) {
      const isOutside = partOf(resolve(dirname(path), specifier)) !== 'console';
      if (isOutside && !/^(?:import|export) type /.test(statement))
        wrong.push(`${relative(SOURCE, path)} imports ${specifier}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('each part of src/ has its arrows listed', () => {
  const parts = new Set([...sourceFiles(SOURCE)].map(partOf));
  expect([...parts].toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
});

test('the two connectors do not know each other, and the two simulators do not', () => {
  const wrong: string[] = [];
  for (const path of sourceFiles(SOURCE)) {
    const [part = '', side = ''] = relative(SOURCE, path).split(/[\\/]/);
    const other = side === 'jde' ? 'cin7' : side === 'cin7' ? 'jde' : undefined;
    if (!['connectors', 'simulators'].includes(part) || other === undefined) continue;
    const text = readFileSync(path, 'utf8');
    if (text.includes(`/${other}/`) && new RegExp(`from '[^']*/${other}/`).test(text))
      wrong.push(relative(SOURCE, path));
  }
  expect(wrong).toEqual([]);
});

test('the five steps of a run do not import each other', () => {
  const steps = ['read', 'map', 'diff', 'write', 'record'];
  const wrong: string[] = [];
  for (const step of steps) {
    const text = readFileSync(join(SOURCE, 'sync', `${step}.ts`), 'utf8');
    for (const other of steps) {
      // Types are shared words, not a way to call each other.
      const imports = [...text.matchAll(new RegExp(`import (.*) from '\\./${other}\\.ts'`, 'g'))].map(
        ([, names = '']) => names,
      );
      if (imports.some((names) => !names.startsWith('type ') && other !== 'record'))
        wrong.push(`${step} imports ${other}`);
    }
  }
  expect(wrong).toEqual([]);
});
