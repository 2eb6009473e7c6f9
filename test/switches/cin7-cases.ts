import { type Cin7SwitchName, cin7Switches } from '../../src/simulators/cin7/index.ts';
import { casesOf, type SwitchCase, type SwitchPlan, type Variant } from './case.ts';
import { ORDERS } from './dataset.ts';

const redo = { purchases: { authorisedChange: 'redo' } };
const onRedo = { settings: redo, comparedWith: redo } satisfies Variant;
const ownTax = { purchases: { lineTax: 'fromRule' } };
const withTax = { purchases: { lineTax: 'fromRule', lineTotal: 'withTax' } };
const credits = { purchases: { negativeLines: 'send' } };
const fourDecimals = { purchases: { totalDecimals: 4 } };
const taxedOrders = [ORDERS.taxed, ORDERS.foreign, ORDERS.otherCompany];

/** One refusal of the wanted form, in the middle of the purchases; the allowance counts in seconds. */
const refusedOnce: Variant['stimulus'] = {
  cin7Faults: [{ on: { method: 'POST', path: '/advanced-purchase', nth: 6 }, do: { kind: 'rateLimit' } }],
  allowance: { calls: 600_000, windowMs: 1_000 },
};
/** So few calls a second that the connector, which believes in more, is refused again and again. */
const tight: Variant['stimulus'] = {
  allowance: { calls: 25, windowMs: 1_000 },
  cin7Switches: { retryAfter: 'remaining' },
};
const patient = { cin7: { refusalsMax: 50 } };

const createAccounts = { accounts: { createAccounts: true } };
const withoutFreight = { withoutAccount: '5200' } satisfies Variant['stimulus'];
const freightParked: Variant['expect'] = {
  kind: 'parks',
  accounts: ['00000002'],
  orders: [ORDERS.withCharge, ORDERS.chargesOnly],
  code: 'accounts.unmatched',
  says: /5200/,
};
const notCreated =
  'An account that is missing is not created where another program owns the chart: orders that need it are parked.';

