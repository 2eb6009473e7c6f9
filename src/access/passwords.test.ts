import { describe, expect, test } from 'vitest';
import { endings } from './access.testkit.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { assertGoodPassword } from './password-policy.ts';
import { ARGON2_PARAMETERS, argon2Hasher } from './passwords.ts';

const judge = async (password: string, lengthMin = 12): Promise<string> =>
  assertGoodPassword(password, { lengthMin, context: ['anna.smith', 'Northwind'] }).then(
    () => 'taken',
    (fault: unknown) => (fault as { code: string }).code,
  );

describe('a password is taken', () => {
  test.each([
    'violet tractor under the moon',
    'correct horse battery',
    'xk7!pqm29fzw',
    'ünïcödé über alles 日本',
    '日本語のとても長い秘密の言葉',
    '🦊🐢🦉🐝🦋🐙🦀🐬🦈🐘🦒🦘',
    '   spaces count too   ',
    'Tr0ub4dor&3-and-more',
  ])('%s', async (password) => {
    expect(await judge(password)).toBe('taken');
  });
});

describe('a password is refused', () => {
  test.each([
    ['too short', 'xk7!pqm29fz'],
    ['too short in characters though not in bytes', '🦊🐢🦉🐝🦋🐙'],
    ['a common one', 'q1w2e3r4t5y6'],
    ['a common word with digits', 'password1234'],
    ['a common word in leet spelling', 'P@55w0rd!!12'],
    ['a common word backwards', 'drowssap2024'],
    ['two common words', 'sunshinedragon'],
    ['a word with a year', 'Liverpool2024'],
    ['the same over and over', 'abcabcabcabcabc'],
    ['one character', 'zzzzzzzzzzzzzzz'],
    ['neighbours on the keyboard', 'qwertyuiop[]'],
    ['neighbours on a German keyboard', 'qwertzuiop12345'],
    ['the alphabet', 'abcdefghijklmnop'],
    ['digits in a row', '1234567890123456'],
    ['the name of the user', 'anna.smith2026'],
    ['the name of the company', 'Northwind12345'],
    ['the name of the product', 'ml-connector2026'],
    ['longer than 256 characters', 'xk7!pqm29fz '.repeat(22)],
  ])('%s: %s', async (_, password) => {
    expect(await judge(password)).toBe('access.password_weak');
  });

  test('where it stands in the list, for each of the most common ones that are long enough', async () => {
    const long = COMMON_PASSWORDS.filter((password) => password.length >= 8);
    expect(long.length).toBeGreaterThanOrEqual(3_000);
    const judged = await Promise.all(long.slice(0, 300).map((password) => judge(password, 8)));
    expect(new Set(judged)).toEqual(new Set(['access.password_weak']));
  });

  test('in less than a second, however long and repetitive it is', async () => {
    const startedAt = performance.now();
    await judge('a1'.repeat(128));
    await judge('password'.repeat(32));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('argon2id', () => {
  test('runs with no less than OWASP ASVS asks for, and says so in the hash', async () => {
    const hasher = argon2Hasher();
    const hashed = await hasher.hash('x');
    expect(hashed).toMatch(/^\$argon2id\$v=19\$m=47104,t=2,p=1\$/);
    expect(ARGON2_PARAMETERS.memoryCost).toBeGreaterThanOrEqual(19_456);
    expect([await hasher.verify(hashed, 'x'), await hasher.verify(hashed, 'y')]).toEqual([true, false]);
    expect(hasher.isOutdated(hashed)).toBe(false);
    expect(argon2Hasher({ ...ARGON2_PARAMETERS, timeCost: 3 }).isOutdated(hashed)).toBe(true);
    expect(await hasher.hash('x')).not.toBe(hashed);
  });

  test('lets a flood wait in a queue with an end', async () => {
    const hasher = argon2Hasher({ memoryCost: 64, timeCost: 1, parallelism: 1 });
    const all = await endings(Array.from({ length: 150 }, () => hasher.hash('x')));
    expect(all.filter((ending) => ending === 'ok')).toHaveLength(102);
    expect(all.filter((ending) => ending === 'access.busy')).toHaveLength(48);
    await expect(hasher.hash('x')).resolves.toBeDefined();
  });
});
