import { beforeAll, describe, expect, test } from 'vitest';
import { booksOf } from '../../crosswalk/crosswalk.testkit.ts';
import { CrosswalkView } from '../../crosswalk/view.ts';
import { accept, reject } from '../../domain/decoded.ts';
import { parseLocalDate } from '../../domain/local-date.ts';
import type { SourceValue } from '../../domain/source-row.ts';
import { payloadOf, record, rejectionOf, settingsWith, sourceRow } from '../mapping.testkit.ts';
import { mapSupplier, type SupplierContext, taxCode } from './mapping.ts';

type Values = Readonly<Record<string, SourceValue>>;

const F0401: Values = { AN8: '4343', CRRP: 'USD', TRAP: '30 days', TXA2: 'GB', EXR2: 'V', HDPY: '' };
const F0101: Values = {
  AN8: '4343',
  ALPH: 'Parts Emporium',
  TAX: '77-1',
  AT1: 'V',
  ATP: 'Y',
  EFTB: '2006-01-02',
};
const F0116: Values = {
  AN8: '4343',
  EFTB: '2006-01-02',
  ADD1: '1 Mill Lane',
  ADD2: 'Unit 2',
  ADD3: '',
  ADD4: 'Rear',
  ADDZ: '80202',
  CTY1: 'Denver',
  ADDS: 'CO',
  CTR: 'US',
};

let crosswalk: CrosswalkView;
beforeAll(async () => {
  const row = {
    kind: 'taxRule',
    code: 'V/GB',
    label: '',
    target: 'VAT 20%',
    state: 'confirmed',
    origin: 'person',
  } as const;
  crosswalk = await CrosswalkView.open({
    rows: [{ ...row, detail: '', updatedAtMs: 0, updatedBy: 'anna' }],
    settings: settingsWith().crosswalk,
    books: booksOf(),
    kinds: ['currency', 'paymentTerm', 'taxRule', 'country'],
  });
});

const today = parseLocalDate('2026-11-23');

function context(settings: Record<string, unknown> = {}): SupplierContext {
  if (today === undefined) throw new Error('No day.');
  return {
    settings: settingsWith({ suppliers: settings }),
    crosswalk,
    payablesAccount: '800',
    today,
    claimName: (_, name) => accept(name),
  };
}

interface Parts {
  readonly F0401?: Values;
  readonly F0101?: Values;
  readonly others?: Readonly<Record<string, readonly Values[]>>;
  readonly settings?: Record<string, unknown>;
}

function map(parts: Parts = {}) {
  const rows = {
    F0401: [{ ...F0401, ...parts.F0401 }],
    F0101: [{ ...F0101, ...parts.F0101 }],
    ...parts.others,
  };
  return mapSupplier(record('4343', rows), context(parts.settings));
}

describe('a supplier', () => {
  test('becomes what Cin7 should hold, marker included', () => {
    expect(map({ others: { F0116: [F0116] } })).toEqual({
      kind: 'payload',
      label: 'Parts Emporium',
      payload: {
        Name: 'Parts Emporium',
        Currency: 'USD',
        PaymentTerm: '30 days',
        TaxRule: 'VAT 20%',
        AccountPayable: '800',
        Status: 'Active',
        TaxNumber: '77-1',
        Comments: '[JDE main AB 4343]',
        Addresses: [
          {
            Line1: '1 Mill Lane',
            Line2: 'Unit 2, Rear',
            City: 'Denver',
            State: 'CO',
            Postcode: '80202',
            Country: 'United States',
            Type: 'Business',
            DefaultForType: true,
          },
        ],
        Contacts: [],
      },
    });
  });

  test('is the same whatever the order of its rows', () => {
    const phones = [
      { IDLN: '0', CNLN: '0', RCK7: '2', PHTP: '', AR1: '', PH1: '2' },
      { IDLN: '0', CNLN: '0', RCK7: '1', PHTP: '', AR1: '', PH1: '1' },
    ];
    const one = payloadOf(map({ others: { F0115: phones } }));
    const two = payloadOf(map({ others: { F0115: phones.toReversed() } }));
    expect(one).toEqual(two);
    expect(one.Contacts[0]?.Phone).toBe('1');
  });
});

