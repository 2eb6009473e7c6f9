import { expect, test } from 'vitest';
import { findDrift } from '../scripts/generate/check.ts';
import { documents } from '../scripts/generate/documents.ts';

test('no generated document has drifted; npm run generate writes them', { timeout: 60_000 }, async () => {
  expect(await findDrift()).toEqual([]);
  expect(documents.length).toBeGreaterThanOrEqual(6);
});
