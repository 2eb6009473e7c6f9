import fc from 'fast-check';
import { LosslessNumber, parse } from 'lossless-json';
import { describe, expect, test } from 'vitest';
import { decimal, parseDecimal } from '../../domain/decimal.ts';
import { type LocalDate, localDate } from '../../domain/local-date.ts';
import type { ColumnKind, SourceValue } from '../../domain/source-row.ts';
import { compileDateFormat } from './date-format.ts';
import { decodeValue } from './decode.ts';
import { parseExactJson } from './exact-json.ts';

const options = { acceptJulianDates: false };

/** The value, or the code of the rejection. */
function decoded(
  kind: ColumnKind,
  value: unknown,
  more: Partial<Parameters<typeof decodeValue>[3]> = {},
): SourceValue {
  const result = decodeValue(kind, value, 'F4311_X', { ...options, ...more });
  return result.ok ? result.value : result.rejection.code;
}

/** Any value that JSON can hold, parsed as an answer is. */
const anyJson = fc.oneof(
  fc.json().map((text) => parseExactJson(text)),
  fc.json().map((text) => parse(text)),
  fc.stringMatching(/^[-+\d.eE*: /T]{0,20}$/),
);
const days = fc
  .tuple(
    fc.integer({ min: 1900, max: 2099 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
  )
  .map(([year, month, dayOfMonth]) => localDate(year, month, dayOfMonth))
  .filter((date) => date !== undefined);
/** Up to 15 digits, with up to 6 of them decimals, as text that JSON takes. */
const numbers = fc
  .tuple(fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, decimals]) => shifted(digits, decimals));

function shifted(digits: number, decimals: number): string {
  const text = String(Math.abs(digits)).padStart(decimals + 1, '0');
  const at = text.length - decimals;
  return `${digits < 0 ? '-' : ''}${text.slice(0, at)}${decimals === 0 ? '' : `.${text.slice(at)}`}`;
}

describe('any value', () => {
  test('of any kind ends as a value or as a rejection that names the field', () => {
    fc.assert(
      fc.property(fc.constantFrom<ColumnKind>('text', 'number', 'date', 'time'), anyJson, (kind, value) => {
        const result = decodeValue(kind, value, 'F4311_X', { acceptJulianDates: true });
        const seen = result.ok ? result.value : result.rejection.detail;
        const form = result.ok ? FORMS[kind] : /^.{0,80}F4311_X.{0,80}$/s;
        expect(seen ?? '').toMatch(seen === null ? /^$/ : form);
        expect(result.ok || result.rejection.field === 'F4311_X').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

const FORMS: Record<ColumnKind, RegExp> = {
  text: /^$|\S$/,
  number: /^-?\d+(\.\d+)?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}:\d{2}$/,
};

describe('a number', () => {
  test('of up to 15 digits keeps every digit, as JSON number and as text', () => {
    fc.assert(
      fc.property(numbers, (text) => {
        const value = parseDecimal(text);
        expect(decoded('number', parseExactJson(`{"a":${text}}`) instanceof Object ? exact(text) : '')).toBe(
          value,
        );
        expect(decoded('number', text)).toBe(value);
        expect(decoded('number', new LosslessNumber(text))).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['127360.80', '127360.8'],
    ['1.273608E5', '127360.8'],
    ['1.0E-4', '0.0001'],
    ['9999999999999.99', '9999999999999.99'],
    ['12345678901234567.89', '12345678901234567.89'],
    ['0.1', '0.1'],
    ['-0', '0'],
    ['1e21', '1000000000000000000000'],
  ])('written as %s is %s', (text, value) => {
    expect(decoded('number', exact(text))).toBe(value);
  });

  test.each([['1e999999999'], ['9'.repeat(100)], ['1,5'], ['0x10'], ['Infinity'], [true], [{}], [[]]])(
    'is not made of %s',
    (value) => {
      expect(decoded('number', value)).toBe('jde.value_undecodable');
    },
  );

  test('that is empty is null', () => {
    expect([decoded('number', null), decoded('number', ' ')]).toEqual([null, null]);
  });
});

describe('text', () => {
  test('has a blank for each U+0000, which not every database can store', () => {
    expect(decoded('text', 'A\0B\0')).toBe('A B');
    expect(decoded('text', '\0')).toBe('');
  });

  test('loses its trailing blanks and keeps its leading ones', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 12 }), (text, blanks) => {
        fc.pre(!/^\s*\*{2,}\s*$/.test(text));
        expect(decoded('text', text + ' '.repeat(blanks))).toBe(text.replaceAll('\0', ' ').trimEnd());
      }),
    );
    expect(decoded('text', '          30 ')).toBe('          30');
    expect(decoded('text', ' ')).toBe('');
  });

  test('of asterisks alone is masked, one asterisk may be a code', () => {
    expect([decoded('text', '**********'), decoded('text', '*'), decoded('text', '*ALL')]).toEqual([
      'jde.value_masked',
      '*',
      '*ALL',
    ]);
    expect(decoded('number', '*****')).toBe('jde.value_masked');
  });

  test('is not made of a number, whose leading zeros may be lost', () => {
    expect(decoded('text', 1)).toBe('jde.value_undecodable');
  });
});

describe('a date', () => {
  test('comes back as it was written, in each form', () => {
    fc.assert(
      fc.property(days, (date) => {
        const plain = date.replaceAll('-', '');
        expect(decoded('date', plain)).toBe(date);
        expect(decoded('date', Number(plain))).toBe(date);
        expect(decoded('date', date)).toBe(date);
        expect(decoded('date', `${date}T00:00:00.000`)).toBe(date);
      }),
    );
  });

  test.each([null, '', ' ', '0', 0, '00000000'])('that is %j is none', (value) => {
    expect(decoded('date', value)).toBeNull();
  });

  test.each([
    '20260230',
    '2026-13-01',
    '2026-1-1',
    '2026-0101',
    '126327',
    126_327,
    '11/23/2026',
    '20260101T10:00',
  ])('is not made of %j', (value) => {
    expect(decoded('date', value)).toBe('jde.value_undecodable');
  });

  test('in CYYDDD is taken only where the setting allows it', () => {
    const more = { acceptJulianDates: true };
    expect(
      [126_327, '126327', 99_365, '100060', 126_366, 126_000].map((value) => decoded('date', value, more)),
    ).toEqual([
      '2026-11-23',
      '2026-11-23',
      '1999-12-31',
      '2000-02-29',
      'jde.value_undecodable',
      'jde.value_undecodable',
    ]);
  });
});

describe('a time of day', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.nat(59), fc.nat(59), (hours, minutes, seconds) => {
        const text = [hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':');
        expect(decoded('time', hours * 10_000 + minutes * 100 + seconds)).toBe(text);
        expect(decoded('time', text.replaceAll(':', ''))).toBe(text);
      }),
    );
  });

  test.each([240_000, 6_000, 60, -1, 1.5, '1e4'])('is not made of %j', (value) => {
    expect(decoded('time', value)).toBe('jde.value_undecodable');
  });
});

