import { expect, test } from 'vitest';
import { loseTheKeyAndGoOn } from './support/lost-key.ts';

test('a master key that is lost for good is given up on PostgreSQL as on the embedded store', async () => {
  expect(await loseTheKeyAndGoOn()).toMatchObject({
    code: 3,
    err: expect.stringContaining('vault.nothing_lost'),
  });
}, 120_000);
