import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Db } from '../store/database.ts';
import { freshDatabase, freshStore, sharedStore } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import { readKeyFile } from './key-file.ts';
import { chooseKeySource, fileSource, KEY_VARIABLE, nextKeyPath, PREVIOUS_VARIABLE } from './key-source.ts';
import { Keyring } from './keyring.ts';
import { generateMasterKey, parseMasterKey } from './master-key.ts';
import { changeMasterKey } from './rotate-master-key.ts';
import { expectWhole, fill, idsOf, MANY, OWNERS } from './rotation.testkit.ts';
import type { RotationStep } from './rotation-report.ts';
import { ANNA, keyText, now, openedVault, openWith, set, tempFolder } from './vault.testkit.ts';

const keyFile = (): string => join(tempFolder(), 'master.key');
const environment = (key: string, previous?: string) =>
  chooseKeySource({
    settings: {},
    folder: '/nowhere',
    storePath: 'store.db',
    env: { [KEY_VARIABLE]: key, ...(previous === undefined ? {} : { [PREVIOUS_VARIABLE]: previous }) },
  });

const actionsOf = async (db: Db, chain: string) =>
  (await listTrail(db, { chain, afterSeq: 0, limit: 1_000 }))
    .map((entry) => `${entry.actor} ${entry.action}`)
    .filter((text) => text.includes('key.'));

/**
 * Two ways to one store, as of two processes. Two handles of SQLite in one process would wait for each other for ever, since
 * waiting stops the whole process; so there the two share one, and real processes are tried in a test of their own.
 */
async function twoHandles(): Promise<readonly [Db, Db]> {
  const { db, dialect } = await freshDatabase();
  if (dialect === 'sqlite') return [db, db];
  const store = await sharedStore();
  return [(await store.open()).db, (await store.open()).db];
}

class Stopped extends Error {}

/** Stops the work after so many durable steps. */
function stopAfter(steps: number): (step: RotationStep) => void {
  let left = steps;
  return () => {
    left -= 1;
    if (left === 0) throw new Stopped();
  };
}

async function isStopped(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof Stopped) return true;
    throw error;
  }
}

describe('a change of a data key', () => {
  test('seals all secrets anew, forgets the former key, and changes nothing that people see', async () => {
    const db = await freshStore();
    const vault = await openedVault(db);
    await fill(db, vault);
    const [former] = await vault.describe('c1');
    const seals = await db.selectFrom('secrets').select('sealed').where('owner', '=', 'c1').execute();
    const before = await idsOf(db, 'data_keys');

    const done = await vault.rotateDataKey('c1', { requester: ANNA });

    await expectWhole(vault);
    expect(done).toMatchObject({ owner: 'c1', unreadable: [], removed: [former?.keyId] });
    const [now] = await vault.describe('c1');
    expect(now).toEqual({ ...former, keyId: done.active });
    const after = await idsOf(db, 'data_keys');
    expect(before.filter((id) => !after.includes(id))).toEqual([former?.keyId]);
    const old = new Set(seals.map((row) => row.sealed));
    const sealed = await db.selectFrom('secrets').select('sealed').where('owner', '=', 'c1').execute();
    expect(sealed.filter((row) => old.has(row.sealed))).toEqual([]);
    expect(await actionsOf(db, 'c1')).toEqual([
      'user:anna key.created',
      'user:anna key.rotation_started',
      'user:anna key.created',
      'user:anna key.rotated',
    ]);
  });

  test('of an owner without secrets has nothing to do', async () => {
    const db = await freshStore();
    const vault = await openedVault(db);
    const done = await vault.rotateDataKey('c1', { requester: ANNA });
    expect(done).toEqual({ owner: 'c1', removed: [], active: null, unreadable: [] });
    expect(await actionsOf(db, 'c1')).toEqual([]);
  });

  test('stopped after any step is carried on by the next start', async () => {
    let stops = 0;
    for (let steps = 1; stops === steps - 1; steps += 1) {
      const db = await freshStore();
      const path = keyFile();
      const vault = await openedVault(db, fileSource(path));
      await fill(db, vault);
      const work = vault.rotateDataKey('c1', { requester: ANNA, report: stopAfter(steps) });
      if (await isStopped(work)) stops += 1;
      const { vault: next, notices } = await openWith(db, fileSource(path));
      expect(notices).toEqual([]);
      await expectWhole(next);
      // Whoever was reading meanwhile goes on, too.
      await expectWhole(vault);
      expect((await actionsOf(db, 'c1')).at(-1)).toMatch(/key\.rotated$/);
    }
    expect(stops).toBe(4); // begun, two batches, finished
  });

  test('leaves a secret that does not open where it is, keeps its key, and moves all others', async () => {
    const db = await freshStore();
    const path = keyFile();
    const vault = await openedVault(db, fileSource(path));
    await set(db, vault, { ...MANY, 'jde.user': 'anna' });
    await db.updateTable('secrets').set({ sealed: 'damaged' }).where('name', '=', 'jde.user').execute();
    const done = await vault.rotateDataKey('c1', { requester: ANNA });
    expect(done).toMatchObject({ unreadable: ['jde.user'], removed: [] });
    expect(await vault.check()).toMatchObject({
      isChanging: true,
      dataKeys: { total: 2, opened: 2 },
      secrets: { total: 25, opened: 24 },
      broken: [{ owner: 'c1', name: 'jde.user' }],
    });
    const { vault: next, notices } = await openWith(db, fileSource(path));
    expect(notices).toEqual([
      'A change of keys cannot end, since some secrets do not open: jde.user of c1. key check tells more.',
    ]);
    await set(db, next, { 'jde.user': 'anna' });
    const { vault: last, notices: none } = await openWith(db, fileSource(path));
    expect(none).toEqual([]);
    expect(await last.check()).toMatchObject({ isChanging: false, broken: [], dataKeys: { total: 1 } });
    expect(Object.fromEntries(await last.openAll('c1'))).toEqual({ ...MANY, 'jde.user': 'anna' });
  });

  test('of a key that leaked makes that key worthless for what is in the store now', async () => {
    const db = await freshStore();
    const vault = await openedVault(db);
    await fill(db, vault);
    const leaked = await db
      .selectFrom('data_keys')
      .selectAll()
      .where('owner', '=', 'c1')
      .executeTakeFirstOrThrow();
    await vault.rotateDataKey('c1', { requester: ANNA });
    const rows = await db.selectFrom('secrets').select('data_key_id').where('owner', '=', 'c1').execute();
    expect(rows.filter((row) => row.data_key_id === leaked.id)).toEqual([]);
    expect(
      await db.selectFrom('data_keys').select('id').where('wrapped', '=', leaked.wrapped).execute(),
    ).toEqual([]);
  });
});

