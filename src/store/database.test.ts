import { describe, expect, test } from 'vitest';
import { registerConnection } from './connections.ts';
import { inTransaction } from './database.ts';
import { freshStore, NOW_MS, sharedStore } from './store.testkit.ts';

describe('a transaction', () => {
  test('that throws leaves nothing behind', async () => {
    const db = await freshStore();
    const work = inTransaction(db, async (tx) => {
      await registerConnection(tx, { name: 'main', settings: {}, nowMs: NOW_MS });
      throw new Error('in the middle');
    });
    await expect(work).rejects.toThrow('in the middle');
    expect(await db.selectFrom('connections').selectAll().execute()).toEqual([]);
  });

  test('waits for another handle that writes, instead of failing with what it read before', async () => {
    const store = await sharedStore();
    const [one, two] = [await store.open(), await store.open()];
    const add = (db: typeof one.db, name: string) =>
      inTransaction(db, async (tx) => {
        const count = await tx.selectFrom('connections').select('id').execute();
        await registerConnection(tx, { name, settings: {}, nowMs: NOW_MS });
        return count.length;
      });
    const counts = [];
    for (let round = 0; round < 5; round += 1) {
      counts.push(await add(one.db, `one-${round}`), await add(two.db, `two-${round}`));
    }
    expect(counts).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('settings of a connection', () => {
  test('are a new version only when they change', async () => {
    const db = await freshStore();
    const register = (settings: unknown) => registerConnection(db, { name: 'main', settings, nowMs: NOW_MS });
    const first = await register({ a: 1 });
    const same = await register({ a: 1 });
    const changed = await register({ a: 2 });
    expect(first).toMatchObject({ settingsVersion: 1, changed: true, previousSettings: undefined });
    expect(same).toMatchObject({ id: first.id, settingsVersion: 1, changed: false });
    expect(changed).toMatchObject({
      id: first.id,
      settingsVersion: 2,
      changed: true,
      previousSettings: '{"a":1}',
    });
  });
});
