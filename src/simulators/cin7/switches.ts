/**
 * Behaviour of the real service that is not known, contested or depends on the company: each is a
 * switch, with the value held most likely as its default. Sources are the vendor's API Blueprint
 * ("documentation") and live reports of public client projects ("live").
 */
interface ListSwitch {
  readonly values: readonly (string | number)[];
  readonly default: string | number;
  readonly explanation: string;
  readonly unverified: string;
}
interface RangeSwitch {
  readonly range: { readonly min: number; readonly max: number };
  readonly default: number;
  readonly explanation: string;
  readonly unverified: string;
}

const transport = {
  rateLimitForm: {
    values: ['429', '503', '400'],
    default: '429',
    explanation: 'Wire form of a rate refusal: text with headers, bare 503, or a 400 JSON array.',
    unverified: 'All three forms were recorded live; which endpoint answers which is not known.',
  },
  rateLimitScope: {
    values: ['key', 'account'],
    default: 'key',
    explanation: 'Whether the allowance belongs to one application key or to the whole account.',
    unverified: 'One live measurement says per key; another integrator believes per account.',
  },
  retryAfter: {
    values: ['60 Seconds', '30 Seconds', '30', 'remaining', 'absent'],
    default: '60 Seconds',
    explanation: 'Text of Retry-After on a 429. "remaining" gives the seconds until a slot is free.',
    unverified: 'Seen live: "60 Seconds" and 30. Whether the figure follows the window is not known.',
  },
  refusedCallsCount: {
    values: ['no', 'yes'],
    default: 'no',
    explanation: 'Whether a refused call takes up a slot of the rolling window as well.',
    unverified: 'Not documented.',
  },
  unknownPath: {
    values: ['200-html', '404-html'],
    default: '200-html',
    explanation: 'Status of the HTML page that answers an unknown path.',
    unverified: 'One client saw 200, another 404; the documentation says 404.',
  },
  errorBody: {
    values: ['array', 'object', 'in200'],
    default: 'array',
    explanation:
      'Form of a validation error: array with 400, first problem as a bare object, or the array in a 200.',
    unverified: 'All three forms were seen live; which endpoint uses which is not known.',
  },
  problemsPerAnswer: {
    values: [1, 2, 3, 5, 1000],
    default: 3,
    explanation: 'At most so many problems are reported at once; the rest appear after those are mended.',
    unverified: 'Live: "only a handful"; the number is not known.',
  },
  bodyFieldNames: {
    values: ['exact', 'anyCase'],
    default: 'exact',
    explanation: 'Whether a body field in the wrong case is understood, or vanishes like an unknown one.',
    unverified: 'Not documented. Query parameters are known to ignore case.',
  },
  limitTooHigh: {
    values: ['capped', 'refused'],
    default: 'capped',
    explanation: 'What a Limit above 1000 does.',
    unverified: 'The maximum is documented, the consequence is not.',
  },
  locationListCap: {
    values: [500, 1000],
    default: 500,
    explanation: 'Largest page of /ref/location, whatever Limit asks for.',
    unverified: 'Cut at 500 in one live measurement.',
  },
  listOrder: {
    values: ['created', 'name'],
    default: 'created',
    explanation:
      'Order of supplier, product and reference lists. By name, rows shift between pages as data changes.',
    unverified: 'No sort order is documented; purchaseList alone is known to ascend by number.',
  },
  listLagSeconds: {
    range: { min: 0, max: 120 },
    default: 0,
    explanation: 'Suppliers and purchases appear in lists, new or changed, only so many seconds later.',
    unverified: 'Live: lists trail "usually less than 2 min". Detail reads are relied on by all clients.',
  },
  referenceNames: {
    values: ['exact', 'anyCase'],
    default: 'exact',
    explanation: 'Whether terms, tax rules, locations and the like are found in another letter case.',
    unverified: 'Names must match exactly; whether case counts is not known.',
  },
  maximumLengths: {
    values: ['enforced', 'ignored'],
    default: 'enforced',
    explanation: 'Whether documented maximum lengths are checked.',
    unverified: 'Documented, but live data violates them.',
  },
  updatedSinceBoundary: {
    values: ['exclusive', 'inclusive'],
    default: 'exclusive',
    explanation: 'Whether a record changed exactly at UpdatedSince or ModifiedSince is listed.',
    unverified: 'Documented as "changed after"; granularity is not documented.',
  },
} as const satisfies Record<string, ListSwitch | RangeSwitch>;