describe('a cell of the VERSION1 form', () => {
  test('gives its internal value, and a date from its formatted text', () => {
    const dateFormat = compileDateFormat('dd/MM/yyyy');
    expect(decoded('text', { id: 28, internalValue: 'McLind, Rod', value: 'McLind, Rod' })).toBe(
      'McLind, Rod',
    );
    expect(decoded('number', { internalValue: 1001, value: '1,001' })).toBe('1001');
    const cell = { internalValue: 1_485_435_600_000, value: '27/01/2017' };
    expect(decoded('date', cell, { dateFormat })).toBe('2017-01-27');
    expect(decoded('date', { internalValue: null, value: ' ' }, { dateFormat })).toBeNull();
    expect(decoded('date', cell)).toBe('jde.value_undecodable');
    expect(decoded('text', {})).toBe('jde.value_undecodable');
  });
});

describe('a date format', () => {
  const patterns = fc
    .tuple(
      fc.shuffledSubarray(['dd', 'MM', 'yyyy'], { minLength: 3 }),
      fc.constantFrom('/', '-', '.', ' ', '', '. ', '年'),
    )
    .map(([fields, separator]) => fields.join(separator));

  test('reads what it writes', () => {
    fc.assert(
      fc.property(patterns, days, (pattern, date) => {
        const format = compileDateFormat(pattern);
        expect(format?.parse(format.format(date))).toBe(date);
      }),
    );
  });

  test.each([
    ['MM/dd/yyyy', '03/04/2026'],
    ['dd/MM/yy', '04/03/26'],
    ['yyyy-MM-dd', '2026-03-04'],
    ['d.M.yyyy', '4.3.2026'],
  ])('%s writes %s', (pattern, text) => {
    expect(compileDateFormat(pattern)?.format('2026-03-04' as LocalDate)).toBe(text);
  });

  test.each(['', 'MM/dd', 'MM/dd/yyy', 'MMM dd yyyy', 'dd/dd/yyyy', 'HH:mm', 'dd1MM1yyyy'])(
    'is not made of %j',
    (pattern) => {
      expect(compileDateFormat(pattern)).toBeUndefined();
    },
  );

  test('with two digits of the year is not read, for the century would be a guess', () => {
    expect(compileDateFormat('dd/MM/yy')?.parse('04/03/26')).toBeUndefined();
  });
});

describe('exact JSON', () => {
  test('holds the same numbers as a lossless parser, whatever surrounds them', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.double(), fc.maxSafeInteger(), fc.bigInt())), (list) => {
        const text = `[${list.map(written).join(' , ')}]`;
        const exactly: unknown = parseExactJson(text);
        const lossless: unknown = parse(text);
        expect(flat(exactly)).toEqual(flat(lossless));
      }),
      { numRuns: 2000 },
    );
  });

  test('is parsed by the quick parser when digits stand only in tokens', () => {
    expect(parseExactJson('{"rid":"48e401e5950224d12345678901234567","n":1.5}')).toEqual({
      rid: '48e401e5950224d12345678901234567',
      n: 1.5,
    });
  });
});

const written = (value: unknown): string =>
  typeof value === 'bigint' ? value.toString() : (JSON.stringify(Object.is(value, -0) ? 0 : value) ?? 'null');

function exact(text: string): unknown {
  const list: unknown = parseExactJson(`[${text}]`);
  return Array.isArray(list) ? list[0] : undefined;
}

function flat(list: unknown): unknown[] {
  if (!Array.isArray(list)) return [list];
  return list.map((value: unknown) =>
    typeof value === 'number' || value instanceof LosslessNumber ? decimal(String(value)) : value,
  );
}
