import { spawn } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openSqlite } from '../store/database.ts';
import { openUntilEnd, storePath } from '../store/store.testkit.ts';
import { readKeyFile } from './key-file.ts';
import { fileSource } from './key-source.ts';
import { expectWhole, fill, idsOf, MANY, OWNERS } from './rotation.testkit.ts';
import { openedVault, openWith, set, tempFolder } from './vault.testkit.ts';

describe('processes of their own', () => {
  const CHILD = resolve(import.meta.dirname, 'rotation-child.testkit.ts');

  interface Place {
    readonly store: string;
    readonly key: string;
  }

  interface Ended {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly err: string;
  }

  function changeKeys(
    { store, key }: Place,
    how: { killAtStep?: number; rounds?: number } = {},
  ): Promise<Ended> {
    const args = [CHILD, store, key, String(how.killAtStep ?? 0), String(how.rounds ?? 1)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    return new Promise((done) => child.on('close', (code, signal) => done({ code, signal, err })));
  }

  async function filledPlace(): Promise<Place> {
    const store = storePath();
    const place = { store, key: join(dirname(store), 'master.key') };
    const database = await openSqlite(store);
    await fill(database.db, await openedVault(database.db, fileSource(place.key)));
    await database.close();
    return place;
  }

  const ENDED_WELL = { code: 0, signal: null, err: '' };

  test('that are killed while they change the keys leave a store that the next start brings to its end, whatever step they were at', async () => {
    const origin = await filledPlace();
    let kills = 0;
    for (let step = 1; kills === step - 1; step += 1) {
      const folder = tempFolder();
      const place = { store: join(folder, 'store.db'), key: join(folder, 'master.key') };
      copyFileSync(origin.store, place.store);
      copyFileSync(origin.key, place.key);
      const ended = await changeKeys(place, { killAtStep: step });
      if (ended.signal === 'SIGKILL') kills += 1;
      expect([{ code: null, signal: 'SIGKILL', err: '' }, ENDED_WELL]).toContainEqual(ended);
      const { db } = await openUntilEnd(place.store);
      const { vault, notices } = await openWith(db, fileSource(place.key));
      expect(notices).toEqual([]);
      await expectWhole(vault);
      expect(await idsOf(db, 'master_keys')).toEqual([readKeyFile(place.key)?.id]);
    }
    // 8 steps of the master key, 4 of one data key.
    expect(kills).toBe(12);
  }, 180_000);

  test('change the keys at the same time, and all end well', async () => {
    const place = await filledPlace();
    const ended = await Promise.all([changeKeys(place, { rounds: 5 }), changeKeys(place, { rounds: 5 })]);
    expect(ended).toEqual([ENDED_WELL, ENDED_WELL]);
    const { db } = await openUntilEnd(place.store);
    await expectWhole(await openedVault(db, fileSource(place.key)));
    expect(await idsOf(db, 'master_keys')).toEqual([readKeyFile(place.key)?.id]);
    expect(readdirSync(dirname(place.key)).filter((name) => name.startsWith('master'))).toEqual([
      'master.key',
    ]);
  });

  test('change the keys while this one reads and writes, and it always has right values', async () => {
    const place = await filledPlace();
    const { db } = await openUntilEnd(place.store);
    const vault = await openedVault(db, fileSource(place.key));
    let ended: Ended | undefined;
    const changing = changeKeys(place, { rounds: 12 }).then((how) => (ended = how));
    const masterKeysSeen = new Set<string | undefined>();
    let turns = 0;
    while (ended === undefined) {
      turns += 1;
      masterKeysSeen.add(readKeyFile(place.key)?.id);
      for (const owner of OWNERS)
        expect(Object.fromEntries(await vault.openAll(owner))).toEqual({
          'jde.user': `user of ${owner}`,
          ...MANY,
        });
      await set(db, vault, { 'name.7': 'value 7' }, 'c1');
      await set(db, vault, { 'jde.user': `owner ${turns}` }, `new-${turns}`);
      await turn();
    }
    expect(await changing).toEqual(ENDED_WELL);
    // The keys were really changed under way.
    expect(masterKeysSeen.size).toBeGreaterThan(2);
    await expectWhole(vault);
    const later = await openedVault(db, fileSource(place.key));
    for (let number = 1; number <= turns; number += 1)
      expect(await later.open(`new-${number}`, 'jde.user')).toBe(`owner ${number}`);
  });
});
