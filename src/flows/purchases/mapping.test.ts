import { beforeAll, describe, expect, test } from 'vitest';
import { booksOf, product } from '../../crosswalk/crosswalk.testkit.ts';
import { CrosswalkView } from '../../crosswalk/view.ts';
import { decimal } from '../../domain/decimal.ts';
import type { SourceValue } from '../../domain/source-row.ts';
import type { CrosswalkRow, CrosswalkState } from '../../store/crosswalk.ts';
import { payloadOf, record, rejectionOf, settingsWith } from '../mapping.testkit.ts';
import type { OrderSupplier, PurchaseContext } from './context.ts';
import { mapPurchase } from './mapping.ts';

type Values = Readonly<Record<string, SourceValue>>;

const KEY = '00001-OP-1001-000';
const HEADER: Values = {
  DOCO: '1001',
  DCTO: 'OP',
  KCOO: '00001',
  SFXO: '000',
  AN8: '4343',
  MCU: '30',
  TRDJ: '2014-03-31',
  DRQJ: '2014-04-15',
  PTC: '30 days',
  EXR1: '',
  TXA1: '',
  HOLD: '',
  VR01: 'REF-1',
  CRRM: 'D',
  CRCD: 'USD',
  BCRC: 'USD',
};
const LINE: Values = {
  LNID: '1',
  MCU: '30',
  ITM: '60011',
  LITM: 'BC-1',
  AITM: 'CABLE',
  DSC1: 'Brake cable',
  DSC2: '',
  LNTY: 'S',
  NXTR: '280',
  LTTR: '220',
  UOM: 'EA',
  UORG: '10',
  UOM1: 'EA',
  PQOR: '10',
  AEXP: '25',
  FEA: '0',
  CRCD: 'USD',
  EXR1: '',
  TXA1: '',
  AID: '',
  ANI: '',
};
const account = (AID: string, code: string): Values => ({ AID, ANI: `          30.${code}` });

const chosen = (kind: string, code: string, target: string): CrosswalkRow => ({
  kind,
  code,
  target,
  label: '',
  state: 'confirmed',
  origin: 'person',
  detail: '',
  updatedAtMs: 0,
  updatedBy: 'anna',
});
const accountEntry = (code: string, state: CrosswalkState, target: string | null): CrosswalkRow => ({
  ...chosen('account', code, ''),
  state,
  target,
  detail: 'So it is.',
});

let crosswalk: CrosswalkView;
beforeAll(async () => {
  crosswalk = await CrosswalkView.open({
    rows: [
      chosen('location', '30', 'East'),
      chosen('location', '40', 'West'),
      chosen('location', '41', 'West'),
      chosen('taxRule', '/', 'Tax Exempt'),
      chosen('taxRule', 'V/GB20', 'VAT 20%'),
      chosen('unit', 'BX', 'Box'),
      chosen('item', '60011', 'BC-1'),
      chosen('item', 'CABLE', 'BC-1'),
      chosen('serviceProduct', 'F', 'SVC-2'),
      accountEntry('00000001', 'matched', '5100'),
      accountEntry('00000002', 'unmatched', null),
      accountEntry('00000003', 'ambiguous', null),
      accountEntry('00000004', 'broken', '5200'),
      accountEntry('00000005', 'ignored', null),
      accountEntry('00000006', 'confirmed', '5100'),
    ],
    settings: settingsWith().crosswalk,
    books: booksOf(),
    kinds: ['item', 'paymentTerm', 'taxRule', 'currency', 'location', 'unit', 'serviceProduct'],
  });
});

const products = new Map(
  [
    product(),
    product({ SKU: 'NEW-1', UOM: '' }),
    product({ SKU: 'SVC-1', Name: 'Freight', Type: 'Service', ExpenseAccount: '5100' }),
    product({ SKU: 'SVC-2', Name: 'Duty', Type: 'Service' }),
  ].map((each) => [each.SKU, each]),
);

interface Parts {
  readonly header?: Values;
  readonly lines?: readonly Values[];
  readonly settings?: Record<string, unknown>;
  readonly supplier?: OrderSupplier;
  readonly sent?: readonly string[];
  readonly companyCurrency?: string;
}

