/**
 * The deliberate cases of the sample company. Each planted order has exactly one, so that what should become of it
 * is never in doubt. `orders` is how many are planted; `all` where the case follows from a supplier or an item.
 */
export const CASES = {
  unmappedItem: { orders: 'all', expect: 'parked', why: 'a line has an item that Cin7 has no product for' },
  unmappedAccount: {
    orders: 5,
    expect: 'parked',
    why: 'a service line is coded to object 8150, which the Cin7 chart lacks',
  },
  inactiveAccount: {
    orders: 4,
    expect: 'parked',
    why: 'a service line is coded to 130.8130, posting edit code I',
  },
  closedUnit: { orders: 3, expect: 'parked', why: 'a service line is coded to unit 900, closed for posting' },
  archivedInCin7: {
    orders: 3,
    expect: 'parked',
    why: 'a service line is coded to object 8160, archived in Cin7',
  },
  unmappedTerm: { orders: 4, expect: 'parked', why: 'the order has payment terms N75, not in the crosswalk' },
  unmappedTax: { orders: 3, expect: 'parked', why: 'the order has tax V/ZAVAT15, not in the crosswalk' },
  unmappedLocation: {
    orders: 3,
    expect: 'parked',
    why: 'the order is for branch/plant 160, not in the crosswalk',
  },
  otherCurrency: { orders: 4, expect: 'parked', why: 'the order is in EUR, its supplier in USD' },
  zeroQuantity: { orders: 4, expect: 'parked', why: 'a line has quantity 0' },
  creditLine: { orders: 5, expect: 'parked', why: 'a line has a negative quantity and amount' },
  noDate: { orders: 5, expect: 'parked', why: 'the order has no order date' },
  maskedSupplier: {
    orders: 'all',
    expect: 'parked',
    why: 'the name of the supplier is masked with asterisks',
  },
  waitingSupplier: {
    orders: 'all',
    expect: 'parked',
    why: 'the supplier has payment terms N75 and is parked itself',
  },
  held: { orders: 6, expect: 'held', why: 'the order has a hold code' },
  blanket: { orders: 6, expect: 'never', why: 'order type OB' },
  cancelled: { orders: 20, expect: 'never', why: 'all lines have last status 980 and next status 999' },
  handMapped: {
    orders: 4,
    expect: 'arrives',
    why: 'a service line is coded to 120.6131, mapped to 6130 by hand',
  },
  laboratory: {
    orders: 30,
    expect: 'arrives',
    why: 'a service line is coded to an account with a subsidiary',
  },
  mixedStatus: {
    orders: 12,
    expect: 'arrives',
    why: 'the first line is closed, the others are open: only these arrive',
  },
} as const satisfies Record<string, Case>;

export interface Case {
  readonly orders: number | 'all';
  readonly expect: 'parked' | 'held' | 'never' | 'arrives';
  readonly why: string;
}

export type CaseName = keyof typeof CASES;

// Holds: Object.keys of a literal answers its keys.
export const CASE_NAMES = Object.keys(CASES) as CaseName[];

/** Where an order stands. `from` and `to`: share of the ordinary orders, in percent. */
export const STAGES = {
  entered: { next: '220', last: '200', share: 3, isReleased: false },
  approval: { next: '230', last: '220', share: 3, isReleased: false },
  approved: { next: '280', last: '220', share: 28, isReleased: true },
  printed: { next: '380', last: '280', share: 24, isReleased: true },
  receiving: { next: '400', last: '380', share: 22, isReleased: true },
  partlyReceived: { next: '400', last: '400', share: 10, isReleased: true },
  closed: { next: '999', last: '999', share: 10, isReleased: false },
  cancelled: { next: '999', last: '980', share: 0, isReleased: false },
} as const satisfies Record<string, Stage>;

export interface Stage {
  readonly next: string;
  readonly last: string;
  readonly share: number;
  /** Next status within 280 to 400, the range that is released by default. */
  readonly isReleased: boolean;
}

export type StageName = keyof typeof STAGES;
