import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Library {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/**
 * The licences of the libraries that became part of the program, with their versions: what their authors ask for, and what somebody
 * needs who looks for a vulnerable one.
 *
 * @param modules the files of which the program was made.
 * @throws Error for a library that names no licence.
 */
export function noticesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((path) => folderOfLibrary(path) ?? []));
  const libraries = [...folders].map(readLibrary).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const head = `The program contains these ${libraries.length} libraries, as they were published.\n`;
  return [head, ...libraries.map(show)].join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the library that a file belongs to; none for our own. */
function folderOfLibrary(path: string): string | undefined {
  if (!/[/\\]node_modules[/\\]/.test(path)) return undefined;
  let folder = dirname(path);
  while (!isPackage(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${path} belongs to no package`);
    folder = parent;
  }
  return folder;
}

/** Folders below a package may have a package.json that says no more than which kind of modules they hold. */
function isPackage(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && typeof parse(file)['version'] === 'string';
}

function readLibrary(folder: string): Library {
  const { name, version, license } = parse(join(folder, 'package.json'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (typeof license !== 'string') throw new Error(`${String(name)} names no licence`);
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return { name: String(name), version: String(version), license, text };
}

function parse(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>; // A manifest is an object.
}

function show({ name, version, license, text }: Library): string {
  return `${name} ${version} (${license})\n\n${text}${text === '' ? '' : '\n'}`;
}
