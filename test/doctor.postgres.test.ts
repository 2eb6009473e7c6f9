import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openPostgres } from '../src/store/postgres.ts';
import { createDatabase, testServer } from '../src/store/postgres-server.testkit.ts';
import { trailEvent } from '../src/store/trail.testkit.ts';
import { appendTrail } from '../src/store/trail.ts';
import { jsonLines } from './support/cli.ts';
import { programPath } from './support/program.ts';

test('the doctor looks at a store in PostgreSQL without being able to change it', async () => {
  const server = testServer();
  if (server === undefined) throw new Error('This test needs PostgreSQL.');
  const { url, drop } = await createDatabase(server);
  onTestFinished(drop);
  const store = await openPostgres(url, { poolMax: 2, field: 'test' });
  await appendTrail(store.db, 'system', [trailEvent({ at: 1_700_000_000_000 })]);
  await store.close();

  const looked = await openPostgres(url, { poolMax: 2, field: 'test', isLookedAt: true });
  await expect(sql`delete from trail`.execute(looked.db)).rejects.toThrow(/read-only/);
  await looked.close();

  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, [programPath(), 'doctor', '--json'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise((done) => child.on('close', done));
  const lines = jsonLines(out);
  expect(lines.filter(({ state }) => state === 'problem')).toEqual([]);
  expect(code).toBe(0);
  const of = (check: string) => lines.find((line) => line['check'] === check);
  expect(of('store.file')).toMatchObject({
    database: expect.stringMatching(/^PostgreSQL \d/),
    bytes: expect.any(Number),
  });
  expect(of('trail')).toMatchObject({ state: 'ok', seq: 1, verified: 1 });
});