describe('its name', () => {
  const mailing = {
    F0111: [
      { IDLN: '0', MLNM: 'The Parts Emporium Ltd' },
      { IDLN: '1', MLNM: 'Maria' },
    ],
  };
  const cases: readonly [string, Parts, string][] = [
    ['is the mailing name', { others: mailing }, 'The Parts Emporium Ltd'],
    ['is the alpha name, if so set', { others: mailing, settings: { name: 'alpha' } }, 'Parts Emporium'],
    ['falls back to the alpha name', { others: { F0111: [{ IDLN: '0', MLNM: '' }] } }, 'Parts Emporium'],
    ['is not that of a person', { others: { F0111: [{ IDLN: '1', MLNM: 'Maria' }] } }, 'Parts Emporium'],
  ];

  test.each(cases)('%s', (_, parts, expected) => {
    expect(payloadOf(map(parts)).Name).toBe(expected);
  });

  test('is refused when another supplier owns it', () => {
    const rows = record('4344', { F0401: [F0401], F0101: [F0101] });
    const refusal = reject(
      'suppliers.name_shared',
      'F0101_ALPH',
      'Suppliers 4343 and 4344 are both so named.',
    );
    expect(rejectionOf(mapSupplier(rows, { ...context(), claimName: () => refusal }))).toEqual(
      refusal.rejection,
    );
  });
});

describe('which supplier counts', () => {
  const cases: readonly [string, Parts, string | undefined][] = [
    ['any search type by default', { F0101: { AT1: 'C' } }, undefined],
    [
      'only the search types that are set',
      { F0101: { AT1: 'C' }, settings: { searchTypes: ['V'] } },
      'search type C is not synced',
    ],
    [
      'a blank one is named',
      { F0101: { AT1: '' }, settings: { searchTypes: ['V'] } },
      'search type (blank) is not synced',
    ],
    [
      'only the payables flags that are set',
      { F0101: { ATP: 'N' }, settings: { payablesFlags: ['Y', 'F'] } },
      'payables flag N is not synced',
    ],
    ['one that fits both', { settings: { searchTypes: ['V'], payablesFlags: ['Y'] } }, undefined],
  ];

  test.each(cases)('%s', (_, parts, reason) => {
    const mapped = map(parts);
    expect(mapped.kind === 'notDue' ? mapped.reason : undefined).toBe(reason);
    expect(mapped.kind).toBe(reason === undefined ? 'payload' : 'notDue');
  });

  test('a hold payment code makes it deprecated, only where that is set', () => {
    const held = { F0401: { HDPY: 'Y' } };
    expect(payloadOf(map(held)).Status).toBe('Active');
    expect(payloadOf(map({ ...held, settings: { deprecatedHoldCodes: ['Y'] } })).Status).toBe('Deprecated');
  });
});

describe('its address', () => {
  const cases: readonly [string, readonly Values[], readonly string[]][] = [
    ['none', [], []],
    ['a country alone is none', [{ EFTB: '2006-01-02', CTR: 'US' }], []],
    ['a city stands in for the first line', [{ EFTB: '2006-01-02', CTY1: 'Denver', CTR: 'US' }], ['Denver']],
    [
      'the one that F0101 names, not a later one',
      [{ ...F0116, EFTB: '2020-01-01', ADD1: 'Later' }, F0116],
      ['1 Mill Lane'],
    ],
    [
      'the latest that has begun, where F0101 names none',
      [
        { ...F0116, EFTB: '2010-01-01', ADD1: 'First' },
        { ...F0116, EFTB: '2020-01-01', ADD1: 'Second' },
        { ...F0116, EFTB: '2030-01-01', ADD1: 'Not yet' },
      ],
      ['Second'],
    ],
  ];

  test.each(cases)('%s', (_, rows, expected) => {
    expect(payloadOf(map({ others: { F0116: rows } })).Addresses.map((address) => address.Line1)).toEqual(
      expected,
    );
  });

  test('is of the type that is set', () => {
    const payload = payloadOf(map({ others: { F0116: [F0116] }, settings: { addressType: 'Billing' } }));
    expect(payload.Addresses[0]?.Type).toBe('Billing');
  });
});

