import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { REAL_SURROUNDINGS } from '../src/app.ts';
import { configSchema } from '../src/config/file.ts';
import type { InstallationOptions } from '../src/installation.ts';
import { openLog } from '../src/observe/log.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { createDatabase, testServer } from '../src/store/postgres-server.testkit.ts';
import { listProcesses } from '../src/store/processes.ts';
import { work } from '../src/worker.ts';

async function options(config: Record<string, unknown> = {}): Promise<InstallationOptions & { url: string }> {
  const server = testServer();
  if (server === undefined) throw new Error('These tests need PostgreSQL.');
  const { url, drop } = await createDatabase(server);
  onTestFinished(drop);
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-worker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const loaded = { config: configSchema.parse({ version: 1, ...config }), folder };
  return {
    url,
    loaded,
    version: 'test',
    env: { DATABASE_URL: url },
    surroundings: REAL_SURROUNDINGS,
    requester: { actor: 'test', origin: 'test' },
    say: () => undefined,
    log: openLog(loaded.config.log, () => undefined),
  };
}

test('a worker is on the list of processes for as long as it works, and answers monitoring', async () => {
  const asked = await options({ worker: { healthPort: 0 } });
  const working = await work(asked);
  const database = await openPostgres(asked.url, { poolMax: 2, field: 'test' });
  onTestFinished(() => database.close());
  expect(await listProcesses(database.db)).toMatchObject([{ role: 'worker', pid: process.pid }]);
  const statuses = await Promise.all(
    ['/healthz', '/readyz', '/metrics', '/api/v1/runs'].map(async (path) => {
      const { status } = await fetch(`${working.healthUrl}${path}`);
      return `${path} ${status}`;
    }),
  );
  expect(statuses).toEqual(['/healthz 200', '/readyz 200', '/metrics 200', '/api/v1/runs 404']);
  await working.close();
  expect(await listProcesses(database.db)).toEqual([]);
});

test('a worker refuses an embedded store, and says what to do', async () => {
  const asked = await options();
  await expect(work({ ...asked, env: {} })).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining('DATABASE_URL'),
  });
});

test('a worker without a single place, and checks of TLS that are switched off, are refused', async () => {
  const none = await options({ jobs: { runsAtOnce: 0 } });
  await expect(work(none)).rejects.toMatchObject({ field: 'worker.runsAtOnce' });
  const asked = await options();
  const env = { ...asked.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  await expect(work({ ...asked, env })).rejects.toThrow('NODE_TLS_REJECT_UNAUTHORIZED');
});
