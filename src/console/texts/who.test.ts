import { expect, test } from 'vitest';
import { whoWords } from './who.ts';

test.each([
  ['user:anna', 'anna'],
  ['token:ci', 'token ci'],
  ['schedule:3f0a', 'schedule'],
  ['cli:root', 'root (command line)'],
  ['system', 'system'],
  ['user:a:b', 'a:b'],
])('%s reads %s', (actor, words) => {
  expect(whoWords(actor)).toBe(words);
});