const suppliersAndBooks = {
  supplierNameUnique: {
    values: ['off', 'error'],
    default: 'off',
    explanation: 'Whether a second supplier of one name (any case) is refused.',
    unverified: 'Neither the rule nor its error text is known; the text here is assumed.',
  },
  supplierStatusRequired: {
    values: ['yes', 'no'],
    default: 'yes',
    explanation: 'Whether POST /supplier without Status is refused.',
    unverified: 'Documented as required with a star.',
  },
  supplierPutNull: {
    values: ['cleared', 'kept'],
    default: 'cleared',
    explanation: 'What PUT does with an optional text that is sent as null.',
    unverified: 'Clearing is known for "" and 0 only.',
  },
  supplierNestedRowsOmitted: {
    values: ['kept', 'removed'],
    default: 'kept',
    explanation: 'What PUT does with Addresses and Contacts rows that are not in the array sent.',
    unverified: 'Neither documented nor measured.',
  },
  supplierNestedRowWithoutId: {
    values: ['appended', 'replacesSame'],
    default: 'appended',
    explanation:
      'A nested row without ID in a PUT: always new, or put in place of the row with the same content key.',
    unverified: 'Documented as "otherwise created"; repeated PUTs were not measured.',
  },
  nestedRowIdOnGet: {
    values: ['shown', 'hidden'],
    default: 'shown',
    explanation: 'Whether GET /supplier shows the ID of Addresses and Contacts rows.',
    unverified: 'Hidden in the documented GET example, seen live.',
  },
  ledgerOwner: {
    values: ['none', 'xero', 'quickbooks'],
    default: 'none',
    explanation: 'When Xero or QuickBooks is connected, accounts and tax rules are read-only.',
    unverified: 'Documented for PUT.',
  },
  accountPostWhenConnected: {
    values: ['refused', 'accepted'],
    default: 'refused',
    explanation: 'Whether POST /ref/account works while Xero or QuickBooks is connected.',
    unverified: 'Not documented.',
  },
  productFilter: {
    values: ['contains', 'startsWith'],
    default: 'contains',
    explanation: 'How Sku and Name of GET /product match.',
    unverified: 'The parameter text says contains, the introduction says starts with.',
  },
  productNameUnique: {
    values: ['off', 'error'],
    default: 'off',
    explanation: 'Whether a second product of one name is refused (documented with QuickBooks Online).',
    unverified: 'An error text exists; when it is raised without QuickBooks is not known.',
  },
  productSuppliersGet: {
    values: ['405', '200'],
    default: '405',
    explanation: 'Whether GET /product-suppliers is allowed.',
    unverified: 'Documented; a live call got 405.',
  },
} as const satisfies Record<string, ListSwitch | RangeSwitch>;

