import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Db, inTransaction } from '../store/database.ts';
import { freshStore, NOW_MS, openUntilEnd, storePath } from '../store/store.testkit.ts';
import { listTrail } from '../store/trail.ts';
import { credentialsFromVault } from './connection-credentials.ts';
import { DataKey } from './data-key.ts';
import { fileSource, type KeySource, throwAwaySource } from './key-source.ts';
import { Keyring } from './keyring.ts';
import { generateMasterKey } from './master-key.ts';
import { SECRET_BYTES_MAX } from './secret-form.ts';
import { ANNA, openedVault, openWith, set } from './vault.testkit.ts';
import type { Vault } from './vault.ts';

const PLAIN = 'Grüße-aus-dem-Tresor-7731';

async function fresh(): Promise<{ db: Db; vault: Vault; source: KeySource }> {
  const db = await freshStore();
  const source = throwAwaySource();
  return { db, vault: await openedVault(db, source), source };
}

const trailOf = async (db: Db, chain: string) =>
  (await listTrail(db, { chain, afterSeq: 0, limit: 100 })).map(({ action, actor, data }) => ({
    action,
    actor,
    data: JSON.parse(data) as Record<string, unknown>, // Written by chainEvents as an object.
  }));

/** Whatever a person with rights on the database could do to a sealed text. */
async function tamper(db: Db, change: (sealed: string) => string, name = 'jde.password'): Promise<void> {
  const row = await db
    .selectFrom('secrets')
    .select('sealed')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  await db
    .updateTable('secrets')
    .set({ sealed: change(row.sealed) })
    .where('name', '=', name)
    .execute();
}