/** What is special about each switch; one that is not named here is run with each of its values and must change nothing. */
const plans: Partial<Record<Cin7SwitchName, SwitchPlan>> = {
  rateLimitForm: {
    all: { stimulus: { ...refusedOnce, cin7Switches: { retryAfter: 'absent' } } },
    at: {
      503: [
        { note: 'A bare 503 on a write is looked up.' },
        {
          settings: { cin7: { busyStatusIsRefusal: true } },
          note: 'Or sent again at once, with the setting.',
        },
      ],
    },
  },
  rateLimitScope: { all: { stimulus: tight, settings: patient } },
  refusedCallsCount: { all: { stimulus: tight, settings: patient } },
  retryAfter: { all: { stimulus: refusedOnce } },
  unknownPath: {
    all: {
      stimulus: { cin7PathSuffix: '/nowhere' },
      expect: { kind: 'fails', run: 'both', code: 'cin7.path_unknown' },
      note: 'An address that does not exist stops the run by name, whatever its status.',
    },
  },
  limitTooHigh: { all: { note: 'The connector never asks for more than 1,000.' } },
  locationListCap: {
    all: { stimulus: { manyLocations: 1_200 }, settings: { cin7: { pageLimit: 1_000 } } },
  },
  listLagSeconds: {
    values: [0, 60, 120],
    all: {
      stimulus: { cin7ClockFactor: 100 },
      settings: { cin7: { listLagSeconds: 1.5 } },
      note: 'The clock of Cin7 runs a hundred times as fast, so 1.5 stands for 150 seconds.',
    },
  },
  nestedRowIdOnGet: {
    at: {
      hidden: {
        expect: {
          kind: 'parks',
          suppliers: [4343, 4350],
          code: 'cin7.nested_without_id',
          says: /without IDs/,
        },
        note: 'Rows of a supplier cannot be changed without their IDs: the change is parked, nothing is doubled.',
      },
    },
  },
  deprecatedSupplierPurchase: {
    at: {
      refused: {
        expect: {
          kind: 'parks',
          orders: [ORDERS.deprecatedSupplier],
          code: 'cin7.refused',
          says: /deprecated/i,
        },
        note: 'Cin7 refuses the order, whose supplier is closed.',
      },
    },
  },
  ledgerOwner: {
    at: {
      none: [
        {},
        { stimulus: withoutFreight, settings: createAccounts, note: 'accounts.createAccounts makes it.' },
      ],
      xero: [
        {},
        { stimulus: withoutFreight, settings: createAccounts, expect: freightParked, note: notCreated },
      ],
      quickbooks: [
        {},
        { stimulus: withoutFreight, settings: createAccounts, expect: freightParked, note: notCreated },
      ],
    },
  },
  accountPostWhenConnected: {
    all: {
      stimulus: { ...withoutFreight, cin7Switches: { ledgerOwner: 'xero' } },
      settings: createAccounts,
    },
    at: {
      refused: { expect: freightParked, note: notCreated },
      accepted: { note: 'accounts.createAccounts makes it.' },
    },
  },
  headerAfterAuthorised: { all: onRedo },
  orderFrozenText: { all: { note: 'The order is read before it is changed, so the words are never met.' } },
  orderQuantityMinimum: {
    at: {
      aboveZero: {
        expect: { kind: 'arrives', orders: [ORDERS.partOfOne] },
        note: 'An order of half a piece, else refused, arrives.',
      },
      any: {
        expect: { kind: 'arrives', orders: [ORDERS.partOfOne] },
        note: 'An order of half a piece, else refused, arrives.',
      },
    },
  },
  orderNegativePrice: {
    at: {
      refused: [
        {},
        {
          settings: credits,
          expect: { kind: 'parks', orders: [ORDERS.credit], code: 'cin7.refused', says: /negative/i },
          note: 'With purchases.negativeLines: send, the words of Cin7 are the reason.',
        },
      ],
      accepted: [
        {},
        {
          settings: credits,
          expect: { kind: 'arrives', orders: [ORDERS.credit] },
          note: 'With purchases.negativeLines: send, the credit arrives.',
        },
      ],
    },
  },
  orderDuplicateSku: {
    at: {
      accepted: {
        expect: { kind: 'arrives', orders: [ORDERS.duplicateSku] },
        note: 'One line each instead of one for both.',
      },
    },
  },
  orderTotal: {
    at: {
      withTax: [
        {},
        {
          settings: withTax,
          taxAside: true,
          note: 'With purchases.lineTotal: withTax and lineTax: fromRule.',
        },
      ],
      withoutTax: [{}, { settings: ownTax, taxAside: true, note: 'Also with purchases.lineTax: fromRule.' }],
    },
  },
  orderTotalDecimals: {
    at: {
      4: [
        {
          expect: {
            kind: 'parks',
            orders: [ORDERS.taxed, ORDERS.halfCent],
            code: 'cin7.refused',
            says: /Total/,
          },
          note: 'A total rounded to two decimals is refused where Cin7 keeps four.',
        },
        {
          settings: fourDecimals,
          expect: { kind: 'arrives', orders: [ORDERS.taxed, ORDERS.halfCent] },
          note: 'purchases.totalDecimals: 4 copes.',
        },
      ],
    },
  },
  orderTotalRounding: {
    at: {
      halfEven: [
        {
          expect: { kind: 'parks', orders: [ORDERS.halfCent], code: 'cin7.refused', says: /Total/ },
          note: 'A total that ends on half a cent is refused where Cin7 rounds to even.',
        },
        {
          settings: fourDecimals,
          expect: { kind: 'arrives', orders: [ORDERS.halfCent] },
          note: 'purchases.totalDecimals: 4 leaves the rounding to Cin7.',
        },
      ],
    },
  },
  orderTax: {
    at: {
      checked: [
        {
          expect: { kind: 'parks', orders: taxedOrders, code: 'cin7.refused', says: /Tax/ },
          note: 'A tax of 0 is refused where Cin7 checks it.',
        },
        { settings: ownTax, taxAside: true, note: 'purchases.lineTax: fromRule copes.' },
      ],
      recomputed: { taxAside: true, note: 'Cin7 puts its own tax in place of 0.' },
    },
  },
  orderChargesOnly: {
    at: {
      refused: [
        {
          expect: { kind: 'parks', orders: [ORDERS.chargesOnly], code: 'cin7.refused', says: /Lines/ },
          note: 'An order of charges alone is refused as a regular purchase.',
        },
        {
          settings: { purchases: { chargesOnly: 'service' } },
          expect: { kind: 'arrives', orders: [ORDERS.chargesOnly] },
          note: 'purchases.chargesOnly: service copes.',
        },
      ],
    },
  },
  simpleStockOnAdvanced: { all: onRedo },
  undoOrderLines: { all: onRedo },
  voidReceived: { all: { ...onRedo, note: 'What was received is never undone.' } },
  voidAuthorised: {
    all: onRedo,
    at: {
      refused: {
        expect: {
          kind: 'parks',
          orders: [ORDERS.authorisedThenChanged, ORDERS.authorisedThenMoved],
          code: 'cin7.refused',
          says: /cannot be voided or undone/,
        },
        note: 'Where Cin7 does not undo an authorised order, its change is parked with the words of Cin7.',
      },
    },
  },
};

/** Every value of every switch of the Cin7 simulator. The answers to a supplier and to a purchase are lost in each run. */
export const cin7Cases: readonly SwitchCase[] = cin7Switches.flatMap((info) =>
  casesOf(info.name, info.values, plans[info.name] ?? {}),
);