const purchases = {
  purchaseTypeDefault: {
    values: ['Simple', 'Advanced'],
    default: 'Simple',
    explanation: 'Type of a purchase posted to /advanced-purchase without PurchaseType.',
    unverified: 'Not documented.',
  },
  newPurchaseStatus: {
    values: ['byEndpoint', 'DRAFT', 'ORDERING'],
    default: 'byEndpoint',
    explanation:
      'Status of a purchase that has no order yet: the examples show ORDERING on /purchase, DRAFT on /advanced-purchase.',
    unverified: 'Documentation examples only.',
  },
  deprecatedSupplierPurchase: {
    values: ['accepted', 'refused'],
    default: 'accepted',
    explanation: 'Whether a purchase may name a deprecated supplier.',
    unverified: 'Not documented; the text is assumed.',
  },
  headerAfterAuthorised: {
    values: ['refused', 'accepted'],
    default: 'refused',
    explanation: 'Whether PUT of the header works once the order is authorised.',
    unverified: 'Not documented.',
  },
  billingLinesInWriteAnswer: {
    values: ['hidden', 'shown'],
    default: 'hidden',
    explanation: 'Whether answers of POST and PUT show Line1 and so on of the billing address.',
    unverified: 'Documented examples blank them; GET examples differ.',
  },
  invoiceNumberKey: {
    values: ['InvoiceNumber', 'InvocieNumber'],
    default: 'InvoiceNumber',
    explanation: 'Spelling of the invoice number inside /purchase documents.',
    unverified: 'Examples are misspelt; live is right.',
  },
  simpleStockOnAdvanced: {
    values: ['shell', 'full'],
    default: 'shell',
    explanation:
      'Stock and put-away blocks of a Simple purchase read through /advanced-purchase: Status "" and no Lines, or full.',
    unverified: 'Shell blocks were seen live; examples are full.',
  },
  orderFrozenText: {
    values: ['status', 'plain'],
    default: 'status',
    explanation:
      'Which assumed text refuses POST /purchase/order when the order is not DRAFT or NOT AVAILABLE.',
    unverified: 'The refusal is documented, its text is not.',
  },
  orderRequiredFields: {
    values: ['live', 'documented'],
    default: 'live',
    explanation:
      'Live: Name, ProductID, TaxRule and Tax may be left out and a missing Price is 0. Documented: all are required.',
    unverified: 'Live clients leave them out; the documentation requires them.',
  },
  orderQuantityMinimum: {
    values: ['1', 'aboveZero', 'any'],
    default: '1',
    explanation: 'Smallest Quantity of an order line or charge. "any" also takes zero and negatives.',
    unverified: 'Documented as 1; not measured.',
  },
  orderNegativePrice: {
    values: ['refused', 'accepted'],
    default: 'refused',
    explanation: 'Whether a negative Price is refused.',
    unverified: 'Not documented; the text is assumed.',
  },
  orderDuplicateSku: {
    values: ['rejected', 'accepted'],
    default: 'rejected',
    explanation: 'The same product twice in Lines.',
    unverified: 'Refused live, though the documented example does it; the text is assumed.',
  },
  orderTotal: {
    values: ['withoutTax', 'withTax', 'either', 'unchecked'],
    default: 'withoutTax',
    explanation: 'What the Total of a line must equal.',
    unverified: 'Purchase examples have no tax; examples elsewhere exclude it.',
  },
  orderTotalDecimals: {
    values: [2, 4],
    default: 2,
    explanation:
      'Both the Total sent and the one expected are rounded to so many decimals before they are compared.',
    unverified: 'Totals of two decimals pass live; the rounding is not documented.',
  },
  orderTotalTolerance: {
    values: ['0', '0.01', '0.05'],
    default: '0',
    explanation: 'Difference of Total that is let through after rounding.',
    unverified: 'Whether any difference is tolerated is not known.',
  },
  orderTotalRounding: {
    values: ['halfUp', 'halfEven'],
    default: 'halfUp',
    explanation: 'How the expected Total is rounded.',
    unverified: 'Neither documented nor measured.',
  },
  orderTax: {
    values: ['unchecked', 'checked', 'recomputed'],
    default: 'unchecked',
    explanation:
      'Whether Tax of a line is taken as sent, compared with the percentage of its rule, or replaced by it.',
    unverified: 'Not documented; the refusal text is assumed.',
  },
  inclusiveTotals: {
    values: ['contained', 'added'],
    default: 'contained',
    explanation:
      'With TaxCalculation Inclusive: whether line totals contain the tax, or it is added to them.',
    unverified: 'The effect of TaxCalculation is not documented.',
  },
  orderChargeService: {
    values: ['enforced', 'free'],
    default: 'enforced',
    explanation: 'Whether Description of an additional charge must name a Service product.',
    unverified: 'Documented as the name of a service product; the refusal text is assumed.',
  },
  orderChargesOnly: {
    values: ['accepted', 'refused'],
    default: 'accepted',
    explanation: 'An order without Lines but with AdditionalCharges on a purchase that is not service-only.',
    unverified: 'Not documented.',
  },
  orderEmptyAuthorise: {
    values: ['refused', 'accepted'],
    default: 'refused',
    explanation: 'Authorising an order without lines and charges.',
    unverified: 'Not documented; the text is assumed.',
  },
  orderLineOrder: {
    values: ['asSent', 'reversed'],
    default: 'asSent',
    explanation: 'Order of lines in answers; clients must not rely on it.',
    unverified: 'The documented example answers them reversed.',
  },
  voidAuthorised: {
    values: ['accepted', 'refused'],
    default: 'accepted',
    explanation: 'Whether DELETE works on a purchase whose order is authorised and nothing came after it.',
    unverified: 'Not documented.',
  },
  voidReceived: {
    values: ['refused', 'accepted'],
    default: 'refused',
    explanation: 'Whether DELETE works on a purchase with authorised stock or an authorised invoice.',
    unverified: 'Not documented; the text is assumed.',
  },
  undoOrderLines: {
    values: ['kept', 'removed'],
    default: 'kept',
    explanation: 'What undo leaves of an authorised order: a draft with its lines, or none.',
    unverified: 'Open question of the documentation.',
  },
  purchaseSearch: {
    values: ['contains', 'exact'],
    default: 'contains',
    explanation: 'How Search of purchaseList matches its five fields.',
    unverified: 'Documented as contained; not measured.',
  },
  putAwaySetting: {
    values: ['on', 'off'],
    default: 'on',
    explanation:
      'The company setting "Use Put Away", without which /advanced-purchase/stock and put-away refuse.',
    unverified: 'Depends on the company; the text is assumed.',
  },
} as const satisfies Record<string, ListSwitch | RangeSwitch>;