describe('a secret', () => {
  test('comes back as it was put in, for any Unicode text up to 8 kB', async () => {
    const { db, vault } = await fresh();
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 4_000 })
      .filter((value) => Buffer.byteLength(value) <= SECRET_BYTES_MAX);
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.string({ unit: 'grapheme', minLength: 1 })), async (value) => {
        await set(db, vault, { 'jde.password': value });
        return (await vault.open('c1', 'jde.password')) === value;
      }),
      { numRuns: 150 },
    );
    const longest = 'ü'.repeat(SECRET_BYTES_MAX / 2);
    await set(db, vault, { 'jde.password': longest });
    expect(await vault.open('c1', 'jde.password')).toBe(longest);
  });

  test.each([
    ['', 'it is empty'],
    ['x'.repeat(SECRET_BYTES_MAX + 1), `it is longer than ${SECRET_BYTES_MAX} bytes`],
    ['ü'.repeat(SECRET_BYTES_MAX / 2 + 1), `it is longer than ${SECRET_BYTES_MAX} bytes`],
    ['half \ud800', 'it is no Unicode text'],
  ])('that cannot be kept whole is refused: %#', async (value, why) => {
    const { db, vault } = await fresh();
    await expect(set(db, vault, { 'jde.password': value })).rejects.toMatchObject({
      code: 'input.invalid',
      field: 'jde.password',
      message: `jde.password cannot be stored: ${why}.`,
    });
    expect(await vault.describe('c1')).toEqual([]);
  });

  test.each([
    ['c1', '../etc'],
    ['c1', ''],
    ['c1', 'x'.repeat(121)],
    ['', 'jde.user'],
    ['two words', 'jde.user'],
  ])('has a plain owner and name: %s %s is refused', async (owner, name) => {
    const { db, vault } = await fresh();
    await expect(set(db, vault, { [name]: 'value' }, owner)).rejects.toMatchObject({ code: 'input.invalid' });
  });

  test('that was never set is absent', async () => {
    const { vault } = await fresh();
    expect(await vault.open('c1', 'jde.password')).toBeUndefined();
    expect(await vault.describe('c1')).toEqual([]);
  });

  test('is shown as a fingerprint with its date, which changes with the value', async () => {
    const { db, vault } = await fresh();
    await set(db, vault, { 'jde.user': 'same', 'jde.password': 'same' });
    const [password, user] = await vault.describe('c1');
    expect(password).toEqual({
      name: 'jde.password',
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      updatedAtMs: NOW_MS,
      updatedBy: 'user:anna',
      keyId: expect.stringMatching(/^dk_/),
    });
    // Equal values do not show as equal.
    expect(user?.fingerprint).not.toBe(password?.fingerprint);
    await set(db, vault, { 'jde.password': 'other' });
    const changed = (await vault.describe('c1'))[0]?.fingerprint;
    expect(changed).not.toBe(password?.fingerprint);
    await set(db, vault, { 'jde.password': 'same' });
    expect((await vault.describe('c1'))[0]?.fingerprint).toBe(password?.fingerprint);
  });

  test('has the same value under two owners, and nobody sees that they are equal', async () => {
    const { db, vault } = await fresh();
    await set(db, vault, { 'jde.password': 'same' }, 'c1');
    await set(db, vault, { 'jde.password': 'same' }, 'c2');
    const [one] = await vault.describe('c1');
    const [two] = await vault.describe('c2');
    expect(one?.keyId).not.toBe(two?.keyId);
    expect(one?.fingerprint).not.toBe(two?.fingerprint);
  });

  test('leaves the trail of each change, without the value', async () => {
    const { db, vault } = await fresh();
    await set(db, vault, { 'jde.password': PLAIN });
    await set(db, vault, { 'jde.password': `${PLAIN}2` });
    const removed = await inTransaction(db, (tx) =>
      vault.remove(tx, { owner: 'c1', name: 'jde.password', requester: ANNA }),
    );
    expect(removed).toBe(true);
    const trail = await trailOf(db, 'c1');
    expect(trail.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'user:anna key.created',
      'user:anna secret.set',
      'user:anna secret.set',
      'user:anna secret.removed',
    ]);
    const [, first, second, last] = trail.map(({ data }) => data);
    expect(first).toMatchObject({ name: 'jde.password', formerFingerprint: null });
    expect(second?.['formerFingerprint']).toBe(first?.['fingerprint']);
    expect(last).toEqual({ name: 'jde.password', fingerprint: second?.['fingerprint'] });
    expect(JSON.stringify(trail)).not.toContain(PLAIN);
    expect(await vault.open('c1', 'jde.password')).toBeUndefined();
  });

  test('is neither stored nor in the trail when its transaction is rolled back, and can be set after that', async () => {
    const { db, vault } = await fresh();
    const work = inTransaction(db, async (tx) => {
      await vault.save(tx, { owner: 'c1', name: 'jde.user', value: 'first', requester: ANNA });
      expect(await vault.open('c1', 'jde.user', tx)).toBe('first');
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await vault.describe('c1')).toEqual([]);
    expect(await trailOf(db, 'c1')).toEqual([]);
    await set(db, vault, { 'jde.user': 'second' });
    expect(await vault.open('c1', 'jde.user')).toBe('second');
  });

  test('that is not there is removed without a trace', async () => {
    const { db, vault } = await fresh();
    const place = { owner: 'c1', name: 'jde.user', requester: ANNA };
    expect(await inTransaction(db, (tx) => vault.remove(tx, place))).toBe(false);
    expect(await trailOf(db, 'c1')).toEqual([]);
  });

  test('goes with its owner, and so does the key that opened it', async () => {
    const { db, vault } = await fresh();
    await set(db, vault, { 'jde.user': 'a', 'jde.password': 'b' });
    await set(db, vault, { 'jde.user': 'stays' }, 'c2');
    await inTransaction(db, (tx) => vault.removeOwner(tx, { owner: 'c1', requester: ANNA }));
    expect(await vault.openAll('c1')).toEqual(new Map());
    expect(await vault.open('c2', 'jde.user')).toBe('stays');
    expect((await db.selectFrom('data_keys').select('owner').execute()).map((key) => key.owner)).toEqual([
      'c2',
    ]);
  });
});

