import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loseTheKeyAndGoOn, startProgram } from './support/lost-key.ts';

test('a master key that is lost for good is given up with a command, and the server goes on with credentials that are entered again', async () => {
  expect(await loseTheKeyAndGoOn()).toMatchObject({
    code: 3,
    err: expect.stringContaining('vault.nothing_lost'),
  });
}, 120_000);

test('where there is no store nothing is given up, and none is made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'key-reset-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ended = await startProgram(folder, ['key', 'reset', '--yes'], {}).ended;
  expect(ended).toMatchObject({ code: 3, out: '', err: expect.stringContaining('There is no store here') });
  expect(readdirSync(folder)).toEqual([]);
});
