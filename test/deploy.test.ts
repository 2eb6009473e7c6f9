import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Config } from '../src/config/file.ts';
import { loadConfig } from '../src/config/load.ts';
import { FAULTS } from '../src/faults/fault-codes.ts';
import { EVENT_NAMES } from '../src/notices/events.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DEPLOY = join(ROOT, 'deploy');
const CONFIG_PATH = '/etc/ml-connector/ml-connector.yaml';
const read = (name: string): string => readFileSync(join(DEPLOY, name), 'utf8');

type Node = Readonly<Record<string, unknown>>;

/** What lies at a path of a parsed document, which may be anything. */
function at(node: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as Node)[step] : undefined),
    node,
  );
}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Has to be a configuration that the program takes. */
function configOf(text: string): Config {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ml-connector.yaml');
  writeFileSync(path, text);
  return loadConfig(path).config;
}

const COMMANDS = (() => {
  const help = execFileSync(process.execPath, [join(ROOT, 'src/cli/main.ts'), '--help'], {
    encoding: 'utf8',
  });
  return [...help.matchAll(/^ {2}([a-z][a-z-]*)\b/gm)].map(([, name]) => name);
})();

function expectCommand(args: readonly string[], name: string): void {
  expect(COMMANDS).toContain(name);
  expect(args).toEqual([name, '--config', CONFIG_PATH]);
}

/** Paths of secrets that a configuration reads. */
const secretPaths = (text: string): readonly string[] =>
  [...text.matchAll(/\/run\/[\w./-]+/g)].map(([path]) => path);

describe('the image', () => {
  const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const of = (instruction: string): readonly string[] =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));

  test('starts the server as somebody who is not root, with a configuration that the program takes', () => {
    expectCommand(JSON.parse(of('CMD').at(-1) ?? '[]') as string[], 'serve');
    expect(of('ENTRYPOINT')).toEqual(['["ml-connector"]']);
    expect(of('USER')).toEqual(['1000:1000']);
    const config = configOf(read('container.yaml'));
    expect(of('VOLUME')).toEqual(['/data']);
    expect(config.store.sqlite.startsWith('/data/')).toBe(true);
    expect(of('EXPOSE')).toEqual([String(config.server.port)]);
    expect(of('COPY').some((copy) => copy === `deploy/container.yaml ${CONFIG_PATH}`)).toBe(true);
  });

  test('brings all that the package brings, and its base is the Node that the program needs', () => {
    const copied = of('COPY').join(' ');
    for (const name of [
      'bin',
      'dist',
      'schema',
      'sample-company',
      'scenarios',
      'node_modules',
      'package.json',
    ])
      expect(copied, name).toContain(`/src/${name}`);
    const [, major] = /^v?(\d+)/.exec(process.versions.node) ?? [];
    expect(of('FROM').map((from) => from.split(' ')[0])).toEqual([
      `node:${major}-slim`,
      `node:${major}-slim`,
    ]);
  });

  test('is asked for its health with a line that runs, and says no where nothing answers', () => {
    const [healthcheck = ''] = of('HEALTHCHECK');
    const [program = '', ...args] = JSON.parse(healthcheck.slice(healthcheck.indexOf('['))) as string[];
    expect(program).toBe('node');
    const env = { ...process.env, HEALTH_PORT: '1' };
    expect(spawnSync(process.execPath, args, { env }).status).toBe(1);
    expect(spawnSync(process.execPath, ['--check', '-'], { input: args[1] ?? '' }).status).toBe(0);
  });

  test('is built without data, keys and secrets of the checkout', () => {
    const ignored = read('Dockerfile.dockerignore').split('\n');
    for (const name of ['.git', 'node_modules', 'data', 'secrets', '**/*.db', '**/.env', '**/master.key'])
      expect(ignored).toContain(name);
  });
});

