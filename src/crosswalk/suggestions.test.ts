import fc from 'fast-check';
import leven from 'leven';
import { expect, test } from 'vitest';
import { distanceTo } from './edit-distance.ts';
import { indexSuggestions } from './suggestions.ts';

const few = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '-', '1', 'é', '😀'), maxLength: 40 });
const entry = fc.record({ target: few, label: fc.constantFrom('', ' Bolt', 'nut', 'Screw') });

test('the distance of two texts is the one of the plain table, up to the largest that is asked for', () => {
  fc.assert(
    fc.property(few, few, fc.nat(45), (text, other, max) => {
      const exact = leven(text, other);
      const found = distanceTo(text)(other, max);
      expect(Math.min(found, max + 1)).toBe(Math.min(exact, max + 1));
    }),
    { numRuns: 3_000 },
  );
});

test('what is suggested is what comparing a code with each entry gives', () => {
  const row = fc.record({ code: few, label: fc.constantFrom('', 'bolt', 'Washer') });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 30 }), row, (entries, asked) => {
      expect(indexSuggestions(entries)(asked)).toEqual(compared(entries, asked));
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['SCMS-400018', 'Gloves', ['X-1', 'The names are equal.']],
  ['scms400019', '', ['SCMS-400019', 'Equal but for punctuation and case.']],
  ['SCMS-400028', '', ['SCMS-400018', 'Differs in 1 character.']],
  ['QQQQQQ', '', undefined],
])('%s "%s" leads to %o', (code, label, wanted) => {
  const book = [
    { target: 'SCMS-400018', label: 'Masks' },
    { target: 'SCMS-400019', label: 'Coats' },
    { target: 'X-1', label: 'gloves ' },
  ];
  const found = indexSuggestions(book)({ code, label });
  expect(found && [found.target, found.reason]).toEqual(wanted);
});

type Entry = { readonly target: string; readonly label: string };

/** The rule in its plainest form. */
function compared(entries: readonly Entry[], { code, label }: { code: string; label: string }) {
  const name = label.trim().toLowerCase();
  const named = name === '' ? undefined : entries.find((each) => each.label.trim().toLowerCase() === name);
  if (named !== undefined) return { ...named, reason: 'The names are equal.' };
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const alike = entries.find(({ target }) => bare(target) !== '' && bare(target) === bare(code));
  if (alike !== undefined) return { ...alike, reason: 'Equal but for punctuation and case.' };
  const [nearest] = entries
    .map((each) => ({ each, distance: leven(each.target.toLowerCase(), code.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  if (nearest === undefined || nearest.distance > Math.floor(code.length / 3)) return undefined;
  const { distance } = nearest;
  return {
    ...nearest.each,
    reason: `Differs in ${distance} ${distance === 1 ? 'character' : 'characters'}.`,
  };
}
