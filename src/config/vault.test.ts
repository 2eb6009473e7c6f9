import { describe, expect, test } from 'vitest';
import { vaultSettings } from './vault.ts';

describe('the vault section', () => {
  test('needs nothing', () => {
    expect(vaultSettings.parse(undefined)).toEqual({});
  });

  test('names a file or a command, not both', () => {
    const both = vaultSettings.safeParse({ masterKeyFile: 'k', masterKeyCommand: ['print'] });
    expect(both.error?.issues).toMatchObject([
      { path: ['masterKeyCommand'], message: 'name a file or a command, not both' },
    ]);
    expect(vaultSettings.parse({ masterKeyCommand: ['print', '-n'] }).masterKeyCommand).toEqual([
      'print',
      '-n',
    ]);
  });

  test.each([{ masterKeyCommand: [] }, { masterKeyCommand: 'print key' }, { masterKey: 'the key itself' }])(
    'refuses %j',
    (settings) => {
      expect(vaultSettings.safeParse(settings).success).toBe(false);
    },
  );
});
