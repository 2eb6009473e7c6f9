import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { registerConnection } from '../src/store/connections.ts';
import { type Database, inTransaction, openSqlite } from '../src/store/database.ts';
import { readKeyFile } from '../src/vault/key-file.ts';
import { fileSource } from '../src/vault/key-source.ts';
import { generateMasterKey } from '../src/vault/master-key.ts';
import { openVault } from '../src/vault/open-vault.ts';
import type { Vault } from '../src/vault/vault.ts';
import { programPath } from './support/program.ts';

const SECRET = 'nobody-may-see-this-9912';
const requester = { actor: 'user:anna', origin: 'test' };

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Place {
  readonly folder: string;
  readonly key: string;
  readonly database: Database;
  readonly vault: Vault;
  readonly connectionId: string;
  readonly run: (args: string, env?: Record<string, string>) => Promise<Ended>;
}

/** A store with a connection `main` whose credentials are in the vault, and the program beside it. */
async function place(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'key-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'ml-connector.yaml'), 'version: 1\n');
  const database = await openSqlite(join(folder, 'data', 'ml-connector.db'));
  onTestFinished(() => database.close());
  const key = join(folder, 'data', 'master.key');
  const { db } = database;
  const { vault } = await openVault({ db, source: fileSource(key), now: Date.now, requester });
  const connectionId = await inTransaction(db, async (tx) => {
    const { id } = await registerConnection(tx, { name: 'main', settings: {}, nowMs: 0 });
    for (const name of ['jde.user', 'jde.password'])
      await vault.save(tx, { owner: id, name, value: `${SECRET} ${name}`, requester });
    await vault.save(tx, { owner: 'system', name: 'notice.1', value: SECRET, requester });
    return id;
  });
  return { folder, key, database, vault, connectionId, run: (args, env = {}) => program(folder, args, env) };
}

function program(folder: string, args: string, env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [programPath(), ...args.split(' ')], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  return new Promise((done) => child.on('close', (code) => done({ code, ...text })));
}

describe('key check', () => {
  test('says where the key comes from, its id, and that all opens', async () => {
    const { run, key, folder } = await place();
    const ended = await run('key check');
    expect(ended).toEqual({
      code: 0,
      err: '',
      out: [
        `Master key ${readKeyFile(key)?.id}, from the file ${key}.`,
        '2 of 2 data keys open, 3 of 3 secrets.',
        '',
      ].join('\n'),
    });
    expect(readdirSync(join(folder, 'data')).filter((name) => name.startsWith('master'))).toEqual([
      'master.key',
    ]);
  });

  test('names what does not open by connection and secret, and fails', async () => {
    const { run, database, connectionId } = await place();
    await database.db
      .updateTable('secrets')
      .set({ sealed: 'damaged' })
      .where('name', '=', 'jde.password')
      .execute();
    const ended = await run('key check');
    expect(ended.code).toBe(1);
    expect(ended.out).toContain('2 of 2 data keys open, 2 of 3 secrets.');
    expect(ended.out).toMatch(/^main +jde\.password$/m);
    const json = await run('key check --json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      broken: [{ owner: connectionId, connection: 'main', name: 'jde.password' }],
    });
  });

  test('tells a lost key and a wrong key from each other, and makes none', async () => {
    const { run, key } = await place();
    const id = readKeyFile(key)?.id ?? '';
    rmSync(key);
    const lost = await run('key check');
    expect(lost.code).toBe(1);
    expect(lost.out).toContain(`There is no master key in the file ${key}.`);
    expect(lost.out).toContain(`What is stored is sealed with the master key ${id}.`);
    expect(lost.out).toContain('0 of 2 data keys open, 0 of 3 secrets.');
    expect(existsSync(key)).toBe(false);
    const other = generateMasterKey();
    const wrong = await run('key check', { ML_CONNECTOR_MASTER_KEY: other.reveal() });
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain(
      `Master key ${other.id}, from the environment variable ML_CONNECTOR_MASTER_KEY.`,
    );
    const malformed = await run('key check', { ML_CONNECTOR_MASTER_KEY: 'secret' });
    expect(malformed).toMatchObject({ code: 3, out: '' });
    expect(malformed.err).toContain('vault.key_malformed');
  });
});

