import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console. The server serves what is built here; `npm run console` serves it while it is being changed, and asks a server at work. */
export default defineConfig({
  root: 'src/console',
  plugins: [react()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // Data addresses are not needed, and the content security policy has none for scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api/v1': 'http://127.0.0.1:8420' } },
});
