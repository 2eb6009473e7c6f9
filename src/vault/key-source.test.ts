import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { freshStore, openUntilEnd } from '../store/store.testkit.ts';
import { readKeyFromCommand } from './key-command.ts';
import { createKeyFile, readKeyFile } from './key-file.ts';
import { chooseKeySource, fileSource, KEY_VARIABLE, PREVIOUS_VARIABLE } from './key-source.ts';
import { parseMasterKey } from './master-key.ts';
import { keyText, openedVault, openWith, set, tempFolder } from './vault.testkit.ts';

const bytes = (): Buffer => randomBytes(32);
const STORE = 'data/ml-connector.db';
const source = (env: Record<string, string> = {}, settings = {}, folder = tempFolder()) =>
  chooseKeySource({ settings, folder, storePath: STORE, env });

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no fault',
    (fault: unknown) => fault,
  );
}

describe('the text of a master key', () => {
  test('is base64, base64url or hex of 32 bytes, and the same key has the same id in each of them', () => {
    const key = bytes();
    const forms = [
      key.toString('base64'),
      key.toString('base64').replace('=', ''),
      key.toString('base64url'),
      key.toString('hex'),
      key.toString('hex').toUpperCase(),
      `  ${key.toString('base64')}\r\n`,
    ];
    const ids = forms.map((form) => parseMasterKey(form, 'the test').id);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^mk_[0-9a-f]{20}$/);
    expect(parseMasterKey(bytes().toString('hex'), 'the test').id).not.toBe(ids[0]);
  });

  test.each([
    ['an empty text', '', 'is empty'],
    ['31 bytes', randomBytes(31).toString('base64'), 'does not hold 32 bytes'],
    ['33 bytes', randomBytes(33).toString('hex'), 'does not hold 32 bytes'],
    ['a passphrase', 'correct horse battery staple', 'does not hold 32 bytes'],
    ['two lines', `${bytes().toString('hex')}\n${bytes().toString('hex')}`, 'does not hold 32 bytes'],
    ['a key with a typing error', `${bytes().toString('hex').slice(1)}g`, 'does not hold 32 bytes'],
    ['zeros', Buffer.alloc(32).toString('base64'), 'made-up key'],
    ['a pattern', 'abcd'.repeat(16), 'made-up key'],
  ])('is refused where it is %s, and is not repeated', (_name, text, why) => {
    const parse = (): unknown => parseMasterKey(text, 'the variable');
    expect(parse).toThrow(expect.objectContaining({ code: 'vault.key_malformed' }));
    expect(parse).toThrow(why);
    expect(parse).not.toThrow(text.padEnd(1, '~'));
  });
});

