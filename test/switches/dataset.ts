import type { Cin7Company } from '../../src/simulators/cin7/index.ts';
import type { CrosswalkRow } from '../../src/simulators/dataset/index.ts';
import { toCin7Company, toCrosswalk, toJdeTables } from '../../src/simulators/dataset/index.ts';
import {
  account,
  item,
  line,
  order,
  smallDataset,
  supplier,
} from '../../src/simulators/dataset/small-dataset.testkit.ts';
import type { JdeRow, JdeTables } from '../../src/simulators/jde/index.ts';

type SupplierCells = Parameters<typeof supplier>[0];
type OrderCells = Parameters<typeof order>[0];
type LineCells = Parameters<typeof line>[0];

const FREIGHT = { item_id: '', description: 'Freight', account_id: '30.5200', quantity: '1' };

/** Orders that the tests name. */
export const ORDERS = {
  taxed: 2001,
  withCharge: 2002,
  chargesOnly: 2003,
  duplicateSku: 2004,
  halfCent: 2005,
  foreign: 2006,
  otherCompany: 2007,
  neverSent: 2008,
  cancelledLater: 2009,
  quantityChanges: 2010,
  partOfOne: 2011,
  deprecatedSupplier: 2012,
  credit: 2013,
  authorisedThenChanged: 2014,
  authorisedThenCancelled: 2015,
  withTexts: 2016,
  zeroQuantity: 2017,
  received: 2018,
  lineAdded: 2019,
  termsChange: 2020,
  receivedThenChanged: 2021,
  authorisedThenMoved: 2022,
} as const;

/** A dozen suppliers: two of one name, one that Cin7 knows already, foreign ones, one that is deprecated. */
const SUPPLIERS: readonly NonNullable<SupplierCells>[] = [
  { supplier_id: '4343', name: 'Parts Emporium', tax_area: 'USSALES6', phone: '555-0100', fax: '555-0101' },
  { supplier_id: '4344', name: 'Twin Tools', phone: '555-0110', email: 'first@example.com' },
  { supplier_id: '4345', name: 'Twin Tools', phone: '555-0120', email: 'second@example.com' },
  { supplier_id: '4346', name: 'Rheinwerk GmbH', currency: 'EUR', tax_area: 'EUVAT18', country: 'DE' },
  { supplier_id: '4347', name: 'Tyne Fasteners', currency: 'GBP', tax_area: 'GBVAT20', country: 'GB' },
  { supplier_id: '4348', name: 'Closed Down Ltd', hold_payment: 'Y' },
  { supplier_id: '4349', name: 'Known Already Inc', phone: '555-0130' },
  {
    supplier_id: '4350',
    name: 'Mill Lane Metals',
    address_line_1: '1 Mill Lane',
    city: 'Denver',
    country: 'US',
  },
  { supplier_id: '4351', name: 'Harbour Rope', payment_terms: 'N60' },
  { supplier_id: '4352', name: 'Bright & Sons', email: 'sales@example.com' },
  { supplier_id: '4353', name: 'Äther Öle', phone: '555-0140' },
  { supplier_id: '4354', name: 'Zebra Signs', payment_terms: 'COD' },
];

/** The lines of each order; those not named here have one line of ten brake cables. */
const LINES: Readonly<Record<number, readonly NonNullable<LineCells>[]>> = {
  [ORDERS.taxed]: [
    { quantity: '7', extended_amount: '33.33' },
    { item_id: '60012', quantity: '2' },
  ],
  [ORDERS.withCharge]: [{}, { ...FREIGHT, extended_amount: '12.5' }],
  [ORDERS.chargesOnly]: [{ ...FREIGHT, extended_amount: '80' }],
  [ORDERS.duplicateSku]: [
    { quantity: '4', extended_amount: '10' },
    { quantity: '6', extended_amount: '18' },
  ],
  // A price of 0.0067 makes 1.005: where the half goes shows in the second decimal.
  [ORDERS.halfCent]: [{ quantity: '150', unit_price: '', extended_amount: '1.00' }],
  [ORDERS.neverSent]: [{ last_status: '980', next_status: '999' }],
  [ORDERS.partOfOne]: [{ quantity: '0.5', extended_amount: '5' }],
  [ORDERS.credit]: [{ quantity: '2', unit_price: '-5', extended_amount: '-10' }],
  [ORDERS.withTexts]: [{}, { line_type: 'T', item_id: '', quantity: '', description: 'Deliver to gate 2' }],
  [ORDERS.zeroQuantity]: [{ quantity: '0', extended_amount: '0' }],
  [ORDERS.received]: [{ next_status: '999', last_status: '440' }],
};

const ORDER_CELLS: Readonly<Record<number, OrderCells>> = {
  [ORDERS.taxed]: { supplier_id: '4343' },
  [ORDERS.foreign]: { supplier_id: '4346', currency: 'EUR', company: '00001', exchange_rate: '1.1' },
  [ORDERS.otherCompany]: { supplier_id: '4347', currency: 'GBP' },
  [ORDERS.deprecatedSupplier]: { supplier_id: '4348' },
};

const DOLLAR_SUPPLIERS = ['4344', '4345', '4349', '4350', '4351', '4352', '4353', '4354'];
const ORDER_COUNT = 24;

function dataset(): ReturnType<typeof smallDataset> {
  const numbers = Array.from({ length: ORDER_COUNT }, (_, index) => 2001 + index);
  const orders = numbers.map((number) =>
    order({
      order_id: `O${number}`,
      order_seq: String(number),
      order_number: `PO-${number}`,
      order_date: '2014-03-31',
      supplier_id: DOLLAR_SUPPLIERS[number % DOLLAR_SUPPLIERS.length] ?? '',
      ...ORDER_CELLS[number],
    }),
  );
  const lines = orders.flatMap((row) =>
    (LINES[Number(row.order_seq)] ?? [{}]).map((cells, index) =>
      line({
        order_id: row.order_id,
        line_number: String(index + 1),
        account_id: '30.1411',
        currency: row.currency,
        unit_price: '',
        ...cells,
      }),
    ),
  );
  return smallDataset({
    suppliers: SUPPLIERS.map((cells) => supplier(cells)),
    purchaseOrders: orders,
    purchaseOrderLines: lines,
    items: [item(), item({ item_id: '60012', item_number: 'BP-2', description: 'Brake pad' })],
    accounts: [account(), account({ account_id: '30.5200', object: '5200', description: 'Freight in' })],
  });
}

export interface Seeds {
  readonly tables: JdeTables;
  readonly company: Cin7Company;
  readonly crosswalk: readonly CrosswalkRow[];
}

/** Both systems before the first sync. Fresh rows on each call. */
export function seeds(): Seeds {
  const data = dataset();
  const known = {
    Name: 'Known Already Inc',
    Currency: 'USD',
    PaymentTerm: '30 days',
    TaxRule: 'Tax Exempt',
    AccountPayable: '800',
  };
  return {
    tables: toJdeTables(data),
    company: toCin7Company(data, { suppliers: [known] }),
    crosswalk: toCrosswalk(data),
  };
}

/** The key columns of an order in JDE. */
export function orderKey(number: number): JdeRow {
  return { KCOO: '00001', DOCO: number, DCTO: 'OP', SFXO: '000' };
}
