import { expect } from 'vitest';
import type { Db } from '../store/database.ts';
import { set } from './vault.testkit.ts';
import type { Vault } from './vault.ts';

export const OWNERS = ['c1', 'c2', 'system'];
/** More than one batch of a change of a data key. */
export const MANY = Object.fromEntries(
  Array.from({ length: 24 }, (_, index) => [`name.${index}`, `value ${index}`]),
);

export async function fill(db: Db, vault: Vault): Promise<void> {
  for (const owner of OWNERS) await set(db, vault, { 'jde.user': `user of ${owner}`, ...MANY }, owner);
}

/** All is as it was put in, and no change of keys is under way. */
export async function expectWhole(vault: Vault): Promise<void> {
  for (const owner of OWNERS)
    expect(Object.fromEntries(await vault.openAll(owner))).toEqual({
      'jde.user': `user of ${owner}`,
      ...MANY,
    });
  expect(await vault.check()).toMatchObject({ isChanging: false, broken: [] });
}

export const idsOf = async (db: Db, table: 'data_keys' | 'master_keys') =>
  (await db.selectFrom(table).select('id').orderBy('id').execute()).map((row) => row.id);