describe('a sealed text', () => {
  test.each([
    ['header', 0],
    ['vector', 2],
    ['ciphertext', 3],
    ['tag', 4],
  ])('of which one character of the %s was changed does not open', async (_name, part) => {
    const { db, vault } = await fresh();
    await set(db, vault, { 'jde.password': PLAIN });
    await tamper(db, (sealed) => {
      const parts = sealed.split('.');
      const text = parts[part] ?? '';
      parts[part] = `${text.slice(0, 3)}${text[3] === 'A' ? 'B' : 'A'}${text.slice(4)}`;
      return parts.join('.');
    });
    await expect(vault.open('c1', 'jde.password')).rejects.toMatchObject({
      code: 'vault.secret_unreadable',
      field: 'jde.password',
      message: expect.stringContaining('The secret jde.password of c1'),
    });
  });

  test.each(['', 'x', 'a.b.c.d.e', 'eyJhbGciOiJub25lIn0..'])(
    'that is none does not open: "%s"',
    async (text) => {
      const { db, vault } = await fresh();
      await set(db, vault, { 'jde.password': PLAIN });
      await tamper(db, () => text);
      await expect(vault.open('c1', 'jde.password')).rejects.toMatchObject({
        code: 'vault.secret_unreadable',
      });
    },
  );

  test('opens under its own name only', async () => {
    const { db, vault } = await fresh();
    await set(db, vault, { 'jde.user': 'anna', 'jde.password': PLAIN });
    const rows = await db.selectFrom('secrets').select(['name', 'sealed']).orderBy('name').execute();
    await tamper(db, () => rows[0]?.sealed ?? '', 'jde.user');
    await expect(vault.open('c1', 'jde.user')).rejects.toMatchObject({ code: 'vault.secret_unreadable' });
    expect(await vault.open('c1', 'jde.password')).toBe(PLAIN);
  });

  test('opens under its own owner only, also with its key in tow', async () => {
    const { db, vault, source } = await fresh();
    await set(db, vault, { 'jde.password': PLAIN }, 'c1');
    await set(db, vault, { 'jde.password': 'theirs' }, 'c2');
    const one = await db
      .selectFrom('secrets')
      .selectAll()
      .where('owner', '=', 'c1')
      .executeTakeFirstOrThrow();
    const moved = { sealed: one.sealed, data_key_id: one.data_key_id };
    await db.updateTable('secrets').set(moved).where('owner', '=', 'c2').execute();
    await expect(vault.open('c2', 'jde.password')).rejects.toMatchObject({ code: 'vault.secret_unreadable' });
    // The wrapped key says whose it is, too.
    await db.updateTable('data_keys').set({ state: 'retiring' }).where('owner', '=', 'c2').execute();
    await db.updateTable('data_keys').set({ owner: 'c2' }).where('id', '=', one.data_key_id).execute();
    const { vault: elsewhere, notices } = await openWith(db, source);
    await expect(elsewhere.open('c2', 'jde.password')).rejects.toMatchObject({
      code: 'vault.secret_unreadable',
      message: expect.stringContaining('The data key'),
    });
    expect(notices.join()).toContain('c2');
  });

  test('is a compact JWE that names its key and its place', async () => {
    const { db, vault } = await fresh();
    await set(db, vault, { 'jde.password': PLAIN });
    const row = await db.selectFrom('secrets').selectAll().executeTakeFirstOrThrow();
    const header: unknown = JSON.parse(Buffer.from(row.sealed.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      typ: 'ml-connector-secret',
      kid: row.data_key_id,
      owner: 'c1',
      name: 'jde.password',
    });
  });
});

