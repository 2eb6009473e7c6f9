import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { schemaState } from '../store/migrate.ts';
import { freshStore, openUntilEnd, storePath } from '../store/store.testkit.ts';
import { liveness, readiness, storeProbe, watchEventLoop } from './health.ts';

describe('a process', () => {
  test('that comes round to answering lives', () => {
    expect(liveness({ lagMs: () => 40.4 })).toEqual({
      ok: true,
      checks: [{ name: 'eventLoop', ok: true, detail: 'kept others waiting for 40 ms at most' }],
    });
    expect(liveness({ lagMs: () => 31_000 }).ok).toBe(false);
  });

  test('that was busy knows for how long, once', async () => {
    const loop = watchEventLoop();
    onTestFinished(() => loop.close());
    const tick = () => new Promise((done) => setTimeout(done, 60));
    await tick();
    loop.lagMs();
    const endMs = performance.now() + 300;
    while (performance.now() < endMs);
    await tick();
    expect(loop.lagMs()).toBeGreaterThan(200);
    await tick();
    expect(loop.lagMs()).toBeLessThan(200);
  });
});

describe('a server', () => {
  test('is ready when each of its parts says so', async () => {
    const health = await readiness([
      storeProbe(await freshStore()),
      { name: 'vault', ask: () => 'open' },
      { name: 'runs', ask: async () => 'at work' },
    ]);
    expect(health).toEqual({
      ok: true,
      checks: [
        { name: 'store', ok: true, detail: expect.stringMatching(/^schema \d+$/) },
        { name: 'vault', ok: true, detail: 'open' },
        { name: 'runs', ok: true, detail: 'at work' },
      ],
    });
  });

  test('is not ready while one of them fails or keeps silent, and says which', async () => {
    const health = await readiness(
      [
        { name: 'fine', ask: () => 'here' },
        { name: 'failing', ask: () => Promise.reject(new Error('no key')) },
        { name: 'silent', ask: () => new Promise<string>(() => undefined) },
      ],
      50,
    );
    expect(health.ok).toBe(false);
    expect(health.checks.map(({ ok, detail }) => `${ok} ${detail}`)).toEqual([
      'true here',
      'false no key',
      'false did not answer within 50 ms',
    ]);
  });

  test('is not ready with a store of an older schema, or one that is closed; of a newer one it takes no harm', async () => {
    const { db } = await openUntilEnd(storePath());
    const { newest } = await schemaState(db);
    await sql`insert into schema_migrations (number, name, applied_at) values (9999, 'later', 0)`.execute(db);
    const [newer] = (await readiness([storeProbe(db)])).checks;
    expect(newer).toMatchObject({ ok: true, detail: expect.stringContaining('schema 9999') });
    await sql`delete from schema_migrations where number >= ${newest}`.execute(db);
    const [older] = (await readiness([storeProbe(db)])).checks;
    expect(older).toMatchObject({ ok: false, detail: expect.stringContaining(`has schema ${newest - 1}`) });
    await db.destroy();
    expect((await readiness([storeProbe(db)])).ok).toBe(false);
  });
});
