import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { parseAnchor } from '../trail/anchor.ts';
import { backUpSqlite } from './backup.ts';
import { registerConnection } from './connections.ts';
import { type Db, inTransaction, openSqliteAsIs } from './database.ts';
import { loadMark, saveMark } from './marks.ts';
import { schemaState } from './migrate.ts';
import { NOW_MS, openUntilEnd, storePath } from './store.testkit.ts';
import { trailEvent, wholeTrail } from './trail.testkit.ts';
import { appendTrail } from './trail.ts';

const EVENT = trailEvent({ action: 'store.backed_up' });

async function filled(path: string): Promise<{ db: Db; connectionId: string }> {
  const { db } = await openUntilEnd(path);
  const { id } = await inTransaction(db, async (tx) => {
    const connection = await registerConnection(tx, { name: 'main', settings: {}, nowMs: NOW_MS });
    await appendTrail(tx, connection.id, [trailEvent(), trailEvent()]);
    return connection;
  });
  return { db, connectionId: id };
}

const backUp = (path: string, file: string, signal = new AbortController().signal) =>
  backUpSqlite({ path, file, nowMs: NOW_MS, event: EVENT, signal });

describe('a backup', () => {
  test('of a store in use shows one moment, whatever is committed meanwhile', async () => {
    const path = storePath();
    const { db, connectionId } = await filled(path);
    // Large enough to be copied in several steps, between which others write.
    const value = 'x'.repeat(25_000_000);
    await saveMark(db, connectionId, { name: 'large', value, nowMs: NOW_MS });
    let isDone = false;
    const done = backUp(path, `${path}.backup`).finally(() => (isDone = true));
    let written = 0;
    while (!isDone) {
      written += 1;
      await inTransaction(db, async (tx) => {
        for (const name of ['left', 'right'])
          await saveMark(tx, connectionId, { name, value: String(written), nowMs: NOW_MS });
      });
      await new Promise((next) => setImmediate(next));
    }
    const { file, bytes, schema } = await done;
    expect(written).toBeGreaterThan(3);
    expect(bytes).toBe(statSync(file).size);
    const copy = openSqliteAsIs(file, 'query');
    const [left, right] = [
      await loadMark(copy.db, connectionId, 'left'),
      await loadMark(copy.db, connectionId, 'right'),
    ];
    expect(left).toBe(right);
    expect(Number(left ?? 0)).toBeLessThan(written);
    expect(schema).toBe((await schemaState(db)).applied);
    await copy.close();
  });

  test('is one file for its owner alone, with the ends of the trail as anchors beside it', async () => {
    const path = storePath();
    const { db, connectionId } = await filled(path);
    const { file, anchorFile, heads } = await backUp(path, `${path}.backup`);
    const names = readdirSync(dirname(path)).filter((name) => name.includes('.backup'));
    expect(names.map((name) => join(dirname(path), name))).toEqual([file, anchorFile]);
    for (const each of [file, anchorFile, path]) expect(statSync(each).mode & 0o777).toBe(0o600);
    const [last] = (await wholeTrail(db, connectionId)).slice(-1);
    expect(heads).toEqual([{ chain: connectionId, connection: 'main', seq: 2, hash: last?.hash }]);
    const anchor = parseAnchor(readFileSync(anchorFile, 'utf8').trim(), anchorFile);
    expect(anchor).toMatchObject({ chain: connectionId, connection: 'main', seq: 2, hash: last?.hash });
    const told = await wholeTrail(db, 'system');
    expect(told.map(({ action }) => action)).toEqual(['store.backed_up']);
  });

  test('never takes the name of another file, and names what cannot be written', async () => {
    const path = storePath();
    await filled(path);
    const first = await backUp(path, `${path}.backup`);
    const before = readFileSync(first.file);
    await expect(backUp(path, `${path}.backup`)).rejects.toMatchObject({ code: 'input.invalid' });
    expect(readFileSync(first.file).equals(before)).toBe(true);
    await expect(backUp(path, join(path, 'nowhere', 'b.db'))).rejects.toMatchObject({
      code: 'input.invalid',
    });
  });

  test('of a damaged store is refused and leaves nothing', async () => {
    const path = storePath();
    const { db } = await filled(path);
    await sql`pragma wal_checkpoint(truncate)`.execute(db);
    const { rows } = await sql<{
      page: number;
    }>`select rootpage as page from sqlite_master where name = 'trail'`.execute(db);
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4_096, 0x41), 0, 4_096, (Number(rows[0]?.page) - 1) * 4_096);
    closeSync(file);
    await expect(backUp(path, `${path}.backup`)).rejects.toMatchObject({
      code: 'store.unusable',
      message: expect.stringContaining('cannot be copied whole'),
    });
    expect(readdirSync(dirname(path)).filter((name) => name.includes('backup'))).toEqual([]);
  });

  test('that is stopped leaves nothing', async () => {
    const path = storePath();
    await filled(path);
    const stopped = backUp(path, `${path}.backup`, AbortSignal.abort(new Error('stopped')));
    await expect(stopped).rejects.toThrow('stopped');
    expect(readdirSync(dirname(path)).filter((name) => name.includes('backup'))).toEqual([]);
  });

  test('before an upgrade leaves the store at its schema', async () => {
    const path = storePath();
    const { db } = await filled(path);
    const { applied } = await schemaState(db);
    await sql`delete from schema_migrations where number = ${applied}`.execute(db);
    const { schema, isNoted } = await backUp(path, `${path}.backup`);
    expect({ schema, isNoted }).toEqual({ schema: applied - 1, isNoted: false });
    expect((await schemaState(db)).applied).toBe(applied - 1);
  });
});