describe('key rotate', () => {
  test('changes both layers while the connections go on, and prints no secret', async () => {
    const { run, key, vault, connectionId } = await place();
    const [former, dataKeys] = [
      readKeyFile(key)?.id,
      (await vault.describe(connectionId)).map((each) => each.keyId),
    ];
    const ended = await run('key rotate');
    expect(ended).toMatchObject({ code: 0, err: '' });
    const current = readKeyFile(key)?.id;
    expect(ended.out.split('\n')).toEqual([
      `The master key is ${current} now; 2 data keys were wrapped anew.`,
      `Back the new key up. ${former} is no longer needed here, but by backups of the database that were made before.`,
      '2 data keys were replaced and their secrets sealed anew.',
      '',
    ]);
    expect(current).not.toBe(former);
    // This process had the former keys in its memory.
    expect(await vault.open(connectionId, 'jde.user')).toBe(`${SECRET} jde.user`);
    expect((await vault.describe(connectionId)).map((each) => each.keyId)).not.toEqual(dataKeys);
    expect((await run('key check')).code).toBe(0);
    expect(ended.out + ended.err).not.toContain(SECRET);
  });

  test('changes one layer where one is named, and nothing at all with --dry-run', async () => {
    const { run, key, vault } = await place();
    const former = readKeyFile(key)?.id;
    const keyIdOf = async () => (await vault.describe('system'))[0]?.keyId;
    const dataKey = await keyIdOf();
    const dry = await run('key rotate --dry-run --json');
    expect(JSON.parse(dry.out)).toEqual({ dryRun: true, wrappedAnew: 2, sealedAnew: 3, doNotOpen: 0 });
    expect([readKeyFile(key)?.id, await keyIdOf()]).toEqual([former, dataKey]);
    const data = await run('key rotate --data-keys --json');
    expect(JSON.parse(data.out)).toMatchObject({
      master: null,
      dataKeys: [{ unreadable: [] }, { unreadable: [] }],
    });
    expect(readKeyFile(key)?.id).toBe(former);
    const changed = await keyIdOf();
    expect(changed).not.toBe(dataKey);
    const master = await run('key rotate --master --json');
    expect(JSON.parse(master.out)).toMatchObject({
      master: { removed: [former], rewrapped: 2 },
      dataKeys: [],
    });
    expect(await keyIdOf()).toBe(changed);
  });

  test('takes a new key from the environment, with the former one beside it', async () => {
    const { run, key } = await place();
    const [former, fresh] = [readFileSync(key, 'utf8').trim(), generateMasterKey()];
    const env = { ML_CONNECTOR_MASTER_KEY: fresh.reveal() };
    const refused = await run('key rotate --master', env);
    expect(refused).toMatchObject({ code: 3, out: '' });
    expect(refused.err).toContain('vault.key_wrong');
    const ended = await run('key rotate --master', { ...env, ML_CONNECTOR_MASTER_KEY_PREVIOUS: former });
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toContain(`The master key is ${fresh.id} now`);
    expect((await run('key check', env)).code).toBe(0);
    const again = await run('key rotate --master', env);
    expect(again.code).toBe(3);
    expect(again.err).toContain('vault.key_not_new');
    const both = await run('key rotate', env);
    expect(both).toMatchObject({ code: 0, err: expect.stringContaining('The master key stays as it is') });
    expect(both.out).toContain('2 data keys were replaced');
  });

  test('fails with the names of what does not open, and still does the rest', async () => {
    const { run, database } = await place();
    await database.db
      .updateTable('secrets')
      .set({ sealed: 'damaged' })
      .where('name', '=', 'jde.password')
      .execute();
    const ended = await run('key rotate --data-keys');
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/^main +jde\.password$/m);
  });
});

describe('key create', () => {
  test('writes a key for its owner alone, and never over another one', async () => {
    const { run, folder } = await place();
    const file = join(folder, 'keys', 'new.key');
    const ended = await run('key create keys/new.key --json');
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(ended.out)).toEqual({ file, keyId: readKeyFile(file)?.id });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    expect(ended.out).not.toContain(text.trim());
    expect(await run('key create keys/new.key')).toMatchObject({ code: 2, out: '' });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