function map(parts: Parts = {}) {
  const supplier: OrderSupplier = parts.supplier ?? { state: 'here', cin7Id: 'supplier-id', currency: 'USD' };
  const context: PurchaseContext = {
    settings: settingsWith({ purchases: parts.settings ?? {} }),
    crosswalk,
    supplier: () => supplier,
    companyCurrency: () => parts.companyCurrency ?? '',
    product: (sku) => products.get(sku),
    taxPercent: (rule) => decimal(rule === 'VAT 20%' ? 20 : 0),
    sentLines: () => new Set(parts.sent ?? []),
  };
  const lines = (parts.lines ?? [{}]).map((own) => ({ ...LINE, ...own }));
  return mapPurchase(record(KEY, { F4301: [{ ...HEADER, ...parts.header }], F4311: lines }), context);
}

const linesOf = (parts: Parts) => payloadOf(map(parts)).order.Lines;
const chargesOf = (parts: Parts) => payloadOf(map(parts)).order.AdditionalCharges;
const notesOf = (parts: Parts) => {
  const mapped = map(parts);
  return mapped.kind === 'payload' ? mapped.notes : undefined;
};

describe('an order', () => {
  test('becomes what Cin7 should hold, marker included', () => {
    expect(map()).toMatchObject({
      kind: 'payload',
      label: 'OP 1001 (00001)',
      notes: [],
      payload: {
        header: {
          SupplierID: 'supplier-id',
          Location: 'East',
          TaxRule: 'Tax Exempt',
          Terms: '30 days',
          RequiredBy: '2014-04-15',
          Note: '[JDE main PO 00001-OP-1001-000] · ordered 2014-03-31 · REF-1',
          Approach: 'INVOICE',
          PurchaseType: 'Simple',
        },
        order: {
          Status: 'DRAFT',
          Memo: '',
          Lines: [
            {
              SKU: 'BC-1',
              Name: 'Brake cable',
              Quantity: '10',
              Price: '2.5',
              Discount: '0',
              Tax: '0',
              Total: '25',
              TaxRule: 'Tax Exempt',
              Comment: 'line 1',
            },
          ],
          AdditionalCharges: [],
        },
        lineAmounts: ['25'],
        lineNumbers: ['1'],
        chargeNumbers: [],
      },
    });
  });

  test('arrives in the status, approach and type that are set', () => {
    const settings = { orderStatus: 'AUTHORISED', approach: 'STOCK', purchaseType: 'Advanced' };
    const payload = payloadOf(map({ settings }));
    expect(payload.order.Status).toBe('AUTHORISED');
    expect(payload.header).toMatchObject({ Approach: 'STOCK', PurchaseType: 'Advanced' });
  });

  test('has its lines in the order of their numbers, not of their texts', () => {
    const lines = ['10', '2', '1.5', '1'].map((LNID) => ({ LNID }));
    expect(payloadOf(map({ lines })).lineNumbers).toEqual(['1', '1.5', '2', '10']);
  });
});

