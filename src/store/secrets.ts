import type { StoredDataKey } from './data-keys.ts';
import type { Db } from './database.ts';

export interface StoredSecret {
  readonly owner: string;
  readonly name: string;
  readonly sealed: string;
  readonly dataKeyId: string;
}

/** What people may see of a secret. */
export interface SecretDescription {
  readonly name: string;
  /** Tells whether the value was changed; the value cannot be won back from it. */
  readonly fingerprint: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  /** Id of the data key that seals it. */
  readonly keyId: string;
}

/** A secret together with the key that seals it, as both stood at one moment. */
export interface SecretWithKey extends StoredSecret {
  readonly key: StoredDataKey;
}

/** The secrets of an owner, or one of them, in one statement: a change of several is seen as a whole or not at all. */
export async function loadSecrets(db: Db, owner: string, name?: string): Promise<readonly SecretWithKey[]> {
  let select = db
    .selectFrom('secrets')
    .innerJoin('data_keys', 'data_keys.id', 'secrets.data_key_id')
    .select(['secrets.owner', 'secrets.name', 'secrets.sealed', 'secrets.data_key_id'])
    .select([
      'data_keys.owner as key_owner',
      'data_keys.state',
      'data_keys.wrapped',
      'data_keys.master_key_id',
    ])
    .where('secrets.owner', '=', owner)
    .orderBy('secrets.name');
  if (name !== undefined) select = select.where('secrets.name', '=', name);
  return (await select.execute()).map((row) => ({
    owner: row.owner,
    name: row.name,
    sealed: row.sealed,
    dataKeyId: row.data_key_id,
    key: {
      id: row.data_key_id,
      owner: row.key_owner,
      state: row.state as StoredDataKey['state'], // Written by store/data-keys.ts from the same two words.
      wrapped: row.wrapped,
      masterKeyId: row.master_key_id,
    },
  }));
}

export async function describeSecrets(db: Db, owner: string): Promise<readonly SecretDescription[]> {
  const rows = await db
    .selectFrom('secrets')
    .select(['name', 'fingerprint', 'updated_at', 'updated_by', 'data_key_id'])
    .where('owner', '=', owner)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    fingerprint: row.fingerprint,
    updatedAtMs: Number(row.updated_at),
    updatedBy: row.updated_by,
    keyId: row.data_key_id,
  }));
}

interface SecretToSave extends StoredSecret {
  readonly fingerprint: string;
  readonly nowMs: number;
  readonly by: string;
}

export async function saveSecret(tx: Db, secret: SecretToSave): Promise<void> {
  const values = {
    sealed: secret.sealed,
    data_key_id: secret.dataKeyId,
    fingerprint: secret.fingerprint,
    updated_at: secret.nowMs,
    updated_by: secret.by,
  };
  await tx
    .insertInto('secrets')
    .values({ owner: secret.owner, name: secret.name, ...values })
    .onConflict((c) => c.columns(['owner', 'name']).doUpdateSet(values))
    .execute();
}

/** Removes a secret. Returns its fingerprint, or `undefined` if there was none. */
export async function deleteSecret(tx: Db, owner: string, name: string): Promise<string | undefined> {
  const row = await tx
    .deleteFrom('secrets')
    .where('owner', '=', owner)
    .where('name', '=', name)
    .returning('fingerprint')
    .executeTakeFirst();
  return row?.fingerprint;
}

/** Secrets of an owner that stand under another key than this one, in the order of their names. */
export async function listSecretsToReseal(
  db: Db,
  query: {
    readonly owner: string;
    readonly activeKeyId: string;
    readonly afterName: string;
    readonly limit: number;
  },
): Promise<readonly StoredSecret[]> {
  const rows = await db
    .selectFrom('secrets')
    .select(['owner', 'name', 'sealed', 'data_key_id'])
    .where('owner', '=', query.owner)
    .where('data_key_id', '!=', query.activeKeyId)
    .where('name', '>', query.afterName)
    .orderBy('name')
    .limit(query.limit)
    .execute();
  return rows.map((row) => ({
    owner: row.owner,
    name: row.name,
    sealed: row.sealed,
    dataKeyId: row.data_key_id,
  }));
}

/** Replaces the seal of a secret, unless it was set anew meanwhile. Nothing of its value or its history changes. */
export async function resealSecret(
  tx: Db,
  secret: StoredSecret,
  seal: { readonly sealed: string; readonly dataKeyId: string },
): Promise<void> {
  await tx
    .updateTable('secrets')
    .set({ sealed: seal.sealed, data_key_id: seal.dataKeyId })
    .where('owner', '=', secret.owner)
    .where('name', '=', secret.name)
    .where('sealed', '=', secret.sealed)
    .execute();
}

export async function countSecrets(db: Db, owner?: string): Promise<number> {
  let select = db.selectFrom('secrets').select((eb) => eb.fn.countAll().as('count'));
  if (owner !== undefined) select = select.where('owner', '=', owner);
  return Number((await select.executeTakeFirstOrThrow()).count);
}