describe('compose.yaml', () => {
  const text = read('compose.yaml');
  const document: unknown = parse(text, { merge: true });
  const content = String(at(document, 'configs', 'connector', 'content')).replaceAll(
    '${ML_CONNECTOR_HOST}',
    'c.example.com',
  );

  test('starts a server and two workers with the configuration that it holds', () => {
    const config = configOf(content);
    expectCommand(textsOf(at(document, 'services', 'server', 'command')), 'serve');
    expectCommand(textsOf(at(document, 'services', 'worker', 'command')), 'worker');
    expect(at(document, 'services', 'worker', 'deploy', 'replicas')).toBe(2);
    expect(at(document, 'services', 'worker', 'environment', 'HEALTH_PORT')).toBe(
      String(config.worker.healthPort),
    );
    expect(config.jobs.runsAtOnce).toBe(0);
    expect(String(at(document, 'configs', 'proxy', 'content'))).toContain(`server:${config.server.port}`);
    expect(at(document, 'services', 'database', 'image')).toBe('postgres:18');
    const grace = Number.parseInt(String(at(document, 'services', 'server', 'stop_grace_period')), 10);
    expect(grace).toBeGreaterThan(config.jobs.stopSeconds);
  });

  test('hands every secret over that the configuration reads, and each is declared', () => {
    for (const service of ['server', 'worker']) {
      const given = textsOf(at(document, 'services', service, 'secrets')).map(
        (name) => `/run/secrets/${name}`,
      );
      expect(secretPaths(content)).toEqual(expect.arrayContaining(given));
      expect(given).toEqual(expect.arrayContaining([...secretPaths(content)]));
    }
    const declared = Object.keys((at(document, 'secrets') ?? {}) as Node);
    const used = ['server', 'worker', 'database', 'proxy'].flatMap((name) =>
      textsOf(at(document, 'services', name, 'secrets')),
    );
    expect(new Set(used)).toEqual(new Set(declared));
    expect(text).not.toMatch(/password:\s*\S{8,}/i);
  });

  test('lets the server believe the network that it shares with the proxy alone', () => {
    const config = configOf(content);
    const networksOf = (name: string): readonly string[] =>
      textsOf(at(document, 'services', name, 'networks'));
    const shared = networksOf('server').filter((name) => networksOf('proxy').includes(name));
    expect(shared).toEqual(['front']);
    expect(config.server.trustedProxies).toEqual([
      at(document, 'networks', 'front', 'ipam', 'config', 0, 'subnet'),
    ]);
    expect(networksOf('database').every((name) => at(document, 'networks', name, 'internal') === true)).toBe(
      true,
    );
  });
});

