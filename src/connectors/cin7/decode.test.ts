import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, type Decimal, decimal, parseDecimal } from '../../domain/decimal.ts';
import { bookSpecs, decodeCompany } from './books.ts';
import { lineFields, orderFields } from './cin7.testkit.ts';
import { classify } from './classify.ts';
import {
  decodeOrder,
  decodeOrderOf,
  decodePurchase,
  decodePurchaseListRow,
  decodeSupplier,
} from './decode.ts';
import { listPageOf, membersOf, onlyRowOf, Unreadable } from './decode-parts.ts';
import { orderBody } from './encode.ts';
import { decimalFrom, exactNumber, parseExactJson } from './json.ts';

/** Numbers as JSON allows them: any sign, up to 30 digits, an exponent of two digits. */
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.bigInt({ min: 0n, max: 10n ** 20n }),
    fc.option(fc.stringMatching(/^\d{1,12}$/)),
    fc.option(fc.stringMatching(/^[eE][+-]?\d{1,2}$/)),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent ?? ''}`,
  );

const amount: fc.Arbitrary<Decimal> = fc
  .tuple(fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }), fc.nat({ max: 10 }))
  .map(([digits, scale]) => decimal(`${digits}e-${scale}`));

describe('numbers', () => {
  test('come in with all their digits', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const parsed = membersOf(parseExactJson(`{"n":${text},"s":"x"}`), 'it');
        const got = decimalFrom(parsed['n']);
        const expected = parseDecimal(text);
        expect(got === undefined || expected === undefined ? 'none' : compare(got, expected)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('go out with all their digits, as JSON numbers', () => {
    fc.assert(
      fc.property(amount, (value) => {
        expect(JSON.stringify({ n: exactNumber(value) })).toBe(`{"n":${value}}`);
      }),
    );
  });

  test('of an order survive the way there and back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ Quantity: amount, Price: amount, Tax: amount, Total: amount })),
        (amounts) => {
          const order = orderFields(amounts.map((each) => lineFields(each)));
          const text = JSON.stringify(orderBody('p-1', order));
          const lines = decodeOrderOf('P-1', parseExactJson(text)).Lines;
          expect(lines.map(({ Quantity, Price, Tax, Total }) => ({ Quantity, Price, Tax, Total }))).toEqual(
            amounts,
          );
        },
      ),
    );
  });

  test('given as text are numbers too, and nothing else is', () => {
    expect(decimalFrom('10.0000000000')).toBe('10');
    for (const value of [
      null,
      undefined,
      true,
      {},
      [],
      'ten',
      '',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '1e999',
    ]) {
      expect(decimalFrom(value)).toBeUndefined();
    }
  });
});

describe('decoders', () => {
  const decoders: Record<string, (value: unknown) => unknown> = {
    supplier: decodeSupplier,
    purchase: decodePurchase,
    order: decodeOrder,
    purchaseListRow: decodePurchaseListRow,
    company: decodeCompany,
    supplierList: (value) => listPageOf(value, 'SupplierList', decodeSupplier),
    oneSupplier: (value) => onlyRowOf(value, 'SupplierList', decodeSupplier),
    ...Object.fromEntries(Object.entries(bookSpecs).map(([name, spec]) => [name, spec.decode])),
  };

  test.each(Object.entries(decoders))('%s reads anything as a value or as unreadable', (_name, decode) => {
    const key = fc.constantFrom(
      'ID',
      'Total',
      'Order',
      'Lines',
      'SupplierList',
      'Addresses',
      'Code',
      'TaxPercent',
      'x',
    );
    const leaf = fc.oneof(
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constantFrom(null, [], {}),
    );
    const members = fc.dictionary(key, fc.oneof(leaf, fc.array(leaf), fc.dictionary(key, leaf)));
    const anyJson = fc.oneof(leaf, members, fc.dictionary(key, fc.oneof(members, fc.array(members))));
    fc.assert(
      fc.property(anyJson, (value) => {
        const parsed = parseExactJson(JSON.stringify(value));
        expect(outcomeOf(decode, parsed)).toMatch(/^(read|unreadable)$/);
      }),
      { numRuns: 300 },
    );
  });

  test('take null for an empty text and drop what they do not know', () => {
    const supplier = decodeSupplier({ ID: 's', Name: null, TaxNumber: 12, Unknown: 1, Addresses: null });
    expect(supplier).toMatchObject({ Name: '', TaxNumber: '12', Addresses: [], Contacts: [] });
    expect(Object.keys(supplier)).not.toContain('Unknown');
  });

  test.each([
    ['no ID', { Name: 'x' }],
    ['an ID of zeros', { ID: '00000000-0000-0000-0000-000000000000' }],
    ['addresses that are no list', { ID: 'x', Addresses: 'none' }],
  ])('refuse a supplier with %s', (_what, value) => {
    expect(() => decodeSupplier(value)).toThrow(Unreadable);
  });

  test.each([
    ['no order', {}],
    ['an order without its lines', { Order: { Status: 'DRAFT' } }],
    ['a price that is no number', { Order: { Lines: [{ Price: 'ten' }] } }],
  ])('refuse a purchase with %s', (_what, value) => {
    expect(() => decodePurchase({ ID: 'p', ...value })).toThrow(Unreadable);
  });

  test('refuse the order of another purchase and two rows where one was written', () => {
    expect(() => decodeOrderOf('p-1', { TaskID: 'p-2', Lines: [] })).toThrow('another purchase');
    const twice = { Total: 2, SupplierList: [{ ID: 'a' }, { ID: 'b' }] };
    expect(() => onlyRowOf(twice, 'SupplierList', decodeSupplier)).toThrow('2 rows instead of one');
  });

  test('refuse a list without its Total', () => {
    expect(() => listPageOf({ Page: 1, SupplierList: [] }, 'SupplierList', decodeSupplier)).toThrow(
      'no Total',
    );
  });
});

describe('the classification of answers', () => {
  test('finds a meaning for any status and text', () => {
    const header = () => '';
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.constantFrom('', '<html>', '[{"ErrorCode":400,"Exception":null}]'),
        ),
        fc.constantFrom('application/json', 'text/html', 'text/plain', ''),
        (status, body, contentType) => {
          const { kind } = classify({ status, body, contentType, header });
          expect(kind === 'data').toBe(kind === 'data' && status < 300);
        },
      ),
    );
  });

  test.each([
    ['60 Seconds', 60_000],
    ['30', 30_000],
    ['0', 1_000],
    ['99999', 600_000],
    ['soon', undefined],
    ['', undefined],
  ])('reads only the digits of Retry-After: %s', (text, waitMs) => {
    const header = (name: string): string => (name === 'retry-after' ? text : '');
    const body = 'You have reached 60 calls per 60 seconds API limit.';
    expect(classify({ status: 429, body, contentType: 'text/plain', header })).toEqual({
      kind: 'rateRefused',
      waitMs,
    });
  });
});

function outcomeOf(decode: (value: unknown) => unknown, value: unknown): string {
  try {
    decode(value);
    return 'read';
  } catch (error) {
    return error instanceof Unreadable ? 'unreadable' : String(error);
  }
}