describe('which lines count', () => {
  const cases: readonly [string, readonly Values[], readonly string[]][] = [
    ['a line in the range', [{ NXTR: '280' }, { LNID: '2', NXTR: '400' }], ['1', '2']],
    ['not one that is not released', [{}, { LNID: '2', NXTR: '230' }], ['1']],
    ['not one that is past the range', [{}, { LNID: '2', NXTR: '999', LTTR: '400' }], ['1']],
    ['not one that is cancelled', [{}, { LNID: '2', LTTR: '980' }], ['1']],
    ['statuses are numbers: 40 is before 280', [{}, { LNID: '2', NXTR: '40' }], ['1']],
    ['and letters come behind digits', [{}, { LNID: '2', NXTR: 'ZZZ' }], ['1']],
  ];

  test.each(cases)('%s', (_, lines, expected) => {
    expect(payloadOf(map({ lines })).lineNumbers).toEqual(expected);
  });

  test('a line that Cin7 has stays when it moves past the range, at what was ordered', () => {
    const lines = [
      { NXTR: '999', LTTR: '400' },
      { LNID: '2', NXTR: '999', LTTR: '400' },
    ];
    expect(payloadOf(map({ lines, sent: ['1'] })).lineNumbers).toEqual(['1']);
  });

  test('a line that Cin7 has drops out when it is cancelled', () => {
    expect(payloadOf(map({ lines: [{ LTTR: '980' }, { LNID: '2' }], sent: ['1', '2'] })).lineNumbers).toEqual(
      ['2'],
    );
  });

  const none: readonly [string, readonly Values[], object][] = [
    ['all cancelled', [{ LTTR: '980' }], { kind: 'cancelled' }],
    ['all cancelled but for texts', [{ LTTR: '980' }, { LNID: '2', LNTY: 'T' }], { kind: 'cancelled' }],
    [
      'none released',
      [{ NXTR: '220' }, { LNID: '2', LTTR: '980' }],
      { kind: 'notDue', reason: 'not released yet' },
    ],
    [
      'all received',
      [{ NXTR: '999' }, { LNID: '2', LTTR: '980' }],
      { kind: 'notDue', reason: 'received or closed before it was sent' },
    ],
    ['texts only', [{ LNTY: 'T' }], { kind: 'notDue', reason: 'holds text only' }],
  ];

  test.each(none)('an order with %s does not come in', (_, lines, expected) => {
    expect(map({ lines })).toMatchObject(expected);
  });

  test('an order without any visible line is parked', () => {
    expect(rejectionOf(map({ lines: [] }))).toMatchObject({ code: 'jde.row_missing', field: 'F4311' });
  });
});

describe('text lines', () => {
  const text = (LNID: string, DSC1: string, own: Values = {}): Values => ({
    LNID,
    LNTY: 'T',
    DSC1,
    NXTR: '999',
    ...own,
  });

  test('go to the line before them, those in front to the memo', () => {
    const lines = [
      text('0.5', 'Deliver early'),
      {},
      text('1.5', 'Handle with care'),
      { LNID: '2' },
      text('3', 'Red'),
    ];
    const { order } = payloadOf(map({ lines }));
    expect(order.Memo).toBe('Deliver early');
    expect(order.Lines.map((line) => line.Comment)).toEqual(['line 1 · Handle with care', 'line 2 · Red']);
  });

  test('of a line that does not count, cancelled or empty ones, are left out', () => {
    const lines = [
      {},
      text('1.5', 'Void', { LTTR: '980' }),
      text('1.6', ''),
      { LNID: '2', LTTR: '980' },
      text('2.5', 'About line 2'),
    ];
    expect(linesOf({ lines }).map((line) => line.Comment)).toEqual(['line 1']);
  });

  test('that are too long are cut, and that is noted', () => {
    const parts = { lines: [{}, text('1.5', 'x'.repeat(300))] };
    expect(linesOf(parts)[0]?.Comment).toHaveLength(256);
    expect(notesOf(parts)).toEqual(['Line 1: text cut to 256 characters']);
  });
});

