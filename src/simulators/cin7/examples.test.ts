import { expect, test } from 'vitest';
import { checkCin7Examples, cin7ExampleFiles } from './examples.ts';

test('every documented example is accepted, answered in its shape, or named with the reason why not', async () => {
  const results = await checkCin7Examples();
  expect(results.map((result) => result.file)).toEqual(cin7ExampleFiles());
  expect(results.filter((result) => result.result === 'not reproduced')).toEqual([]);
  expect(results.length).toBeGreaterThan(100);
});