describe('a change of the master key in a file', () => {
  test('wraps every data key anew and puts the new key into the place of the former one', async () => {
    const db = await freshStore();
    const path = keyFile();
    const vault = await openedVault(db, fileSource(path));
    await fill(db, vault);
    const former = readKeyFile(path)?.id;
    const steps: string[] = [];
    const done = await vault.rotateMasterKey({ requester: ANNA, report: ({ step }) => steps.push(step) });

    expect(steps).toEqual([
      'finished', // of an earlier change: there was none
      'key_written',
      'begun',
      'rewrapped',
      'rewrapped',
      'rewrapped',
      'key_replaced',
      'finished',
    ]);
    const current = readKeyFile(path)?.id;
    expect(done).toEqual({ removed: [former], current, rewrapped: 3, unreadable: [] });
    expect(current).not.toBe(former);
    expect(readdirSync(dirname(path))).toEqual(['master.key']);
    expect(await idsOf(db, 'master_keys')).toEqual([current]);
    await expectWhole(vault);
    await expectWhole(await openedVault(db, fileSource(path)));
    expect(await actionsOf(db, 'system')).toEqual([
      'system key.created',
      'user:anna key.created',
      'user:anna key.rotation_started',
      'user:anna key.rotated',
    ]);
  });

  test('makes the former key worthless', async () => {
    const db = await freshStore();
    const path = keyFile();
    const vault = await openedVault(db, fileSource(path));
    await fill(db, vault);
    const former = readFileSync(path, 'utf8');
    await vault.rotateMasterKey({ requester: ANNA });
    await expect(openWith(db, environment(former))).rejects.toMatchObject({ code: 'vault.key_wrong' });
  });

  test('stopped after any step is carried on by the next start, with whatever key is in the file by then', async () => {
    let stops = 0;
    for (let steps = 1; stops === steps - 1; steps += 1) {
      const db = await freshStore();
      const path = keyFile();
      const vault = await openedVault(db, fileSource(path));
      await fill(db, vault);
      const former = readKeyFile(path)?.id ?? '';
      const work = vault.rotateMasterKey({ requester: ANNA, report: stopAfter(steps) });
      if (await isStopped(work)) stops += 1;
      const { vault: next, notices } = await openWith(db, fileSource(path));
      expect(notices).toEqual([]);
      await expectWhole(next);
      await expectWhole(vault);
      const current = readKeyFile(path)?.id ?? '';
      expect(await idsOf(db, 'master_keys')).toEqual([current]);
      // Before it was begun in the store there is nothing to carry on; a key that was written already is used by the next change.
      const written = existsSync(nextKeyPath(path)) ? readKeyFile(nextKeyPath(path))?.id : undefined;
      expect(current === former).toBe(steps <= 2);
      expect(written === undefined).toBe(steps !== 2);
      const { current: last } = await next.rotateMasterKey({ requester: ANNA });
      expect(last).toBe(readKeyFile(path)?.id);
      expect(last).toBe(written ?? last);
      await expectWhole(next);
    }
    expect(stops).toBe(8);
  });

  test('is not begun with a key that is not where the next start looks: another process may have gone beyond it', async () => {
    const db = await freshStore();
    const path = keyFile();
    const vault = await openedVault(db, fileSource(path));
    await fill(db, vault);
    const rows = await db.selectFrom('data_keys').selectAll().orderBy('id').execute();
    const keyring = new Keyring(fileSource(path));
    const done = await changeMasterKey({ db, keyring, now }, { requester: ANNA }, generateMasterKey());
    expect(done).toEqual({ removed: [], current: readKeyFile(path)?.id, rewrapped: 0, unreadable: [] });
    expect(await db.selectFrom('data_keys').selectAll().orderBy('id').execute()).toEqual(rows);
    expect(await idsOf(db, 'master_keys')).toEqual([readKeyFile(path)?.id]);
  });

  test('does not end while a data key does not open, so that its backup could still be put back', async () => {
    const db = await freshStore();
    const path = keyFile();
    const vault = await openedVault(db, fileSource(path));
    await fill(db, vault);
    const good = await db
      .selectFrom('data_keys')
      .selectAll()
      .where('owner', '=', 'c1')
      .executeTakeFirstOrThrow();
    await db.updateTable('data_keys').set({ wrapped: 'damaged' }).where('owner', '=', 'c1').execute();
    const done = await vault.rotateMasterKey({ requester: ANNA });
    expect(done).toMatchObject({ removed: [], rewrapped: 2, unreadable: ['c1'] });
    expect(await idsOf(db, 'master_keys')).toHaveLength(2);
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['master.key', 'master.key.next']);
    await db.updateTable('data_keys').set({ wrapped: good.wrapped }).where('owner', '=', 'c1').execute();
    const next = await openedVault(db, fileSource(path));
    await expectWhole(next);
    expect(readdirSync(dirname(path))).toEqual(['master.key']);
  });

  test('does not let the former key go while the new one is not where the next start looks', async () => {
    const db = await freshStore();
    const path = keyFile();
    const vault = await openedVault(db, fileSource(path));
    await fill(db, vault);
    const kept = join(tempFolder(), 'copy');
    copyFileSync(path, kept);
    const lastOwner = (await db.selectFrom('data_keys').select('owner').orderBy('id', 'desc').execute())[0]
      ?.owner;
    // All is wrapped anew; then somebody takes the new key away.
    const work = vault.rotateMasterKey({
      requester: ANNA,
      report({ step, owner }) {
        if (step === 'rewrapped' && owner === lastOwner) writeFileSync(nextKeyPath(path), keyText());
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'vault.key_wrong' });
    expect(await idsOf(db, 'master_keys')).toHaveLength(2);
    expect(readKeyFile(path)?.id).toBe(readKeyFile(kept)?.id);
  });
});