describe('amounts', () => {
  const cases: readonly [string, Values, Record<string, unknown>, object, readonly string[]][] = [
    ['price is amount by quantity', { UORG: '4', AEXP: '10' }, {}, { Price: '2.5', Total: '10' }, []],
    [
      'a price has four decimals, and what rounding changes is noted',
      { UORG: '3', AEXP: '100' },
      {},
      { Price: '33.3333', Total: '100' },
      [],
    ],
    [
      'a total that cannot be met is noted',
      { UORG: '700', AEXP: '100' },
      {},
      { Price: '0.1429', Total: '100.03' },
      ['Line 1: total differs from the extended amount by -0.03'],
    ],
    ['an amount of nought is a price of nought', { AEXP: '0' }, {}, { Price: '0', Total: '0' }, []],
    [
      'fractions of a unit',
      { UORG: '0.25', AEXP: '1' },
      {},
      { Quantity: '0.25', Price: '4', Total: '1' },
      [],
    ],
    [
      'tax from the rule',
      { EXR1: 'V', TXA1: 'GB20' },
      { lineTax: 'fromRule' },
      { Tax: '5', Total: '25' },
      [],
    ],
    [
      'a total that holds the tax',
      { EXR1: 'V', TXA1: 'GB20' },
      { lineTax: 'fromRule', lineTotal: 'withTax' },
      { Tax: '5', Total: '30' },
      [],
    ],
    ['no tax unless it is asked for', { EXR1: 'V', TXA1: 'GB20' }, {}, { Tax: '0', TaxRule: 'VAT 20%' }, []],
    [
      'a credit, where those are sent',
      { UORG: '-2', AEXP: '-5' },
      { negativeLines: 'send' },
      { Quantity: '-2', Price: '2.5', Total: '-5' },
      [],
    ],
    [
      'two decimals of a price',
      { UORG: '3', AEXP: '1' },
      { priceDecimals: 2 },
      { Price: '0.33', Total: '0.99' },
      ['Line 1: total differs from the extended amount by 0.01'],
    ],
  ];

  test.each(cases)('%s', (_, own, settings, expected, notes) => {
    const parts = { lines: [own], settings };
    expect(linesOf(parts)[0]).toMatchObject(expected);
    expect(notesOf(parts)).toEqual(notes);
  });
});

describe('currency', () => {
  const eur: OrderSupplier = { state: 'here', cin7Id: 'supplier-id', currency: 'EUR' };

  test('a foreign order has the amounts of its own currency', () => {
    const parts = {
      header: { CRRM: 'F', CRCD: 'EUR' },
      lines: [{ AEXP: '25', FEA: '20', CRCD: 'EUR' }],
      supplier: eur,
    };
    expect(linesOf(parts)[0]).toMatchObject({ Price: '2', Total: '20' });
  });

  test('an order in another currency than its base is foreign, whatever its mode says', () => {
    const parts = { header: { CRRM: '', CRCD: 'EUR' }, lines: [{ FEA: '20', CRCD: 'EUR' }], supplier: eur };
    expect(linesOf(parts)[0]).toMatchObject({ Total: '20' });
  });

  test('a domestic order without a base currency takes that of its company', () => {
    const parts = { header: { BCRC: '', CRCD: '' }, companyCurrency: 'EUR', supplier: eur };
    expect(linesOf(parts)[0]).toMatchObject({ Total: '25' });
  });

  const cases: readonly [string, Parts, string, RegExp][] = [
    [
      'of the order differs from the supplier',
      { supplier: eur },
      'F4301_CRCD',
      /in USD, its supplier in EUR/,
    ],
    [
      'of a line differs from the order',
      {
        header: { CRRM: 'F', CRCD: 'EUR' },
        lines: [{ CRCD: 'EUR' }, { LNID: '2', CRCD: 'GBP' }],
        supplier: eur,
      },
      'F4311_CRCD',
      /Line 2 is in GBP, the order in EUR/,
    ],
  ];

  test.each(cases)('%s: parked', (_, parts, field, says) => {
    const rejection = rejectionOf(map(parts));
    expect(rejection).toMatchObject({ code: 'purchases.currency_differs', field });
    expect(rejection.detail).toMatch(says);
  });
});

describe('the account of a line', () => {
  test.each(['00000001', '00000006'])('%s passes, and travels in the comment', (AID) => {
    expect(linesOf({ lines: [account(AID, '5100')] })[0]?.Comment).toBe('line 1 · GL 30.5100 = 5100');
  });

  test('is written by its parts, or by its id, where the line has no text of it', () => {
    const lines = [
      { AID: '00000001', OMCU: '  30', OBJ: '5100', SUB: '01' },
      { LNID: '2', AID: '00000001' },
    ];
    expect(linesOf({ lines }).map((line) => line.Comment)).toEqual([
      'line 1 · GL 30.5100.01 = 5100',
      'line 2 · GL 00000001 = 5100',
    ]);
  });

  const cases = [
    ['00000002', 'accounts.unmatched'],
    ['00000003', 'crosswalk.ambiguous'],
    ['00000004', 'crosswalk.broken'],
    ['00000005', 'accounts.not_usable'],
    ['00000009', 'jde.row_missing'],
  ] as const;

  test.each(cases)('%s parks the order: %s', (AID, code) => {
    const rejection = rejectionOf(map({ lines: [{}, { LNID: '2', ...account(AID, '5100') }] }));
    expect(rejection).toMatchObject({ code, field: 'F4311_AID' });
    expect(rejection.detail).toMatch(/^Line 2: account 30\.5100/);
  });
});

