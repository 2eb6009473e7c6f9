import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

interface Row {
  readonly requirement: string;
  readonly cells: readonly string[];
  readonly proofs: readonly string[];
}

/** The rows of the last table of docs/security.md. */
function rows(): readonly Row[] {
  const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  const lines = text.slice(text.indexOf('| requirement |')).split('\n');
  return lines
    .slice(2)
    .filter((line) => line.startsWith('|'))
    .map((line) => {
      const cells = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { requirement: cells[0] ?? '', cells, proofs: (cells[3] ?? '').split(', ') };
    });
}

/** `V3.10.2` after `V3.9.2`. */
const rank = (requirement: string): number =>
  requirement
    .slice(1)
    .split('.')
    .reduce((sum, part) => sum * 1_000 + Number(part), 0);

test('the table of security requirements has a number, words and a proof in each row', () => {
  expect(rows().length).toBeGreaterThan(30);
  const wrong = rows().filter(
    ({ requirement, cells }) =>
      cells.length !== 4 || cells.includes('') || !/^V([1-9]|1[0-7])\.\d{1,2}\.\d{1,2}$/.test(requirement),
  );
  expect(wrong).toEqual([]);
});

test('each requirement stands once, in the order of the standard', () => {
  const found = rows().map((row) => row.requirement);
  expect(found).toEqual([...new Set(found)].toSorted((a, b) => rank(a) - rank(b)));
});

test('each proof is a test that is there and tests something', () => {
  const wrong = rows().flatMap(({ requirement, proofs }) =>
    proofs.filter((path) => !isTest(path)).map((path) => `${requirement}: ${path}`),
  );
  expect(wrong).toEqual([]);
});

function isTest(path: string): boolean {
  const file = join(ROOT, path);
  return (
    /^(src|test)\/.+\.test\.ts$/.test(path) &&
    existsSync(file) &&
    /\btest(\.each)?\(/.test(readFileSync(file, 'utf8'))
  );
}
