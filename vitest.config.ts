import { defineConfig } from 'vitest/config';

const report = process.env['ML_CONNECTOR_TEST_REPORT'];

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TZ: 'UTC' },
    // A machine-readable report beside the readable one, for whoever counts.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