describe('its contacts', () => {
  const phone = (IDLN: string, PHTP: string, PH1: string, own: Values = {}): Values => ({
    IDLN,
    CNLN: '0',
    RCK7: '1',
    PHTP,
    AR1: '',
    PH1,
    ...own,
  });
  const email = (IDLN: string, ETP: string, EMAL: string, RCK7 = '1'): Values => ({ IDLN, RCK7, ETP, EMAL });
  const contacts = (others: Parts['others'], settings?: Record<string, unknown>) =>
    payloadOf(
      map({ ...(others === undefined ? {} : { others }), ...(settings === undefined ? {} : { settings }) }),
    ).Contacts;

  test('each way to reach the supplier has its place', () => {
    expect(
      contacts({
        F0115: [
          phone('0', '', '555-1', { AR1: '303' }),
          phone('0', 'FAX', '555-2'),
          phone('0', 'MOB', '555-3'),
        ],
        F01151: [email('0', 'E', 'a@example.com'), email('0', 'I', 'https://example.com')],
      }),
    ).toEqual([
      {
        line: '0',
        Name: 'Parts Emporium',
        Phone: '303 555-1',
        MobilePhone: '555-3',
        Fax: '555-2',
        Email: 'a@example.com',
        Website: 'https://example.com',
        Default: true,
        IncludeInEmail: true,
      },
    ]);
  });

  test('a phone of another type stands in where there is no business phone, a fax never', () => {
    expect(contacts({ F0115: [phone('0', 'FAX', '2'), phone('0', 'TOL', '3')] })).toMatchObject([
      { Phone: '3', Fax: '2' },
    ]);
    expect(contacts({ F0115: [phone('0', 'FAX', '2')] })).toMatchObject([{ Phone: '', Fax: '2' }]);
  });

  test('of several of one type the lowest number wins, and an empty one is passed over', () => {
    expect(
      contacts({
        F01151: [
          email('0', 'E', 'late@example.com', '12'),
          email('0', 'E', '', '1'),
          email('0', 'E', 'b@example.com', '3'),
        ],
      }),
    ).toMatchObject([{ Email: 'b@example.com' }]);
  });

  test('people of the who’s who are contacts of their own, unless only the main one is wanted', () => {
    const others = {
      F0111: [
        { IDLN: '2', MLNM: 'Maria' },
        { IDLN: '3', MLNM: '' },
      ],
      F0115: [phone('2', '', '555-9'), phone('3', '', '555-8'), phone('0', '', '555-1')],
    };
    expect(contacts(others).map((each) => [each.line, each.Name, each.Phone, each.Default])).toEqual([
      ['0', 'Parts Emporium', '555-1', true],
      ['2', 'Maria', '555-9', false],
    ]);
    expect(contacts(others, { contacts: 'main' }).map((each) => each.line)).toEqual(['0']);
  });

  test('numbers of related persons are left out', () => {
    expect(contacts({ F0115: [phone('0', '', '555-7', { CNLN: '1' })] })).toEqual([]);
  });
});

describe('a supplier that cannot be mapped says which field is to blame', () => {
  const cases: readonly [string, Parts, string, string][] = [
    ['no currency', { F0401: { CRRP: '' } }, 'suppliers.currency_missing', 'F0401_CRRP'],
    ['a strange currency', { F0401: { CRRP: 'us$' } }, 'crosswalk.unmapped', 'F0401_CRRP'],
    ['an unmapped term', { F0401: { TRAP: 'N45' } }, 'crosswalk.unmapped', 'F0401_TRAP'],
    ['an unmapped tax', { F0401: { TXA2: 'US' } }, 'crosswalk.unmapped', 'F0401_TXA2'],
    [
      'an unmapped country',
      { others: { F0116: [{ ...F0116, CTR: 'USA' }] } },
      'crosswalk.unmapped',
      'F0116_CTR',
    ],
    [
      'a long postal code',
      { others: { F0116: [{ ...F0116, ADDZ: '9'.repeat(21) }] } },
      'suppliers.too_long',
      'F0116',
    ],
    ['no name', { F0101: { ALPH: '' } }, 'suppliers.name_missing', 'F0101_ALPH'],
    [
      'a long name',
      { others: { F0111: [{ IDLN: '0', MLNM: 'N'.repeat(257) }] } },
      'suppliers.name_too_long',
      'F0111_MLNM',
    ],
  ];

  test.each(cases)('%s', (_, parts, code, field) => {
    expect(rejectionOf(map(parts))).toMatchObject({ code, field });
  });

  test('a row that is not visible', () => {
    expect(rejectionOf(mapSupplier(record('4343', { F0101: [F0101] }), context()))).toMatchObject({
      code: 'jde.row_missing',
      field: 'F0401',
    });
    expect(rejectionOf(mapSupplier(record('4343', { F0401: [F0401] }), context()))).toMatchObject({
      code: 'jde.row_missing',
      field: 'F0101',
    });
  });

  test('a value that the connector could not decode, before anything else', () => {
    const problem = { code: 'jde.value_masked', field: 'F0101_TAX', detail: 'The value is masked.' } as const;
    const rows = { F0401: [sourceRow({ ...F0401, CRRP: '' })], F0101: [sourceRow(F0101, [problem])] };
    expect(rejectionOf(mapSupplier({ key: '4343', rows }, context()))).toEqual(problem);
  });
});

test('explanation code and area together are the tax code', () => {
  expect([taxCode('V', 'GB20'), taxCode('', ''), taxCode('E', '')]).toEqual(['V/GB20', '/', 'E/']);
});