describe('a change of the master key that people give', () => {
  test('happens at the start with the new key and the former one, and after that the new one is enough', async () => {
    const db = await freshStore();
    const [old, fresh] = [keyText(), keyText()];
    await fill(db, await openedVault(db, environment(old)));
    const { vault, notices } = await openWith(db, environment(fresh, old));
    expect(notices).toEqual([]);
    await expectWhole(vault);
    await expectWhole(await openedVault(db, environment(fresh)));
    await expectWhole(await openedVault(db, environment(fresh, old)));
    await expect(openWith(db, environment(old))).rejects.toMatchObject({ code: 'vault.key_wrong' });
    expect(await idsOf(db, 'master_keys')).toEqual([parseMasterKey(fresh, '').id]);
  });

  test('is refused without the former key, and nothing is begun', async () => {
    const db = await freshStore();
    const old = keyText();
    await fill(db, await openedVault(db, environment(old)));
    const rows = await db.selectFrom('data_keys').selectAll().orderBy('id').execute();
    await expect(openWith(db, environment(keyText(), keyText()))).rejects.toMatchObject({
      code: 'vault.key_wrong',
      message: expect.stringContaining(parseMasterKey(old, '').id),
    });
    expect(await db.selectFrom('data_keys').selectAll().orderBy('id').execute()).toEqual(rows);
  });

  test('moves from a file to the environment', async () => {
    const db = await freshStore();
    const path = keyFile();
    await fill(db, await openedVault(db, fileSource(path)));
    const fresh = keyText();
    await expectWhole(await openedVault(db, environment(fresh, readFileSync(path, 'utf8'))));
    await expectWhole(await openedVault(db, environment(fresh)));
    await expect(openWith(db, fileSource(path))).rejects.toMatchObject({ code: 'vault.key_wrong' });
  });

  test('moves to another source while the process runs', async () => {
    const db = await freshStore();
    const old = keyText();
    const vault = await openedVault(db, environment(old));
    await fill(db, vault);
    const path = keyFile();
    const done = await vault.rotateMasterKey({ requester: ANNA, to: fileSource(path) });
    expect(done).toMatchObject({ removed: [parseMasterKey(old, '').id], current: readKeyFile(path)?.id });
    expect(vault.place).toBe(`the file ${path}`);
    await set(db, vault, { 'jde.user': 'new owner' }, 'c9');
    await expect(openWith(db, environment(old))).rejects.toMatchObject({ code: 'vault.key_wrong' });
    expect(await (await openedVault(db, fileSource(path))).open('c9', 'jde.user')).toBe('new owner');
  });

  test('is refused while there is no new one', async () => {
    const db = await freshStore();
    const old = keyText();
    const vault = await openedVault(db, environment(old));
    await fill(db, vault);
    await expect(vault.rotateMasterKey({ requester: ANNA })).rejects.toMatchObject({
      code: 'vault.key_not_new',
      message: expect.stringContaining(parseMasterKey(old, '').id),
    });
    await expectWhole(vault);
  });
});

