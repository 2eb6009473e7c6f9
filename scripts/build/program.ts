import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

/** Libraries with machine code of their own, which cannot be put into a file of JavaScript: they are installed beside the program. */
export const BESIDE: readonly string[] = ['better-sqlite3', '@node-rs/argon2'];

/** `pg` asks for it where somebody has installed it; we never do. */
const NEVER_THERE = ['pg-native'];

/**
 * Puts the program and the libraries that it uses into a few files: a start reads these instead of some 700 (docs/benchmarks.md).
 * Each command remains a file that is read when it is called.
 *
 * @param root the checkout.
 * @param folder where the files go; they find package.json, the console and the sample company from two folders below the package.
 * @returns the files of which the program was made, as paths.
 * @throws Error when something stays outside that is not installed beside the program.
 */
export async function buildProgram(folder: string, root: string): Promise<readonly string[]> {
  const bundle = await rolldown({
    cwd: root,
    input: { main: 'src/cli/main.ts' },
    platform: 'node',
    plugins: [lessOfUndici()],
    external: (id) =>
      isBuiltin(id) || [...BESIDE, ...NEVER_THERE].some((name) => id === name || id.startsWith(`${name}/`)),
  });
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await bundle.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  const own = new Set(chunks.map(({ fileName }) => fileName));
  const outside = chunks
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter((name) => !own.has(name) && !isBuiltin(name) && !BESIDE.includes(name));
  if (outside.length > 0) throw new Error(`not in the program: ${outside.join(', ')}`);
  return chunks.flatMap(({ moduleIds }) => moduleIds);
}

/** The index of undici loads all of it (caches, mocks, sockets of the web), 15 MB of memory in each process. */
function lessOfUndici(): Plugin {
  const parts = resolve(import.meta.dirname, 'undici.mjs');
  return { name: 'less-of-undici', resolveId: (source) => (source === 'undici' ? parts : undefined) };
}