describe('lines without an item', () => {
  const charge = (own: Values = {}): Values => ({
    LITM: '',
    ITM: '0',
    LNTY: 'N',
    DSC1: 'Sea freight',
    UOM: 'BX',
    ...own,
  });
  const booked = charge({ AID: '00000001', ANI: '30.5100' });

  test('become charges of the service product that is booked to their account', () => {
    expect(chargesOf({ lines: [booked] })).toEqual([
      {
        Description: 'Freight',
        Reference: 'line 1 · GL 30.5100 = 5100 · Sea freight',
        Quantity: '10',
        Price: '2.5',
        Discount: '0',
        Tax: '0',
        Total: '25',
        TaxRule: 'Tax Exempt',
      },
    ]);
  });

  test('of quantity nought are lump sums', () => {
    expect(chargesOf({ lines: [{ ...booked, UORG: '0' }] })[0]).toMatchObject({
      Quantity: '1',
      Price: '25',
      Total: '25',
    });
  });

  test('stand beside lines with an item, each with its own numbers', () => {
    const payload = payloadOf(map({ lines: [{ LNID: '2' }, { ...booked, LNID: '1' }] }));
    expect([payload.lineNumbers, payload.chargeNumbers]).toEqual([['2'], ['1']]);
    expect(payload.header.IsServiceOnly).toBeUndefined();
  });

  test('alone make a service purchase, if so set', () => {
    expect(
      payloadOf(map({ lines: [booked], settings: { chargesOnly: 'service' } })).header.IsServiceOnly,
    ).toBe(true);
  });

  test('and without an account are parked, or go by their line type', () => {
    const lines = [charge({ LNTY: 'F' })];
    expect(rejectionOf(map({ lines }))).toMatchObject({
      code: 'purchases.account_missing',
      field: 'F4311_AID',
    });
    expect(chargesOf({ lines, settings: { chargeWithoutAccount: 'lineType' } })[0]?.Description).toBe('Duty');
    const unmapped = rejectionOf(map({ lines: [charge()], settings: { chargeWithoutAccount: 'lineType' } }));
    expect(unmapped).toMatchObject({ code: 'crosswalk.unmapped', field: 'F4311_LNTY' });
  });
});

describe('items and units', () => {
  test.each(['LITM', 'AITM', 'ITM'])('the item number that is set finds the product: %s', (itemNumber) => {
    const line = itemNumber === 'LITM' ? {} : { LITM: 'something else' };
    expect(linesOf({ lines: [line], settings: { itemNumber } })[0]?.SKU).toBe('BC-1');
  });

  test('a line in another unit is parked, or sent in the primary one', () => {
    const lines = [{ UOM: 'BX', UORG: '2', UOM1: 'EA', PQOR: '20' }];
    expect(rejectionOf(map({ lines }))).toMatchObject({ code: 'purchases.unit_differs', field: 'F4311_UOM' });
    expect(linesOf({ lines, settings: { otherUnit: 'primaryUnit' } })).toMatchObject([
      { Quantity: '20', Price: '1.25', Comment: 'line 1 · 2 BX' },
    ]);
    const other = [{ UOM: 'BX', UOM1: 'BX' }];
    expect(rejectionOf(map({ lines: other, settings: { otherUnit: 'primaryUnit' } }))).toMatchObject({
      code: 'purchases.unit_differs',
    });
  });

  test('a product or a line without a unit leaves nothing to compare', () => {
    expect(linesOf({ lines: [{ LITM: 'NEW-1', UOM: 'BX' }] })[0]?.Quantity).toBe('10');
    expect(linesOf({ lines: [{ UOM: '' }] })[0]?.Quantity).toBe('10');
  });

  test('a line without a description takes the name of the product', () => {
    expect(linesOf({ lines: [{ DSC1: '', DSC2: '' }] })[0]?.Name).toBe('Brake cable');
    expect(linesOf({ lines: [{ DSC1: 'Cable', DSC2: 'long' }] })[0]?.Name).toBe('Cable long');
  });
});

