import { expect, test } from 'vitest';
import { loseTheKeyAndGoOn } from './support/lost-key.ts';

test('a master key that is lost for good is given up with a command, and the server goes on with credentials that are entered again', async () => {
  expect(await loseTheKeyAndGoOn()).toMatchObject({
    code: 3,
    err: expect.stringContaining('vault.nothing_lost'),
  });
}, 120_000);