describe('a process at work while another one changes the keys', () => {
  test('with its key in a file goes on reading and sealing, also for owners that it has never seen', async () => {
    const [db, elsewhere] = await twoHandles();
    const path = keyFile();
    const vault = await openedVault(db, fileSource(path));
    await fill(db, vault);
    const other = await openedVault(elsewhere, fileSource(path));
    for (const owner of OWNERS) await other.rotateDataKey(owner, { requester: ANNA });
    await other.rotateMasterKey({ requester: ANNA });
    await set(elsewhere, other, { 'jde.user': 'made elsewhere' }, 'c8');
    await expectWhole(vault);
    expect(await vault.open('c8', 'jde.user')).toBe('made elsewhere');
    await set(db, vault, { 'jde.user': 'made here' }, 'c9');
    expect(await other.open('c9', 'jde.user')).toBe('made here');
  });

  test('with its key in its environment goes on with all that it knew, and says what it lacks for the rest', async () => {
    const [db, elsewhere] = await twoHandles();
    const [old, fresh] = [keyText(), keyText()];
    await fill(db, await openedVault(db, environment(old)));
    const running = await openedVault(db, environment(old));
    const other = await openedVault(elsewhere, environment(fresh, old));
    for (const owner of OWNERS)
      expect((await running.openAll(owner)).get('jde.user')).toBe(`user of ${owner}`);
    await set(db, running, { 'jde.user': 'changed here' }, 'c1');
    expect(await other.open('c1', 'jde.user')).toBe('changed here');
    // A new owner needs a new data key, which only the new master key may wrap.
    const fault = { code: 'vault.key_wrong', message: expect.stringContaining(parseMasterKey(fresh, '').id) };
    await expect(set(db, running, { 'jde.user': 'x' }, 'c9')).rejects.toMatchObject(fault);
  });

  test('changes them itself at the same time, and both end well', async () => {
    const [db, elsewhere] = await twoHandles();
    const path = keyFile();
    const one = await openedVault(db, fileSource(path));
    await fill(db, one);
    const two = await openedVault(elsewhere, fileSource(path));
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([one.rotateMasterKey({ requester: ANNA }), two.rotateMasterKey({ requester: ANNA })]);
      await Promise.all([
        one.rotateDataKey('c1', { requester: ANNA }),
        two.rotateDataKey('c1', { requester: ANNA }),
      ]);
    }
    const last = await openedVault(db, fileSource(path));
    await expectWhole(last);
    expect(await idsOf(db, 'master_keys')).toEqual([readKeyFile(path)?.id]);
  });
});