describe('what lies open', () => {
  test('neither the database files nor the key file beside them hold a value or a key in clear', async () => {
    const path = storePath();
    const { db } = await openUntilEnd(path);
    const keyPath = join(dirname(path), 'master.key');
    const source = fileSource(keyPath);
    const vault = await openedVault(db, source);
    await set(db, vault, { 'jde.password': PLAIN, 'jde.user': 'anna-from-purchasing' });
    await vault.rotateDataKey('c1', { requester: ANNA });
    const keyText = readFileSync(keyPath, 'utf8').trim();
    const files = readdirSync(dirname(path)).filter((name) => name.startsWith('store.db'));
    expect(files).toContain('store.db-wal');
    const searched = [PLAIN, 'anna-from-purchasing', keyText].flatMap((plain) => [
      Buffer.from(plain),
      Buffer.from(plain, 'utf16le'),
      Buffer.from(Buffer.from(plain).toString('base64').slice(0, -4)),
      Buffer.from(Buffer.from(plain).toString('hex')),
    ]);
    searched.push(Buffer.from(keyText, 'base64'));
    for (const file of files) {
      const bytes = readFileSync(join(dirname(path), file));
      expect(searched.filter((text) => bytes.includes(text)).map(String)).toEqual([]);
    }
    // The same search finds what is stored in clear.
    expect(files.some((file) => readFileSync(join(dirname(path), file)).includes('jde.password'))).toBe(true);
  });

  test('keys show nothing of themselves, however they are printed', async () => {
    const { db, vault, source } = await fresh();
    await set(db, vault, { 'jde.password': PLAIN });
    const master = generateMasterKey();
    const text = master.reveal();
    const hex = Buffer.from(text, 'base64').toString('hex');
    const key = DataKey.generate('c1');
    const keyring = new Keyring(source);
    await keyring.refresh();
    for (const thing of [master, key, keyring, vault, { nested: [master, key] }]) {
      const options = { depth: 20, showHidden: true, getters: true } as const;
      const shown = [inspect(thing, options), JSON.stringify(thing), `${String(thing)}`].join();
      expect(shown).not.toContain(text);
      expect(shown).not.toContain(hex);
      expect(shown).not.toMatch(/Buffer|Uint8Array|[0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2}/);
      expect(shown).not.toContain(PLAIN);
    }
    expect(JSON.stringify({ master, key })).toBe('{"master":"[sealed]","key":"[sealed]"}');
  });

  test('no fault tells a value', async () => {
    const { db, vault } = await fresh();
    const tooLong = PLAIN.repeat(1_000);
    const error: unknown = await set(db, vault, { 'jde.password': tooLong }).catch((fault: unknown) => fault);
    expect(inspect(error, { depth: 9 })).toContain('input.invalid');
    expect(inspect(error, { depth: 9 })).not.toContain(PLAIN);
  });
});

describe('the credentials of a connection', () => {
  const ALL = {
    'jde.user': 'MLREAD',
    'jde.password': 'p',
    'cin7.accountId': 'a-1',
    'cin7.applicationKey': 'k-1',
  };

  test('come out of the vault in the form that the connectors take', async () => {
    const { db, vault } = await fresh();
    await set(db, vault, ALL);
    expect(await credentialsFromVault(vault, 'c1')).toEqual({
      jde: { user: 'MLREAD', password: 'p' },
      cin7: { accountId: 'a-1', applicationKey: 'k-1' },
    });
  });

  test('are absent where none was entered', async () => {
    const { db, vault } = await fresh();
    await set(db, vault, ALL, 'c2');
    expect(await credentialsFromVault(vault, 'c1')).toBeUndefined();
  });

  test.each(Object.keys(ALL))('are refused by name while %s is missing', async (missing) => {
    const { db, vault } = await fresh();
    await set(db, vault, ALL);
    await inTransaction(db, (tx) => vault.remove(tx, { owner: 'c1', name: missing, requester: ANNA }));
    await expect(credentialsFromVault(vault, 'c1')).rejects.toMatchObject({
      code: 'vault.secret_missing',
      field: missing,
      message: `The connection has no ${missing} in the vault.`,
    });
  });
});

describe('a damaged data key', () => {
  test('leaves the other owners alone, and is replaced when the secret is entered again', async () => {
    const { db, vault, source } = await fresh();
    await set(db, vault, { 'jde.user': 'anna', 'jde.password': PLAIN });
    await set(db, vault, { 'jde.user': 'fine' }, 'c2');
    await db.updateTable('data_keys').set({ wrapped: 'broken' }).where('owner', '=', 'c1').execute();
    const { vault: again, notices } = await openWith(db, source);
    expect(notices).toEqual([
      'The data keys of these owners do not open: c1. Their credentials must be entered again.',
    ]);
    expect(await again.open('c2', 'jde.user')).toBe('fine');
    await expect(again.open('c1', 'jde.user')).rejects.toMatchObject({ code: 'vault.secret_unreadable' });
    await set(db, again, { 'jde.user': 'anna', 'jde.password': PLAIN });
    expect(await again.open('c1', 'jde.password')).toBe(PLAIN);
    // At the next start the damaged key is gone.
    const { vault: later, notices: none } = await openWith(db, source);
    expect(none).toEqual([]);
    expect(await later.check()).toMatchObject({
      isChanging: false,
      dataKeys: { total: 2, opened: 2 },
      broken: [],
    });
  });
});
