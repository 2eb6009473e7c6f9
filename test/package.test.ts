import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { BESIDE } from '../scripts/build/program.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = mkdtempSync(join(tmpdir(), 'ml-connector-package-'));
/** Where somebody has installed the package. */
const INSTALLED = join(FOLDER, 'package');
const BIN = join(INSTALLED, 'bin', 'ml-connector.mjs');

interface Manifest {
  readonly private: boolean;
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** Packs a tree of its own, so that what others build in the checkout meanwhile is not touched. */
beforeAll(async () => {
  const tree = join(FOLDER, 'tree');
  mkdirSync(tree);
  for (const name of [...manifest.files, 'package.json', 'README.md', 'LICENSE', 'src', 'test', 'scripts'])
    if (name !== 'dist') cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  const build = ['scripts/build.ts', '--to', join(tree, 'dist'), '--only', 'program', '--unchecked'];
  await run(process.execPath, build, { cwd: ROOT });
  // How the console is built is tested where its pages are; here it is one icon.
  mkdirSync(join(tree, 'dist', 'console', 'assets'), { recursive: true });
  for (const file of ['index.html', 'public/icon.svg'])
    cpSync(join(ROOT, 'src', 'console', file), join(tree, 'dist', 'console', file.replace('public/', '')));
  await run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', FOLDER], { cwd: tree });
  const [archive = ''] = readdirSync(FOLDER).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['xzf', join(FOLDER, archive), '-C', FOLDER]);
  // What an installation brings beside the package, and nothing else: whatever is missing in the program fails here.
  for (const name of Object.keys(manifest.dependencies)) {
    const place = join(INSTALLED, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), place);
  }
}, 120_000);

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-installed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const ENV = { PATH: process.env['PATH'], NO_COLOR: '1' };

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

test('the package brings what it needs and nothing of its making', () => {
  const names = [...filesBelow(INSTALLED)].map((path) => relative(INSTALLED, path));
  expect(names.filter((name) => /\.test\.|\.testkit\.|^(src|test|scripts)\//.test(name))).toEqual([]);
  for (const name of [
    'dist/cli/main.js',
    'dist/THIRD-PARTY-NOTICES.txt',
    'dist/console/index.html',
    'deploy/Dockerfile',
    'docs/operations.md',
    'schema/ml-connector.schema.json',
  ])
    expect(names, name).toContain(name);
});

test('what the program does not contain is installed with it', () => {
  expect(Object.keys(manifest.dependencies).toSorted()).toEqual(BESIDE.toSorted());
});

test('it cannot be published by mistake, and is never packed without being built anew', () => {
  expect(manifest.private).toBe(true);
  expect(manifest.scripts['prepack']).toBe(manifest.scripts['build']);
});

test('it shows its help, to a reader who has seen enough, too', async () => {
  const { stdout } = await run(BIN, ['--help'], { cwd: emptyFolder(), env: ENV });
  expect(stdout).toMatch(/^Usage: ml-connector/);
  const child = spawn(process.execPath, [BIN, '--help'], { env: ENV, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
});

test('its demo brings the sample company over', { timeout: 120_000 }, async () => {
  const { stdout } = await run(process.execPath, [BIN, 'demo', '--once', '--json'], {
    cwd: emptyFolder(),
    env: ENV,
  });
  const { flows, refusals } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    flows: { purchases: { created: number } };
    refusals: number;
  };
  const expected = JSON.parse(readFileSync(join(ROOT, 'sample-company', 'EXPECTED.json'), 'utf8')) as {
    arrivingOrders: number;
  };
  expect(flows.purchases.created).toBe(expected.arrivingOrders);
  expect(refusals).toBe(0);
});

test('its server answers, and serves the console', async () => {
  const folder = emptyFolder();
  const child = spawn(process.execPath, [BIN, 'serve', '--port', '0', '--json'], {
    cwd: folder,
    env: ENV,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let url = '';
  for await (const line of createInterface(child.stdout)) {
    url = (JSON.parse(line) as { listening?: string }).listening ?? '';
    if (url !== '') break;
  }
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${url}/icon.svg`)).text()).toContain('<svg');
  expect(existsSync(join(folder, 'data', 'ml-connector.db'))).toBe(true);
});