describe('a first start', () => {
  test('makes a key file that its owner alone may read, and says that it must be backed up', async () => {
    const folder = tempFolder();
    const path = join(folder, 'data', 'master.key');
    const { notices, vault } = await openWith(await freshStore(), source({}, {}, folder));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readKeyFile(path)?.id).toMatch(/^mk_/);
    expect(notices).toEqual([
      `A new master key ${readKeyFile(path)?.id} was made in the file ${path}. Back it up now, apart from the database: without it no stored credential can be opened again, by anybody.`,
    ]);
    expect(vault.place).toBe(`the file ${path}`);
    expect(readdirSync(dirname(path))).toEqual(['master.key']);
  });

  test('is one even if a wide open umask is set', async () => {
    const path = join(tempFolder(), 'master.key');
    const before = process.umask(0);
    try {
      createKeyFile(path);
    } finally {
      process.umask(before);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('uses the key that is there, and says nothing', async () => {
    const path = join(tempFolder(), 'master.key');
    writeFileSync(path, keyText(), { mode: 0o600 });
    const text = readFileSync(path, 'utf8');
    const { notices } = await openWith(await freshStore(), fileSource(path));
    expect(notices).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('of two processes at once ends with one key in use by both', async () => {
    const folder = tempFolder();
    const path = join(folder, 'master.key');
    const store = join(folder, 'store.db');
    const databases = [await openUntilEnd(store), await openUntilEnd(store)];
    const opened = await Promise.all(databases.map(({ db }) => openWith(db, fileSource(path))));
    expect(opened.flatMap(({ notices }) => notices)).toHaveLength(1);
    const [one, two] = opened;
    const [first, second] = databases;
    if (one === undefined || two === undefined || first === undefined || second === undefined)
      throw new Error('Two were opened.');
    await set(first.db, one.vault, { 'jde.user': 'by one' }, 'c1');
    await set(second.db, two.vault, { 'jde.user': 'by two' }, 'c2');
    expect(await one.vault.open('c2', 'jde.user')).toBe('by two');
    expect(await two.vault.open('c1', 'jde.user')).toBe('by one');
  });

  test('may have another key as long as nothing is sealed', async () => {
    const db = await freshStore();
    const path = join(tempFolder(), 'master.key');
    await openWith(db, fileSource(path));
    rmSync(path);
    const { vault, notices } = await openWith(db, fileSource(path));
    expect(notices).toHaveLength(1);
    await set(db, vault, { 'jde.user': 'anna' });
    expect(await vault.open('c1', 'jde.user')).toBe('anna');
    expect(await db.selectFrom('master_keys').select('id').execute()).toEqual([
      { id: readKeyFile(path)?.id },
    ]);
  });

  test('never makes a key for those who give one by the environment or by a command', async () => {
    const folder = tempFolder();
    await openWith(await freshStore(), source({ [KEY_VARIABLE]: keyText() }, {}, folder));
    const command = [process.execPath, '-e', `console.log('${keyText()}')`];
    await openWith(await freshStore(), source({}, { masterKeyCommand: command }, folder));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a store with sealed secrets', () => {
  async function sealed() {
    const db = await freshStore();
    const path = join(tempFolder(), 'master.key');
    const vault = await openedVault(db, fileSource(path));
    await set(db, vault, { 'jde.password': 'geheim' });
    return { db, path, id: readKeyFile(path)?.id ?? '' };
  }

  test('is refused without its key, and no new one is made', async () => {
    const { db, path, id } = await sealed();
    rmSync(path);
    const fault = await faultOf(openWith(db, fileSource(path)));
    expect(fault).toMatchObject({
      code: 'vault.key_missing',
      message: `The stored credentials are sealed with the master key ${id}, and there is none in the file ${path}.`,
    });
    expect(existsSync(path)).toBe(false);
  });

  test('is refused with another key, and nothing is changed', async () => {
    const { db, path, id } = await sealed();
    const before = await db.selectFrom('data_keys').selectAll().execute();
    const other = keyText();
    const fault = await faultOf(openWith(db, source({ [KEY_VARIABLE]: other })));
    expect(fault).toMatchObject({
      code: 'vault.key_wrong',
      message: `The stored credentials are sealed with the master key ${id}; the environment variable ${KEY_VARIABLE} has ${parseMasterKey(other, '').id}.`,
    });
    expect(inspect(fault)).not.toContain(other);
    expect(await db.selectFrom('data_keys').selectAll().execute()).toEqual(before);
    expect(await (await openedVault(db, fileSource(path))).open('c1', 'jde.password')).toBe('geheim');
  });

  test('is refused where the check value was forged for another key', async () => {
    const { db, path, id } = await sealed();
    const forged = await parseMasterKey(keyText(), '').sealCheckValue();
    await db.updateTable('master_keys').set({ check_value: forged }).where('id', '=', id).execute();
    expect(await faultOf(openWith(db, fileSource(path)))).toMatchObject({ code: 'vault.key_wrong' });
  });

  test.each([
    ['cut off', 'YWJj'],
    ['empty', ''],
    ['too long', 'A'.repeat(100_000)],
  ])('is refused while the key file is %s', async (_name, text) => {
    const { db, path } = await sealed();
    writeFileSync(path, text);
    expect(await faultOf(openWith(db, fileSource(path)))).toMatchObject({
      code: 'vault.key_malformed',
      message: expect.stringContaining(path),
    });
  });

  test('opens from a copy of its key that came from the backup', async () => {
    const { db, path } = await sealed();
    const backup = readFileSync(path, 'utf8');
    rmSync(path);
    const vault = await openedVault(db, source({ [KEY_VARIABLE]: backup }));
    expect(await vault.open('c1', 'jde.password')).toBe('geheim');
  });
});

describe('a key file', () => {
  test.each([0o640, 0o604, 0o660, 0o644, 0o601])(
    'with the rights %o is refused with what to type',
    (mode) => {
      const path = join(tempFolder(), 'master.key');
      createKeyFile(path);
      chmodSync(path, mode);
      expect(() => readKeyFile(path)).toThrow(
        expect.objectContaining({
          code: 'vault.key_exposed',
          message: expect.stringContaining(`Run: chmod 600 ${path}`),
        }),
      );
      chmodSync(path, 0o400);
      expect(readKeyFile(path)).toBeDefined();
    },
  );

  test('is never overwritten', () => {
    const path = join(tempFolder(), 'master.key');
    const made = createKeyFile(path);
    expect(createKeyFile(path)).toBeUndefined();
    expect(readKeyFile(path)?.id).toBe(made?.id);
  });

  test('that is a folder cannot be read', () => {
    const path = join(tempFolder(), 'master.key');
    mkdirSync(path, { mode: 0o700 });
    expect(() => readKeyFile(path)).toThrow(expect.objectContaining({ code: 'vault.key_unreadable' }));
  });

  test('in a place that cannot be written to is refused by its path', () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, '');
    expect(() => createKeyFile(join(path, 'master.key'))).toThrow(
      expect.objectContaining({
        code: 'vault.key_unwritable',
        message: expect.stringContaining(join(path, 'master.key')),
      }),
    );
  });
});

describe('the place of the key', () => {
  test('is the environment before the command, and the command before the file', async () => {
    const settings = { masterKeyCommand: ['print-key'] };
    expect(source({ [KEY_VARIABLE]: keyText() }, settings).place).toContain(KEY_VARIABLE);
    expect(source({}, settings).place).toBe('the command print-key');
    expect(source({}, {}, '/srv/app').place).toBe('the file /srv/app/data/master.key');
    expect(source({}, { masterKeyFile: 'keys/k' }, '/srv/app').place).toBe('the file /srv/app/keys/k');
    expect(source({}, { masterKeyFile: '/run/secrets/k' }, '/srv/app').place).toBe('the file /run/secrets/k');
  });

  test('is not the file when the variable is set but empty: a typing error must not make a new key', async () => {
    const folder = tempFolder();
    const fault = await faultOf(openWith(await freshStore(), source({ [KEY_VARIABLE]: '' }, {}, folder)));
    expect(fault).toMatchObject({
      code: 'vault.key_malformed',
      message: `The master key cannot be used: the environment variable ${KEY_VARIABLE} is empty.`,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is named for the former key, too', async () => {
    const env = { [KEY_VARIABLE]: keyText(), [PREVIOUS_VARIABLE]: 'nonsense' };
    expect(await faultOf(openWith(await freshStore(), source(env)))).toMatchObject({
      code: 'vault.key_malformed',
      message: expect.stringContaining(PREVIOUS_VARIABLE),
    });
  });
});

describe('the command that prints the key', () => {
  const run = (script: string, timeoutMs = 5_000) =>
    readKeyFromCommand({
      argv: [process.execPath, '-e', script],
      cwd: tempFolder(),
      env: process.env,
      timeoutMs,
    });

  test('gives the key, and gets its arguments as they stand, without a shell', async () => {
    const text = keyText();
    const argv = [process.execPath, '-e', 'console.log(process.argv[1])', text];
    const key = await readKeyFromCommand({ argv, cwd: tempFolder(), env: process.env });
    expect(key.id).toBe(parseMasterKey(text, '').id);
    const shell = [process.execPath, '-e', 'console.log(process.argv[1])', '$(id); `id` | cat'];
    const fault = await faultOf(readKeyFromCommand({ argv: shell, cwd: tempFolder(), env: process.env }));
    expect(fault).toMatchObject({ code: 'vault.key_malformed' });
  });

  test.each([
    ['fails', 'process.exit(3)', 'vault.key_unreadable', 'ended with exit code 3'],
    ['prints nothing', '', 'vault.key_malformed', 'is empty'],
    ['prints prose', 'console.log("please sign in")', 'vault.key_malformed', 'does not hold 32 bytes'],
    [
      'never stops printing',
      'for (;;) process.stdout.write("x".repeat(65536))',
      'vault.key_malformed',
      'more than a key',
    ],
  ])('is refused where it %s', async (_name, script, code, why) => {
    const fault = await faultOf(run(script));
    expect(fault).toMatchObject({ code, message: expect.stringContaining(why) });
    expect(inspect(fault)).not.toContain('please sign in');
  });

  test('is ended when it takes too long, also when it ignores being asked', async () => {
    const script = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)';
    expect(await faultOf(run(script, 300))).toMatchObject({
      code: 'vault.key_unreadable',
      message: expect.stringContaining('did not end within 0.3 s'),
    });
  });

  test('that is not there is named', async () => {
    const argv = ['/no/such/program'];
    expect(await faultOf(readKeyFromCommand({ argv, cwd: tempFolder(), env: {} }))).toMatchObject({
      code: 'vault.key_unreadable',
      message: 'The master key cannot be read: the command /no/such/program could not be run (ENOENT).',
    });
  });

  test('does not wait for an answer to a question', async () => {
    const script = 'process.stdin.on("end", () => process.exit(9)).resume()';
    expect(await faultOf(run(script))).toMatchObject({
      message: expect.stringContaining('ended with exit code 9'),
    });
  });
});