describe('kubernetes.yaml', () => {
  const documents: readonly unknown[] = parseAllDocuments(read('kubernetes.yaml')).map((each) => {
    if (each.errors[0] !== undefined) throw each.errors[0];
    return each.toJS() as unknown;
  });
  const kind = (name: string): readonly unknown[] => documents.filter((each) => at(each, 'kind') === name);
  const content = String(at(kind('ConfigMap')[0], 'data', 'ml-connector.yaml'));
  const podOf = (deployment: unknown): unknown => at(deployment, 'spec', 'template', 'spec');
  const containerOf = (deployment: unknown): unknown => at(podOf(deployment), 'containers', 0);

  test('runs server and workers with the configuration that it holds, and looks at the ports that it opens', () => {
    const config = configOf(content);
    const [server, worker] = kind('Deployment');
    expectCommand(textsOf(at(containerOf(server), 'args')), 'serve');
    expectCommand(textsOf(at(containerOf(worker), 'args')), 'worker');
    expect(at(containerOf(server), 'ports', 0, 'containerPort')).toBe(config.server.port);
    expect(at(containerOf(worker), 'ports', 0, 'containerPort')).toBe(config.worker.healthPort);
    for (const host of [config.server.host, config.worker.healthHost]) expect(host).toBe('0.0.0.0');
    expect(at(kind('Service')[0], 'spec', 'ports', 0, 'targetPort')).toBe('http');
    for (const deployment of [server, worker]) {
      const port = at(containerOf(deployment), 'ports', 0, 'name');
      for (const [probe, path] of [
        ['startupProbe', '/healthz'],
        ['livenessProbe', '/healthz'],
        ['readinessProbe', '/readyz'],
      ] as const)
        expect(at(containerOf(deployment), probe, 'httpGet')).toEqual({ path, port });
      expect(Number(at(podOf(deployment), 'terminationGracePeriodSeconds'))).toBeGreaterThan(
        config.jobs.stopSeconds,
      );
    }
  });

  test('gives the processes no right that they do not need', () => {
    for (const deployment of kind('Deployment')) {
      expect(at(podOf(deployment), 'automountServiceAccountToken')).toBe(false);
      expect(at(podOf(deployment), 'securityContext')).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      expect(at(containerOf(deployment), 'securityContext')).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('mounts what the configuration reads, and every selector finds its pods', () => {
    for (const deployment of kind('Deployment')) {
      const mounts = (at(containerOf(deployment), 'volumeMounts') ?? []) as readonly Node[];
      const paths = mounts.map((mount) => String(mount['mountPath']));
      for (const path of [...secretPaths(content), CONFIG_PATH])
        expect(
          paths.some((mounted) => path.startsWith(`${mounted}/`)),
          path,
        ).toBe(true);
      const volumes = (at(podOf(deployment), 'volumes') ?? []) as readonly Node[];
      expect(new Set(volumes.map(({ name }) => name))).toEqual(new Set(mounts.map(({ name }) => name)));
      const labels = at(deployment, 'spec', 'template', 'metadata', 'labels');
      expect(labels).toEqual(at(deployment, 'spec', 'selector', 'matchLabels'));
      const budgets = kind('PodDisruptionBudget').map((each) => at(each, 'spec', 'selector', 'matchLabels'));
      expect(budgets).toContainEqual(labels);
    }
    expect(kind('Secret')).toEqual([]);
    expect(at(kind('Service')[0], 'spec', 'selector')).toEqual(
      at(kind('Deployment')[0], 'spec', 'selector', 'matchLabels'),
    );
  });
});

describe('the unit of systemd', () => {
  const unit = read('systemd/ml-connector.service');

  test('starts the server with the configuration beside it, and hands it the key that this one reads', () => {
    const config = configOf(read('systemd/ml-connector.yaml'));
    expect(unit).toContain(`ExecStart=/usr/bin/ml-connector serve --config ${CONFIG_PATH}\n`);
    expect(config.store.sqlite).toBe('/var/lib/ml-connector/ml-connector.db');
    expect(unit).toMatch(/^StateDirectory=ml-connector$/m);
    expect(unit).toMatch(/^LoadCredential=master-key:/m);
    expect(config.vault.masterKeyCommand?.at(-1)).toBe('/run/credentials/ml-connector.service/master-key');
    const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
    expect(seconds).toBeGreaterThan(config.jobs.stopSeconds);
    expect(COMMANDS).toContain('backup');
    expect(read('systemd/ml-connector-backup.service')).toContain(
      `ml-connector backup --config ${CONFIG_PATH} `,
    );
  });

  const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

  test.skipIf(!hasAnalyze)('is understood by systemd and leaves little open', () => {
    const folder = mkdtempSync(join(tmpdir(), 'units-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const names = readdirSync(join(DEPLOY, 'systemd')).filter((name) => !name.endsWith('.yaml'));
    // Where the program is not installed, systemd would miss it.
    for (const name of names)
      writeFileSync(
        join(folder, name),
        read(`systemd/${name}`).replaceAll('/usr/bin/ml-connector', '/bin/true'),
      );
    const files = names.map((name) => join(folder, name));
    const verified = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' });
    expect(verified).toMatchObject({ status: 0, stderr: '' });
    const judged = spawnSync('systemd-analyze', [
      'security',
      '--offline=true',
      '--threshold=20',
      join(folder, 'ml-connector.service'),
    ]);
    expect(judged.status).toBe(0);
  });
});

test('the service of Windows starts the server that the package brings', () => {
  const xml = read('windows/ml-connector.xml');
  expect(xml).toMatch(
    /<arguments>--max-semi-space-size=16 C:\\ml-connector\\node_modules\\ml-connector\\bin\\ml-connector\.mjs serve --config [^<]+\.yaml<\/arguments>/,
  );
  expect(xml).toMatch(/<serviceaccount>\s*<username>NT SERVICE\\ml-connector</);
});

describe('the operations manual', () => {
  const text = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
  const inCode = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

  test('says for every event what to do', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    for (const event of EVENT_NAMES)
      expect(
        rows.some((row) => row.startsWith(`| \`${event}\` |`)),
        event,
      ).toBe(true);
  });

  test('names commands, faults and files that there are', () => {
    const commands = inCode.flatMap((code) => /^(?:\S+=\S+ )?ml-connector ([a-z-]+)/.exec(code)?.[1] ?? []);
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) expect(COMMANDS, command).toContain(command);
    const codes = inCode.filter((code) => /^(store|vault|jde|cin7|config)\.[a-z]+_[a-z_]+$/.test(code));
    expect(codes.length).toBeGreaterThan(5);
    for (const code of codes) expect(Object.keys(FAULTS), code).toContain(code);
    const files = [
      ...inCode.filter((code) => /^(deploy|src|test|docs)\/[\w./-]+$/.test(code)),
      ...[...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, link]) => `docs/${link}`),
    ];
    for (const file of files) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });
});
