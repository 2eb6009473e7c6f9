import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CrosswalkRow } from '../store/crosswalk.ts';
import { choicesFromCsv, crosswalkToCsv } from './csv.ts';
import { isBlankCode } from './view.ts';

function row(code: string, target: string, label = ''): CrosswalkRow {
  return {
    kind: 'item',
    code,
    target,
    label,
    state: 'matched',
    origin: 'person',
    detail: '',
    updatedAtMs: 0,
    updatedBy: 'user:anna',
  };
}

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '＝', ',', '"', 'a'),
    maxLength: 6,
  }),
);
const code = text.filter((each) => !isBlankCode(each) && each !== '(blank)');

test('codes and targets come back from the file as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(code, text), { minLength: 1, maxLength: 5 }), (pairs) => {
      const csv = crosswalkToCsv(pairs.map(([of, target]) => row(of, target)));
      const back = choicesFromCsv(csv, 'The file').map((choice) => [choice.code, choice.target]);
      expect(back).toEqual(pairs);
    }),
    { numRuns: 2_000 },
  );
});

test('no cell of the file is one that a spreadsheet would calculate', () => {
  fc.assert(
    fc.property(code, text, text, (of, target, label) => {
      const rows = parse(crosswalkToCsv([row(of, target, label)]));
      expect(rows.flat().filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['=SUM(A1)', "'=SUM(A1)"],
  ['-5', "'-5"],
  ["'-5", "''-5"],
  ["'quoted'", "'quoted'"],
])('%s is written as %s', (value, written) => {
  const [, first] = parse(crosswalkToCsv([row(value, 'X')]));
  expect(first?.[1]).toBe(written);
});

test('a file that people wrote by hand needs no apostrophes', () => {
  expect(choicesFromCsv('kind,code,target\nitem,-5,=A\n', 'The file')).toMatchObject([
    { code: '-5', target: '=A' },
  ]);
});