describe('location', () => {
  test('several branch/plants of one location are one', () => {
    const lines = [{ MCU: '40' }, { LNID: '2', MCU: '41' }];
    expect(payloadOf(map({ lines })).header.Location).toBe('West');
  });

  test('lines for several park the order, unless that of the header is to be used', () => {
    const lines = [{ MCU: '40' }, { LNID: '2', MCU: '30' }];
    expect(rejectionOf(map({ lines }))).toMatchObject({
      code: 'purchases.several_locations',
      field: 'F4311_MCU',
    });
    expect(payloadOf(map({ lines, settings: { lineLocation: 'header' } })).header.Location).toBe('East');
  });

  test('a line without one follows the others, and all without one the header', () => {
    expect(payloadOf(map({ lines: [{ MCU: '' }, { LNID: '2', MCU: '40' }] })).header.Location).toBe('West');
    expect(payloadOf(map({ lines: [{ MCU: '' }] })).header.Location).toBe('East');
  });
});

describe('an order that cannot be mapped says which field is to blame', () => {
  const cases: readonly [string, Parts, string, string][] = [
    ['on hold', { header: { HOLD: 'A1' } }, 'purchases.on_hold', 'F4301_HOLD'],
    ['no date', { header: { TRDJ: null } }, 'purchases.date_missing', 'F4301_TRDJ'],
    ['terms', { header: { PTC: 'N45' } }, 'crosswalk.unmapped', 'F4301_PTC'],
    ['tax', { header: { TXA1: 'US' } }, 'crosswalk.unmapped', 'F4301_TXA1'],
    ['tax of a line', { lines: [{ TXA1: 'US' }] }, 'crosswalk.unmapped', 'F4311_TXA1'],
    ['location', { lines: [{ MCU: '77' }] }, 'crosswalk.unmapped', 'F4311_MCU'],
    ['item', { lines: [{ LITM: 'NONE' }] }, 'crosswalk.unmapped', 'F4311_LITM'],
    ['unit', { lines: [{ UOM: 'PK' }] }, 'crosswalk.unmapped', 'F4311_UOM'],
    ['quantity', { lines: [{ UORG: '0' }] }, 'purchases.quantity_not_positive', 'F4311_UORG'],
    ['credit', { lines: [{ UORG: '-1' }] }, 'purchases.credit_line', 'F4311_UORG'],
    ['negative amount', { lines: [{ AEXP: '-1' }] }, 'purchases.credit_line', 'F4311_UORG'],
    [
      'supplier',
      { supplier: { state: 'waiting', why: 'it is parked.' } },
      'purchases.supplier_waiting',
      'F4301_AN8',
    ],
  ];

  test.each(cases)('%s', (_, parts, code, field) => {
    expect(rejectionOf(map(parts))).toMatchObject({ code, field });
  });

  test('no visible header', () => {
    const context = { header: {} };
    expect(map(context).kind).toBe('payload');
    const rows = record(KEY, { F4311: [LINE] });
    const mapped = mapPurchase(rows, {
      settings: settingsWith(),
      crosswalk,
      supplier: () => ({ state: 'waiting', why: '' }),
      companyCurrency: () => '',
      product: () => undefined,
      taxPercent: () => decimal(0),
      sentLines: () => new Set(),
    });
    expect(rejectionOf(mapped)).toMatchObject({ code: 'purchases.header_missing', field: 'F4301' });
  });

  test('a held order is sent, if so set', () => {
    expect(map({ header: { HOLD: 'A1' }, settings: { heldOrders: 'send' } }).kind).toBe('payload');
  });
});
