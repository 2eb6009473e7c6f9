import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Names in package-lock.json the optional packages of every platform (`npm run lock`, after each `npm install`).
 *
 * A registry mirror may not offer the packages of other platforms; npm then leaves them out of the lock file, and its own `npm ci`
 * refuses that file as incomplete. They are never fetched here: their os and cpu say that they belong elsewhere.
 */
interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const PATH = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'wasm32',
  'wasi',
];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync(PATH, 'utf8')) as { packages: Record<string, LockedPackage> }; // npm's own format.
const added: string[] = [];
for (const owner of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] !== undefined || !/^\d/.test(version)) continue;
    lock.packages[place] = platformPackage(name, version, owner.dev === true);
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} packages of other platforms added to package-lock.json.\n`);

function platformPackage(
  name: string,
  version: string,
  dev: boolean,
): LockedPackage & { os: string[]; cpu: string[]; optional: true } {
  const parts = name.split('/').at(-1)?.split('-') ?? [];
  const system = SYSTEMS.find((known) => parts.includes(known)) ?? 'none';
  const processor = PROCESSORS.find((known) => parts.includes(known)) ?? 'none';
  return { version, ...(dev ? { dev } : {}), os: [system], cpu: [processor], optional: true };
}
