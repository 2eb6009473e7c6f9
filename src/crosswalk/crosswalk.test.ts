import { describe, expect, test } from 'vitest';
import { type CrosswalkKind, type CrosswalkSettings, crosswalkSettings } from '../config/settings.ts';
import type { CrosswalkRow } from '../store/crosswalk.ts';
import { openBooks } from './books.ts';
import { booksOf, SMALL_BOOKS } from './crosswalk.testkit.ts';
import { indexTargets } from './matching.ts';
import { CrosswalkView } from './view.ts';

const KINDS = [
  'item',
  'paymentTerm',
  'taxRule',
  'currency',
  'country',
  'location',
  'unit',
  'serviceProduct',
] as const;

const entry = (own: Partial<CrosswalkRow>): CrosswalkRow => ({
  kind: 'paymentTerm',
  code: 'N30',
  label: '',
  target: '30 days',
  state: 'confirmed',
  origin: 'person',
  detail: '',
  updatedAtMs: 1,
  updatedBy: 'anna',
  ...own,
});

function view(
  own: {
    rows?: readonly CrosswalkRow[];
    settings?: Parameters<typeof crosswalkSettings.parse>[0];
    labels?: (kind: CrosswalkKind, code: string) => string;
  } = {},
): Promise<CrosswalkView> {
  const settings: CrosswalkSettings = crosswalkSettings.parse(own.settings ?? {});
  return CrosswalkView.open({
    rows: own.rows ?? [],
    settings,
    books: booksOf(),
    kinds: KINDS,
    ...(own.labels === undefined ? {} : { labels: own.labels }),
  });
}

describe('codes that match by themselves', () => {
  const cases: readonly [CrosswalkKind, string, readonly string[]][] = [
    ['paymentTerm', '14 days', ['14 Days']],
    ['paymentTerm', ' 30 DAYS ', ['30 days']],
    ['paymentTerm', '60 days', []],
    ['paymentTerm', '', []],
    ['taxRule', 'tax exempt', ['Tax Exempt']],
    ['location', 'east', ['East']],
    ['location', 'Closed', []],
    ['unit', 'box', ['Box']],
    ['item', 'BC-1', ['BC-1']],
    ['item', 'bc-1', []],
    ['item', 'OLD-1', []],
    ['item', 'NEW-1', ['NEW-1']],
    ['serviceProduct', '5100', ['SVC-1']],
    ['serviceProduct', '5300', ['SVC-2', 'SVC-3']],
    ['serviceProduct', '9999', []],
    ['currency', 'EUR', ['EUR']],
    ['currency', 'eur', []],
    ['currency', 'EURO', []],
    ['country', 'DE', ['Germany']],
    ['country', 'US', ['United States']],
    ['country', 'QZ', []],
    ['country', 'DEU', []],
    ['account', '5100', ['5100']],
    ['account', '5200', []],
  ];

  test.each(cases)('%s %j fits %j', async (kind, code, expected) => {
    expect((await indexTargets(kind, booksOf())).matchCode(code).found).toEqual(expected);
  });
});

describe('a target is in one of three states', () => {
  const cases: readonly [CrosswalkKind, string, string][] = [
    ['paymentTerm', '30 days', 'active'],
    ['paymentTerm', '60 days', 'inactive'],
    ['paymentTerm', '30 DAYS', 'absent'],
    ['location', 'Closed', 'inactive'],
    ['item', 'OLD-1', 'inactive'],
    ['item', 'NEW-1', 'active'],
    ['serviceProduct', 'BC-1', 'absent'],
    ['serviceProduct', 'SVC-1', 'active'],
    ['currency', 'whatever', 'active'],
    ['country', '', 'absent'],
    ['account', '5200', 'inactive'],
  ];

  test.each(cases)('%s %j is %s', async (kind, target, expected) => {
    expect((await indexTargets(kind, booksOf())).stateOf(target)).toBe(expected);
  });
});

