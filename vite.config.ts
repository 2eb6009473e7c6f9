import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The console. The server serves what is built here; `npm run console` serves it while it is being changed, and asks a server at work. */
export default defineConfig({
  root: 'src/console',
  plugins: [react(), compressedBeside()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // Data addresses are not needed, and the content security policy has none for scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // What several pages share comes as one file: a browser asks for six at a time, and a page had twenty.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 3 }] } } },
  },
  server: { proxy: { '/api/v1': 'http://127.0.0.1:8420' } },
});

/** Leaves each file of the console compressed beside itself, so that the server sends it so without working for it. */
function compressedBeside(): Plugin {
  const smallBytes = 1_024;
  const ways = [
    ['gz', promisify(gzip)],
    ['br', promisify(brotliCompress)],
  ] as const;
  return {
    name: 'compressed-beside',
    apply: 'build',
    async writeBundle({ dir = '.' }, bundle) {
      const files = Object.values(bundle)
        .filter(({ fileName }) => fileName.startsWith('assets/'))
        .map((file) => ({
          path: join(dir, file.fileName),
          content: Buffer.from(file.type === 'chunk' ? file.code : file.source),
        }))
        .filter(({ content }) => content.length > smallBytes);
      await Promise.all(
        files.flatMap(({ path, content }) =>
          ways.map(async ([ending, compress]) => writeFile(`${path}.${ending}`, await compress(content))),
        ),
      );
    },
  };
}
