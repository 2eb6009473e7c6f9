import { configDefaults, defineConfig } from 'vitest/config';

const report = process.env['ML_CONNECTOR_TEST_REPORT'];

/** Tests that keep a store, and run once more on PostgreSQL. */
const ON_POSTGRES_TOO = [
  'src/{access,crosswalk,jobs,notices,service,store,sync,trail,vault}/**/*.test.ts',
  'test/{backfill,changes,data-set,parked-look,reconcile,records,upgrade}.test.ts',
];
const ONLY_ON_POSTGRES = ['{src,test}/**/*.postgres.test.ts'];
const ONLY_ON_SQLITE = ['src/**/*.sqlite.test.ts'];
/** Tests of the console as it was built, in a browser. */
const IN_BROWSER = ['test/console/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // Tests change nothing that others see (time, settings and folders are passed in), so files need no process of their own.
    isolate: false,
    // Many a test waits for processes of its own.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TZ: 'UTC' },
    // A machine-readable report beside the readable one, for whoever counts.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          globalSetup: ['test/support/program-setup.ts'],
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ONLY_ON_POSTGRES, ...IN_BROWSER],
        },
      },
      {
        extends: true,
        test: { name: 'browser', include: IN_BROWSER, globalSetup: ['test/console/build.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: [...ON_POSTGRES_TOO, ...ONLY_ON_POSTGRES],
          exclude: [...configDefaults.exclude, ...ONLY_ON_SQLITE],
          globalSetup: ['test/support/program-setup.ts', 'test/support/postgres-setup.ts'],
        },
      },
    ],
  },
});