describe('a code is resolved', () => {
  test('to what a person chose, before any rule', async () => {
    const crosswalk = await view({ rows: [entry({ code: '30 days', target: '14 Days' })] });
    expect(crosswalk.resolve('paymentTerm', '30 days', 'F')).toEqual({ ok: true, target: '14 Days' });
  });

  test('never to what a person chose once that is gone or inactive: it is broken', async () => {
    const crosswalk = await view({
      rows: [entry({ code: 'A', target: '60 days' }), entry({ code: 'B', target: 'No such term' })],
      settings: { paymentTerm: { default: '30 days', unmapped: 'default' } },
    });
    expect(crosswalk.resolve('paymentTerm', 'A', 'F0401_TRAP')).toEqual({
      ok: false,
      code: 'crosswalk.broken',
      field: 'F0401_TRAP',
      detail: 'The payment term "A" is mapped to "60 days", which is not active in Cin7.',
      subject: 'crosswalk:paymentTerm:A',
    });
    expect(crosswalk.resolve('paymentTerm', 'B', 'F0401_TRAP')).toMatchObject({
      detail: 'The payment term "B" is mapped to "No such term", which is not in Cin7.',
    });
  });

  test('by rule when nobody chose, whatever a run noted before', async () => {
    const crosswalk = await view({
      rows: [entry({ code: 'East', kind: 'location', target: 'West', origin: 'auto' })],
    });
    expect(crosswalk.resolve('location', 'East', 'F')).toEqual({ ok: true, target: 'East' });
  });

  test('to nothing when several fit: nobody guesses', async () => {
    const crosswalk = await view();
    expect(crosswalk.resolve('serviceProduct', '5300', 'F4311_AID')).toEqual({
      ok: false,
      code: 'crosswalk.ambiguous',
      field: 'F4311_AID',
      detail: 'The service product "5300" fits several entries in Cin7: SVC-2, SVC-3.',
      subject: 'crosswalk:serviceProduct:5300',
    });
  });

  test('to nothing when nothing fits, and the reason names the column that asked', async () => {
    const crosswalk = await view();
    expect(crosswalk.resolve('taxRule', 'V/GB20', 'F4301_TXA1')).toEqual({
      ok: false,
      code: 'crosswalk.unmapped',
      field: 'F4301_TXA1',
      detail: 'The tax rule "V/GB20" is not mapped.',
      subject: 'crosswalk:taxRule:V/GB20',
    });
    expect(crosswalk.resolve('taxRule', 'V/GB20', 'F4311_TXA1')).toMatchObject({ field: 'F4311_TXA1' });
    expect(crosswalk.resolve('taxRule', '/', 'F')).toMatchObject({
      detail: 'The tax rule (blank) is not mapped.',
    });
  });

  test('to nothing of a kind that was not opened: that is a mistake of ours', async () => {
    const crosswalk = await CrosswalkView.open({
      rows: [],
      settings: crosswalkSettings.parse({}),
      books: booksOf(),
      kinds: [],
    });
    expect(() => crosswalk.resolve('unit', 'EA', 'F')).toThrow(/without the kind unit/);
  });
});

describe('the default of a kind', () => {
  test('stands in for unmapped codes only where the policy says so', async () => {
    const parks = await view({ settings: { paymentTerm: { default: '30 days' } } });
    expect(parks.resolve('paymentTerm', 'N45', 'F')).toMatchObject({ code: 'crosswalk.unmapped' });
    const falls = await view({ settings: { paymentTerm: { default: '30 days', unmapped: 'default' } } });
    expect(falls.resolve('paymentTerm', 'N45', 'F')).toEqual({ ok: true, target: '30 days' });
  });

  test('always stands in for a blank code that is not mapped', async () => {
    const crosswalk = await view({ settings: { taxRule: { default: 'Tax Exempt' } } });
    expect(crosswalk.resolve('taxRule', '/', 'F')).toEqual({ ok: true, target: 'Tax Exempt' });
    expect(crosswalk.resolve('taxRule', '/GB20', 'F')).toMatchObject({ code: 'crosswalk.unmapped' });
  });

  test('that is not in Cin7 is named by its setting, for every record that meets it', async () => {
    const crosswalk = await view({ settings: { paymentTerm: { default: '60 days', unmapped: 'default' } } });
    for (const field of ['F0401_TRAP', 'F4301_PTC']) {
      expect(crosswalk.resolve('paymentTerm', 'N45', field)).toEqual({
        ok: false,
        code: 'crosswalk.broken',
        field: 'crosswalk.paymentTerm.default',
        detail: 'The payment term "N45" falls to the default "60 days", which is not active in Cin7.',
        subject: 'crosswalk:paymentTerm:N45',
      });
    }
  });
});

describe('codes that were met', () => {
  test('are told once, with what became of them and what people call them', async () => {
    const crosswalk = await view({ labels: (kind, code) => `${kind} ${code} in words` });
    for (const code of ['N45', '30 days', 'N45']) crosswalk.resolve('paymentTerm', code, 'F');
    expect(crosswalk.takeSeen()).toEqual([
      {
        kind: 'paymentTerm',
        code: 'N45',
        label: 'paymentTerm N45 in words',
        state: 'unmatched',
        target: null,
        detail: 'The payment term "N45" is not mapped.',
        before: null,
      },
      {
        kind: 'paymentTerm',
        code: '30 days',
        label: 'paymentTerm 30 days in words',
        state: 'matched',
        target: '30 days',
        detail: '',
        before: null,
      },
    ]);
    expect(crosswalk.takeSeen()).toEqual([]);
  });

  test('are not told when the table says the same already', async () => {
    const crosswalk = await view({
      rows: [
        entry({ code: 'N30', label: 'Net 30' }),
        entry({ code: 'N45', target: null, state: 'unmatched', origin: 'auto' }),
      ],
    });
    crosswalk.resolve('paymentTerm', 'N30', 'F');
    crosswalk.resolve('paymentTerm', 'N45', 'F');
    expect(crosswalk.takeSeen()).toEqual([]);
  });

  test('stay ignored when a person set them so', async () => {
    const crosswalk = await view({ rows: [entry({ code: 'N45', target: null, state: 'ignored' })] });
    expect(crosswalk.resolve('paymentTerm', 'N45', 'F')).toMatchObject({ code: 'crosswalk.unmapped' });
    expect(crosswalk.takeSeen()).toEqual([]);
  });
});

test('a book is read once, however many ask, and only when it is needed', async () => {
  const reads: string[] = [];
  const books = openBooks(
    {
      readBook: async (book) => {
        reads.push(book);
        return SMALL_BOOKS[book];
      },
    },
    new AbortController().signal,
  );
  const [first, second] = await Promise.all([books.get('units'), books.get('units')]);
  expect(first).toBe(second);
  await indexTargets('currency', books);
  expect(reads).toEqual(['units']);
});