const table = { ...transport, ...suppliersAndBooks, ...purchases };
type Table = typeof table;
export type Cin7SwitchName = keyof Table;

/** The value of every switch. Mutable: a running simulator obeys a change at once. */
export type Cin7Switches = {
  -readonly [Name in Cin7SwitchName]: Table[Name] extends { readonly values: readonly (infer Value)[] }
    ? Value
    : number;
};

export interface Cin7SwitchInfo {
  readonly name: Cin7SwitchName;
  /** The values it takes; for a range, its two ends. */
  readonly values: readonly (string | number)[];
  readonly range?: { readonly min: number; readonly max: number };
  readonly default: string | number;
  readonly explanation: string;
  /** What is not known about the real service. */
  readonly unverified: string;
}

/** All switches, for help texts and for the list of things to verify on site. */
export const cin7Switches: readonly Cin7SwitchInfo[] = Object.entries(table).map(([name, info]) => ({
  // Object.entries forgets that the names are the keys of the table.
  name: name as Cin7SwitchName,
  values: 'values' in info ? info.values : [info.range.min, info.range.max],
  ...('range' in info ? { range: info.range } : {}),
  default: info.default,
  explanation: info.explanation,
  unverified: info.unverified,
}));

export function switchesWith(changes: Partial<Cin7Switches> = {}): Cin7Switches {
  const defaults = Object.fromEntries(cin7Switches.map((info) => [info.name, info.default]));
  // The defaults come from the same table as the type.
  return { ...(defaults as unknown as Cin7Switches), ...changes };
}
